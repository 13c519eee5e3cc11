"""A finding and its end: with their audit entries, as seen, and never beside money that goes back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.change import ChangeState
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.voiding import reinstated, voided
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import AUTHORITY_ID, EXAM_ID, NOW, an_account, an_entry, money_for
from tests.contracts.given import opened, ordered, payable, stored, stored_order
from tests.contracts.refunding import paid, part_of, requested
from tests.contracts.stores import Stores
from tests.contracts.test_change_requests import asked

LATER = NOW + timedelta(hours=1)
WHY = "学历证书系伪造"


def void(stores: Stores, seen: Registration, number: int = 1) -> Registration:
    changed = voided(seen, reason=WHY, now=LATER)
    stores.registrations.void(seen, changed, an_entry(number, on_whom=seen.id))
    return changed


def reinstate(stores: Stores, seen: Registration, paid_by: PaymentOrder | None, number: int = 2) -> None:
    changed = reinstated(seen, paid_by, now=LATER)
    stores.registrations.reinstate(seen, changed, an_entry(number, on_whom=seen.id))


def ask_back(stores: Stores, order: PaymentOrder, amount_fen: int) -> None:
    requested(stores, order, part_of(order, amount_fen))


def test_a_finding_comes_back_as_it_was_written(stores: Stores) -> None:
    seen = payable(stores)
    changed = void(stores, seen)
    assert stored(stores, seen) == changed
    assert [entry.id for entry in stores.audit_log.of(seen.id)] == [an_entry(1).id]
    reinstate(stores, changed, None)
    assert stored(stores, seen) == replace(seen, updated_at=LATER, version=seen.version + 2)
    assert len(stores.audit_log.of(seen.id)) == 2


def test_the_place_stays_taken(stores: Stores) -> None:
    account = opened(stores, an_account())
    seen = payable(stores)
    void(stores, seen)
    holder = stores.registrations.holder(EXAM_ID, account.identity)
    assert holder is not None
    assert (holder.registration.id, holder.registration.state) == (seen.id, State.VOID)


def test_of_two_clerks_the_first_one_finds(stores: Stores) -> None:
    seen = payable(stores)
    changed = void(stores, seen)
    with pytest.raises(StaleWriteError):
        void(stores, seen, 2)
    reinstate(stores, changed, None)
    with pytest.raises(StaleWriteError):
        reinstate(stores, changed, None, 3)
    assert len(stores.audit_log.of(seen.id)) == 2


def test_a_finding_has_not_been_seen_by_what_was_paid_meanwhile(stores: Stores) -> None:
    seen, order = ordered(stores)
    stores.orders.settle(order, money_for(order), now=NOW)
    with pytest.raises(StaleWriteError):
        void(stores, seen)
    assert stored(stores, seen).state is State.PAID
    assert stores.audit_log.of(seen.id) == []


def test_what_is_void_is_not_paid(stores: Stores) -> None:
    seen, order = ordered(stores)
    void(stores, seen)
    with pytest.raises(StaleWriteError):
        stores.orders.settle(order, money_for(order), now=NOW)
    assert stored(stores, seen).open_order_id == order.id
    stores.orders.close(order)
    assert stored(stores, seen).open_order_id is None


def test_a_request_for_a_change_is_moot(stores: Stores) -> None:
    registration, request = asked(stores)
    void(stores, registration)
    (moot,) = stores.change_requests.of(registration.account_id, registration.id)
    assert (moot.state, moot.settled_at) == (ChangeState.MOOT, LATER)
    assert stores.change_requests.open_at(AUTHORITY_ID, at_most=9) == []
    assert request.state is ChangeState.OPEN


def test_it_leaves_the_queue_of_reviewers_and_comes_back_to_it(stores: Stores) -> None:
    seen = payable(stores)
    waiting = replace(seen, state=State.UNDER_REVIEW, confirmed_at=NOW, version=2)
    stores.registrations.replace(seen, waiting)
    changed = void(stores, waiting)
    assert stores.registrations.under_review(AUTHORITY_ID, [EXAM_ID], at_most=9) == []
    reinstate(stores, changed, None)
    (found,) = stores.registrations.under_review(AUTHORITY_ID, [EXAM_ID], at_most=9)
    assert found.id == seen.id


def test_what_was_paid_is_not_reinstated_when_its_money_has_begun_to_go_back(stores: Stores) -> None:
    seen, order = paid(stores)
    changed = void(stores, seen)
    ask_back(stores, order, 1000)
    assert stored_order(stores, order).state is not OrderState.PAID
    with pytest.raises(StaleWriteError):
        reinstate(stores, changed, order)
    assert stored(stores, seen).state is State.VOID


def test_money_of_what_was_reinstated_does_not_go_back_whole(stores: Stores) -> None:
    seen, order = paid(stores)
    reinstate(stores, void(stores, seen), order)
    with pytest.raises(StaleWriteError):
        ask_back(stores, order, order.left_fen)
    assert stored_order(stores, order) == order
    ask_back(stores, order, 1000)


def test_money_of_what_is_void_goes_back_whole(stores: Stores) -> None:
    seen, order = paid(stores)
    void(stores, seen)
    ask_back(stores, order, order.left_fen)
    assert stored_order(stores, order).left_fen == 0


def test_what_was_void_gives_way_once_its_account_is_released(stores: Stores) -> None:
    account = opened(stores, an_account())
    seen, order = paid(stores)
    changed = void(stores, seen)
    with pytest.raises(StaleWriteError):  # not while the account is open
        stores.registrations.give_way(changed, account.identity, now=NOW)
    stores.accounts.release(account, an_entry(4, on_whom=account.id))
    stores.registrations.give_way(changed, account.identity, now=NOW)
    assert (stored(stores, seen).state, stored(stores, seen).paid_order_id) == (State.SUPERSEDED, order.id)
    assert stores.registrations.holder(EXAM_ID, account.identity) is None
