"""Accounts, credentials and their pending checks in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER, Account, username_key
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.credential import MOST_CREDENTIALS, Credential
from chalicelib.domain.errors import (
    CredentialDuplicateError,
    CredentialLimitError,
    IdNumberCrowdedError,
    IdNumberRegisteredError,
    PersonRegisteredError,
    PhoneProofInvalidError,
    PhoneTakenError,
    UsernameTakenError,
)
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId, CredentialId
from chalicelib.domain.sms import PhoneProof
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.ports import PendingCheck, StaleWriteError
from tests.fakes.memory import Memory


class FakeAccounts:
    """`Accounts` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def open(
        self,
        account: Account,
        *,
        proof: PhoneProof,
        shares_id_number: bool,
        now: datetime,
        pushing_out: Account | None = None,
    ) -> None:
        with self._memory.lock:
            self._require_proof(proof, account.phone, now)
            if self.of_person(account.identity):
                raise PersonRegisteredError
            under_it = self._memory.under_id_number.setdefault(account.identity.id_number, set())
            if pushing_out is None and under_it and not shares_id_number:
                raise IdNumberRegisteredError
            if pushing_out is None and len(under_it) >= MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER:
                raise IdNumberCrowdedError
            if pushing_out is not None and not self._may_leave(pushing_out, under_it):
                raise StaleWriteError
            if self.with_username(account.username):
                raise UsernameTakenError
            if self.with_phone(account.phone):
                raise PhoneTakenError
            del self._memory.proofs[proof.token_hash]
            under_it.discard(pushing_out.id if pushing_out else account.id)
            under_it.add(account.id)
            self._memory.accounts[account.id] = account
            begin_check(self._memory, account.id, None, account.identity_check)

    def get(self, account_id: AccountId) -> Account | None:
        with self._memory.lock:
            return self._memory.accounts.get(account_id)

    def with_username(self, username: str) -> Account | None:
        key = username_key(username)
        return next((a for a in self._all() if username_key(a.username) == key), None)

    def with_phone(self, phone: str) -> Account | None:
        return next((a for a in self._holding() if a.phone == phone), None)

    def with_id_number(self, id_number: str) -> Sequence[Account]:
        with self._memory.lock:
            under_it = self._memory.under_id_number.get(id_number, set())
        found = [a for a in self._all() if a.id in under_it]
        return sorted(found, key=lambda account: (account.created_at, account.id))

    def of_person(self, identity: Identity) -> Account | None:
        key = identity.person_key
        return next((a for a in self._holding() if a.identity.person_key == key), None)

    def change_phone(self, account: Account, phone: str, *, proof: PhoneProof, now: datetime) -> None:
        with self._memory.lock:
            if phone == account.phone:
                raise PhoneTakenError
            self._require_proof(proof, phone, now)
            if self.with_phone(phone):
                raise PhoneTakenError
            stored = self._memory.accounts[account.id]
            if (stored.phone, stored.session_epoch) != (account.phone, account.session_epoch):
                raise StaleWriteError
            del self._memory.proofs[proof.token_hash]
            self._memory.accounts[account.id] = replace(stored, phone=phone)

    def change_password(self, account: Account, password_hash: str) -> None:
        with self._memory.lock:
            stored = self._memory.accounts[account.id]
            if stored.session_epoch != account.session_epoch:
                raise StaleWriteError
            self._memory.accounts[account.id] = replace(
                stored, password_hash=password_hash, session_epoch=stored.session_epoch + 1
            )

    def settle_identity(self, account_id: AccountId, check: Verification) -> None:
        with self._memory.lock:
            stored = self._memory.accounts.get(account_id)
            if stored and stored.identity_check.state is VerificationState.VERIFYING:
                self._memory.accounts[account_id] = replace(stored, identity_check=check)
                self._memory.checks.pop((account_id, None), None)

    def confirm_identity(self, account: Account, entry: AuditEntry) -> None:
        with self._memory.lock:
            stored = self._memory.accounts[account.id]
            if stored.identity_check != account.identity_check or stored.released_at:
                raise StaleWriteError
            verified = Verification(VerificationState.VERIFIED, entry.at)
            self._memory.accounts[account.id] = replace(stored, identity_check=verified)
            self._memory.audit.append(entry)

    def release(self, account: Account, entry: AuditEntry) -> None:
        with self._memory.lock:
            stored = self._memory.accounts.get(account.id)
            if stored is None or stored.released_at:
                raise StaleWriteError
            self._memory.accounts[account.id] = replace(
                stored, released_at=entry.at, session_epoch=stored.session_epoch + 1
            )
            self._memory.audit.append(entry)

    def free_claims(self, account: Account) -> None:
        with self._memory.lock:
            if self._memory.accounts[account.id].released_at is None:
                raise StaleWriteError
            self._memory.without_claims.add(account.id)
            under_it = self._memory.under_id_number.get(account.identity.id_number, set())
            under_it.discard(account.id)

    def _may_leave(self, account: Account, under_it: set[AccountId]) -> bool:
        stored = self._memory.accounts[account.id]
        full = len(under_it) == MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER and account.id in under_it
        return full and stored.identity_check.state is not VerificationState.VERIFIED

    def _holding(self) -> list[Account]:
        return [a for a in self._all() if a.id not in self._memory.without_claims]

    def _all(self) -> list[Account]:
        with self._memory.lock:
            return list(self._memory.accounts.values())

    def _require_proof(self, proof: PhoneProof, phone: str, now: datetime) -> None:
        stored = self._memory.proofs.get(proof.token_hash)
        if stored is None or now >= stored.expires_at:
            raise PhoneProofInvalidError
        if (stored.phone, stored.purpose) != (phone, proof.purpose):
            raise PhoneProofInvalidError


class FakeCredentials:
    """`Credentials` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def of(self, account_id: AccountId) -> tuple[Credential, ...]:
        with self._memory.lock:
            found = [c for c in self._memory.credentials.values() if c.account_id == account_id]
        return tuple(sorted(found, key=lambda credential: (credential.added_at, credential.id)))

    def add(self, credential: Credential) -> None:
        key = (credential.account_id, credential.id)
        with self._memory.lock:
            if key in self._memory.credentials:
                raise CredentialDuplicateError
            if len(self.of(credential.account_id)) >= MOST_CREDENTIALS:
                raise CredentialLimitError
            self._memory.credentials[key] = credential
            begin_check(self._memory, *key, credential.check)

    def settle(self, account_id: AccountId, credential_id: CredentialId, check: Verification) -> None:
        key = (account_id, credential_id)
        with self._memory.lock:
            stored = self._memory.credentials.get(key)
            if stored and stored.check.state is VerificationState.VERIFYING:
                self._memory.credentials[key] = replace(stored, check=check)
                self._memory.checks.pop(key, None)

    def enter_pass(
        self, account_id: AccountId, credential_id: CredentialId, exam_code: str, entry: AuditEntry
    ) -> None:
        with self._memory.lock:
            remember_pass(self._memory, account_id, credential_id, exam_code)
            self._memory.audit.append(entry)


def remember_pass(memory: Memory, account_id: AccountId, credential_id: CredentialId, exam_code: str) -> None:
    """A reviewer of an exam passed the record. Raises StaleWriteError where there is none."""
    stored = memory.credentials.get((account_id, credential_id))
    if stored is None:
        raise StaleWriteError
    memory.credentials[account_id, credential_id] = replace(
        stored, review_passes=stored.review_passes | {exam_code}
    )


class FakePendingChecks:
    """`PendingChecks` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def due(self, *, now: datetime, at_most: int) -> Sequence[PendingCheck]:
        with self._memory.lock:
            found = [check for check in self._memory.checks.values() if check.due_at <= now]
        return sorted(found, key=lambda check: check.due_at)[:at_most]

    def claim(self, check: PendingCheck, *, until: datetime, submitted: bool) -> bool:
        key = (check.account_id, check.credential_id)
        with self._memory.lock:
            stored = self._memory.checks.get(key)
            if stored is None or stored.due_at != check.due_at:
                return False
            self._memory.checks[key] = replace(stored, due_at=until, submitted=submitted)
            return True

    def find(self, account_id: AccountId, credential_id: CredentialId | None) -> PendingCheck | None:
        with self._memory.lock:
            return self._memory.checks.get((account_id, credential_id))


def begin_check(
    memory: Memory, account_id: AccountId, credential_id: CredentialId | None, check: Verification
) -> None:
    """What is stored in state `verifying` is due at once."""
    if check.state is VerificationState.VERIFYING:
        memory.checks[account_id, credential_id] = PendingCheck(
            account_id=account_id,
            credential_id=credential_id,
            asked_since=check.since,
            submitted=False,
            due_at=check.since,
        )
