"""Integrity records, by the fingerprint of an ID number, under a head that every change of them moves."""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.integrity import IntegrityKind, IntegrityRecord
from chalicelib.storage import keys
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Table
from chalicelib.storage.registrations.rows import IntegrityHeadRow, IntegrityRecordRow
from chalicelib.storage.tables import ABSENT, PRESENT
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoIntegrity:
    """`IntegrityRecords`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def of(self, id_number: str) -> Sequence[IntegrityRecord]:
        """All of an ID number in normal form, oldest first, ended ones too."""
        return read_integrity(self._tables, id_number, self._sealer)[1]

    def add(self, id_number: str, record: IntegrityRecord, entry: AuditEntry) -> None:
        """A new record, with the entry of who made it."""
        row = IntegrityRecordRow(
            record_id=record.id,
            kind=record.kind,
            decided_on=record.decided_on.isoformat(),
            recorded_at=record.recorded_at,
            ended_at=record.ended_at,
        )
        transaction = self._moving_head(id_number).put(
            keys.integrity_record(id_number, record.id, self._sealer),
            row,
            on=ABSENT,  # ids do not repeat
        )
        with_entry(transaction, entry, self._sealer).commit()

    def end(self, id_number: str, record: IntegrityRecord, ended_at: datetime, entry: AuditEntry) -> None:
        """A record that should not have been there counts no more."""
        transaction = self._moving_head(id_number).update(
            keys.integrity_record(id_number, record.id, self._sealer),
            IntegrityRecordRow.ended_at.set(ended_at),
            on=PRESENT & IntegrityRecordRow.ended_at.does_not_exist(),  # it is there, and nobody ended it yet
        )
        with_entry(transaction, entry, self._sealer).commit()

    def _moving_head(self, id_number: str) -> Transaction:
        # Whoever decided on the records as they were finds the head moved, and decides again.
        return Transaction(self._tables).update(
            keys.integrity(id_number, self._sealer),
            IntegrityHeadRow.changes.add(1),
            on=ABSENT | PRESENT,
        )


def read_integrity(tables: Tables, id_number: str, sealer: Sealer) -> tuple[int, tuple[IntegrityRecord, ...]]:
    """How often the records of an ID number were changed, and the records, oldest first."""
    head = keys.integrity(id_number, sealer)
    row = tables.read(head, IntegrityHeadRow)
    if row is None:
        return 0, ()
    # The head is read first: a record that is entered in between moves it, and the write will find out.
    items = tables.query(Table.RECORDS, head.pk, beginning=keys.INTEGRITY_RECORDS)
    found = [_record(IntegrityRecordRow.from_raw_data(item)) for item in items]
    return row.changes, tuple(sorted(found, key=lambda record: (record.recorded_at, record.id)))


def _record(row: IntegrityRecordRow) -> IntegrityRecord:
    return IntegrityRecord(
        id=row.record_id,
        kind=IntegrityKind(row.kind),
        decided_on=date.fromisoformat(row.decided_on),
        recorded_at=row.recorded_at,
        ended_at=row.ended_at,
    )
