"""Who can start a registration, and why not (handbook 4.1)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.actions import CandidateFacts, Reason, Refusal, start_refusal
from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.verification import Verification, VerificationState
from tests.builders import NOW, VERIFIED, a_credential, an_account, an_offering

ACCOUNT = an_account()
OFFERING = an_offering()
WINDOW = OFFERING.windows.registration
MOMENT = timedelta(microseconds=1)
EDUCATION = a_credential(ACCOUNT)
DEGREE = a_credential(
    ACCOUNT, facts=replace(EDUCATION.facts, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR)
)


def facts(identity: VerificationState, *records: VerificationState) -> CandidateFacts:
    educations = (
        replace(a_credential(ACCOUNT, n), check=Verification(s, NOW)) for n, s in enumerate(records)
    )
    return CandidateFacts(identity_check=Verification(identity, NOW), credentials=tuple(educations))


V = VerificationState
READY = facts(V.VERIFIED, V.VERIFIED)
CASES = [
    # what is known, moment, the reason or None
    ("all is verified", READY, NOW, None),
    ("the first moment of the window", READY, WINDOW.start, None),
    ("the last moment of the window", READY, WINDOW.end - MOMENT, None),
    ("the end of the window", READY, WINDOW.end, Reason.REGISTRATION_OVER),
    ("before the window", READY, WINDOW.start - MOMENT, Reason.REGISTRATION_NOT_OPEN),
    ("a failed record does not block (FAQ 8)", facts(V.VERIFIED, V.MISMATCHED), NOW, None),
    ("a record not found does not block (FAQ 8)", facts(V.VERIFIED, V.NOT_FOUND), NOW, None),
    ("an old diploma does not block (FAQ 6)", facts(V.VERIFIED, V.UNCHECKABLE), NOW, None),
    ("a record never answered does not block", facts(V.VERIFIED, V.TIMED_OUT), NOW, None),
    ("an identity not found does not block", facts(V.NOT_FOUND, V.VERIFIED), NOW, None),
    ("a passport does not block", facts(V.UNCHECKABLE, V.VERIFIED), NOW, None),
    ("an identity never answered does not block", facts(V.TIMED_OUT, V.VERIFIED), NOW, None),
    ("no education record", facts(V.VERIFIED), NOW, Reason.EDUCATION_MISSING),
    ("a record being verified", facts(V.VERIFIED, V.VERIFYING), NOW, Reason.CREDENTIAL_VERIFYING),
    (
        "one of two being verified",
        facts(V.VERIFIED, V.VERIFIED, V.VERIFYING),
        NOW,
        Reason.CREDENTIAL_VERIFYING,
    ),
    ("the identity being verified", facts(V.VERIFYING, V.VERIFIED), NOW, Reason.IDENTITY_VERIFYING),
    ("another identity", facts(V.MISMATCHED, V.VERIFIED), NOW, Reason.IDENTITY_MISMATCHED),
    ("another identity is told first of all", facts(V.MISMATCHED), WINDOW.end, Reason.IDENTITY_MISMATCHED),
    (
        "a closed window is told before what is missing",
        facts(V.VERIFIED),
        WINDOW.end,
        Reason.REGISTRATION_OVER,
    ),
]


@pytest.mark.parametrize(
    ("known", "now", "reason"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_who_can_start(known: CandidateFacts, now: datetime, reason: Reason | None) -> None:
    refusal = start_refusal(known, OFFERING, now)
    assert (refusal.reason if refusal else None) == reason


def test_a_degree_alone_is_no_education() -> None:
    known = CandidateFacts(identity_check=VERIFIED, credentials=(DEGREE,))
    assert start_refusal(known, OFFERING, NOW) == Refusal(Reason.EDUCATION_MISSING)


def test_before_the_window_it_is_said_when_it_opens() -> None:
    refusal = start_refusal(READY, OFFERING, WINDOW.start - MOMENT)
    assert refusal == Refusal(Reason.REGISTRATION_NOT_OPEN, changes_at=WINDOW.start)
