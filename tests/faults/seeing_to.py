"""Flows in which finance sees to money: it goes back, whole or in part, or what does not agree is settled."""

from dataclasses import replace
from typing import Any, NamedTuple

from chalicelib.domain.discrepancy import DiscrepancyKind, about_order
from chalicelib.domain.ids import DiscrepancyId, OrderId
from chalicelib.domain.payment import OrderState
from chalicelib.usecases.money.finance import give_back, give_second_trade_back, settle_discrepancy
from tests.builders import an_entry, money_for
from tests.faults.flow import Flow
from tests.faults.house import House
from tests.faults.paying import (
    Paying,
    is_paid,
    open_order,
    order_is,
    paid,
    paid_by_another_trade,
    pending,
    tell,
    told_of,
)
from tests.waiting import open_in

PART_FEN = 1000


class Noticed(NamedTuple):
    """What waits for a person, and the order that it is about."""

    paying: Paying
    noticed: DiscrepancyId = DiscrepancyId("")


def _waiting(house: House, paying: Paying) -> Noticed:
    (noticed,) = open_in(house.services.discrepancies)
    return Noticed(paying, noticed.id)


def mismatch(house: House) -> Noticed:
    """An order with money of another amount, of which we know."""
    return _waiting(house, told_of_wrong_money(house))


def told_of_wrong_money(house: House) -> Paying:
    """The payer paid one fen."""
    there = paid(house, pending(house), amount_fen=1)
    tell(house, there.notice)
    return there


def second_trade(house: House) -> Noticed:
    """An order paid twice, of which we know."""
    there = paid_by_another_trade(house)
    tell(house, there.notice)
    return _waiting(house, there)


def frozen(house: House) -> Noticed:
    """A bill tells of another amount than an order that is paid."""
    there = told_of(house, pending(house))
    order = house.services.orders.get(there.order.id)
    assert order is not None
    differs = about_order(
        DiscrepancyKind.AMOUNT_DIFFERS, order, now=house.now(), bill_day=house.now().date(), amount_fen=1
    )
    house.services.discrepancies.freeze(differs)
    return Noticed(there, differs.id)


def for_nobody(house: House) -> Paying:
    """Money for an order that is not ours."""
    there = pending(house)
    money = money_for(replace(there.order, id=OrderId("x" * 24)))
    house.outside.taken.append(money)
    return there._replace(notice=house.outside.notice_of(money))


def of_another(house: House) -> Paying:
    """A notice names the trade that paid somebody else's order."""
    first = told_of(house, pending(house))
    there = pending(house, 2)
    stolen = money_for(there.order, trade=house.outside.taken[0].trade)
    assert first.order.id != there.order.id
    return there._replace(notice=house.outside.notice_of(stolen))


def entry_of(house: House) -> Any:
    """Each try of a clerk is an entry of its own in the log."""
    return an_entry(id=house.services.randomness.new_id(), at=house.now())


def give_it_back(house: House, paying: Paying, amount_fen: int | None = None) -> None:
    """A clerk gives money of an order back."""
    house.run(give_back, paying.order.id, amount_fen, entry_of(house), ports=house.payment_ports)


def give_the_second_back(house: House, there: Noticed) -> None:
    """A clerk gives the money of a second trade back."""
    house.run(give_second_trade_back, there.noticed, entry_of(house), ports=house.payment_ports)


def settle(house: House, there: Noticed) -> None:
    """A clerk has seen to it."""
    house.run(settle_discrepancy, there.noticed, entry_of(house), ports=house.payment_ports)


def give_part_back(house: House, paying: Paying) -> None:
    """A clerk gives a part back."""
    give_it_back(house, paying, PART_FEN)


def _give_part_back_if_none_went(house: House, paying: Paying) -> None:
    """Whoever did not see the end of it looks first: another part would go back as well."""
    order = house.services.orders.get(paying.order.id)
    assert order is not None
    if order.refunds == 0:
        give_part_back(house, paying)


def nobody_waits(house: House) -> None:
    """Nothing is in front of a person."""
    assert open_in(house.services.discrepancies) == []


def may_be_paid_anew(house: House, paying: Paying) -> None:
    """The candidate pays by another order."""
    nobody_waits(house)
    house.outside.pay(open_order(house, paying.payer, key="another"))
    house.run_jobs()
    is_paid(house, paying.payer)


def _is_back_and_may_be_paid_anew(house: House, there: Noticed) -> None:
    order_is(house, there.paying.order.id, OrderState.REFUNDED)
    may_be_paid_anew(house, there.paying)


def _is_settled_and_may_be_paid_anew(house: House, there: Noticed) -> None:
    order_is(house, there.paying.order.id, OrderState.MISMATCH)
    may_be_paid_anew(house, there.paying)


def _is_paid_by_what_is_left(house: House, paying: Paying) -> None:
    order_is(house, paying.order.id, OrderState.PART_REFUNDED)
    assert list(house.outside.alipay.given_back.values()) == [PART_FEN]
    is_paid(house, paying.payer)


def _is_paid_once(house: House, there: Noticed) -> None:
    nobody_waits(house)
    assert list(house.outside.alipay.given_back.values()) == [there.paying.order.amount_fen]
    is_paid(house, there.paying.payer)


def _money_may_move(house: House, there: Noticed) -> None:
    nobody_waits(house)
    give_part_back(house, there.paying)


def _waits_for_a_person(house: House, paying: Paying) -> None:
    (noticed,) = open_in(house.services.discrepancies)
    assert (noticed.kind, noticed.order_id) == (DiscrepancyKind.UNKNOWN_ORDER, "x" * 24)
    order_is(house, paying.order.id, OrderState.CLOSED)


def _waits_once_and_is_closed(house: House, paying: Paying) -> None:
    (noticed,) = open_in(house.services.discrepancies)
    assert (noticed.kind, noticed.order_id) == (DiscrepancyKind.TRADE_OF_ANOTHER, paying.order.id)
    order_is(house, paying.order.id, OrderState.CLOSED)


FLOWS: list[Flow[Any]] = [
    Flow(
        name="finance gives a wrong amount back",
        given=mismatch,
        act=lambda house, there: give_it_back(house, there.paying),
        reached=_is_back_and_may_be_paid_anew,
    ),
    Flow(
        name="finance gives a part back",
        given=lambda house: told_of(house, pending(house)),
        act=give_part_back,
        again=_give_part_back_if_none_went,
        reached=_is_paid_by_what_is_left,
    ),
    Flow(
        name="finance gives a second trade back",
        given=second_trade,
        act=give_the_second_back,
        reached=_is_paid_once,
    ),
    Flow(
        name="finance settles a wrong amount",
        given=mismatch,
        act=settle,
        reached=_is_settled_and_may_be_paid_anew,
    ),
    Flow(name="finance settles what a bill told", given=frozen, act=settle, reached=_money_may_move),
    Flow(
        name="be told of one trade for two orders",
        given=of_another,
        act=lambda house, paying: tell(house, paying.notice),
        reached=_waits_once_and_is_closed,
    ),
    Flow(
        name="be told of money for an order not ours",
        given=for_nobody,
        act=lambda house, paying: tell(house, paying.notice),
        reached=_waits_for_a_person,
    ),
]
