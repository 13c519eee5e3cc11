"""Refunds under way: claimed by one, ended once, always together with their order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.payment import OrderState
from chalicelib.domain.refund import RefundState, refunded
from chalicelib.domain.voiding import voided
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import NOW, an_entry
from tests.contracts.given import stored_order
from tests.contracts.refunding import (
    LATER,
    SECOND,
    failed,
    failure_of,
    paid,
    part_of,
    requested,
    stored_refund,
    surplus,
)
from tests.contracts.stores import Stores
from tests.waiting import open_in

ENTRY = an_entry(on_whom="the refund")
MINUTE = timedelta(minutes=1)


def test_refunds_come_due_in_their_order_and_not_before_their_time(stores: Stores) -> None:
    refunds = []
    for number, seconds in ((1, 30), (2, 10), (3, 20)):
        _, order = paid(stores, number)
        refund = replace(part_of(order, 1000), due_at=NOW + timedelta(seconds=seconds))
        refunds.append(requested(stores, order, refund).id)
    by_time = [refunds[1], refunds[2], refunds[0]]
    assert stores.refunds.due(now=NOW + timedelta(seconds=9, milliseconds=999), at_most=9) == []
    assert stores.refunds.due(now=NOW + timedelta(seconds=31), at_most=9) == by_time
    assert stores.refunds.due(now=NOW + timedelta(seconds=31), at_most=2) == by_time[:2]


def test_one_of_two_claims_a_refund_and_a_surplus_is_on_its_way_with_it(stores: Stores) -> None:
    order, refund = surplus(stores)
    claimed = stores.refunds.claim(refund, due_at=NOW + MINUTE, now=NOW)
    assert claimed == replace(refund, due_at=NOW + MINUTE, asked_at=NOW, attempts=1)
    assert stores.refunds.claim(refund, due_at=NOW + 2 * MINUTE, now=NOW) is None
    assert stored_refund(stores, refund) == claimed
    assert stored_order(stores, order) == replace(order, state=OrderState.REFUNDING)
    assert stores.refunds.due(now=NOW, at_most=9) == []
    again = stores.refunds.claim(claimed, due_at=NOW + 5 * MINUTE, now=NOW + MINUTE)
    assert again is not None
    assert again.attempts == 2


def test_a_claim_is_not_made_on_an_older_count_or_an_older_time(stores: Stores) -> None:
    _, refund = surplus(stores)
    claimed = stores.refunds.claim(refund, due_at=NOW + MINUTE, now=NOW)
    assert claimed is not None
    for read in (replace(claimed, attempts=0), replace(claimed, due_at=NOW), replace(claimed, due_at=None)):
        assert stores.refunds.claim(read, due_at=NOW + 9 * MINUTE, now=NOW) is None
    assert stored_refund(stores, refund) == claimed


def test_what_has_come_to_an_end_at_the_very_moment_it_was_due_is_not_claimed(stores: Stores) -> None:
    _, refund = surplus(stores)
    stores.refunds.complete(refund, now=NOW)
    there = stored_refund(stores, refund)
    assert stores.refunds.claim(refund, due_at=NOW + MINUTE, now=NOW) is None
    assert stored_refund(stores, refund) == there
    assert stores.refunds.due(now=NOW + timedelta(days=9), at_most=9) == []


def test_a_done_refund_is_booked_on_its_order_once(stores: Stores) -> None:
    order, refund = surplus(stores)
    for minutes in (0, 1):
        stores.refunds.complete(refund, now=LATER + minutes * MINUTE)
    assert stored_refund(stores, refund) == replace(
        refund, state=RefundState.DONE, done_at=LATER, due_at=None
    )
    assert stored_order(stores, order) == refunded(order, refund)
    assert stored_order(stores, order).state is OrderState.REFUNDED
    assert stores.refunds.due(now=NOW + timedelta(days=9), at_most=9) == []


def test_a_failed_refund_waits_with_its_order_for_a_person(stores: Stores) -> None:
    order, refund = surplus(stores)
    for code in ("NO_BALANCE", "ANOTHER"):
        stores.refunds.fail(refund, failure_of(refund, code))
    assert stored_refund(stores, refund) == replace(
        refund, state=RefundState.FAILED, refusal="NO_BALANCE", due_at=None
    )
    assert stored_order(stores, order) == replace(order, state=OrderState.REFUND_FAILED)
    assert open_in(stores.discrepancies) == [failure_of(refund)]
    assert stores.refunds.due(now=NOW + timedelta(days=9), at_most=9) == []
    assert stores.refunds.claim(refund, due_at=LATER, now=NOW) is None


def test_what_is_done_does_not_fail_afterwards(stores: Stores) -> None:
    order, refund = surplus(stores)
    stores.refunds.complete(refund, now=LATER)
    stores.refunds.fail(refund, failure_of(refund))
    stores.refunds.note_refusal(refund, "TOO_LATE")
    assert stored_refund(stores, refund).state is RefundState.DONE
    assert stored_refund(stores, refund).refusal is None
    assert stored_order(stores, order).state is OrderState.REFUNDED
    assert open_in(stores.discrepancies) == []


def test_what_failed_and_is_done_after_all_waits_for_nobody(stores: Stores) -> None:
    order, refund = surplus(stores)
    stuck = failed(stores, refund)
    with pytest.raises(StaleWriteError):
        stores.refunds.complete(refund, now=LATER)
    stores.refunds.complete(stuck, now=LATER)
    assert stored_order(stores, order).state is OrderState.REFUNDED
    assert open_in(stores.discrepancies) == []


def test_a_failure_that_a_clerk_has_settled_stays_settled_when_the_money_is_back(stores: Stores) -> None:
    _, refund = surplus(stores)
    stuck = failed(stores, refund)
    stores.discrepancies.settle(failure_of(refund), replace(ENTRY, at=NOW))
    stores.refunds.complete(stuck, now=LATER)
    settled = stores.discrepancies.get(failure_of(refund).id)
    assert settled == replace(failure_of(refund), settled_at=NOW)


def test_a_refusal_that_is_not_final_is_kept(stores: Stores) -> None:
    order, refund = surplus(stores)
    stores.refunds.note_refusal(refund, "NO_BALANCE")
    assert stored_refund(stores, refund) == replace(refund, refusal="NO_BALANCE")
    assert stored_order(stores, order) == order


def test_a_resumed_refund_is_due_again_under_its_number(stores: Stores) -> None:
    order, refund = surplus(stores)
    stuck = failed(stores, refund)
    stores.refunds.resume(stuck, ENTRY, now=LATER)
    resumed = stored_refund(stores, refund)
    assert resumed == replace(
        stuck, state=RefundState.REQUESTED, attempts=0, requested_at=LATER, due_at=LATER
    )
    assert stored_order(stores, order).state is OrderState.REFUNDING
    assert open_in(stores.discrepancies) == []
    assert stores.audit_log.of("the refund") == [ENTRY]
    assert stores.refunds.due(now=LATER + timedelta(seconds=1), at_most=9) == [refund.id]


def test_one_clerk_resumes_and_only_what_has_failed(stores: Stores) -> None:
    order, refund = surplus(stores)
    with pytest.raises(StaleWriteError):
        stores.refunds.resume(refund, ENTRY, now=LATER)
    stuck = failed(stores, refund)
    stores.refunds.resume(stuck, ENTRY, now=LATER)
    for meanwhile in ("resumed", "done"):
        if meanwhile == "done":
            stores.refunds.complete(stored_refund(stores, refund), now=LATER)
        there, of_order = stored_refund(stores, refund), stored_order(stores, order)
        with pytest.raises(StaleWriteError):
            stores.refunds.resume(stuck, an_entry(2, on_whom="the refund"), now=LATER + MINUTE)
        assert (stored_refund(stores, refund), stored_order(stores, order)) == (there, of_order)
    assert stores.audit_log.of("the refund") == [ENTRY]


def test_what_fails_again_is_in_front_of_a_person_again(stores: Stores) -> None:
    _, refund = surplus(stores)
    stores.refunds.resume(failed(stores, refund), ENTRY, now=LATER)
    again = failure_of(refund, "STILL_NO_BALANCE")
    stores.refunds.fail(stored_refund(stores, refund), again)
    assert open_in(stores.discrepancies) == [again]


def test_the_refund_of_a_second_trade_fails_and_goes_on_without_its_order(stores: Stores) -> None:
    _, order = paid(stores)
    refund = requested(stores, order, part_of(order, 24000, trade=SECOND))
    there = stored_order(stores, order)
    stuck = failed(stores, refund)
    assert stored_order(stores, order) == there
    stores.refunds.resume(stuck, ENTRY, now=LATER)
    stores.refunds.complete(stored_refund(stores, refund), now=LATER)
    assert stored_order(stores, order) == there


def test_parts_add_up_to_the_whole(stores: Stores) -> None:
    registration, order = paid(stores)
    # What pays a registration never goes back whole; what paid one that is void may.
    void = voided(registration, reason="材料系伪造", now=LATER)
    stores.registrations.void(registration, void, an_entry(on_whom=registration.id))
    for amount_fen, state in ((4000, OrderState.PART_REFUNDED), (20000, OrderState.REFUNDED)):
        refund = requested(
            stores, stored_order(stores, order), part_of(stored_order(stores, order), amount_fen)
        )
        stores.refunds.complete(refund, now=LATER)
        assert stored_order(stores, order).state is state
    assert stored_order(stores, order).left_fen == 0
