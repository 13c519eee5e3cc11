"""A reviewer passes or rejects a registration that waits for a person (handbook 4.5)."""

from datetime import datetime

from chalicelib.domain.errors import ChangedElsewhereError, InvalidInputError, NotFoundError
from chalicelib.domain.ids import AccountId, AuthorityId, RegistrationId
from chalicelib.domain.registration import Registration, State, reviewed
from chalicelib.usecases.ports import Registrations, StaleWriteError


def review_registration(
    authority_id: AuthorityId,
    account_id: AccountId,
    registration_id: RegistrationId,
    *,
    rejection: str | None,
    registrations: Registrations,
    now: datetime,
) -> Registration:
    """Pass (`rejection` is None) or reject with a reason, for the reviewer's own authority only.

    Raises NotFoundError, InvalidInputError, ChangedElsewhereError (no longer waiting).
    """
    registration = registrations.get(account_id, registration_id)
    if registration is None or registration.authority_id != authority_id:
        raise NotFoundError
    if rejection is not None and not rejection.strip():
        raise InvalidInputError(field="rejection", detail="请填写不通过的原因。")
    if registration.state is not State.UNDER_REVIEW:
        raise ChangedElsewhereError
    changed = reviewed(registration, rejection=rejection, now=now)
    try:
        registrations.replace(registration, changed)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return changed
