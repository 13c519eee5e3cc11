"""A clerk finds a registration not eligible, or takes that back (handbook section 4: `void`)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.errors import ChangedElsewhereError
from chalicelib.domain.ids import AccountId, RegistrationId
from chalicelib.domain.registration import Registration
from chalicelib.domain.voiding import reinstated, voided
from chalicelib.usecases.ports import Orders, Registrations, StaleWriteError
from chalicelib.usecases.registrations.at_authority import registration_for


def void_registration(
    entry: AuditEntry,
    account_id: AccountId,
    registration_id: RegistrationId,
    *,
    registrations: Registrations,
    orders: Orders,
    now: datetime,
) -> Registration:
    """Find one of the clerk's own authority not eligible; the candidate is told the entry's reason.

    Money that pays it stays with its order. An order that is open is asked about soon and then closed; money
    that comes all the same goes back. Raises NotFoundError, ActionRefusedError (a draft, or ended),
    ReasonMissingError, ChangedElsewhereError.
    """
    seen = registration_for(entry.clerk, account_id, registration_id, registrations=registrations)
    changed = voided(seen, reason=entry.reason, now=now)
    try:
        registrations.void(seen, changed, _whole(entry, Act.VOID, seen, changed))
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    if seen.open_order_id is not None:
        # Only sooner: without this it comes up by itself.
        orders.hasten(seen.open_order_id, now=now)
    return changed


def reinstate_registration(
    entry: AuditEntry,
    account_id: AccountId,
    registration_id: RegistrationId,
    *,
    registrations: Registrations,
    orders: Orders,
    now: datetime,
) -> Registration:
    """Take the finding back: the registration is what it was before, paid by the same order if it was paid.

    Raises NotFoundError, NotReinstatableError (not void, or the money has gone back), ChangedElsewhereError.
    """
    seen = registration_for(entry.clerk, account_id, registration_id, registrations=registrations)
    paid_by = orders.get(seen.paid_order_id) if seen.paid_order_id else None
    changed = reinstated(seen, paid_by, now=now)
    try:
        registrations.reinstate(seen, changed, _whole(entry, Act.REINSTATE, seen, changed))
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return changed


def _whole(entry: AuditEntry, act: Act, seen: Registration, changed: Registration) -> AuditEntry:
    return replace(entry, on_whom=seen.id, what=act, before=seen.state, after=changed.state)
