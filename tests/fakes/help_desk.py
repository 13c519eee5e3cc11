"""Authorities and the passwords that their clerks give out, in memory."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.authority import Authority
from chalicelib.domain.catalogue import Change
from chalicelib.domain.ids import AccountId, AuthorityId
from chalicelib.domain.one_time_password import OneTimePassword, OneTimePasswordSpentError
from chalicelib.usecases.ports import StaleWriteError
from tests.fakes.memory import Memory


class FakeAuthorities:
    """`Authorities` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get(self, authority_id: AuthorityId) -> Authority | None:
        with self._memory.lock:
            return self._memory.authorities.get(authority_id)

    def take_in(self, change: Change[Authority]) -> None:
        with self._memory.lock:
            if self._memory.authorities.get(change.changed.id) != change.seen:
                raise StaleWriteError
            self._memory.authorities[change.changed.id] = change.changed
            self._memory.audit.append(change.entry)

    def put(self, authority: Authority) -> None:
        """The authority is there, however it came."""
        with self._memory.lock:
            self._memory.authorities[authority.id] = authority


class FakeOneTimePasswords:
    """`OneTimePasswords` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def give_out(
        self, account: Account, one_time: OneTimePassword, dead_hash: str, entry: AuditEntry
    ) -> None:
        with self._memory.lock:
            self._set_password(account, dead_hash)
            self._memory.one_time_passwords[account.id] = one_time
            self._memory.audit.append(entry)

    def get(self, account_id: AccountId, *, now: datetime) -> OneTimePassword | None:
        with self._memory.lock:
            stored = self._memory.one_time_passwords.get(account_id)
            return stored if stored and stored.is_good(now) else None

    def pay_try(self, one_time: OneTimePassword, *, now: datetime) -> None:
        with self._memory.lock:
            stored = self._stored(one_time)
            if not stored.is_good(now):
                raise OneTimePasswordSpentError(field="one_time_password")
            self._memory.one_time_passwords[one_time.account_id] = replace(stored, tries=stored.tries + 1)

    def redeem(self, account: Account, one_time: OneTimePassword, password_hash: str) -> None:
        with self._memory.lock:
            self._stored(one_time)
            self._set_password(account, password_hash)
            del self._memory.one_time_passwords[account.id]

    def _stored(self, one_time: OneTimePassword) -> OneTimePassword:
        stored = self._memory.one_time_passwords.get(one_time.account_id)
        if stored is None or replace(stored, tries=one_time.tries) != one_time:
            raise OneTimePasswordSpentError(field="one_time_password")
        return stored

    def _set_password(self, account: Account, hashed: str) -> None:
        stored = self._memory.accounts[account.id]
        if stored.session_epoch != account.session_epoch:
            raise StaleWriteError
        self._memory.accounts[account.id] = replace(
            stored, password_hash=hashed, session_epoch=stored.session_epoch + 1
        )
