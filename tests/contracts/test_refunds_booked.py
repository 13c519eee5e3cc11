"""A refund made without us is booked once, on what was read, together with all that it moves."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.discrepancy import (
    Discrepancy,
    DiscrepancyKind,
    about_order,
    about_refund,
    discrepancy_id,
)
from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import Refund, RefundState, refund_made_outside, refund_of, with_outside_refund
from chalicelib.domain.registration import State
from chalicelib.usecases.ports import OutsideRefund, StaleWriteError
from tests.builders import EXAM_ID, NOW, an_account, an_entry
from tests.contracts.given import stored, stored_order
from tests.contracts.refunding import (
    CONSOLE,
    LATER,
    SECOND,
    failed,
    failure_of,
    paid,
    part_of,
    set_aside,
    stored_refund,
    told,
)
from tests.contracts.stores import Stores
from tests.waiting import open_in

IDENTITY = an_account().identity
ENTRY = an_entry(on_whom="the order")


def made_outside(order: PaymentOrder, amount_fen: int, **changes: Any) -> Refund:
    assert order.trade is not None
    made = refund_made_outside(
        order,
        order.trade,
        CONSOLE,
        amount_fen,
        total_fen=order.received_fen or 0,
        is_billed=False,
        now=LATER,
    )
    return replace(made, **changes)


def booking_of(order: PaymentOrder, made: Refund, *settling: Discrepancy, **changes: Any) -> OutsideRefund:
    booking = OutsideRefund(
        order=order,
        made=made,
        settling=settling,
        giving_way=None,
        rest=None,
        leaving=None,
        entries=(ENTRY,),
    )
    return replace(booking, **changes)


def test_a_refund_made_without_us_is_booked_with_its_order(stores: Stores) -> None:
    registration, order = paid(stores)
    noticed = told(stores, order)
    made = made_outside(order, 1000)
    stores.refunds.book(booking_of(order, made, noticed))
    assert stored_refund(stores, made) == made
    booked = stored_order(stores, order)
    assert booked == with_outside_refund(order, made, giving_way=None, rest=None)
    assert (booked.state, booked.refunded_fen) == (OrderState.PART_REFUNDED, 1000)
    assert stored(stores, registration) == registration
    assert stores.discrepancies.get(noticed.id) == replace(noticed, settled_at=LATER, given_back_by=CONSOLE)
    assert open_in(stores.discrepancies) == []
    assert stores.audit_log.of("the order") == [ENTRY]


def test_it_is_asked_about_no_more_and_waits_for_a_bill_unless_one_told_of_it(stores: Stores) -> None:
    _, order = paid(stores)
    stores.bills.confirm_order(order)
    made = made_outside(order, 1000)
    stores.refunds.book(booking_of(order, made))
    much_later = LATER.replace(year=LATER.year + 1)
    assert stores.refunds.due(now=much_later, at_most=9) == []
    (waits,) = stores.bills.awaiting("alipay", before=much_later, at_most=9)
    assert waits.refund_id == CONSOLE
    stores.bills.confirm_refund(made)
    billed = made_outside(order, 500, id=RefundId("console-2"), is_billed=True)
    stores.refunds.book(booking_of(stored_order(stores, order), billed, entries=()))
    assert list(stores.bills.awaiting("alipay", before=much_later, at_most=9)) == []


def test_a_number_is_booked_once(stores: Stores) -> None:
    _, order = paid(stores, 1)
    _, other = paid(stores, 2)
    made = made_outside(order, 1000)
    stores.refunds.book(booking_of(order, made))
    for read in (stored_order(stores, order), other):
        there = stored_order(stores, read)
        with pytest.raises(StaleWriteError):
            stores.refunds.book(booking_of(read, made_outside(read, 500), entries=(an_entry(2),)))
        assert stored_order(stores, read) == there
    assert stored_refund(stores, made) == made


CHANGED_MEANWHILE: dict[str, Any] = {
    "state": OrderState.PAID,
    "refunds": 1,
    "refunding_fen": 1,
    "refunded_fen": 0,
    "outside_refunds": (),
    "is_frozen": True,
    "account_id": "another account",
    "registration_id": "another registration",
}


@pytest.mark.parametrize("what", CHANGED_MEANWHILE)
def test_what_an_order_has_given_back_and_what_it_pays_are_as_they_were_read(
    stores: Stores, what: str
) -> None:
    registration, order = paid(stores)
    stores.refunds.book(booking_of(order, made_outside(order, 1000), told(stores, order)))
    there = stored_order(stores, order)
    read = replace(there, **{what: CHANGED_MEANWHILE[what]})
    another = told(stores, order, id=discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", "console-2"))
    made = made_outside(there, 500, id=RefundId("console-2"))
    with pytest.raises(StaleWriteError):
        stores.refunds.book(booking_of(read, made, another))
    with pytest.raises(StaleWriteError):
        stores.refunds.request(read, part_of(there, 500), ENTRY, settling=None, now=LATER)
    assert stored_order(stores, order) == there
    assert stored(stores, registration) == registration
    assert stores.refunds.get(made.id) is None
    assert open_in(stores.discrepancies) == [another]


def test_what_somebody_else_has_settled_is_not_booked_as_well(stores: Stores) -> None:
    _, order = paid(stores)
    noticed = told(stores, order)
    stores.discrepancies.settle(noticed, an_entry(9))
    with pytest.raises(StaleWriteError):
        stores.refunds.book(booking_of(order, made_outside(order, 1000), noticed))
    assert stored_order(stores, order) == order
    assert stores.refunds.get(CONSOLE) is None


def test_what_is_back_whole_leaves_its_registration(stores: Stores) -> None:
    registration, order = paid(stores)
    leaving = (registration, IDENTITY)
    of_both = (ENTRY, an_entry(on_whom="the registration"))
    made = made_outside(order, order.amount_fen)
    stores.refunds.book(booking_of(order, made, leaving=leaving, entries=of_both))
    assert stored_order(stores, order).state is OrderState.REFUNDED
    assert stored(stores, registration) == replace(
        registration, state=State.OPTED_OUT, updated_at=LATER, version=registration.version + 1
    )
    assert stores.registrations.holder(EXAM_ID, IDENTITY) is None
    assert stores.audit_log.of("the registration") == [of_both[1]]


def test_what_is_back_whole_pays_no_registration(stores: Stores) -> None:
    registration, order = paid(stores)
    with pytest.raises(StaleWriteError):
        stores.refunds.book(booking_of(order, made_outside(order, order.amount_fen)))
    assert stored_order(stores, order) == order
    assert stored(stores, registration) == registration


@pytest.mark.parametrize(
    "meanwhile", [{"version": 99}, {"state": State.PAYABLE}, {"open_order_id": OrderId("newer")}]
)
def test_nobody_is_let_out_of_what_has_changed(stores: Stores, meanwhile: dict[str, Any]) -> None:
    registration, order = paid(stores)
    made = made_outside(order, order.amount_fen)
    leaving = (replace(registration, **meanwhile), IDENTITY)
    with pytest.raises(StaleWriteError):
        stores.refunds.book(booking_of(order, made, leaving=leaving))
    assert stored(stores, registration) == registration
    assert stored_order(stores, order) == order


def stuck(stores: Stores) -> tuple[PaymentOrder, Refund, Refund]:
    """A failed refund that wants all of an order, and what is left of it once a part is back without us."""
    registration, order = paid(stores)
    wanted = part_of(order, order.amount_fen)
    stores.refunds.opt_out(order, wanted, registration, IDENTITY, entry=None, now=LATER)
    refund = failed(stores, wanted)
    order = stored_order(stores, order)
    rest = refund_of(
        order,
        refund.trade,
        refund.amount_fen - 1000,
        total_fen=refund.total_fen,
        cause=refund.cause,
        now=LATER,
    )
    return order, refund, rest


def test_a_failed_refund_gives_way_and_the_rest_is_due(stores: Stores) -> None:
    order, refund, rest = stuck(stores)
    made = made_outside(order, 1000)
    stores.refunds.book(booking_of(order, made, giving_way=refund, rest=rest))
    assert stored_refund(stores, refund).state is RefundState.DEAD
    assert stored_refund(stores, rest) == rest
    moved = stored_order(stores, order)
    assert moved == with_outside_refund(order, made, giving_way=refund, rest=rest)
    assert (moved.state, moved.refunding_fen, moved.refunded_fen) == (
        OrderState.REFUNDING,
        order.amount_fen - 1000,
        1000,
    )
    failure = stores.discrepancies.get(failure_of(refund).id)
    assert failure is not None
    assert failure.settled_at == LATER
    stores.refunds.complete(rest, now=LATER)
    assert stored_order(stores, order).state is OrderState.REFUNDED


def test_a_refund_that_was_resumed_gives_no_way(stores: Stores) -> None:
    order, refund, rest = stuck(stores)
    stores.refunds.resume(refund, an_entry(9), now=LATER)
    resumed = stored_order(stores, order)
    with pytest.raises(StaleWriteError):
        stores.refunds.book(booking_of(resumed, made_outside(order, 1000), giving_way=refund, rest=rest))
    assert stored_order(stores, order) == resumed
    assert stores.refunds.get(rest.id) is None


def test_a_mismatch_that_is_back_holds_nothing(stores: Stores) -> None:
    registration, order, noticed = set_aside(stores)
    stores.refunds.book(booking_of(order, made_outside(order, 30000), told(stores, order), noticed))
    assert stored(stores, registration).held_order_id is None
    assert open_in(stores.discrepancies) == []
    assert stored_order(stores, order).state is OrderState.REFUNDED


def test_what_is_back_of_a_second_trade_leaves_a_held_registration_held(stores: Stores) -> None:
    registration, order, _ = set_aside(stores)
    stores.refunds.book(booking_of(order, made_outside(order, 24000, trade=SECOND)))
    assert stored(stores, registration) == registration
    assert stored_order(stores, order) == replace(order, outside_refunds=(CONSOLE,))


def test_a_bill_that_disagrees_about_it_freezes_its_order_until_it_is_settled(stores: Stores) -> None:
    _, order = paid(stores)
    made = made_outside(order, 1000)
    stores.refunds.book(booking_of(order, made))
    booked = stored_order(stores, order)
    differs = about_refund(DiscrepancyKind.REFUND_AMOUNT_DIFFERS, made, now=NOW, bill_day=NOW.date())
    of_all = about_order(DiscrepancyKind.AMOUNT_DIFFERS, order, now=NOW, bill_day=NOW.date(), amount_fen=1)
    for noticed in (differs, of_all):
        assert stores.discrepancies.freeze(noticed)
    stores.discrepancies.settle(of_all, an_entry(8))
    assert stored_order(stores, order).is_frozen
    stores.discrepancies.settle(differs, an_entry(9))
    assert stored_order(stores, order) == booked
