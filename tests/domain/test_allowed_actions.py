"""The heart: state × moment × policy × facts → possible, or why not (handbook sections 3, 4 and FAQ 17)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.actions import (
    EXPLANATIONS,
    Action,
    ActionRefusedError,
    CandidateFacts,
    Reason,
    Refusal,
    allowed_actions,
    commitment_options,
    require,
)
from chalicelib.domain.exam import LockAt, Offering, Window, Windows
from chalicelib.domain.ids import OrderId
from chalicelib.domain.registration import Choices, Commitment, Registration, Signature, State, state_at
from chalicelib.domain.verification import Verification, VerificationState
from tests.builders import NOW, VERIFIED, a_credential, a_payable_registration, an_account, an_offering

ACCOUNT = an_account()
FACTS = CandidateFacts(identity_check=VERIFIED, credentials=(a_credential(ACCOUNT),))
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
WINDOWS = Windows(
    registration=Window(NOW, NOW + 5 * DAY),
    review=Window(NOW, NOW + 6 * DAY),
    payment=Window(NOW + 2 * DAY, NOW + 8 * DAY),
    ticket=Window(NOW + 20 * DAY, NOW + 25 * DAY),
)
"""Registering ends before paying does; here paying begins two days later."""
EARLY = NOW - MOMENT
REGISTERING = NOW
BOTH = NOW + 3 * DAY
LAST_OF_REGISTERING = NOW + 5 * DAY - MOMENT
PAYING = NOW + 5 * DAY
LAST_MINUTE = NOW + 8 * DAY - timedelta(minutes=1)
"""An order lives a minute at least, so this is the last moment for a new one."""
LAST_OF_PAYING = NOW + 8 * DAY - MOMENT
OVER = NOW + 8 * DAY


def offering(lock_at: LockAt = LockAt.REVIEW) -> Offering:
    usual = an_offering(windows=WINDOWS)
    return replace(usual, policy=replace(usual.policy, lock_at=lock_at))


def registration(state: State, order: str | None = None) -> Registration:
    orders = (OrderId(order),) if order else ()
    open_order_id = OrderId(order) if order and state is State.PAYABLE else None
    return a_payable_registration(ACCOUNT, state=state, open_order_id=open_order_id, order_ids=orders)


OF_EVERY_DAY = (Action.EDIT, Action.CONFIRM, Action.PAY, Action.CHECK_PAYMENT, Action.GIVE_UP)
"""The other actions have tables of their own."""

# One row a case. "yes" is possible; otherwise the code that stands beside the button.
# state, moment | edit, confirm, pay, check_payment, give_up    (nothing paid or begun; locked by review)
BY_STATE_AND_MOMENT = [
    (State.DRAFT, EARLY, "registration_not_open registration_not_open not_confirmed nothing_to_check yes"),
    (State.DRAFT, REGISTERING, "yes yes not_confirmed nothing_to_check yes"),
    (State.DRAFT, LAST_OF_REGISTERING, "yes yes not_confirmed nothing_to_check yes"),
    (State.DRAFT, PAYING, "registration_over registration_over registration_over nothing_to_check yes"),
    (State.DRAFT, OVER, "lapsed lapsed lapsed nothing_to_check yes"),
    (State.UNDER_REVIEW, REGISTERING, "yes already_confirmed waits_for_review nothing_to_check yes"),
    (State.UNDER_REVIEW, PAYING, "registration_over registration_over waits_for_review nothing_to_check yes"),
    (State.UNDER_REVIEW, OVER, "lapsed lapsed lapsed nothing_to_check yes"),
    (State.REJECTED, REGISTERING, "yes yes review_failed nothing_to_check yes"),
    (State.REJECTED, LAST_OF_REGISTERING, "yes yes review_failed nothing_to_check yes"),
    (
        State.REJECTED,
        PAYING,
        "registration_over registration_over review_failed_too_late nothing_to_check yes",
    ),
    (State.REJECTED, OVER, "lapsed lapsed lapsed nothing_to_check yes"),
    (State.PAYABLE, REGISTERING, "locked_by_review already_confirmed payment_not_open nothing_to_check yes"),
    (State.PAYABLE, BOTH, "locked_by_review already_confirmed yes nothing_to_check yes"),
    (State.PAYABLE, PAYING, "registration_over registration_over yes nothing_to_check yes"),
    (State.PAYABLE, LAST_MINUTE, "registration_over registration_over yes nothing_to_check yes"),
    (
        State.PAYABLE,
        LAST_MINUTE + MOMENT,
        "registration_over registration_over payment_over nothing_to_check yes",
    ),
    (State.PAYABLE, LAST_OF_PAYING, "registration_over registration_over payment_over nothing_to_check yes"),
    (State.PAYABLE, OVER, "lapsed lapsed lapsed nothing_to_check yes"),
    (State.PAID, BOTH, "already_paid already_paid already_paid already_paid already_paid"),
    (State.PAID, OVER, "already_paid already_paid already_paid already_paid already_paid"),
    (State.SUPERSEDED, BOTH, "superseded superseded superseded nothing_to_check superseded"),
    (State.VOID, BOTH, "void void void nothing_to_check void"),
    (State.OPTED_OUT, BOTH, "opted_out opted_out opted_out nothing_to_check opted_out"),
]


@pytest.mark.parametrize(("state", "now", "expected"), BY_STATE_AND_MOMENT)
def test_what_is_possible_in_each_state_at_each_moment(state: State, now: datetime, expected: str) -> None:
    found = allowed_actions(registration(state), offering(), FACTS, now)
    told = _told(found)
    assert " ".join(told[action] for action in OF_EVERY_DAY) == expected


def _told(found: dict[Action, Refusal | None]) -> dict[Action, str]:
    return {action: refusal.reason.value if refusal else "yes" for action, refusal in found.items()}


def test_the_table_has_every_state_that_is_stored() -> None:
    assert {row[0] for row in BY_STATE_AND_MOMENT} == set(State) - {State.LAPSED}


# state | locked by confirmation, by review, by payment    (editing inside the registration window; FAQ 17)
LOCKS = [
    (State.DRAFT, "yes yes yes"),
    (State.UNDER_REVIEW, "locked_by_confirmation yes yes"),
    (State.REJECTED, "yes yes yes"),
    (State.PAYABLE, "locked_by_confirmation locked_by_review yes"),
    (State.PAID, "already_paid already_paid already_paid"),
]


@pytest.mark.parametrize(("state", "expected"), LOCKS)
def test_from_when_on_a_candidate_cannot_edit_is_the_authoritys_policy(state: State, expected: str) -> None:
    found = [
        _told(allowed_actions(registration(state), offering(lock_at), FACTS, BOTH))[Action.EDIT]
        for lock_at in (LockAt.CONFIRMATION, LockAt.REVIEW, LockAt.PAYMENT)
    ]
    assert found == expected.split()


def checked(identity: VerificationState, *credentials: VerificationState) -> CandidateFacts:
    return CandidateFacts(
        identity_check=Verification(identity, NOW),
        credentials=tuple(
            replace(a_credential(ACCOUNT, number), check=Verification(state, NOW))
            for number, state in enumerate(credentials, start=1)
        ),
    )


V = VerificationState
# identity, credentials | confirming a draft inside the window
READINESS = [
    (checked(V.VERIFIED, V.VERIFIED), "yes"),
    (checked(V.VERIFIED, V.MISMATCHED), "yes"),
    (checked(V.VERIFIED, V.NOT_FOUND), "yes"),
    (checked(V.VERIFIED, V.UNCHECKABLE), "yes"),
    (checked(V.VERIFIED, V.TIMED_OUT), "yes"),
    (checked(V.NOT_FOUND, V.VERIFIED), "yes"),
    (checked(V.UNCHECKABLE, V.VERIFIED), "yes"),
    (checked(V.TIMED_OUT, V.VERIFIED), "yes"),
    (checked(V.MISMATCHED, V.VERIFIED), "identity_mismatched"),
    (checked(V.MISMATCHED), "identity_mismatched"),
    (checked(V.VERIFYING, V.VERIFIED), "identity_verifying"),
    (checked(V.VERIFIED, V.VERIFYING), "credential_verifying"),
    (checked(V.VERIFIED, V.VERIFIED, V.VERIFYING), "credential_verifying"),
    (checked(V.VERIFIED), "education_missing"),
]


@pytest.mark.parametrize(("facts", "expected"), READINESS)
def test_a_confirmation_waits_for_checks_but_not_for_their_success(
    facts: CandidateFacts, expected: str
) -> None:
    found = allowed_actions(registration(State.DRAFT), offering(), facts, REGISTERING)
    assert _told(found)[Action.CONFIRM] == expected


# action | with a payment under way, with an order that is over    (payable, both windows open, not locked)
PAYMENTS = [
    (Action.EDIT, "payment_under_way", "yes"),
    (Action.CONFIRM, "already_confirmed", "already_confirmed"),
    (Action.PAY, "yes", "yes"),
    (Action.CHECK_PAYMENT, "yes", "yes"),
    (Action.GIVE_UP, "payment_under_way", "yes"),
]


@pytest.mark.parametrize(("action", "under_way", "over"), PAYMENTS)
def test_while_a_payment_is_under_way_nothing_it_pays_for_changes(
    action: Action, under_way: str, over: str
) -> None:
    paying = registration(State.PAYABLE, order="order1")
    tried = replace(paying, open_order_id=None)
    at_will = offering(LockAt.PAYMENT)
    assert _told(allowed_actions(paying, at_will, FACTS, BOTH))[action] == under_way
    assert _told(allowed_actions(tried, at_will, FACTS, BOTH))[action] == over


@pytest.mark.parametrize("state", [State.PAYABLE, State.SUPERSEDED, State.VOID])
def test_a_payment_can_be_asked_about_after_everything_is_over(state: State) -> None:
    assert _told(allowed_actions(registration(state, "order1"), offering(), FACTS, OVER))[
        Action.CHECK_PAYMENT
    ] == ("yes")


def test_nothing_is_left_to_ask_about_what_is_void_and_was_paid() -> None:
    void = replace(registration(State.VOID, "order1"), paid_order_id=OrderId("order1"))
    found = allowed_actions(void, offering(), FACTS, BOTH)
    assert set(_told(found).values()) == {"void"}


def test_a_refusal_by_the_clock_says_when_it_ends() -> None:
    early = allowed_actions(registration(State.DRAFT), offering(), FACTS, EARLY)
    assert early[Action.EDIT] == Refusal(Reason.REGISTRATION_NOT_OPEN, changes_at=WINDOWS.registration.start)
    unpaid = allowed_actions(registration(State.PAYABLE), offering(), FACTS, REGISTERING)
    assert unpaid[Action.PAY] == Refusal(Reason.PAYMENT_NOT_OPEN, changes_at=WINDOWS.payment.start)


@pytest.mark.parametrize("state", [State.DRAFT, State.UNDER_REVIEW, State.REJECTED, State.PAYABLE])
def test_what_is_unpaid_lapses_with_the_payment_window(state: State) -> None:
    assert state_at(registration(state), offering(), LAST_OF_PAYING) is state
    assert state_at(registration(state), offering(), OVER) is State.LAPSED


@pytest.mark.parametrize("state", [State.PAID, State.SUPERSEDED, State.VOID])
def test_what_is_decided_does_not_lapse(state: State) -> None:
    assert state_at(registration(state), offering(), OVER) is state


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(("state", "now", "_"), BY_STATE_AND_MOMENT)
def test_what_is_refused_is_what_is_shown(action: Action, state: State, now: datetime, _: str) -> None:
    shown = allowed_actions(registration(state), offering(), FACTS, now)[action]
    assert _refusal(action, registration(state), now) == shown


def _refusal(action: Action, asked_for: Registration, now: datetime) -> Refusal | None:
    try:
        require(action, asked_for, offering(), FACTS, now)
    except ActionRefusedError as error:
        return Refusal(error.reason, error.changes_at)
    return None


def test_a_refusal_speaks_with_the_voice_of_its_reason() -> None:
    with pytest.raises(ActionRefusedError) as refused:
        require(Action.PAY, registration(State.DRAFT), offering(), FACTS, BOTH)
    assert refused.value.detail == EXPLANATIONS[Reason.NOT_CONFIRMED].sentence


def test_every_reason_is_explained_in_a_chinese_sentence() -> None:
    assert set(EXPLANATIONS) == set(Reason)
    for explanation in EXPLANATIONS.values():
        assert explanation.sentence.endswith("。")
        assert explanation.faq is None or 1 <= explanation.faq <= 20


def signed(commitment: Commitment | None) -> Registration:
    signature = Signature(commitment=commitment, text_hash="hash", at=NOW) if commitment else None
    return replace(registration(State.DRAFT), signature=signature, choices=Choices())


# given before | adopted now, declined now    (FAQ 12, 13)
COMMITMENTS = [
    (None, True, True),
    (Commitment.ADOPTED, True, True),
    (Commitment.DECLINED, False, True),
    (Commitment.WITHDRAWN, False, True),
    (Commitment.NOT_ELIGIBLE, True, True),  # closed by nobody: the record itself decides
]


@pytest.mark.parametrize(("before", "adopting", "declining"), COMMITMENTS)
def test_a_commitment_once_closed_stays_closed(
    before: Commitment | None, adopting: bool, declining: bool
) -> None:
    assert _may_be(before, Commitment.ADOPTED) is adopting
    assert _may_be(before, Commitment.DECLINED) is declining


def _may_be(before: Commitment | None, wanted: Commitment) -> bool:
    return commitment_options(signed(before), offering(), FACTS, NOW)[wanted] is None
