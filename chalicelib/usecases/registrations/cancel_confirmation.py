"""Take a confirmation back, where the authority lets candidates: it is a draft again (FAQ 17)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action
from chalicelib.domain.errors import ChangedElsewhereError
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import State, edited
from chalicelib.usecases.ports import StaleWriteError
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.situation import Situation


def cancel_confirmation(
    account: Account,
    registration_id: RegistrationId,
    *,
    version: int,
    ports: RegistrationPorts,
    now: datetime,
) -> Situation:
    """The draft that it is again; a second click finds it done.

    What was signed or declined stays on record, and a declined commitment stays closed (FAQ 12). Raises
    NotFoundError, ActionRefusedError, ChangedElsewhereError.
    """
    seen = ports.situation_with_passes(account, registration_id)
    if seen.registration.state is State.DRAFT and seen.registration.version == version + 1:
        return seen
    seen.require(Action.CANCEL_CONFIRMATION, now)
    if seen.registration.version != version:
        raise ChangedElsewhereError
    changed = edited(seen.registration, seen.registration.choices, now=now)
    try:
        ports.registrations.replace(seen.registration, changed)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    # As a draft it asks again what bears on the commitment.
    standing = ports.registrations.commitment_of(changed.exam_id, account.identity)
    return replace(seen, registration=changed, facts=replace(seen.facts, commitment=standing))
