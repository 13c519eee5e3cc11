"""Registrations, kept with their account, and the live key: one for each ID number, exam and year."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.commitment import CommitmentStanding
from chalicelib.domain.errors import AccountReleasedError, RegistrationExistsError
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId, AuthorityId, ExamId, RegistrationId
from chalicelib.domain.moving import PaidMove
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import UNPAID, Registration, State, superseded
from chalicelib.domain.superseding import Holder
from chalicelib.domain.verification import VerificationState
from chalicelib.storage import keys
from chalicelib.storage.accounts.credentials import with_pass
from chalicelib.storage.audit import with_entry
from chalicelib.storage.checks import check_of
from chalicelib.storage.connection import REVIEW, Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.registrations.change_requests import with_request_removed, without_request
from chalicelib.storage.registrations.commitments import read_standing, with_commitment
from chalicelib.storage.registrations.moving import move_paid
from chalicelib.storage.registrations.registration_rows import (
    as_seen,
    registration_key,
    registration_of,
    row_of,
)
from chalicelib.storage.registrations.rows import ClosedCommitmentRow
from chalicelib.storage.tables import ABSENT, AccountRow, ClaimRow, OrderRow, RegistrationRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import PassedReview, Sealer, StaleWriteError

_UNVERIFIED = tuple(state for state in VerificationState if state is not VerificationState.VERIFIED)


class DynamoRegistrations:
    """`Registrations`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def start(self, registration: Registration, identity: Identity) -> None:
        """Registration and live key: both or none."""
        transaction = Transaction(self._tables).put(
            keys.live(registration.exam_id, identity, self._sealer),
            ClaimRow(account_id=registration.account_id, registration_id=registration.id),
            on=ABSENT,  # this ID number has no registration for this exam and year, under any account
            failing=RegistrationExistsError,
        )
        transaction.put(registration_key(registration), row_of(registration), on=ABSENT)  # ids do not repeat
        transaction.check(
            keys.account(registration.account_id),
            on=AccountRow.released_at.does_not_exist(),  # no clerk has closed the account meanwhile
            failing=AccountReleasedError,
        )
        transaction.commit()

    def holder(self, exam_id: ExamId, identity: Identity) -> Holder | None:
        """The live registration of this ID number for the exam, under whatever account."""
        claim = self._tables.read(keys.live(exam_id, identity, self._sealer), ClaimRow)
        if claim is None or claim.registration_id is None:
            return None
        account_id = AccountId(claim.account_id)
        registration = self.get(account_id, RegistrationId(claim.registration_id))
        account = self._tables.read(keys.account(account_id), AccountRow)
        # Given up or taken over between the reads: whoever asks finds out when writing.
        return Holder(registration, check_of(account)) if registration and account else None

    def supersede(
        self, loser: Registration, winner: Registration, identity: Identity, *, now: datetime
    ) -> None:
        """The loser superseded, the live key and the exam the winner's: all or none."""
        transaction = self._giving_way(loser, UNPAID, now)
        transaction.put(
            keys.live(loser.exam_id, identity, self._sealer),
            ClaimRow(account_id=winner.account_id, registration_id=winner.id),
            on=ClaimRow.registration_id == loser.id,  # nobody else has taken the place meanwhile
        )
        transaction.put(registration_key(winner), row_of(winner), on=ABSENT)  # ids do not repeat
        transaction.check(
            keys.account(loser.account_id),
            on=AccountRow.check_state.is_in(*_UNVERIFIED),  # it was not verified meanwhile
        )
        transaction.check(
            keys.account(winner.account_id),
            # Only who is verified takes a place, and no clerk has closed the account meanwhile.
            on=(AccountRow.check_state == VerificationState.VERIFIED)
            & AccountRow.released_at.does_not_exist(),
        )
        transaction.commit()

    def give_way(self, seen: Registration, identity: Identity, *, now: datetime) -> None:
        """Superseded by nobody: the live key is free."""
        transaction = self._giving_way(seen, (*UNPAID, State.VOID), now)
        transaction.delete(
            keys.live(seen.exam_id, identity, self._sealer),
            on=ClaimRow.registration_id == seen.id,  # the key is this registration's
        )
        transaction.check(
            keys.account(seen.account_id),
            on=AccountRow.released_at.exists(),  # only where a clerk has closed the account
        )
        transaction.commit()

    def _giving_way(self, loser: Registration, states: tuple[State, ...], now: datetime) -> Transaction:
        return Transaction(self._tables).put(
            registration_key(loser),
            row_of(superseded(loser, now=now)),
            on=as_seen(loser) & RegistrationRow.state.is_in(*states),  # as it was read, and does not count
        )

    def move_paid(self, move: PaidMove, standing: CommitmentStanding, entry: AuditEntry) -> None:
        """Under the right account, with its place and the order that paid it."""
        move_paid(self._tables, move, standing, entry, self._sealer)

    def commitment_of(self, exam_id: ExamId, identity: Identity) -> CommitmentStanding:
        """What bears on the choice of the commitment for this ID number and exam."""
        return read_standing(self._tables, exam_id, identity, self._sealer)

    def reopen_commitment(self, exam_id: ExamId, account: Account) -> None:
        """Forget that this account closed the commitment for its ID number; not so is fine."""
        transaction = Transaction(self._tables).delete(
            keys.closed_commitment(exam_id, account.identity, self._sealer),
            on=ClosedCommitmentRow.account_id == account.id,  # it was this account, not the true holder
        )
        transaction.check(
            keys.account(account.id),
            on=AccountRow.released_at.exists(),  # only where a clerk has closed the account
        )
        with suppress(StaleWriteError):
            transaction.commit()

    def sign(
        self, seen: Registration, changed: Registration, identity: Identity, standing: CommitmentStanding
    ) -> None:
        """A confirmation or a withdrawal, with what it does to the commitment: all or none."""
        transaction = Transaction(self._tables).put(registration_key(seen), row_of(changed), on=as_seen(seen))
        with_commitment(transaction, changed, identity, standing, self._sealer)
        transaction.commit()

    def review(
        self, seen: Registration, changed: Registration, passed: PassedReview | None, entry: AuditEntry
    ) -> None:
        """A reviewer's decision with its audit entry and, when passed, the pass of each credential used."""
        transaction = Transaction(self._tables).put(registration_key(seen), row_of(changed), on=as_seen(seen))
        for credential_id in passed.credential_ids if passed else ():
            with_pass(transaction, seen.account_id, credential_id, passed.exam_code if passed else "")
        with_entry(transaction, entry, self._sealer).commit()

    def void(self, seen: Registration, changed: Registration, entry: AuditEntry) -> None:
        """The authority's finding with its audit entry; a request for a change that waited is moot."""
        transaction = Transaction(self._tables).put(registration_key(seen), row_of(changed), on=as_seen(seen))
        with_entry(without_request(transaction, seen, changed), entry, self._sealer).commit()

    def reinstate(self, seen: Registration, changed: Registration, entry: AuditEntry) -> None:
        """A finding taken back, with its audit entry."""
        transaction = Transaction(self._tables).put(registration_key(seen), row_of(changed), on=as_seen(seen))
        if changed.state is State.PAID and changed.paid_order_id is not None:
            transaction.check(
                keys.order(changed.paid_order_id),
                on=OrderRow.state == OrderState.PAID,  # finance has not begun to give it back
            )
        with_entry(transaction, entry, self._sealer).commit()

    def get(self, account_id: AccountId, registration_id: RegistrationId) -> Registration | None:
        """One of this account, consistent."""
        row = self._tables.read(keys.registration(account_id, registration_id), RegistrationRow)
        return registration_of(row) if row else None

    def of(self, account_id: AccountId) -> Sequence[Registration]:
        """All of an account, newest first."""
        items = self._tables.query(Table.RECORDS, keys.account(account_id).pk, beginning=keys.REGISTRATIONS)
        found = [registration_of(RegistrationRow.from_raw_data(item)) for item in items]
        return sorted(
            found, key=lambda registration: (registration.created_at, registration.id), reverse=True
        )

    def replace(self, seen: Registration, changed: Registration) -> None:
        """Write what a decision made of `seen`."""
        transaction = Transaction(self._tables).put(registration_key(seen), row_of(changed), on=as_seen(seen))
        without_request(transaction, seen, changed).commit()

    def give_up(self, seen: Registration, identity: Identity) -> None:
        """Remove registration and live key."""
        transaction = Transaction(self._tables).delete(
            registration_key(seen),
            # As the candidate saw it, nothing paid and nothing that may still be paid.
            on=as_seen(seen)
            & RegistrationRow.state.is_in(*UNPAID)
            & RegistrationRow.open_order_id.does_not_exist()
            & RegistrationRow.held_order_id.does_not_exist(),
        )
        transaction.delete(
            keys.live(seen.exam_id, identity, self._sealer),
            on=ClaimRow.registration_id == seen.id,  # the key is this registration's, not a later one's
        )
        with_request_removed(transaction, seen).commit()

    def under_review(
        self, authority_id: AuthorityId, exam_ids: Iterable[ExamId], *, at_most: int
    ) -> Sequence[Registration]:
        """Those of the authority that wait for a reviewer in these exams, longest waiting first."""
        queues = [keys.review_queue(authority_id, exam_id) for exam_id in exam_ids]
        found = []
        for shard in (shard for queue in queues for shard in keys.shards(queue, keys.REVIEW_SHARDS)):
            for item in self._tables.query_index(REVIEW, shard, at_most=at_most):
                key = Key(Table.RECORDS, item["pk"]["S"], item["sk"]["S"])
                row = self._tables.read(key, RegistrationRow)
                # The index may lag behind the table.
                if row is not None and row.state == State.UNDER_REVIEW:
                    found.append((row.review_since, registration_of(row)))
        found.sort(key=lambda waiting: waiting[0])
        return [registration for _, registration in found[:at_most]]
