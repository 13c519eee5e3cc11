"""What the help desk looks up: an account, and what became of the messages to a phone (FAQ 3, 4).

Looking is an act too: it has a reason and leaves an entry. The phone itself never stands in one.
"""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.credential import Credential
from chalicelib.domain.errors import AccountNotFoundError
from chalicelib.domain.identity import masked_phone, normal_phone
from chalicelib.domain.ids import AccountId
from chalicelib.domain.registration import Registration
from chalicelib.domain.sms import SentMessage
from chalicelib.usecases.accounts.sessions import accounts_named
from chalicelib.usecases.ports import Accounts, AuditLog, Credentials, Messages, Registrations


def look_up_accounts(
    written: str, entry: AuditEntry, *, accounts: Accounts, audit_log: AuditLog
) -> Sequence[Account]:
    """The accounts of a username, a phone or an ID number. Raises AccountNotFoundError."""
    found = accounts_named(written.strip(), accounts, entry.at)
    if not found:
        raise AccountNotFoundError
    _record_each(found, entry, audit_log)
    return found


def _record_each(found: Sequence[Account], entry: AuditEntry, audit_log: AuditLog) -> None:
    for number, account in enumerate(found):
        audit_log.record(
            replace(entry, id=f"{entry.id}-{number}", on_whom=account.id, what="look_up_account")
        )


def look_up_holders(
    id_number: str, entry: AuditEntry, *, accounts: Accounts, audit_log: AuditLog
) -> Sequence[Account]:
    """The accounts under an ID number in normal form, oldest first; none is an answer, too."""
    found = accounts.with_id_number(id_number)
    _record_each(found, entry, audit_log)
    return found


def look_up_credentials(
    account_id: AccountId, entry: AuditEntry, *, credentials: Credentials, audit_log: AuditLog
) -> Sequence[Credential]:
    """The credentials of an account, oldest first."""
    audit_log.record(replace(entry, on_whom=account_id, what="look_up_credentials"))
    return credentials.of(account_id)


def look_up_registrations(
    account_id: AccountId, entry: AuditEntry, *, registrations: Registrations, audit_log: AuditLog
) -> Sequence[Registration]:
    """The registrations of an account at the clerk's own authority, newest first."""
    audit_log.record(replace(entry, on_whom=account_id, what="look_up_registrations"))
    found = registrations.of(account_id)
    return [each for each in found if each.authority_id == entry.clerk.authority_id]


def look_up_messages(
    phone: str, entry: AuditEntry, *, accounts: Accounts, messages: Messages, audit_log: AuditLog
) -> Sequence[SentMessage]:
    """The latest messages to a phone, newest first, bound to an account or not. Raises PhoneInvalidError."""
    number = normal_phone(phone)
    holder = accounts.with_phone(number)
    on_whom = holder.id if holder else masked_phone(number)
    audit_log.record(replace(entry, on_whom=on_whom, what="look_up_messages"))
    return messages.to_phone(number)
