"""Two who move one order at once: paid while let go, held while opened, swept while paid.

As in `races.py`, each names the condition that decides it and the checker that would notice its loss.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.storage import keys
from chalicelib.usecases.ports import Closed, Unpaid
from tests.faults.house import House
from tests.faults.letting_go import at_the_cashier, by_the_other, cancel, never_seen
from tests.faults.paying import (
    Payer,
    Paying,
    a_payer,
    open_order,
    paid,
    paid_too_late,
    pending,
    tell,
)
from tests.faults.races import Race, Two, pay_late
from tests.faults.weakness import of_order, of_registration


def _open_and_pay_wrongly(house: House, payer: Payer) -> None:
    order = open_order(house, payer, key="rival")
    tell(house, paid(house, Paying(payer, order), amount_fen=1).notice)


def _surplus_and_wrong(house: House) -> Two:
    """The notices of two trades on an order whose registration is paid otherwise."""
    there = paid_too_late(house)
    wrong = paid(house, there, amount_fen=1, trade=Trade("alipay", TradeNo("wrong-amount")))
    return Two(there.notice, wrong.notice)


def _paid_after_the_window(house: House) -> Paying:
    """The notice of money that came too late, of which a query does not tell yet."""
    there = at_the_cashier(house)
    late = paid(house, there, paid_at=house.now() + timedelta(days=30))
    house.outside.alipay.answers[there.order.id] = Unpaid()
    return late


def _cancel_and_go_to_the_other(house: House, paying: Paying) -> None:
    cancel(house, paying)
    by_the_other(house, paying.payer)


class Switched(NamedTuple):
    """The order that was let go and is paid all the same, and the one that took its place."""

    first: Paying
    other: PaymentOrder


def _first_paid_after_the_switch(house: House) -> Switched:
    first = never_seen(house)
    other = by_the_other(house, first.payer)
    house.outside.wechatpay.answers[other.id] = Closed()
    return Switched(paid(house, first), other)


def _close_the_other(house: House, there: Switched) -> None:
    house.sweep_known([keys.order(there.other.id).pk])


def _wrongly_paid_after_the_switch(house: House) -> Two:
    """The notices of both: of the first as it should be, of the other with a wrong amount."""
    first = never_seen(house)
    other = Paying(first.payer, by_the_other(house, first.payer))
    return Two(paid(house, first), paid(house, other, amount_fen=1))


def _tell_wechatpay(house: House, paying: Paying) -> None:
    tell(house, paying.notice, provider="wechatpay")


def _due_at_once(house: House) -> Paying:
    """An order at the very moment at which it is due."""
    there = pending(house)
    order = house.services.orders.get(there.order.id)
    assert order is not None
    assert order.due_at is not None
    house.clock.move_to(order.due_at)
    return there._replace(order=order)


def _pay_at_that_moment(house: House, paying: Paying) -> None:
    tell(house, paid(house, paying, paid_at=house.now()).notice)


def _sweep(house: House, paying: Paying) -> None:
    house.sweep_known([keys.order(paying.order.id).pk])


RACES: list[Race[Any]] = [
    Race(
        name="opened while a wrong amount holds it",
        given=a_payer,
        act=open_order,
        rival=_open_and_pay_wrongly,
        decided_by=of_registration("held_order_id"),
        noticed_by="held_registrations",
    ),
    Race(
        name="surplus while a wrong amount is set aside",
        given=_surplus_and_wrong,
        act=lambda house, notices: tell(house, notices.first),
        rival=lambda house, notices: tell(house, notices.second),
        decided_by=of_order(),
        noticed_by="trades",
    ),
    Race(
        name="surplus while another order is opened",
        given=_paid_after_the_window,
        act=lambda house, paying: tell(house, paying.notice),
        rival=_cancel_and_go_to_the_other,
        decided_by=of_registration("open_order_id"),
        noticed_by="live_orders",
    ),
    Race(
        name="let go while it is paid",
        given=never_seen,
        act=cancel,
        rival=pay_late,
        decided_by=of_order(),
        noticed_by="trades",
    ),
    Race(
        name="let go twice while another is opened",
        given=never_seen,
        act=cancel,
        rival=_cancel_and_go_to_the_other,
        decided_by=of_registration("open_order_id"),
        noticed_by="live_orders",
    ),
    Race(
        name="switched while the first is paid",
        given=at_the_cashier,
        act=lambda house, paying: by_the_other(house, paying.payer),
        rival=pay_late,
        decided_by=of_registration("state"),
        noticed_by="live_orders",
    ),
    Race(
        name="hastened while it is closed",
        given=_first_paid_after_the_switch,
        act=lambda house, there: tell(house, there.first.notice),
        rival=_close_the_other,
        decided_by=of_order("state"),
        noticed_by="orders_are_due",
    ),
    Race(
        name="held while it is paid",
        given=_wrongly_paid_after_the_switch,
        act=lambda house, both: _tell_wechatpay(house, both.second),
        rival=lambda house, both: tell(house, both.first.notice),
        decided_by=of_registration("open_order_id"),
        noticed_by="held_registrations",
    ),
    Race(
        name="swept at the very moment of its payment",
        given=_due_at_once,
        act=_sweep,
        rival=_pay_at_that_moment,
        decided_by=of_order("state"),
        noticed_by="orders_are_due",
    ),
]
