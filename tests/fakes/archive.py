"""The archive in memory."""

from collections.abc import Sequence

from chalicelib.domain.archive import ArchiveEntry, ArchiveRecord
from chalicelib.domain.identity import Identity
from chalicelib.usecases.ports import Written
from tests.fakes.memory import Memory


class FakeArchive:
    """`Archive` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def of(self, identity: Identity, exam_code: str) -> tuple[ArchiveRecord, ...]:
        with self._memory.lock:
            records = self._memory.archive.get((exam_code, identity.id_key), {})
            return tuple(record for _, record in sorted(records.items()))

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        written = Written()
        with self._memory.lock:
            for entry in entries:
                record = entry.record
                records = self._memory.archive.setdefault((record.exam_code, entry.identity.id_key), {})
                before = records.get(record.year)
                records[record.year] = record
                written += Written(before is None, before not in (None, record), before == record)
        return written
