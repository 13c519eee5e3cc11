"""Two who move the same money back at once, or see to what does not agree.

As in `races.py`, each names the condition that decides it and the checker that would notice its loss.
"""

from typing import Any, NamedTuple

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, about_order
from chalicelib.domain.ids import DiscrepancyId, TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.domain.refund import Refund, refund_number
from chalicelib.usecases.money.opt_out import opt_out_for
from chalicelib.usecases.ports import RefundDone, RefundPending
from tests.faults.giving_back import (
    REFUSED,
    Leaving,
    Returning,
    failed,
    leave,
    leaving,
    resume,
    surplus,
    sweep_refund,
    told,
    told_of_its_end,
)
from tests.faults.giving_way import move, paid_under_the_wrong_name
from tests.faults.house import House
from tests.faults.paying import (
    Paying,
    paid,
    pending,
    tell,
    told_of,
)
from tests.faults.races import Race
from tests.faults.seeing_to import (
    Noticed,
    entry_of,
    give_it_back,
    give_part_back,
    give_the_second_back,
    second_trade,
    settle,
)
from tests.faults.weakness import Both, Weakness, of_order

REFUND = Weakness("Update", "REFUND#")
NEW_REFUND = Weakness("Put", "REFUND#")


def first_refund(house: House, order: PaymentOrder) -> Returning:
    """The first refund of an order as it stands."""
    refund = house.services.refunds.get(refund_number(order.id, 0))
    assert refund is not None
    return Returning(order, refund)


def _give_another_part_back_at_once(house: House, paying: Paying) -> None:
    give_it_back(house, paying, 2000)
    sweep_refund(house, first_refund(house, paying.order))


def _give_part_of_the_fee_back_at_once(house: House, there: Leaving) -> None:
    _give_another_part_back_at_once(house, Paying(there.payer, there.order))


class TwoTrades(NamedTuple):
    """An order paid twice: a part of the first is going back, and the second waits for a person."""

    noticed: Noticed
    first: Returning


def _two_trades(house: House) -> TwoTrades:
    there = second_trade(house)
    house.outside.alipay.refund_answer = RefundPending()
    give_part_back(house, there.paying)
    first = first_refund(house, there.paying.order)
    sweep_refund(house, first)
    alipay = house.outside.alipay
    alipay.refund_answer = alipay.give_back(first.refund)
    notice = alipay.notice_of_refund(first.order.id, first.refund.id, RefundDone())
    return TwoTrades(there, first._replace(notice=notice))


def _differs(house: House, order: PaymentOrder) -> Discrepancy:
    now = house.now()
    kind = DiscrepancyKind.AMOUNT_DIFFERS
    return about_order(kind, order, now=now, bill_day=now.date(), amount_fen=1)


def _freeze(house: House, there: Paying | Leaving) -> None:
    house.services.discrepancies.freeze(_differs(house, there.order))


def _freeze_and_settle(house: House, there: Paying) -> None:
    _freeze(house, there)
    settle(house, Noticed(there, _differs(house, there.order).id))


def _let_out(house: House, there: Leaving) -> None:
    """A clerk lets the candidate out of the exam."""
    account, registration_id = there.payer
    house.run(opt_out_for, account, registration_id, entry_of(house), ports=house.payment_ports)


def _done_all_the_same(house: House, refund: Refund) -> None:
    """The provider contradicts what it said, and gives it back."""
    alipay = house.outside.alipay
    alipay.give_back(refund)
    tell(house, alipay.notice_of_refund(refund.order_id, refund.id, RefundDone()))


def _told_at_the_moment_it_is_due(house: House) -> Returning:
    """A notice tells what a query does not say yet."""
    there = told_of_its_end(house)
    house.outside.alipay.refund_answer = RefundPending()
    refund = house.services.refunds.get(there.refund.id)
    assert refund is not None
    assert refund.due_at is not None
    house.clock.move_to(refund.due_at)
    return there


def _refused(house: House) -> Returning:
    house.outside.alipay.refund_answer = REFUSED
    return surplus(house)


def _told_again_of_a_second_trade(house: House) -> Paying:
    there = told_of(house, pending(house))
    return paid(house, there, trade=Trade("alipay", TradeNo("another-trade")))


def _tell_and_settle(house: House, paying: Paying) -> None:
    tell(house, paying.notice)
    settle(house, Noticed(paying, DiscrepancyId("second_trade.alipay.another-trade")))


RACES: list[Race[Any]] = [
    Race(
        name="two parts given back at once",
        given=lambda house: told_of(house, pending(house)),
        act=give_part_back,
        rival=_give_another_part_back_at_once,
        decided_by=Both(of_order(), NEW_REFUND),
        noticed_by="given_back_otherwise",
    ),
    Race(
        name="left while finance gives a part back",
        given=leaving,
        act=leave,
        rival=_give_part_of_the_fee_back_at_once,
        decided_by=Both(of_order(), NEW_REFUND),
        noticed_by="given_back_otherwise",
    ),
    Race(
        name="given back while a bill freezes it",
        given=lambda house: told_of(house, pending(house)),
        act=give_part_back,
        rival=_freeze,
        decided_by=of_order("is_frozen"),
        noticed_by="frozen_orders",
    ),
    Race(
        name="let out while a bill freezes it",
        given=leaving,
        act=_let_out,
        rival=_freeze,
        decided_by=of_order("is_frozen"),
        noticed_by="frozen_orders",
    ),
    Race(
        name="given back whole while it is moved",
        given=paid_under_the_wrong_name,
        act=give_it_back,
        rival=move,
        decided_by=of_order("account_id", "registration_id"),
        noticed_by="money_that_pays_nothing",
    ),
    Race(
        name="a second trade given back while a part of the first is done",
        given=_two_trades,
        act=lambda house, there: give_the_second_back(house, there.noticed),
        rival=lambda house, there: told(house, there.first),
        decided_by=of_order(),
        noticed_by="refunds",
    ),
    Race(
        name="a part is done while a second trade is given back",
        given=_two_trades,
        act=lambda house, there: told(house, there.first),
        rival=lambda house, there: give_the_second_back(house, there.noticed),
        decided_by=of_order("refunds"),
        noticed_by="refunds",
    ),
    Race(
        name="a refund swept while it is told of",
        given=told_of_its_end,
        act=sweep_refund,
        rival=told,
        decided_by=Weakness("Update", "REFUND#", "", ("state",)),
        noticed_by="refunds",
    ),
    Race(
        name="a refund claimed at the very moment of its end",
        given=_told_at_the_moment_it_is_due,
        act=sweep_refund,
        rival=told,
        decided_by=Weakness("Update", "REFUND#", "", ("state",)),
        noticed_by="refunds_are_due",
    ),
    Race(
        name="a refund told of while it is swept",
        given=told_of_its_end,
        act=told,
        rival=sweep_refund,
        decided_by=REFUND,
        noticed_by="refunds",
    ),
    Race(
        name="a refund fails while it is done",
        given=_refused,
        act=sweep_refund,
        rival=lambda house, there: _done_all_the_same(house, there.refund),
        decided_by=REFUND,
        noticed_by="refunds",
    ),
    Race(
        name="a refund resumed while it is done",
        given=failed,
        act=resume,
        rival=lambda house, there: _done_all_the_same(house, there.refund),
        decided_by=REFUND,
        noticed_by="refunds",
    ),
    Race(
        name="given back while it is settled",
        given=second_trade,
        act=give_the_second_back,
        rival=settle,
        decided_by=Weakness("Update", "DISCREPANCY#"),
        noticed_by="settled_once",
    ),
    Race(
        name="told of again while it is settled",
        given=_told_again_of_a_second_trade,
        act=lambda house, paying: tell(house, paying.notice),
        rival=_tell_and_settle,
        decided_by=Weakness("Put", "DISCREPANCY#"),
        noticed_by="settled_once",
    ),
    Race(
        name="frozen again while it is settled",
        given=lambda house: told_of(house, pending(house)),
        act=_freeze,
        rival=_freeze_and_settle,
        decided_by=Weakness("Put", "DISCREPANCY#"),
        noticed_by="settled_once",
    ),
]
