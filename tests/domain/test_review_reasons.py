"""Where a confirmation leads: payable at once, or to a person, and why (handbook 4.3)."""

from dataclasses import replace

import pytest

from chalicelib.domain.credential import Credential, CredentialKind, CredentialLevel
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.registration import (
    Choices,
    Commitment,
    Signature,
    State,
    confirmed,
    edited,
    reasons_for_review,
    reviewed,
)
from chalicelib.domain.review import ReviewReason
from chalicelib.domain.verification import Verification, VerificationState
from tests.builders import (
    NOW,
    VERIFIED,
    a_credential,
    a_payable_registration,
    an_account,
    an_exam,
    an_offering,
)

ACCOUNT = an_account()
EDUCATION = a_credential(ACCOUNT)
DEGREE = a_credential(
    ACCOUNT, facts=replace(EDUCATION.facts, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR)
)
CHOICES = Choices(
    level="all",
    major="building",
    subjects=("law",),
    site="sy-1",
    education_id=EDUCATION.id,
    degree_id=DEGREE.id,
)
UNVERIFIED = [state for state in VerificationState if state is not VerificationState.VERIFIED]


def reasons(
    *,
    choices: Choices = CHOICES,
    commitment: Commitment = Commitment.ADOPTED,
    identity_check: Verification = VERIFIED,
    credentials: tuple[Credential, ...] = (EDUCATION, DEGREE),
    exam: Exam | None = None,
    offering: Offering | None = None,
) -> tuple[ReviewReason, ...]:
    return reasons_for_review(
        choices,
        commitment,
        identity=ACCOUNT.identity,
        identity_check=identity_check,
        credentials=credentials,
        exam=exam or an_exam(),
        offering=offering or an_offering(),
    )


def unverified(credential: Credential, state: VerificationState) -> Credential:
    return replace(credential, check=Verification(state, NOW))


def with_name(credential: Credential, name: str) -> Credential:
    return replace(credential, facts=replace(credential.facts, name_on_certificate=name))


def test_with_everything_verified_and_the_commitment_adopted_nobody_looks() -> None:
    assert reasons() == ()


@pytest.mark.parametrize(
    ("commitment", "reason"),
    [
        (Commitment.DECLINED, ReviewReason.COMMITMENT_DECLINED),
        (Commitment.WITHDRAWN, ReviewReason.COMMITMENT_WITHDRAWN),
        (Commitment.NOT_ELIGIBLE, ReviewReason.COMMITMENT_NOT_ELIGIBLE),
    ],
)
def test_without_the_commitment_a_person_looks(commitment: Commitment, reason: ReviewReason) -> None:
    assert reasons(commitment=commitment) == (reason,)


@pytest.mark.parametrize("state", UNVERIFIED)
def test_an_identity_that_is_not_verified_is_looked_at(state: VerificationState) -> None:
    assert reasons(identity_check=Verification(state, NOW)) == (ReviewReason.IDENTITY_UNVERIFIED,)


@pytest.mark.parametrize("state", UNVERIFIED)
def test_an_education_that_is_not_verified_is_looked_at(state: VerificationState) -> None:
    assert reasons(credentials=(unverified(EDUCATION, state), DEGREE)) == (ReviewReason.EDUCATION_UNVERIFIED,)


@pytest.mark.parametrize("state", UNVERIFIED)
def test_a_degree_that_is_not_verified_is_looked_at(state: VerificationState) -> None:
    assert reasons(credentials=(EDUCATION, unverified(DEGREE, state))) == (ReviewReason.DEGREE_UNVERIFIED,)


@pytest.mark.parametrize("state", UNVERIFIED)
def test_what_a_reviewer_of_this_exam_has_passed_is_not_looked_at_again(state: VerificationState) -> None:
    passed = frozenset({an_exam().code})
    other_name = with_name(unverified(EDUCATION, state), "王小明")
    records = (replace(other_name, review_passes=passed), replace(DEGREE, review_passes=passed))
    assert reasons(credentials=records) == ()


def test_a_pass_for_another_exam_does_not_count() -> None:
    failed = unverified(EDUCATION, VerificationState.NOT_FOUND)
    records = (replace(failed, review_passes=frozenset({"economist"})), DEGREE)
    assert reasons(credentials=records) == (ReviewReason.EDUCATION_UNVERIFIED,)


def test_a_record_that_is_not_used_does_not_count() -> None:
    unused = unverified(a_credential(ACCOUNT, 2), VerificationState.NOT_FOUND)
    other = replace(unused, id=type(unused.id)("another"))
    assert reasons(credentials=(EDUCATION, DEGREE, other)) == ()


def test_a_degree_that_is_not_used_does_not_count() -> None:
    failed = unverified(DEGREE, VerificationState.NOT_FOUND)
    assert reasons(choices=replace(CHOICES, degree_id=None), credentials=(EDUCATION, failed)) == ()


@pytest.mark.parametrize(
    "credentials",
    [(with_name(EDUCATION, "王小明"), DEGREE), (EDUCATION, with_name(DEGREE, "王小明"))],
    ids=["on the education", "on the degree"],
)
def test_another_name_on_a_certificate_is_looked_at(credentials: tuple[Credential, ...]) -> None:
    assert reasons(credentials=credentials) == (ReviewReason.NAME_DIFFERS,)


@pytest.mark.parametrize(
    ("level", "authority_reviews_them", "expected"),
    [
        ("exempt", True, (ReviewReason.EXEMPTION_LEVEL,)),
        ("exempt", False, ()),
        ("all", True, ()),
    ],
)
def test_an_exemption_level_is_looked_at_where_the_authority_wants_it(
    level: str, authority_reviews_them: bool, expected: tuple[ReviewReason, ...]
) -> None:
    offering = an_offering()
    policy = replace(offering.policy, reviews_exemption_levels=authority_reviews_them)
    found = reasons(choices=replace(CHOICES, level=level), offering=replace(offering, policy=policy))
    assert found == expected


def test_all_reasons_are_told_together() -> None:
    uncheckable = VerificationState.UNCHECKABLE
    found = reasons(
        choices=replace(CHOICES, level="exempt"),
        commitment=Commitment.DECLINED,
        identity_check=Verification(uncheckable, NOW),
        credentials=(
            with_name(unverified(EDUCATION, uncheckable), "王小明"),
            unverified(DEGREE, uncheckable),
        ),
    )
    not_here = {
        ReviewReason.COMMITMENT_WITHDRAWN,
        ReviewReason.COMMITMENT_NOT_ELIGIBLE,
        ReviewReason.ARCHIVE_NAME_DIFFERS,
    }
    assert found == tuple(reason for reason in ReviewReason if reason not in not_here)


REGISTRATION = a_payable_registration(ACCOUNT)
SIGNED = Signature(commitment=Commitment.ADOPTED, text_hash="hash", at=NOW)


def test_a_confirmation_without_reasons_is_payable() -> None:
    done = confirmed(REGISTRATION, SIGNED, (), amount_fen=100, now=NOW)
    assert (done.state, done.amount_fen, done.signature) == (State.PAYABLE, 100, SIGNED)
    assert done.version == REGISTRATION.version + 1


def test_a_confirmation_with_a_reason_waits_for_a_person() -> None:
    rejected = replace(REGISTRATION, rejection="照片不清晰")
    done = confirmed(rejected, SIGNED, (ReviewReason.NAME_DIFFERS,), amount_fen=100, now=NOW)
    assert (done.state, done.review_reasons) == (State.UNDER_REVIEW, (ReviewReason.NAME_DIFFERS,))
    assert done.rejection is None


def test_after_an_edit_everything_must_be_confirmed_again_but_the_signature_is_not_forgotten() -> None:
    done = edited(REGISTRATION, CHOICES, now=NOW)
    assert (done.state, done.amount_fen, done.confirmed_at) == (State.DRAFT, None, None)
    assert done.signature == REGISTRATION.signature
    assert done.version == REGISTRATION.version + 1


def test_a_reviewer_passes_or_rejects_with_a_reason() -> None:
    waiting = replace(REGISTRATION, state=State.UNDER_REVIEW)
    assert reviewed(waiting, rejection=None, now=NOW).state is State.PAYABLE
    rejected = reviewed(waiting, rejection="照片不清晰", now=NOW)
    assert (rejected.state, rejected.rejection) == (State.REJECTED, "照片不清晰")
    assert rejected.version == waiting.version + 1
