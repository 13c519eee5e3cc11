"""Refunds asked for: money is reserved once, on what was read, together with all that tells of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.discrepancy import DiscrepancyKind, about_money
from chalicelib.domain.ids import OrderId, RefundId, RegistrationId
from chalicelib.domain.moving import paid_move
from chalicelib.domain.payment import OrderState
from chalicelib.domain.refund import RefundCause, refunded, refunding
from chalicelib.domain.registration import State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import EXAM_ID, NOW, an_account, an_entry, an_identity, an_order, money_for
from tests.contracts.given import opened, ordered, stored, stored_order
from tests.contracts.refunding import (
    LATER,
    SECOND,
    paid,
    part_of,
    requested,
    second_money,
    set_aside,
    stored_refund,
)
from tests.contracts.stores import Stores
from tests.waiting import open_in

ENTRY = an_entry(on_whom="the order")
SOON = LATER + timedelta(seconds=1)
IDENTITY = an_account().identity
NOT_FOUND = Verification(VerificationState.NOT_FOUND, NOW)


def test_no_refund_is_found_where_none_is(stores: Stores) -> None:
    assert stores.refunds.get(RefundId("nothing")) is None


def test_a_part_asked_for_is_due_at_once_and_reserved_on_its_order(stores: Stores) -> None:
    registration, order = paid(stores)
    refund = part_of(order, 1000)
    stores.refunds.request(order, refund, ENTRY, settling=None, now=LATER)
    assert stored_refund(stores, refund) == refund
    assert stores.refunds.due(now=SOON, at_most=9) == [refund.id]
    assert stored_order(stores, order) == replace(
        order, state=OrderState.REFUNDING, refunds=1, refunding_fen=1000
    )
    assert stored(stores, registration) == registration
    assert stores.audit_log.of("the order") == [ENTRY]


def test_two_who_read_the_same_order_ask_for_one_refund(stores: Stores) -> None:
    _, order = paid(stores)
    requested(stores, order, part_of(order, 1000))
    there = stored_order(stores, order)
    with pytest.raises(StaleWriteError):
        stores.refunds.request(order, part_of(order, 2000), ENTRY, settling=None, now=LATER)
    another = replace(part_of(order, 2000), id=RefundId("another-number"))
    with pytest.raises(StaleWriteError):
        stores.refunds.request(order, another, ENTRY, settling=None, now=LATER)
    assert stored_order(stores, order) == there
    assert stores.refunds.get(another.id) is None
    assert stores.audit_log.of("the order") == []


def test_a_refund_number_serves_once(stores: Stores) -> None:
    _, order = paid(stores, 1)
    _, other = paid(stores, 2)
    taken = requested(stores, order, part_of(order, 1000))
    with pytest.raises(StaleWriteError):
        stores.refunds.request(
            other, replace(part_of(other, 500), id=taken.id), ENTRY, settling=None, now=LATER
        )
    assert stored_refund(stores, taken) == taken
    assert stored_order(stores, other) == other


CHANGED_MEANWHILE: dict[str, Any] = {
    "state": OrderState.PAID,
    "refunds": 2,
    "refunding_fen": 1,
    "refunded_fen": 0,
    "is_frozen": True,
    "account_id": "another account",
    "registration_id": "another registration",
}


@pytest.mark.parametrize("what", CHANGED_MEANWHILE)
def test_what_an_order_has_given_back_and_what_it_pays_are_as_they_were_read(
    stores: Stores, what: str
) -> None:
    registration, order = paid(stores)
    first = requested(stores, order, part_of(order, 1000))
    stores.refunds.complete(first, now=LATER)
    there = stored_order(stores, order)
    assert there == refunded(refunding(order, first), first)
    read = replace(there, **{what: CHANGED_MEANWHILE[what]})
    refund = replace(part_of(there, 500), id=RefundId("next"))
    with pytest.raises(StaleWriteError):
        stores.refunds.request(read, refund, ENTRY, settling=None, now=LATER)
    with pytest.raises(StaleWriteError):
        stores.refunds.opt_out(read, refund, registration, IDENTITY, entry=None, now=LATER)
    assert stored_order(stores, order) == there
    assert stored(stores, registration) == registration
    assert stores.refunds.get(refund.id) is None


def test_a_mismatch_given_back_is_settled_and_its_registration_free(stores: Stores) -> None:
    registration, order, noticed = set_aside(stores)
    refund = part_of(order, 30000)
    stores.refunds.request(order, refund, ENTRY, settling=noticed, now=LATER)
    assert stores.discrepancies.get(noticed.id) == replace(noticed, settled_at=LATER, given_back_by=refund.id)
    assert open_in(stores.discrepancies) == []
    assert stored(stores, registration) == replace(
        registration, held_order_id=None, version=registration.version + 1
    )
    assert stored_order(stores, order).state is OrderState.REFUNDING
    stores.orders.open(an_order(registration, 2), registration, None)


def test_what_somebody_else_has_settled_is_not_given_back_as_well(stores: Stores) -> None:
    registration, order, noticed = set_aside(stores)
    stores.discrepancies.settle(noticed, an_entry(9))
    there = stored(stores, registration)
    with pytest.raises(StaleWriteError):
        stores.refunds.request(order, part_of(order, 30000), ENTRY, settling=noticed, now=LATER)
    assert stored_order(stores, order) == order
    assert stored(stores, registration) == there
    assert stores.audit_log.of("the order") == []


def test_money_of_a_mismatch_that_was_settled_before_may_still_go_back(stores: Stores) -> None:
    registration, order, noticed = set_aside(stores)
    stores.discrepancies.settle(noticed, an_entry(9))
    stores.refunds.request(order, part_of(order, 30000), ENTRY, settling=None, now=LATER)
    assert stored_order(stores, order).state is OrderState.REFUNDING
    assert stored(stores, registration).held_order_id is None


def test_the_refund_of_a_mismatch_leaves_a_newer_order_of_its_registration_open(stores: Stores) -> None:
    registration, order, noticed = set_aside(stores)
    stores.discrepancies.settle(noticed, an_entry(9))
    newer = an_order(registration, 2)
    stores.orders.open(newer, registration, None)
    waiting = stored(stores, registration)
    stores.refunds.request(order, part_of(order, 30000), ENTRY, settling=None, now=LATER)
    assert stored(stores, registration) == waiting


def test_the_refund_of_a_second_trade_takes_its_number_and_leaves_the_rest(stores: Stores) -> None:
    _, order = paid(stores)
    noticed = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=NOW)
    assert stores.discrepancies.note(noticed)
    refund = part_of(order, order.amount_fen, trade=SECOND)
    stores.refunds.request(order, refund, ENTRY, settling=noticed, now=LATER)
    assert stored_order(stores, order) == replace(order, refunds=1)
    settled = stores.discrepancies.get(noticed.id)
    assert settled is not None
    assert settled.given_back_by == refund.id
    stores.refunds.complete(refund, now=LATER)
    assert stored_order(stores, order) == replace(order, refunds=1)


def test_the_refund_of_a_second_trade_leaves_a_held_registration_held(stores: Stores) -> None:
    registration, order, _ = set_aside(stores)
    stores.refunds.request(order, part_of(order, 24000, trade=SECOND), ENTRY, settling=None, now=LATER)
    assert stored(stores, registration) == registration


def test_opting_out_leaves_the_exam_and_asks_for_the_refund(stores: Stores) -> None:
    registration, order = paid(stores)
    refund = replace(part_of(order, order.amount_fen), cause=RefundCause.OPT_OUT)
    stores.refunds.opt_out(order, refund, registration, IDENTITY, entry=ENTRY, now=LATER)
    assert stored(stores, registration) == replace(
        registration, state=State.OPTED_OUT, updated_at=LATER, version=registration.version + 1
    )
    assert stored_order(stores, order) == refunding(order, refund)
    assert stored_refund(stores, refund) == refund
    assert stores.audit_log.of("the order") == [ENTRY]
    assert stores.registrations.holder(EXAM_ID, IDENTITY) is None, "the exam is free for the candidate"


def test_one_opts_out_once(stores: Stores) -> None:
    registration, order = paid(stores)
    refund = part_of(order, order.amount_fen)
    for _ in range(2):
        stale = _opting_out_is_stale(stores, registration, order, refund)
    assert stale
    assert stored_order(stores, order) == refunding(order, refund)


def _opting_out_is_stale(stores: Stores, *facts: Any) -> bool:
    registration, order, refund = facts
    try:
        stores.refunds.opt_out(order, refund, registration, IDENTITY, entry=None, now=LATER)
    except StaleWriteError:
        return True
    return False


@pytest.mark.parametrize(
    "meanwhile",
    [{"version": 99}, {"state": State.PAYABLE}, {"open_order_id": OrderId("newer")}, {"id": "another"}],
)
def test_nobody_opts_out_of_what_has_changed(stores: Stores, meanwhile: dict[str, Any]) -> None:
    registration, order = paid(stores)
    refund = part_of(order, order.amount_fen)
    assert _opting_out_is_stale(stores, replace(registration, **meanwhile), order, refund)
    assert stored(stores, registration) == registration
    assert stored_order(stores, order) == order


def test_nobody_opts_out_by_an_order_that_does_not_pay_it(stores: Stores) -> None:
    registration, order = ordered(stores)
    stores.orders.close(order)
    newer = an_order(registration, 2)
    stores.orders.open(newer, registration, None)
    stores.orders.settle(newer, money_for(newer), now=NOW)
    there = stored(stores, registration)
    closed = stored_order(stores, order)
    refund = part_of(stored_order(stores, newer), 24000)
    assert _opting_out_is_stale(stores, there, closed, replace(refund, order_id=order.id))
    assert stored(stores, registration) == there
    assert stored_order(stores, order) == closed


def test_the_place_of_another_registration_is_not_given_away(stores: Stores) -> None:
    registration, order = paid(stores)
    another = an_identity(2)
    refund = part_of(order, order.amount_fen)
    with pytest.raises(StaleWriteError):
        stores.refunds.opt_out(order, refund, registration, another, entry=None, now=LATER)
    assert stored(stores, registration) == registration
    assert stored_order(stores, order) == order
    assert stores.refunds.get(refund.id) is None


def test_a_refund_goes_on_under_the_account_to_which_its_order_was_moved(stores: Stores) -> None:
    wrong = an_account(1, identity=an_identity(1, name="王小明"), identity_check=NOT_FOUND)
    right = an_account(2, identity=an_identity(1))
    opened(stores, wrong)
    opened(stores, right, shares_id_number=True)
    registration, order = paid(stores)
    move = paid_move(
        registration,
        wrong,
        right,
        credential_ids=(),
        standing=stores.registrations.commitment_of(EXAM_ID, right.identity),
        registration_id=RegistrationId("moved"),
        now=NOW,
    )
    stores.registrations.move_paid(
        move, stores.registrations.commitment_of(EXAM_ID, right.identity), an_entry(9)
    )
    with pytest.raises(StaleWriteError):
        stores.refunds.request(order, part_of(order, 1000), ENTRY, settling=None, now=LATER)
    moved = stored_order(stores, order)
    assert moved.account_id == right.id
    refund = part_of(moved, moved.amount_fen)
    stores.refunds.opt_out(
        moved, refund, stored(stores, move.arriving), right.identity, entry=None, now=LATER
    )
    assert stored(stores, move.arriving).state is State.OPTED_OUT
    assert stored_order(stores, order) == refunding(moved, refund)
