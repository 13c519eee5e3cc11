"""A reviewer passes or rejects a registration that waits for a person (handbook 4.5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.actions import ActionRefusedError, Reason, Refusal
from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.errors import ChangedElsewhereError, InvalidInputError, NotFoundError
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import AccountId, AuthorityId, RegistrationId
from chalicelib.domain.material import check_nothing_missing, materials_needed
from chalicelib.domain.registration import Registration, State, reviewed, state_at
from chalicelib.usecases.ports import (
    Credentials,
    Exams,
    Materials,
    PassedReview,
    Registrations,
    StaleWriteError,
)
from chalicelib.usecases.registrations.at_authority import registration_for


def review_queue(
    authority_id: AuthorityId,
    *,
    at_most: int,
    registrations: Registrations,
    exams: Exams,
    now: datetime,
) -> Sequence[Registration]:
    """What waits for a reviewer of this authority and has not lapsed, longest waiting first."""
    live = [
        exam.id
        for exam, offerings in exams.all()
        for offering in offerings
        if offering.authority_id == authority_id and now < offering.windows.payment.end
    ]
    return registrations.under_review(authority_id, live, at_most=at_most)


def review_registration(
    entry: AuditEntry,
    account_id: AccountId,
    registration_id: RegistrationId,
    *,
    rejection: str | None,
    registrations: Registrations,
    credentials: Credentials,
    exams: Exams,
    materials: Materials,
    now: datetime,
) -> Registration:
    """Pass (`rejection` is None) or reject with a reason, for the clerk's own authority only.

    Passed, the credentials used are remembered as passed for this exam in later years (FAQ 8). Raises
    NotFoundError, InvalidInputError, ChangedElsewhereError (no longer waiting), ActionRefusedError (lapsed:
    nobody is told to pay what can no longer be paid), MaterialMissingError.
    """
    registration = registration_for(entry.clerk, account_id, registration_id, registrations=registrations)
    if rejection is not None and not rejection.strip():
        raise InvalidInputError(field="rejection", detail="请填写不通过的原因。")
    if registration.state is not State.UNDER_REVIEW:
        raise ChangedElsewhereError
    exam, offering = _held(registration, exams)
    if state_at(registration, offering, now) is State.LAPSED:
        raise ActionRefusedError(Refusal(Reason.LAPSED))
    if rejection is None:
        _require_material(registration, offering, credentials, materials)
    changed = reviewed(registration, rejection=rejection, now=now)
    entry = replace(
        entry,
        on_whom=registration.id,
        what=Act.REJECT_REVIEW if rejection else Act.PASS_REVIEW,
        before=registration.state,
        after=changed.state,
    )
    passed = None if rejection else _passed(registration, exam)
    try:
        registrations.review(registration, changed, passed, entry)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return changed


def _held(registration: Registration, exams: Exams) -> tuple[Exam, Offering]:
    found = exams.offering(registration.exam_id, registration.authority_id)
    if found is None:
        raise NotFoundError
    return found


def _require_material(
    registration: Registration, offering: Offering, credentials: Credentials, materials: Materials
) -> None:
    # What was accepted cannot be taken back while it waits, so this stays true until the write below.
    needed = materials_needed(registration, credentials.of(registration.account_id), offering.policy)
    if any(each.required for each in needed):
        check_nothing_missing(needed, materials.of(registration.account_id, registration.id))


def _passed(registration: Registration, exam: Exam) -> PassedReview:
    used = (registration.choices.education_id, registration.choices.degree_id)
    return PassedReview(exam.code, tuple(filter(None, used)))
