"""Requests for a change (FAQ 17), and what other writes of a registration do to the one it waits for."""

from collections.abc import Sequence
from typing import Any

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.change import ChangeRequest, ChangeState
from chalicelib.domain.exam import ChoiceField
from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, RegistrationId
from chalicelib.domain.registration import Registration
from chalicelib.storage import keys
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import REVIEW, Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.registrations import change_keys
from chalicelib.storage.registrations.registration_rows import as_seen, registration_key, row_of
from chalicelib.storage.registrations.rows import ChangeRequestRow
from chalicelib.storage.sealed import seal, unseal
from chalicelib.storage.tables import ABSENT, PRESENT
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoChangeRequests:
    """`ChangeRequests`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def ask(self, seen: Registration, changed: Registration, request: ChangeRequest) -> None:
        """The request, and the registration that waits for it: both or none."""
        transaction = Transaction(self._tables).put(registration_key(seen), row_of(changed), on=as_seen(seen))
        transaction.put(_key(request), self._row(request), on=ABSENT)  # ids do not repeat
        transaction.commit()

    def of(self, account_id: AccountId, registration_id: RegistrationId) -> Sequence[ChangeRequest]:
        """All of a registration, newest first, consistent."""
        beginning = change_keys.of_registration(registration_id)
        items = self._tables.query(Table.RECORDS, keys.account(account_id).pk, beginning=beginning)
        found = [self._request(ChangeRequestRow.from_raw_data(item)) for item in items]
        return sorted(found, key=lambda request: (request.asked_at, request.id), reverse=True)

    def get(
        self, account_id: AccountId, registration_id: RegistrationId, request_id: ChangeRequestId
    ) -> ChangeRequest | None:
        """One, consistent."""
        key = change_keys.request(account_id, registration_id, request_id)
        row = self._tables.read(key, ChangeRequestRow)
        return self._request(row) if row else None

    def settle(
        self, seen: Registration, changed: Registration, request: ChangeRequest, entry: AuditEntry
    ) -> None:
        """The answer, with what it makes of the registration, and the audit entry: all or none."""
        transaction = Transaction(self._tables).put(registration_key(seen), row_of(changed), on=as_seen(seen))
        transaction.put(
            _key(request),
            self._row(request),
            on=ChangeRequestRow.state == ChangeState.OPEN,  # no other clerk has answered it
        )
        with_entry(transaction, entry, self._sealer).commit()

    def open_at(self, authority_id: AuthorityId, *, at_most: int) -> Sequence[ChangeRequest]:
        """Those that wait for the authority, longest waiting first."""
        found = []
        for shard in keys.shards(change_keys.queue(authority_id), keys.REVIEW_SHARDS):
            for item in self._tables.query_index(REVIEW, shard, at_most=at_most):
                key = Key(Table.RECORDS, item["pk"]["S"], item["sk"]["S"])
                row = self._tables.read(key, ChangeRequestRow)
                # The index may lag behind the table.
                if row is not None and row.state == ChangeState.OPEN:
                    found.append(self._request(row))
        return sorted(found, key=lambda request: request.asked_at)[:at_most]

    def _row(self, request: ChangeRequest) -> ChangeRequestRow:
        return ChangeRequestRow(
            request_id=request.id,
            account_id=request.account_id,
            registration_id=request.registration_id,
            authority_id=request.authority_id,
            what=list(request.what),
            sealed_why=seal(request.why, context=_context(request.id), sealer=self._sealer),
            wanted=request.wanted,
            asked_at=request.asked_at,
            state=request.state,
            answer=request.answer,
            settled_at=request.settled_at,
            **_queue_columns(request),
        )

    def _request(self, row: ChangeRequestRow) -> ChangeRequest:
        return ChangeRequest(
            id=ChangeRequestId(row.request_id),
            account_id=AccountId(row.account_id),
            registration_id=RegistrationId(row.registration_id),
            authority_id=AuthorityId(row.authority_id),
            what=tuple(ChoiceField(each) for each in row.what),
            why=unseal(row.sealed_why, str, context=_context(row.request_id), sealer=self._sealer),
            wanted=row.wanted,
            asked_at=row.asked_at,
            state=ChangeState(row.state),
            answer=row.answer,
            settled_at=row.settled_at,
        )


def without_request(transaction: Transaction, seen: Registration, changed: Registration) -> Transaction:
    """A write after which the registration waits for nothing leaves what it waited for moot."""
    if seen.open_change_id is None or changed.open_change_id is not None:
        return transaction
    return transaction.update(
        change_keys.request(seen.account_id, seen.id, seen.open_change_id),
        ChangeRequestRow.state.set(ChangeState.MOOT),
        ChangeRequestRow.settled_at.set(changed.updated_at),
        ChangeRequestRow.review_shard.remove(),
        ChangeRequestRow.review_since.remove(),
        on=ChangeRequestRow.state == ChangeState.OPEN,  # no clerk has answered it meanwhile
    )


def with_request_removed(transaction: Transaction, seen: Registration) -> Transaction:
    """A registration that goes takes what it waited for with it."""
    if seen.open_change_id is None:
        return transaction
    key = change_keys.request(seen.account_id, seen.id, seen.open_change_id)
    return transaction.delete(key, on=PRESENT)


def _queue_columns(request: ChangeRequest) -> dict[str, Any]:
    """In the authority's queue while it is open, and only then."""
    if request.state is not ChangeState.OPEN:
        return {}
    return {
        "review_shard": change_keys.shard(request.authority_id, request.id),
        "review_since": request.asked_at,
    }


def _key(request: ChangeRequest) -> Key:
    return change_keys.request(request.account_id, request.registration_id, request.id)


def _context(request_id: str) -> str:
    return f"change.why#{request_id}"
