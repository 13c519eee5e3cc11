"""Accounts and the claims that make username, phone and person unique (FAQ 1, 2, 5)."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.expressions.condition import Condition, size

from chalicelib.domain.account import MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER, Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import (
    IdNumberCrowdedError,
    IdNumberRegisteredError,
    PersonRegisteredError,
    PhoneProofInvalidError,
    PhoneTakenError,
    UsernameTakenError,
)
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId
from chalicelib.domain.sms import PhoneProof
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.storage import keys
from chalicelib.storage.accounts.released import confirm_identity, free_claims, release
from chalicelib.storage.checks import check_columns, check_of, settle_check
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key
from chalicelib.storage.sealed import seal, unseal
from chalicelib.storage.tables import ABSENT, PRESENT, AccountRow, ClaimRow, IdNumberRow, PhoneProofRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoAccounts:
    """`Accounts`: each claim is an item of its own, written with the account in one transaction."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def open(
        self,
        account: Account,
        *,
        proof: PhoneProof,
        shares_id_number: bool,
        now: datetime,
        pushing_out: Account | None = None,
    ) -> None:
        """Account, claims and the used-up proof: all or none."""
        claim = ClaimRow(account_id=account.id)
        # Added in the order of refusal. The proof comes first: without one, nothing is told about anybody.
        transaction = self._use_up(Transaction(self._tables), proof, account.phone, now)
        transaction.put(
            keys.person(account.identity, self._sealer),
            claim,
            on=ABSENT,  # nobody of this name and ID number has an account
            failing=PersonRegisteredError,
        )
        if pushing_out is None:
            self._join_id_number(transaction, account, shares_id_number=shares_id_number)
        else:
            self._push_out(transaction, account, pushing_out)
        transaction.put(
            keys.username(account.username),
            claim,
            on=ABSENT,  # the username is free, whatever its case
            failing=UsernameTakenError,
        )
        transaction.put(
            keys.phone(account.phone, self._sealer),
            claim,
            on=ABSENT,  # the phone is bound to nobody
            failing=PhoneTakenError,
        )
        transaction.put(keys.account(account.id), self._row(account), on=ABSENT)  # ids do not repeat
        transaction.commit()

    def _join_id_number(self, transaction: Transaction, account: Account, *, shares_id_number: bool) -> None:
        # Somebody under another name may share the ID number, but not everybody (FAQ 1, 5).
        room = _accounts_under_it() < MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER
        transaction.update(
            keys.id_number(account.identity.id_number, self._sealer),
            IdNumberRow.account_ids.add({account.id}),
            # Nobody has the ID number; or the candidate knows that somebody has, and there is room.
            on=ABSENT | room if shares_id_number else ABSENT,
            failing=IdNumberCrowdedError if shares_id_number else IdNumberRegisteredError,
        )

    def _push_out(self, transaction: Transaction, account: Account, leaving: Account) -> None:
        under = keys.id_number(account.identity.id_number, self._sealer)
        row = self._tables.read(under, IdNumberRow)
        staying = (row.account_ids if row else set()) - {leaving.id}
        transaction.update(
            under,
            IdNumberRow.account_ids.set(staying | {account.id}),
            # It is the list that was read, full, with the one who leaves on it.
            on=reduce(
                and_,
                [IdNumberRow.account_ids.contains(name) for name in (*sorted(staying), leaving.id)],
                _accounts_under_it() == MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER,
            ),
        )
        unverified = [state for state in VerificationState if state is not VerificationState.VERIFIED]
        transaction.check(
            keys.account(leaving.id),
            on=AccountRow.check_state.is_in(*unverified),  # nobody verified is ever pushed out
        )

    def get(self, account_id: AccountId) -> Account | None:
        """By id, consistent."""
        row = self._tables.read(keys.account(account_id), AccountRow)
        return self._account(row) if row else None

    def with_username(self, username: str) -> Account | None:
        """The holder of the username, whatever its case."""
        return self._holder(keys.username(username))

    def with_phone(self, phone: str) -> Account | None:
        """The account that the phone is bound to."""
        account = self._holder(keys.phone(phone, self._sealer))
        # The phone may have been changed between the two reads.
        return account if account and account.phone == phone else None

    def with_id_number(self, id_number: str) -> Sequence[Account]:
        """All accounts under this ID number in normal form, whatever the ID type, oldest first."""
        row = self._tables.read(keys.id_number(id_number, self._sealer), IdNumberRow)
        found = [self.get(AccountId(account_id)) for account_id in (row.account_ids if row else ())]
        return sorted(filter(None, found), key=lambda account: (account.created_at, account.id))

    def of_person(self, identity: Identity) -> Account | None:
        """The account of exactly this name and ID number."""
        return self._holder(keys.person(identity, self._sealer))

    def change_phone(self, account: Account, phone: str, *, proof: PhoneProof, now: datetime) -> None:
        """Swap the claim: new phone taken, old one free, proof used up."""
        if phone == account.phone:
            raise PhoneTakenError(field="phone")
        transaction = self._use_up(Transaction(self._tables), proof, phone, now)
        transaction.put(
            keys.phone(phone, self._sealer),
            ClaimRow(account_id=account.id),
            on=ABSENT,  # the new phone is bound to nobody
            failing=PhoneTakenError,
        )
        transaction.delete(
            keys.phone(account.phone, self._sealer),
            on=ClaimRow.account_id == account.id,  # the old phone is still this account's to give up
        )
        transaction.update(
            keys.account(account.id),
            AccountRow.phone_key.set(keys.phone_fingerprint(phone, self._sealer)),
            AccountRow.sealed_phone.set(self._seal(account.id, "phone", phone)),
            # Neither phone nor password was changed since the account was read.
            on=(AccountRow.phone_key == keys.phone_fingerprint(account.phone, self._sealer))
            & _same_epoch(account),
        )
        transaction.commit()

    def change_password(self, account: Account, password_hash: str) -> None:
        """New hash and the next session epoch, so that all sessions end."""
        transaction = Transaction(self._tables).update(
            keys.account(account.id),
            AccountRow.password_hash.set(password_hash),
            AccountRow.session_epoch.set(account.session_epoch + 1),
            on=_same_epoch(account),  # nobody changed the password since the account was read
        )
        transaction.commit()

    def settle_identity(self, account_id: AccountId, check: Verification) -> None:
        """Write the outcome if the identity is still being verified; otherwise nothing."""
        settle_check(self._tables, keys.account(account_id), check)

    def confirm_identity(self, account: Account, entry: AuditEntry) -> None:
        """A clerk saw the ID: verified, since `entry.at`."""
        confirm_identity(self._tables, account, entry, self._sealer)

    def release(self, account: Account, entry: AuditEntry) -> None:
        """Unusable from now on, all sessions over, with its audit entry."""
        release(self._tables, account, entry, self._sealer)

    def free_claims(self, account: Account) -> None:
        """Person, phone and place under the ID number of a released account, free for others."""
        free_claims(self._tables, account, self._sealer)

    def _use_up(self, transaction: Transaction, proof: PhoneProof, phone: str, now: datetime) -> Transaction:
        return transaction.delete(
            keys.phone_proof(proof.token_hash),
            # Unused, still good, and given for this phone and purpose.
            on=PRESENT
            & (PhoneProofRow.ends_at > now)
            & (PhoneProofRow.phone_key == keys.phone_fingerprint(phone, self._sealer))
            & (PhoneProofRow.purpose == proof.purpose),
            failing=PhoneProofInvalidError,
        )

    def _holder(self, claim: Key) -> Account | None:
        row = self._tables.read(claim, ClaimRow)
        return self.get(AccountId(row.account_id)) if row else None

    def _row(self, account: Account) -> AccountRow:
        return AccountRow(
            account_id=account.id,
            username=account.username,
            sealed_identity=self._seal(account.id, "identity", account.identity),
            sealed_phone=self._seal(account.id, "phone", account.phone),
            phone_key=keys.phone_fingerprint(account.phone, self._sealer),
            password_hash=account.password_hash,
            security_questions=list(account.security_questions),
            sealed_answers_hash=self._seal(account.id, "answers_hash", account.security_answers_hash),
            session_epoch=account.session_epoch,
            created_at=account.created_at,
            released_at=account.released_at,
            **check_columns(account.id, account.identity_check),
        )

    def _account(self, row: AccountRow) -> Account:
        return Account(
            id=AccountId(row.account_id),
            username=row.username,
            identity=unseal(
                row.sealed_identity,
                Identity,
                context=_context(row.account_id, "identity"),
                sealer=self._sealer,
            ),
            identity_check=check_of(row),
            phone=self._text(row.account_id, "phone", row.sealed_phone),
            password_hash=row.password_hash,
            security_questions=tuple(row.security_questions),
            security_answers_hash=self._text(row.account_id, "answers_hash", row.sealed_answers_hash),
            session_epoch=row.session_epoch,
            created_at=row.created_at,
            released_at=row.released_at,
        )

    def _seal(self, account_id: str, what: str, value: object) -> bytes:
        return seal(value, context=_context(account_id, what), sealer=self._sealer)

    def _text(self, account_id: str, what: str, sealed: bytes) -> str:
        return unseal(sealed, str, context=_context(account_id, what), sealer=self._sealer)


def _accounts_under_it() -> Any:
    return size(IdNumberRow.account_ids)  # type: ignore[no-untyped-call]


def _same_epoch(account: Account) -> Condition:
    return AccountRow.session_epoch == account.session_epoch


def _context(account_id: str, what: str) -> str:
    return f"account.{what}#{account_id}"
