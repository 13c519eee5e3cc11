"""Taking a confirmation back, asking for a change, and what actions lose: one row a case (FAQ 17)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.actions import Action, CandidateFacts, allowed_actions, losses_of
from chalicelib.domain.actions.changing import (
    ALL_LOST,
    CONFIRMATION_LOST,
    PLACE_LOST,
    REQUEST_LOST,
    REQUEST_LOST_BY_PAYING,
    REVIEW_LOST,
)
from chalicelib.domain.actions.committing import COMMITMENT_LOST, ON_SITE_FROM_NOW
from chalicelib.domain.change import (
    ChangeMaterialMissingError,
    ChangeRequest,
    ChangeState,
    changed_on_request,
    check_change_material,
    check_wish,
    state_of_request,
    what_differs,
)
from chalicelib.domain.errors import DomainError, InvalidInputError
from chalicelib.domain.exam import ChoiceField, LockAt, Policy
from chalicelib.domain.ids import ChangeRequestId, OrderId
from chalicelib.domain.material import MaterialKind, MaterialState
from chalicelib.domain.registration import Choices, Registration, State
from tests.builders import NOW, VERIFIED, a_credential, a_payable_registration, an_account, an_offering
from tests.builders_material import a_material

ACCOUNT = an_account()
FACTS = CandidateFacts(identity_check=VERIFIED, credentials=(a_credential(ACCOUNT),))
OFFERING = an_offering()  # registration ends in 5 days, review in 6, payment in 8
DAY = timedelta(days=1)
REGISTERING, PAYING, OVER = NOW, NOW + 7 * DAY, NOW + 8 * DAY
REQUEST_ID = ChangeRequestId("request-1")


def policy(lock_at: LockAt, **changes: Any) -> Policy:
    return replace(OFFERING.policy, lock_at=lock_at, **changes)


@contextmanager
def raises_or_not(
    error: type[DomainError], *, when: object
) -> Iterator["pytest.ExceptionInfo[DomainError] | None"]:
    """Insist on the refusal where the row has one, and on none where it has none."""
    if when is None:
        yield None
        return
    with pytest.raises(error) as refused:
        yield refused


def registration(state: State, **changes: Any) -> Registration:
    return a_payable_registration(ACCOUNT, state=state, **changes)


# state, locked by, moment | cancel where allowed, cancel where not, request where taken, request where not
CASES = [
    (State.DRAFT, LockAt.CONFIRMATION, REGISTERING,
     "nothing_to_cancel nothing_to_cancel edit_instead edit_instead"),
    (State.DRAFT, LockAt.CONFIRMATION, PAYING,
     "nothing_to_cancel nothing_to_cancel registration_over registration_over"),
    (State.REJECTED, LockAt.REVIEW, REGISTERING, "review_failed review_failed edit_instead edit_instead"),
    (State.REJECTED, LockAt.REVIEW, PAYING,
     "review_failed_too_late review_failed_too_late registration_over registration_over"),
    (State.UNDER_REVIEW, LockAt.CONFIRMATION, REGISTERING,
     "yes cancelling_not_offered yes changes_not_taken"),
    (State.UNDER_REVIEW, LockAt.REVIEW, REGISTERING,
     "yes cancelling_not_offered edit_instead changes_not_taken"),
    (State.UNDER_REVIEW, LockAt.REVIEW, PAYING,
     "registration_over cancelling_not_offered yes changes_not_taken"),
    (State.PAYABLE, LockAt.CONFIRMATION, REGISTERING, "yes cancelling_not_offered yes changes_not_taken"),
    (State.PAYABLE, LockAt.REVIEW, REGISTERING, "yes cancelling_not_offered yes changes_not_taken"),
    (State.PAYABLE, LockAt.PAYMENT, REGISTERING,
     "yes cancelling_not_offered edit_instead changes_not_taken"),
    (State.PAYABLE, LockAt.PAYMENT, PAYING, "registration_over cancelling_not_offered yes changes_not_taken"),
    (State.PAYABLE, LockAt.REVIEW, OVER, "lapsed lapsed lapsed lapsed"),
    (State.PAID, LockAt.REVIEW, REGISTERING, "already_paid already_paid already_paid already_paid"),
    (State.SUPERSEDED, LockAt.REVIEW, REGISTERING, "superseded superseded superseded superseded"),
    (State.VOID, LockAt.REVIEW, REGISTERING, "void void void void"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "lock_at", "now", "expected"), CASES)
def test_what_can_be_put_right_after_the_confirmation(
    state: State, lock_at: LockAt, now: datetime, expected: str
) -> None:
    found = [
        _told(registration(state), policy(lock_at, **{flag: allows}), action, now)
        for action, flag in (
            (Action.CANCEL_CONFIRMATION, "allows_cancelling_confirmation"),
            (Action.REQUEST_CHANGE, "accepts_change_requests"),
        )
        for allows in (True, False)
    ]
    assert " ".join(found) == expected


def _told(of: Registration, settled: Policy, action: Action, now: datetime) -> str:
    refusal = allowed_actions(of, replace(OFFERING, policy=settled), FACTS, now)[action]
    return refusal.reason.value if refusal else "yes"


@pytest.mark.parametrize("action", [Action.CANCEL_CONFIRMATION, Action.REQUEST_CHANGE])
def test_nothing_is_put_right_while_a_payment_is_under_way(action: Action) -> None:
    paying = registration(State.PAYABLE, open_order_id=OrderId("order-1"))
    open_to_all = policy(LockAt.REVIEW, allows_cancelling_confirmation=True)
    assert _told(paying, open_to_all, action, REGISTERING) == "payment_under_way"


def test_one_request_at_a_time() -> None:
    waiting = registration(State.PAYABLE, open_change_id=REQUEST_ID)
    assert _told(waiting, policy(LockAt.REVIEW), Action.REQUEST_CHANGE, REGISTERING) == "change_requested"


# state, why a person looked, waits for a request | what going back to a draft loses
LOSSES = [
    (State.DRAFT, (), None, ()),
    (State.REJECTED, ("name_differs",), None, ()),
    (State.UNDER_REVIEW, ("name_differs",), None, (PLACE_LOST, CONFIRMATION_LOST)),
    (State.PAYABLE, (), None, (CONFIRMATION_LOST,)),
    (State.PAYABLE, ("name_differs",), None, (REVIEW_LOST, CONFIRMATION_LOST)),
    (State.PAYABLE, ("name_differs",), REQUEST_ID, (REVIEW_LOST, CONFIRMATION_LOST, REQUEST_LOST)),
]


@pytest.mark.parametrize(("state", "reasons", "request_id", "lost"), LOSSES)
@pytest.mark.parametrize("action", [Action.EDIT, Action.CANCEL_CONFIRMATION])
def test_what_becoming_a_draft_again_loses_is_said_before(
    action: Action,
    state: State,
    reasons: tuple[str, ...],
    request_id: ChangeRequestId | None,
    lost: tuple[str, ...],
) -> None:
    before = registration(state, review_reasons=reasons, open_change_id=request_id)
    assert losses_of(action, before) == lost


def test_giving_up_says_what_goes_and_paying_says_what_comes_too_late() -> None:
    waiting = registration(State.PAYABLE, open_change_id=REQUEST_ID)
    assert losses_of(Action.GIVE_UP, waiting) == (ALL_LOST,)
    assert losses_of(Action.PAY, waiting) == (REQUEST_LOST_BY_PAYING,)
    assert losses_of(Action.PAY, registration(State.PAYABLE)) == ()
    assert losses_of(Action.WITHDRAW_COMMITMENT, waiting) == (COMMITMENT_LOST, ON_SITE_FROM_NOW)
    assert losses_of(Action.CHECK_PAYMENT, waiting) == ()


BEFORE = Choices(level="all", major="building", subjects=("economy", "law"), site="sy-1")
ALL_FIELDS = tuple(ChoiceField)
DIFFERENCES: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"site": "sy-2"}, "site"),
    ({"subjects": ("law", "economy")}, ""),
    ({"subjects": ("law",)}, "subjects"),
    ({"level": "exempt", "subjects": ("law", "practice")}, "level subjects"),
    ({"major": None}, "major"),
]


@pytest.mark.parametrize(("changes", "expected"), DIFFERENCES)
def test_what_a_wish_changes_is_seen_from_the_choices(changes: dict[str, Any], expected: str) -> None:
    assert " ".join(what_differs(BEFORE, replace(BEFORE, **changes))) == expected


# what is named, what is wanted, what the authority changes, why | the field at fault
WISHES = [
    ("the site, as named", ("site",), {"site": "sy-2"}, ALL_FIELDS, "搬家", None),
    ("nothing", ("site",), {}, ALL_FIELDS, "搬家", "wanted"),
    ("more than named", ("site",), {"site": "sy-2", "major": "highway"}, ALL_FIELDS, "搬家", "what"),
    ("less than named", ("site", "major"), {"site": "sy-2"}, ALL_FIELDS, "搬家", "what"),
    (
        "what this authority does not change",
        ("major",),
        {"major": "highway"},
        (ChoiceField.SITE,),
        "填错",
        "what",
    ),
    ("no reason", ("site",), {"site": "sy-2"}, ALL_FIELDS, " ", "why"),
    ("a novel", ("site",), {"site": "sy-2"}, ALL_FIELDS, "长" * 501, "why"),
]


@pytest.mark.parametrize(
    ("case", "what", "changes", "changeable", "why", "fault"), WISHES, ids=[row[0] for row in WISHES]
)
def test_a_wish_says_what_it_changes_and_why(
    case: str,
    what: tuple[str, ...],
    changes: dict[str, Any],
    changeable: tuple[ChoiceField, ...],
    why: str,
    fault: str | None,
) -> None:
    named = [ChoiceField(each) for each in what]
    settled = policy(LockAt.REVIEW, changeable_on_request=changeable)
    with raises_or_not(InvalidInputError, when=fault) as refused:
        check_wish(BEFORE, replace(BEFORE, **changes), named, why, settled)
    if refused is not None:
        assert refused.value.field == fault


@pytest.mark.parametrize(
    ("kinds", "missing"),
    [
        ((), "身份证件、信息修改表"),
        ((MaterialKind.ID_PHOTO,), "信息修改表"),
        ((MaterialKind.ID_PHOTO, MaterialKind.OTHER), "信息修改表"),
        ((MaterialKind.ID_PHOTO, MaterialKind.CHANGE_FORM), None),
    ],
)
def test_the_photo_of_the_id_and_the_form_go_with_a_request(
    kinds: tuple[MaterialKind, ...], missing: str | None
) -> None:
    materials = [a_material(registration(State.PAYABLE), n, kind=kind) for n, kind in enumerate(kinds)]
    refused = a_material(
        registration(State.PAYABLE), 9, kind=MaterialKind.CHANGE_FORM, state=MaterialState.REFUSED
    )
    with raises_or_not(ChangeMaterialMissingError, when=missing) as found:
        check_change_material([*materials, refused])
    if found is not None:
        assert found.value.detail == f"请先上传：{missing}。"


def a_request(**changes: Any) -> ChangeRequest:
    fields: dict[str, Any] = {
        "id": REQUEST_ID,
        "account_id": ACCOUNT.id,
        "registration_id": registration(State.PAYABLE).id,
        "authority_id": OFFERING.authority_id,
        "what": (ChoiceField.SUBJECTS,),
        "why": "漏选了一科",
        "wanted": replace(registration(State.PAYABLE).choices, subjects=("law",), site="elsewhere"),
        "asked_at": NOW,
    }
    return ChangeRequest(**fields | changes)


# stored state, state of the registration, what it waits for | what people see
SEEN = [
    (ChangeState.OPEN, State.PAYABLE, REQUEST_ID, ChangeState.OPEN),
    (ChangeState.OPEN, State.UNDER_REVIEW, REQUEST_ID, ChangeState.OPEN),
    (ChangeState.OPEN, State.PAID, REQUEST_ID, ChangeState.MOOT),
    (ChangeState.OPEN, State.SUPERSEDED, REQUEST_ID, ChangeState.MOOT),
    (ChangeState.OPEN, State.DRAFT, None, ChangeState.MOOT),
    (ChangeState.CARRIED_OUT, State.PAID, None, ChangeState.CARRIED_OUT),
    (ChangeState.REFUSED, State.PAYABLE, ChangeRequestId("another"), ChangeState.REFUSED),
]


@pytest.mark.parametrize(("stored", "state", "waits_for", "seen"), SEEN)
def test_a_request_with_nothing_left_to_change_is_moot(
    stored: ChangeState, state: State, waits_for: ChangeRequestId | None, seen: ChangeState
) -> None:
    found = state_of_request(a_request(state=stored), registration(state, open_change_id=waits_for))
    assert found is seen


def test_only_what_was_named_is_changed_and_the_state_stays() -> None:
    before = registration(State.PAYABLE, open_change_id=REQUEST_ID)
    after = changed_on_request(before, a_request(), amount_fen=6600, now=NOW + DAY)
    assert after.choices == replace(before.choices, subjects=("law",))
    assert (after.state, after.amount_fen, after.open_change_id) == (State.PAYABLE, 6600, None)
    assert after.version == before.version + 1
