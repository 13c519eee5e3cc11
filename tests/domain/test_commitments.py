"""The commitment: what is open, what a choice stands for, when it may be withdrawn (FAQ 12, 13)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from chalicelib.domain.actions import (
    Action,
    CandidateFacts,
    allowed_actions,
    commitment_options,
)
from chalicelib.domain.commitment import ClosedCommitment, CommitmentStanding, commitment_given, signature_of
from chalicelib.domain.exam import Window, Windows
from chalicelib.domain.ids import OrderId
from chalicelib.domain.integrity import IntegrityKind, IntegrityRecord
from chalicelib.domain.registration import Commitment, Registration, Signature, State, withdrawn
from chalicelib.domain.review import ReviewReason
from tests.builders import NOW, VERIFIED, a_credential, a_payable_registration, an_account, an_offering

ACCOUNT = an_account()
A, D, W, N = Commitment
DAY = timedelta(days=1)
OFFERING = an_offering(
    windows=Windows(
        registration=Window(NOW, NOW + 5 * DAY),
        review=Window(NOW, NOW + 6 * DAY),
        payment=Window(NOW, NOW + 8 * DAY),
        ticket=Window(NOW + 20 * DAY, NOW + 25 * DAY),
    )
)
REGISTERING, LAST, PAYING, OVER = NOW, NOW + 5 * DAY - timedelta(microseconds=1), NOW + 5 * DAY, NOW + 8 * DAY


def facts(closed: Commitment | None = None, record: IntegrityKind | None = None) -> CandidateFacts:
    return CandidateFacts(
        identity_check=VERIFIED,
        credentials=(a_credential(ACCOUNT),),
        commitment=standing(closed, record),
    )


def standing(closed: Commitment | None = None, record: IntegrityKind | None = None) -> CommitmentStanding:
    earlier = a_payable_registration(an_account(2), 2)
    return CommitmentStanding(
        closed=ClosedCommitment(
            commitment=closed, at=NOW - DAY, account_id=earlier.account_id, registration_id=earlier.id
        )
        if closed
        else None,
        integrity=(IntegrityRecord(id="r", kind=record, decided_on=date(2026, 1, 1), recorded_at=NOW),)
        if record
        else (),
    )


def signed(commitment: Commitment | None) -> Signature | None:
    return Signature(commitment=commitment, text_hash="hash", at=NOW) if commitment else None


FALSE = IntegrityKind.FALSE_COMMITMENT
# said in this registration, closed under the ID number, integrity record | adopting
OPTIONS = [
    (None, None, None, "yes"),
    (A, None, None, "yes"),
    (D, None, None, "commitment_closed"),
    (W, None, None, "commitment_withdrawn"),
    (None, D, None, "commitment_closed"),  # an earlier registration, given up, or another account
    (None, W, None, "commitment_withdrawn"),
    (A, D, None, "commitment_closed"),
    (None, None, FALSE, "commitment_not_eligible"),
    (None, D, FALSE, "commitment_closed"),
    (N, None, None, "yes"),  # the record was ended; the candidate had never declined
    (N, None, FALSE, "commitment_not_eligible"),
]


@pytest.mark.parametrize(("said", "closed", "record", "adopting"), OPTIONS)
def test_what_can_be_chosen(
    said: Commitment | None, closed: Commitment | None, record: IntegrityKind | None, adopting: str
) -> None:
    registration = a_payable_registration(ACCOUNT, state=State.DRAFT, signature=signed(said))
    options = commitment_options(registration, OFFERING, facts(closed, record), NOW)
    refusal = options[Commitment.ADOPTED]
    assert (refusal.reason if refusal else "yes") == adopting
    assert options[Commitment.DECLINED] is None


# said in this registration, closed under the ID number, integrity record | declining is then called
DECLINING = [
    (None, None, None, D),
    (A, None, None, D),
    (None, D, None, D),
    (None, W, None, W),  # its review stays on site
    (W, None, None, W),
    (None, None, FALSE, N),
    (W, None, FALSE, W),
    (N, None, None, D),
]


@pytest.mark.parametrize(("said", "closed", "record", "expected"), DECLINING)
def test_what_not_adopting_stands_for(
    said: Commitment | None, closed: Commitment | None, record: IntegrityKind | None, expected: Commitment
) -> None:
    assert commitment_given(signed(said), standing(closed, record), D, NOW) is expected
    assert commitment_given(signed(said), standing(closed, record), A, NOW) is A


def test_a_signature_knows_text_version_moment_and_withdrawal() -> None:
    made = signature_of(D, "hash", "2026.1", before=None, standing=standing(W), now=NOW)
    assert made == Signature(
        commitment=W, text_hash="hash", at=NOW, text_version="2026.1", withdrawn_at=NOW - DAY
    )


# state, said, moment, payment under way | withdrawing (FAQ 13)
WITHDRAWING = [
    (State.PAYABLE, A, REGISTERING, False, "yes"),
    (State.UNDER_REVIEW, A, REGISTERING, False, "yes"),
    (State.PAYABLE, A, LAST, False, "yes"),
    (State.PAYABLE, A, PAYING, False, "registration_over"),  # the registration window decides, not payment
    (State.PAYABLE, A, OVER, False, "lapsed"),
    (State.PAYABLE, A, REGISTERING, True, "payment_under_way"),
    (State.PAID, A, REGISTERING, False, "already_paid"),
    (State.PAYABLE, D, REGISTERING, False, "commitment_not_adopted"),
    (State.PAYABLE, N, REGISTERING, False, "commitment_not_adopted"),
    (State.UNDER_REVIEW, W, REGISTERING, False, "commitment_withdrawn"),
    (State.DRAFT, None, REGISTERING, False, "not_confirmed"),
    (State.DRAFT, None, PAYING, False, "registration_over"),
    (State.DRAFT, A, REGISTERING, False, "not_confirmed"),  # edited after confirming
    (State.REJECTED, A, REGISTERING, False, "review_failed"),
    (State.REJECTED, A, PAYING, False, "review_failed_too_late"),
    (State.SUPERSEDED, A, REGISTERING, False, "superseded"),
    (State.VOID, A, REGISTERING, False, "void"),
]


@pytest.mark.parametrize(("state", "said", "now", "paying", "expected"), WITHDRAWING)
def test_when_the_commitment_may_be_withdrawn(
    state: State, said: Commitment | None, now: datetime, paying: bool, expected: str
) -> None:
    registration = a_payable_registration(
        ACCOUNT, state=state, signature=signed(said), open_order_id=OrderId("order1") if paying else None
    )
    refusal = allowed_actions(registration, OFFERING, facts(), now)[Action.WITHDRAW_COMMITMENT]
    assert (refusal.reason if refusal else "yes") == expected


def test_after_withdrawing_a_person_looks_and_the_signature_is_not_forgotten() -> None:
    before: Registration = a_payable_registration(ACCOUNT, review_reasons=("name_differs",))
    after = withdrawn(before, now=NOW + DAY)
    assert after.state is State.UNDER_REVIEW
    assert after.review_reasons == (ReviewReason.COMMITMENT_WITHDRAWN, ReviewReason.NAME_DIFFERS)
    assert before.signature is not None
    assert after.signature == replace(before.signature, commitment=W, withdrawn_at=NOW + DAY)
    assert after.version == before.version + 1
