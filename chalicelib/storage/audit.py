"""What clerks did, and the piece that puts an entry into the transaction of the act itself."""

from collections.abc import Sequence

from chalicelib.domain.audit import AuditEntry, Clerk, Subject
from chalicelib.domain.ids import AuthorityId
from chalicelib.storage import keys
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Table
from chalicelib.storage.rows_audit import AuditRow
from chalicelib.storage.sealed import seal, unseal
from chalicelib.storage.tables import ABSENT
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoAuditLog:
    """`AuditLog`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def record(self, entry: AuditEntry) -> None:
        """Keep an entry by itself."""
        with_entry(Transaction(self._tables), entry, self._sealer).commit()

    def of(self, on_whom: Subject) -> Sequence[AuditEntry]:
        """Everything done to one account, registration or thing, oldest first."""
        items = self._tables.query(Table.RECORDS, keys.audit_of(on_whom), beginning=keys.AUDIT_ENTRIES)
        return [self._entry(AuditRow.from_raw_data(item)) for item in items]

    def _entry(self, row: AuditRow) -> AuditEntry:
        return AuditEntry(
            id=row.entry_id,
            at=row.at,
            clerk=Clerk(row.clerk, AuthorityId(row.authority_id)),
            on_whom=row.on_whom,
            what=row.what,
            reason=unseal(row.sealed_reason, str, context=_context(row.entry_id), sealer=self._sealer),
            before=row.before,
            after=row.after,
        )


def with_entry(transaction: Transaction, entry: AuditEntry, sealer: Sealer) -> Transaction:
    """The transaction, with the entry written only if all the rest is."""
    row = AuditRow(
        entry_id=entry.id,
        at=entry.at,
        clerk=entry.clerk.name,
        authority_id=entry.clerk.authority_id,
        on_whom=entry.on_whom,
        what=entry.what,
        sealed_reason=seal(entry.reason, context=_context(entry.id), sealer=sealer),
        before=entry.before,
        after=entry.after,
    )
    key = keys.audit_entry(entry.on_whom, entry.at, entry.id)
    return transaction.put(key, row, on=ABSENT)  # what was done is never written over


def _context(entry_id: str) -> str:
    return f"audit.reason#{entry_id}"
