"""Requests for a change: one a registration, settled once, gone or moot with what they were for (FAQ 17)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.change import (
    ChangeRequest,
    ChangeState,
    changed_on_request,
    settled,
    unchanged,
    wishing,
)
from chalicelib.domain.exam import ChoiceField
from chalicelib.domain.ids import AuthorityId, ChangeRequestId
from chalicelib.domain.registration import Registration, edited
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import AUTHORITY_ID, EXAM_ID, NOW, an_account, an_entry
from tests.contracts.given import payable, stored
from tests.contracts.stores import Stores

LATER = NOW + timedelta(hours=1)


def a_request(registration: Registration, number: int = 1, **changes: Any) -> ChangeRequest:
    fields: dict[str, Any] = {
        "id": ChangeRequestId(f"request-{number}"),
        "account_id": registration.account_id,
        "registration_id": registration.id,
        "authority_id": AUTHORITY_ID,
        "what": (ChoiceField.SUBJECTS, ChoiceField.SITE),
        "why": "漏选了一科",
        "wanted": replace(registration.choices, subjects=("law",)),
        "asked_at": NOW + timedelta(minutes=number),
    }
    return ChangeRequest(**fields | changes)


def asked(stores: Stores, number: int = 1) -> tuple[Registration, ChangeRequest]:
    registration = payable(stores, number)
    request = a_request(registration, number)
    stores.change_requests.ask(registration, wishing(registration, request, now=NOW), request)
    return stored(stores, registration), request


def test_a_request_comes_back_as_it_was_asked_and_its_registration_waits_for_it(stores: Stores) -> None:
    registration, request = asked(stores)
    assert registration.open_change_id == request.id
    assert list(stores.change_requests.of(registration.account_id, registration.id)) == [request]
    found = stores.change_requests.get(registration.account_id, registration.id, request.id)
    assert found == request
    assert list(stores.change_requests.open_at(AUTHORITY_ID, at_most=10)) == [request]


def test_of_two_requests_at_once_one_is_kept(stores: Stores) -> None:
    registration = payable(stores)
    for number in (1, 2):
        request = a_request(registration, number)
        wish = wishing(registration, request, now=NOW)
        if number == 1:
            stores.change_requests.ask(registration, wish, request)
        else:
            with pytest.raises(StaleWriteError):
                stores.change_requests.ask(registration, wish, request)
    assert [r.id for r in stores.change_requests.of(registration.account_id, registration.id)] == [
        "request-1"
    ]


def test_each_authority_sees_its_own_longest_waiting_first(stores: Stores) -> None:
    second, first = asked(stores, 2), asked(stores, 1)
    waiting = stores.change_requests.open_at(AUTHORITY_ID, at_most=10)
    assert [request.id for request in waiting] == [first[1].id, second[1].id]
    assert list(stores.change_requests.open_at(AUTHORITY_ID, at_most=1)) == [first[1]]
    assert list(stores.change_requests.open_at(AuthorityId("dalian"), at_most=10)) == []
    assert list(stores.registrations.under_review(AUTHORITY_ID, [EXAM_ID], at_most=10)) == []


def test_carried_out_the_registration_is_changed_and_the_entry_kept(stores: Stores) -> None:
    registration, request = asked(stores)
    changed = changed_on_request(registration, request, amount_fen=6600, now=LATER)
    answered = settled(request, ChangeState.CARRIED_OUT, now=LATER)
    entry = an_entry(on_whom=registration.id, what="carry_out_change")
    stores.change_requests.settle(registration, changed, answered, entry)
    assert stored(stores, registration) == changed
    assert list(stores.change_requests.of(registration.account_id, registration.id)) == [answered]
    assert list(stores.change_requests.open_at(AUTHORITY_ID, at_most=10)) == []
    assert list(stores.audit_log.of(registration.id)) == [entry]


def test_of_two_clerks_one_answers(stores: Stores) -> None:
    registration, request = asked(stores)
    refused = settled(request, ChangeState.REFUSED, answer="材料看不清", now=LATER)
    after = unchanged(registration, now=LATER)
    stores.change_requests.settle(registration, after, refused, an_entry(1))
    carried_out = settled(request, ChangeState.CARRIED_OUT, now=LATER)
    for seen in (registration, after):
        changed = changed_on_request(seen, request, amount_fen=6600, now=LATER)
        with pytest.raises(StaleWriteError):
            stores.change_requests.settle(seen, changed, carried_out, an_entry(2, on_whom="second"))
    assert stored(stores, registration) == after
    assert list(stores.change_requests.of(registration.account_id, registration.id)) == [refused]
    assert list(stores.audit_log.of("second")) == []


def test_a_registration_that_is_a_draft_again_leaves_its_request_moot(stores: Stores) -> None:
    registration, request = asked(stores)
    draft = edited(registration, registration.choices, now=LATER)
    stores.registrations.replace(registration, draft)
    (moot,) = stores.change_requests.of(registration.account_id, registration.id)
    assert moot == settled(request, ChangeState.MOOT, now=LATER)
    assert list(stores.change_requests.open_at(AUTHORITY_ID, at_most=10)) == []


def test_a_registration_that_is_given_up_takes_its_request_with_it(stores: Stores) -> None:
    registration, _ = asked(stores)
    stores.registrations.give_up(registration, an_account().identity)
    assert list(stores.change_requests.of(registration.account_id, registration.id)) == []
    assert list(stores.change_requests.open_at(AUTHORITY_ID, at_most=10)) == []
