"""Give an identity back to its true holder, when a stranger has registered under it first (FAQ 1, 5).

The true holder shows the ID at the authority. Recovery is no way out, for its code goes to the stranger's
phone. Each step may be done again, so that a command that died halfway is simply given again.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.errors import AccountNotFoundError, ChangedElsewhereError
from chalicelib.domain.ids import AccountId
from chalicelib.domain.registration import LEFT, UNPAID, Registration, State
from chalicelib.usecases.ports import Accounts, Exams, Registrations, StaleWriteError

MOST_ATTEMPTS = 3


def release_identity(
    account_id: AccountId,
    id_number: str,
    entry: AuditEntry,
    *,
    accounts: Accounts,
    registrations: Registrations,
    exams: Exams,
    now: datetime,
) -> list[Registration]:
    """Close the stranger's account, let its unpaid registrations give way, then free its claims.

    The clerk names the account and the ID number that was shown: a mistake in either closes nobody. Gives the
    registrations that stay because they are paid: those are for the authority to mend. Raises
    AccountNotFoundError, ChangedElsewhereError.
    """
    account = accounts.get(account_id)
    if account is None or account.identity.id_number != id_number:
        raise AccountNotFoundError
    # First of all the door is shut: whatever is started before is found below, nothing is started after.
    if account.released_at is None:
        account = _closed(account, entry, accounts)
    staying = [
        stays
        for registration in registrations.of(account.id)
        if (stays := _what_stays(registration, account, registrations, now))
    ]
    for exam, _ in exams.all():
        registrations.reopen_commitment(exam.id, account)
    # Last: who comes under this name and ID number from now on finds no exam held and nothing closed.
    accounts.free_claims(account)
    return staying


def _closed(account: Account, entry: AuditEntry, accounts: Accounts) -> Account:
    whole = replace(
        entry,
        on_whom=account.id,
        what=Act.RELEASE_IDENTITY,
        before=account.identity_check.state,
        after="released",
    )
    # Stale: another clerk was faster, and what follows is the same.
    with suppress(StaleWriteError):
        accounts.release(account, whole)
    return accounts.get(account.id) or account


def _what_stays(
    seen: Registration, account: Account, registrations: Registrations, now: datetime
) -> Registration | None:
    """None once it has given way; otherwise what is paid. Raises ChangedElsewhereError."""
    registration: Registration | None = seen
    for _ in range(MOST_ATTEMPTS):
        # What was found void was a stranger's: the true holder is not the one who is not eligible.
        if registration is None or registration.state not in (*UNPAID, State.VOID):
            return registration if registration and registration.state not in LEFT else None
        # It may be paid, or given up, between reading and writing.
        with suppress(StaleWriteError):
            registrations.give_way(registration, account.identity, now=now)
            return None
        registration = registrations.get(account.id, registration.id)
    raise ChangedElsewhereError
