"""Stores of the help desk: the authorities themselves, and the passwords that their clerks give out."""

from datetime import datetime
from typing import Protocol

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.authority import Authority
from chalicelib.domain.catalogue import Change
from chalicelib.domain.ids import AccountId, AuthorityId
from chalicelib.domain.one_time_password import OneTimePassword


class Authorities(Protocol):
    """Authorities; changed by imports only."""

    def get(self, authority_id: AuthorityId) -> Authority | None:
        """By id."""

    def take_in(self, change: Change[Authority]) -> None:
        """Store what an import changes, with its audit entry. Raises StaleWriteError (another version than
        seen)."""


class OneTimePasswords(Protocol):
    """Passwords that clerks gave out, one an account. Expired counts as absent."""

    def give_out(
        self, account: Account, one_time: OneTimePassword, dead_hash: str, entry: AuditEntry
    ) -> None:
        """The account's password dead, its sessions over, the one-time one good, the entry kept: all or none.
        Raises StaleWriteError (password changed, or account released, since it was read)."""

    def get(self, account_id: AccountId, *, now: datetime) -> OneTimePassword | None:
        """The one that is still good."""

    def pay_try(self, one_time: OneTimePassword, *, now: datetime) -> None:
        """Count one try before it is looked at. Raises OneTimePasswordSpentError."""

    def redeem(self, account: Account, one_time: OneTimePassword, password_hash: str) -> None:
        """The account's new password for the one-time one, which is gone: both or none, all sessions over.
        Raises OneTimePasswordSpentError, StaleWriteError (password changed since the account was read)."""
