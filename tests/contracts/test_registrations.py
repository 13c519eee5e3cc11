"""Registrations: one for each ID number, exam and year; nothing is written over what somebody else wrote."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import RegistrationExistsError
from chalicelib.domain.ids import AccountId, AuthorityId, ExamId, RegistrationId
from chalicelib.domain.registration import Choices, Registration, State
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import (
    AUTHORITY_ID,
    NOW,
    a_payable_registration,
    a_registration,
    an_account,
    an_identity,
    an_order,
)
from tests.contracts.given import ordered, payable, stored
from tests.contracts.stores import Stores

ACCOUNT = an_account()


def started(stores: Stores, registration: Registration) -> Registration:
    stores.registrations.start(registration, ACCOUNT.identity)
    return registration


def of_exam(number: int, **changes: object) -> Registration:
    return replace(a_registration(ACCOUNT, number), exam_id=ExamId(f"exam-{number}"), **changes)  # type: ignore[arg-type]


def test_a_draft_and_a_complete_registration_come_back_as_they_were(stores: Stores) -> None:
    draft = started(stores, of_exam(1))
    complete = started(
        stores,
        a_payable_registration(ACCOUNT, 2, review_reasons=("name_differs",), rejection="姓名不符"),
    )
    assert stored(stores, draft) == draft
    assert stored(stores, complete) == complete


def test_a_registration_is_its_accounts_own(stores: Stores) -> None:
    registration = started(stores, a_registration(ACCOUNT))
    assert stores.registrations.get(AccountId("somebody"), registration.id) is None
    assert stores.registrations.get(ACCOUNT.id, RegistrationId("another")) is None
    assert stores.registrations.of(AccountId("somebody")) == []


def test_all_of_an_account_are_listed_newest_first(stores: Stores) -> None:
    first, second, third = (started(stores, of_exam(number)) for number in (1, 2, 3))
    assert stores.registrations.of(ACCOUNT.id) == [third, second, first]


def test_a_second_account_under_the_same_id_number_cannot_register_for_the_same_exam(stores: Stores) -> None:
    started(stores, a_registration(ACCOUNT))
    other = an_account(2, identity=an_identity(1, name="王小明"))
    with pytest.raises(RegistrationExistsError):
        stores.registrations.start(a_registration(other, 2), other.identity)
    assert stores.registrations.of(other.id) == []
    stores.registrations.start(of_exam(3, account_id=other.id), other.identity)


def test_a_change_is_written(stores: Stores) -> None:
    seen = started(stores, a_registration(ACCOUNT))
    changed = replace(seen, choices=Choices(level="all", subjects=("law",)), version=2, updated_at=NOW)
    stores.registrations.replace(seen, changed)
    assert stored(stores, seen) == changed


@pytest.mark.parametrize("field", ["version", "state"])
def test_a_change_of_something_that_moved_on_is_refused(stores: Stores, field: str) -> None:
    seen = started(stores, a_registration(ACCOUNT))
    moved_on = replace(seen, version=2) if field == "version" else replace(seen, state=State.PAYABLE)
    stores.registrations.replace(seen, moved_on)
    with pytest.raises(StaleWriteError):
        stores.registrations.replace(seen, replace(seen, rejection="late", version=2))
    assert stored(stores, seen) == moved_on


def test_a_change_is_refused_while_an_order_was_opened_that_it_did_not_see(stores: Stores) -> None:
    seen = payable(stores)
    stores.orders.open(an_order(seen), seen, None)
    with pytest.raises(StaleWriteError):
        stores.registrations.replace(seen, replace(seen, state=State.DRAFT, version=seen.version + 1))


def test_a_change_of_what_was_given_up_makes_nothing(stores: Stores) -> None:
    seen = started(stores, a_registration(ACCOUNT))
    stores.registrations.give_up(seen, ACCOUNT.identity)
    with pytest.raises(StaleWriteError):
        stores.registrations.replace(seen, replace(seen, version=2))
    assert stores.registrations.of(ACCOUNT.id) == []


def test_giving_up_frees_the_exam(stores: Stores) -> None:
    seen = started(stores, a_registration(ACCOUNT))
    stores.registrations.give_up(seen, ACCOUNT.identity)
    assert stores.registrations.get(ACCOUNT.id, seen.id) is None
    started(stores, a_registration(ACCOUNT, 2))


def test_a_registration_that_moved_on_is_not_given_up(stores: Stores) -> None:
    seen = started(stores, a_registration(ACCOUNT))
    moved_on = replace(seen, version=2)
    stores.registrations.replace(seen, moved_on)
    with pytest.raises(StaleWriteError):
        stores.registrations.give_up(seen, ACCOUNT.identity)
    assert stored(stores, seen) == moved_on


def test_what_is_paid_or_may_yet_be_paid_is_not_given_up(stores: Stores) -> None:
    with_order, _ = ordered(stores)
    paid = a_payable_registration(an_account(2), 2, state=State.PAID)
    stores.registrations.start(paid, an_account(2).identity)
    for registration, account in ((with_order, an_account(1)), (paid, an_account(2))):
        with pytest.raises(StaleWriteError):
            stores.registrations.give_up(registration, account.identity)
        assert stored(stores, registration) == registration


def test_the_queue_of_an_authority_holds_what_waits_longest_first(stores: Stores) -> None:
    waiting = [
        started(
            stores,
            of_exam(number, state=State.UNDER_REVIEW, confirmed_at=NOW + timedelta(minutes=minutes)),
        )
        for number, minutes in ((1, 30), (2, 10), (3, 20), (4, 40))
    ]
    started(
        stores, of_exam(5, state=State.UNDER_REVIEW, authority_id=AuthorityId("dalian"), confirmed_at=NOW)
    )
    started(stores, of_exam(6))
    queue = [waiting[1], waiting[2], waiting[0], waiting[3]]
    exam_ids = [registration.exam_id for registration in waiting]
    assert stores.registrations.under_review(AUTHORITY_ID, exam_ids, at_most=10) == queue
    assert stores.registrations.under_review(AUTHORITY_ID, exam_ids, at_most=2) == queue[:2]
    assert stores.registrations.under_review(AUTHORITY_ID, exam_ids[:2], at_most=10) == [queue[0], queue[2]]
    assert stores.registrations.under_review(AuthorityId("anshan"), exam_ids, at_most=10) == []


def test_what_was_reviewed_has_left_the_queue(stores: Stores) -> None:
    seen = started(stores, of_exam(1, state=State.UNDER_REVIEW, confirmed_at=NOW))
    stores.registrations.replace(seen, replace(seen, state=State.PAYABLE, version=2))
    assert stores.registrations.under_review(AUTHORITY_ID, [seen.exam_id], at_most=10) == []
