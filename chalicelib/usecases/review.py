"""A reviewer passes or rejects a registration that waits for a person (handbook 4.5)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.errors import ChangedElsewhereError, InvalidInputError, NotFoundError
from chalicelib.domain.ids import AccountId, RegistrationId
from chalicelib.domain.material import check_nothing_missing, materials_needed
from chalicelib.domain.registration import Registration, State, reviewed
from chalicelib.usecases.ports import (
    Credentials,
    Exams,
    Materials,
    PassedReview,
    Registrations,
    StaleWriteError,
)


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
    NotFoundError, InvalidInputError, ChangedElsewhereError (no longer waiting), MaterialMissingError.
    """
    registration = registrations.get(account_id, registration_id)
    if registration is None or registration.authority_id != entry.clerk.authority_id:
        raise NotFoundError
    if rejection is not None and not rejection.strip():
        raise InvalidInputError(field="rejection", detail="请填写不通过的原因。")
    if registration.state is not State.UNDER_REVIEW:
        raise ChangedElsewhereError
    if rejection is None:
        _require_material(registration, credentials, exams, materials)
    changed = reviewed(registration, rejection=rejection, now=now)
    entry = replace(
        entry,
        on_whom=registration.id,
        what=Act.REJECT_REVIEW if rejection else Act.PASS_REVIEW,
        before=registration.state,
        after=changed.state,
    )
    passed = None if rejection else _passed(registration, exams)
    try:
        registrations.review(registration, changed, passed, entry)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return changed


def _require_material(
    registration: Registration, credentials: Credentials, exams: Exams, materials: Materials
) -> None:
    # What was accepted cannot be taken back while it waits, so this stays true until the write below.
    found = exams.offering(registration.exam_id, registration.authority_id)
    if found is None:
        raise NotFoundError
    needed = materials_needed(registration, credentials.of(registration.account_id), found[1].policy)
    if any(each.required for each in needed):
        check_nothing_missing(needed, materials.of(registration.account_id, registration.id))


def _passed(registration: Registration, exams: Exams) -> PassedReview | None:
    found = exams.get(registration.exam_id)
    used = (registration.choices.education_id, registration.choices.degree_id)
    return PassedReview(found[0].code, tuple(filter(None, used))) if found else None
