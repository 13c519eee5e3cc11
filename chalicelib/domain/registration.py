"""One registration: its states, what may be chosen, and where a confirmation leads (handbook section 4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.credential import Credential, CredentialKind, name_differs
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import (
    AccountId,
    AuthorityId,
    ChangeRequestId,
    CredentialId,
    ExamId,
    OrderId,
    RegistrationId,
)
from chalicelib.domain.returning import Standing
from chalicelib.domain.review import ReviewReason
from chalicelib.domain.verification import Verification, VerificationState


class State(StrEnum):
    """Stored states, and `lapsed`, which the clock alone decides (see `state_at`)."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    REJECTED = "rejected"
    PAYABLE = "payable"
    PAID = "paid"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    VOID = "void"
    OPTED_OUT = "opted_out"


LABELS = {
    State.DRAFT: "未确认",
    State.UNDER_REVIEW: "待核查",
    State.REJECTED: "核查未通过",
    State.PAYABLE: "待缴费",
    State.PAID: "报名完成",
    State.LAPSED: "逾期未缴费",
    State.SUPERSEDED: "已被取代",
    State.VOID: "报名无效",
    State.OPTED_OUT: "已退考",
}
LEFT = (State.SUPERSEDED, State.OPTED_OUT)
"""Ended without holding the exam: another registration of the person may take its place."""
UNPAID = (State.DRAFT, State.UNDER_REVIEW, State.REJECTED, State.PAYABLE)


class Commitment(StrEnum):
    """告知承诺: whether the candidate signs instead of proving."""

    ADOPTED = "adopted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    NOT_ELIGIBLE = "not_eligible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the candidate has filled in so far; a draft may leave any of it open."""

    level: str | None = None
    major: str | None = None
    subjects: tuple[str, ...] = ()
    site: str | None = None
    education_id: CredentialId | None = None
    degree_id: CredentialId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The commitment as it was signed or declined: which text, and when; and when it was withdrawn."""

    commitment: Commitment
    text_hash: str
    at: datetime
    text_version: str = "1"
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The authority found it not eligible: why, as the candidate is told, and what it was before."""

    reason: str
    before: State
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One person, one exam, one year."""

    id: RegistrationId
    account_id: AccountId
    exam_id: ExamId
    authority_id: AuthorityId
    state: State
    choices: Choices
    version: int
    """Raised by every write; a write against an older one is refused."""
    created_at: datetime
    updated_at: datetime
    signature: Signature | None = None
    review_reasons: tuple[str, ...] = ()
    """Codes saying why a person must look (`ReviewReason`)."""
    rejection: str | None = None
    amount_fen: int | None = None
    open_order_id: OrderId | None = None
    held_order_id: OrderId | None = None
    """Its money does not agree with it and waits for a person; meanwhile nothing else is paid."""
    order_ids: tuple[OrderId, ...] = ()
    paid_order_id: OrderId | None = None
    confirmed_at: datetime | None = None
    paid_at: datetime | None = None
    open_change_id: ChangeRequestId | None = None
    """The request for a change that waits for the authority (FAQ 17); one at a time."""
    moved_to: RegistrationId | None = None
    """Where a clerk has moved it, paid, under the right identity (FAQ 5)."""
    finding: Finding | None = None
    """Why it is void."""


def state_at(registration: Registration, offering: Offering, now: datetime) -> State:
    """The state as people see it: unpaid past the payment window is `lapsed`, by the clock."""
    if registration.state in UNPAID and now >= offering.windows.payment.end:
        return State.LAPSED
    return registration.state


def check_draft(
    choices: Choices, exam: Exam, offering: Offering, credentials: tuple[Credential, ...]
) -> None:
    """Refuse choices that this exam does not have; gaps are no fault. Raises InvalidInputError."""
    level = exam.level(choices.level)
    if choices.level is not None and level is None:
        raise InvalidInputError(field="level", detail="没有这个报考级别。")
    if choices.major is not None and choices.major not in {major.code for major in exam.majors}:
        raise InvalidInputError(field="major", detail="没有这个报考专业。")
    of_level = set(level.subjects) if level else set()
    if len(set(choices.subjects)) != len(choices.subjects) or not of_level.issuperset(choices.subjects):
        raise InvalidInputError(field="subjects", detail="所选科目不属于这个报考级别。")
    if choices.site is not None and choices.site not in {site.code for site in offering.sites}:
        raise InvalidInputError(field="site", detail="没有这个报名点。")
    _check_record(choices.education_id, CredentialKind.EDUCATION, "education_id", credentials)
    _check_record(choices.degree_id, CredentialKind.DEGREE, "degree_id", credentials)


def _check_record(
    chosen: CredentialId | None, kind: CredentialKind, field: str, credentials: tuple[Credential, ...]
) -> None:
    if chosen is not None and not any(c.id == chosen and c.facts.kind is kind for c in credentials):
        raise InvalidInputError(field=field, detail="请选择您已添加的学历或学位信息。")


def check_complete(choices: Choices, exam: Exam) -> None:
    """Refuse a confirmation with gaps. Raises InvalidInputError naming the first."""
    level = exam.level(choices.level)
    if level is None:
        raise InvalidInputError(field="level", detail="请选择报考级别。")
    if exam.majors and choices.major is None:
        raise InvalidInputError(field="major", detail="请选择报考专业。")
    if not choices.subjects:
        raise InvalidInputError(field="subjects", detail="请至少选择一个科目。")
    if level.takes_all_subjects and set(choices.subjects) != set(level.subjects):
        raise InvalidInputError(field="subjects", detail="该级别须一次报考全部科目。")
    if choices.site is None:
        raise InvalidInputError(field="site", detail="请选择报名点。")
    if choices.education_id is None:
        raise InvalidInputError(field="education_id", detail="请选择用于报考的学历。")


def reasons_for_review(
    choices: Choices,
    commitment: Commitment,
    *,
    identity: Identity,
    identity_check: Verification,
    credentials: tuple[Credential, ...],
    exam: Exam,
    offering: Offering,
    returning: Standing | None = None,
) -> tuple[ReviewReason, ...]:
    """Everything that keeps a confirmation from passing at once (handbook 4.3); empty means payable."""
    by_id = {credential.id: credential for credential in credentials}
    education = by_id.get(choices.education_id) if choices.education_id else None
    degree = by_id.get(choices.degree_id) if choices.degree_id else None
    # What a reviewer of this exam has passed, this year or earlier, nobody looks at again (FAQ 8).
    not_passed = [c for c in (education, degree) if c is not None and exam.code not in c.review_passes]
    unverified = [c for c in not_passed if c.check.state is not VerificationState.VERIFIED]
    level = exam.level(choices.level)
    found = {
        ReviewReason.COMMITMENT_DECLINED: commitment is Commitment.DECLINED,
        ReviewReason.COMMITMENT_WITHDRAWN: commitment is Commitment.WITHDRAWN,
        ReviewReason.COMMITMENT_NOT_ELIGIBLE: commitment is Commitment.NOT_ELIGIBLE,
        ReviewReason.IDENTITY_UNVERIFIED: identity_check.state is not VerificationState.VERIFIED,
        ReviewReason.EDUCATION_UNVERIFIED: education is None or education in unverified,
        ReviewReason.DEGREE_UNVERIFIED: degree is not None and degree in unverified,
        ReviewReason.NAME_DIFFERS: any(name_differs(credential, identity) for credential in not_passed),
        ReviewReason.ARCHIVE_NAME_DIFFERS: returning is not None and returning.name_differs,
        ReviewReason.EXEMPTION_LEVEL: bool(
            level and level.is_exemption and offering.policy.reviews_exemption_levels
        ),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def confirmed(
    registration: Registration,
    signature: Signature,
    reasons: tuple[ReviewReason, ...],
    *,
    amount_fen: int,
    now: datetime,
) -> Registration:
    """The registration after its confirmation: payable, or under review with the reasons."""
    return replace(
        registration,
        state=State.UNDER_REVIEW if reasons else State.PAYABLE,
        signature=signature,
        review_reasons=tuple(reasons),
        rejection=None,
        amount_fen=amount_fen,
        confirmed_at=now,
        updated_at=now,
        version=registration.version + 1,
    )


def edited(registration: Registration, choices: Choices, *, now: datetime) -> Registration:
    """The registration with other choices: whatever was confirmed before must be confirmed again."""
    return replace(
        registration,
        state=State.DRAFT,
        choices=choices,
        review_reasons=(),
        amount_fen=None,
        confirmed_at=None,
        open_change_id=None,
        updated_at=now,
        version=registration.version + 1,
    )


def reviewed(registration: Registration, *, rejection: str | None, now: datetime) -> Registration:
    """The registration after a reviewer passed it, or rejected it with a reason."""
    return replace(
        registration,
        state=State.REJECTED if rejection else State.PAYABLE,
        rejection=rejection,
        updated_at=now,
        version=registration.version + 1,
    )


def withdrawn(registration: Registration, *, now: datetime) -> Registration:
    """The registration after its commitment was withdrawn: somebody must look at it now (FAQ 13)."""
    if registration.signature is None:
        raise ValueError("nothing was signed")
    reasons = dict.fromkeys((ReviewReason.COMMITMENT_WITHDRAWN.value, *registration.review_reasons))
    return replace(
        registration,
        state=State.UNDER_REVIEW,
        signature=replace(registration.signature, commitment=Commitment.WITHDRAWN, withdrawn_at=now),
        review_reasons=tuple(reasons),
        updated_at=now,
        version=registration.version + 1,
    )


def superseded(registration: Registration, *, now: datetime) -> Registration:
    """The registration after the right identity took its place (FAQ 5)."""
    return replace(registration, state=State.SUPERSEDED, updated_at=now, version=registration.version + 1)
