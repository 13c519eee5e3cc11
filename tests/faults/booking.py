"""Flows and races in which finance books what went back at the provider without us."""

from typing import Any, NamedTuple

from chalicelib.domain.discrepancy import DiscrepancyKind, discrepancy_id
from chalicelib.domain.ids import DiscrepancyId, RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import State
from chalicelib.usecases.money.book_refund import book_refund
from chalicelib.usecases.money.what_went_back import SaidByClerk
from chalicelib.usecases.ports import RefundDone
from tests.faults.flow import Flow
from tests.faults.giving_back import Leaving, leave, leaving, registration_is, resume, sweep_refund
from tests.faults.house import House
from tests.faults.paying import Paying, is_paid, order_is, pending, tell, told_of
from tests.faults.races import Race
from tests.faults.races_of_refunds import first_refund
from tests.faults.seeing_to import (
    PART_FEN,
    Noticed,
    entry_of,
    give_part_back,
    may_be_paid_anew,
    nobody_waits,
    settle,
    told_of_wrong_money,
)
from tests.faults.weakness import Both, Weakness, of_order

CONSOLE = RefundId("console-1")


class TwoParts(NamedTuple):
    """Two refunds of one order that wait for a person."""

    first: Noticed
    second: DiscrepancyId


class Stuck(NamedTuple):
    """Somebody who has left, whose money partly went back before: our refund wanted too much."""

    leaving: Leaving
    noticed: DiscrepancyId


def _as_stored(house: House, order: PaymentOrder) -> PaymentOrder:
    stored = house.services.orders.get(order.id)
    assert stored is not None
    return stored


def _at_console(house: House, order: PaymentOrder, fen: int, number: RefundId = CONSOLE) -> DiscrepancyId:
    """Somebody gives money back at the console, and the provider tells of it."""
    alipay = house.outside.alipay
    alipay.refund_at_console(_as_stored(house, order), number, fen)
    tell(house, alipay.notice_of_refund(order.id, number, RefundDone()))
    return discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", number)


def part_back(house: House) -> Noticed:
    """A part of what pays a registration is back."""
    there = told_of(house, pending(house))
    return Noticed(there, _at_console(house, there.order, PART_FEN))


def all_back(house: House) -> Noticed:
    """All of it is."""
    there = told_of(house, pending(house))
    return Noticed(there, _at_console(house, there.order, there.order.amount_fen))


def mismatch_back(house: House) -> Noticed:
    """A wrong amount was given back by hand."""
    there = told_of_wrong_money(house)
    return Noticed(there, _at_console(house, there.order, 1))


def stuck(house: House) -> Stuck:
    """Whoever left wants all back, of which a part is back already."""
    there = leaving(house)
    noticed = _at_console(house, there.order, PART_FEN)
    leave(house, there)
    sweep_refund(house, first_refund(house, there.order))
    return Stuck(there, noticed)


def two_parts_back(house: House) -> TwoParts:
    """Two parts are back, of which we were told."""
    there = told_of(house, pending(house))
    first = _at_console(house, there.order, PART_FEN)
    return TwoParts(Noticed(there, first), _at_console(house, there.order, 500, RefundId("console-2")))


def book(house: House, there: Noticed | Stuck) -> None:
    """A clerk books it."""
    _book(house, there.noticed)


def _book(house: House, noticed: DiscrepancyId) -> None:
    entry, accounts = entry_of(house), house.services.accounts
    ports, said = house.payment_ports, SaidByClerk()
    house.run(book_refund, noticed, said, entry, ports=ports, accounts=accounts)


def _is_paid_by_what_is_left(house: House, there: Noticed) -> None:
    nobody_waits(house)
    order_is(house, there.paying.order.id, OrderState.PART_REFUNDED)
    is_paid(house, there.paying.payer)


def _has_left(house: House, there: Noticed) -> None:
    nobody_waits(house)
    order_is(house, there.paying.order.id, OrderState.REFUNDED)
    registration_is(house, *there.paying.payer, State.OPTED_OUT)


def _all_of_it_is_back(house: House, there: Stuck) -> None:
    nobody_waits(house)
    order = there.leaving.order
    order_is(house, order.id, OrderState.REFUNDED)
    moved = house.outside.alipay.given_back
    assert moved == {CONSOLE: PART_FEN, f"{order.id}R02": order.amount_fen - PART_FEN}


def _may_be_paid_anew(house: House, there: Noticed) -> None:
    order_is(house, there.paying.order.id, OrderState.REFUNDED)
    may_be_paid_anew(house, there.paying)


def _give_part_back(house: House, there: Noticed) -> None:
    give_part_back(house, Paying(there.paying.payer, there.paying.order))


def _resume(house: House, there: Stuck) -> None:
    resume(house, first_refund(house, there.leaving.order))


FLOWS: list[Flow[Any]] = [
    Flow(name="finance books a part", given=part_back, act=book, reached=_is_paid_by_what_is_left),
    Flow(name="finance books all of it", given=all_back, act=book, reached=_has_left),
    Flow(name="finance books a wrong amount", given=mismatch_back, act=book, reached=_may_be_paid_anew),
    Flow(name="finance books what a failed refund wanted", given=stuck, act=book, reached=_all_of_it_is_back),
]
RACES: list[Race[Any]] = [
    Race(
        name="booked while a part is given back",
        given=part_back,
        act=book,
        rival=_give_part_back,
        decided_by=of_order(),
        noticed_by="refunds",
    ),
    Race(
        name="given back while a part is booked",
        given=part_back,
        act=_give_part_back,
        rival=book,
        decided_by=of_order("state", "refunded_fen", "outside_refunds"),
        noticed_by="refunds",
    ),
    Race(
        name="two parts booked at once",
        given=two_parts_back,
        act=lambda house, there: book(house, there.first),
        rival=lambda house, there: _book(house, there.second),
        decided_by=of_order(),
        noticed_by="refunds",
    ),
    Race(
        name="booked while it is settled",
        given=part_back,
        act=book,
        rival=settle,
        decided_by=Weakness("Update", "DISCREPANCY#"),
        noticed_by="settled_once",
    ),
    Race(
        name="booked while the failed refund in its way is resumed",
        given=stuck,
        act=book,
        rival=_resume,
        decided_by=Both(of_order(), Weakness("Update", "REFUND#")),
        noticed_by="refunds_are_due",
    ),
]
