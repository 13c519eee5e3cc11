"""The archive of earlier years: a partition for each person and exam, an item for each year."""

from collections.abc import Sequence

import msgspec

from chalicelib.domain.archive import ArchiveEntry, ArchiveRecord
from chalicelib.domain.identity import Identity
from chalicelib.storage import keys
from chalicelib.storage.batches import put_all, read_attribute
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.registrations.rows import ArchiveRow
from chalicelib.storage.sealed import seal, unseal
from chalicelib.usecases.ports import Sealer, Written


class DynamoArchive:
    """`Archive`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def of(self, identity: Identity, exam_code: str) -> tuple[ArchiveRecord, ...]:
        """All of this ID number for this exam, oldest first, consistent."""
        pk = keys.archive_of(identity, exam_code, self._sealer)
        items = self._tables.query(Table.RECORDS, pk, beginning=keys.ARCHIVE_YEARS)
        return tuple(self._record(pk, ArchiveRow.from_raw_data(item)) for item in items)

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        """Write those that do not lie there already, just so."""
        # No conditions: an import says how things are, and each item is written whole.
        rows = [(self._key(entry), entry) for entry in entries]
        known = read_attribute(self._tables, Table.RECORDS, [key for key, _ in rows], "content_key")
        new = []
        added = 0
        for key, entry in rows:
            content_key = self._content_key(entry.record)
            lying_there = known.get((key.pk, key.sk))
            if lying_there != content_key:
                new.append((key, self._row(key, entry.record, content_key)))
                added += lying_there is None
        put_all(self._tables, new)
        return Written(added, len(new) - added, len(rows) - len(new))

    def _key(self, entry: ArchiveEntry) -> Key:
        record = entry.record
        return keys.archive_year(entry.identity, record.exam_code, record.year, self._sealer)

    def _content_key(self, record: ArchiveRecord) -> str:
        return self._sealer.fingerprint(msgspec.json.encode(record).decode(), context="archive.content")

    def _row(self, key: Key, record: ArchiveRecord, content_key: str) -> ArchiveRow:
        return ArchiveRow(
            exam_code=record.exam_code,
            year=record.year,
            sealed_name=seal(record.name, context=_context(key.pk, record.year), sealer=self._sealer),
            level=record.level,
            major=record.major,
            passed=list(record.passed),
            sat=record.sat,
            certificate_year=record.certificate_year,
            content_key=content_key,
        )

    def _record(self, pk: str, row: ArchiveRow) -> ArchiveRecord:
        return ArchiveRecord(
            exam_code=row.exam_code,
            year=row.year,
            name=unseal(row.sealed_name, str, context=_context(pk, row.year), sealer=self._sealer),
            level=row.level,
            major=row.major,
            passed=tuple(row.passed),
            sat=row.sat,
            certificate_year=row.certificate_year,
        )


def _context(pk: str, year: int) -> str:
    return f"archive.name#{pk}#{year}"
