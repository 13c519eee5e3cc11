"""What clerks did and what was found against people, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.audit import AuditEntry, Subject
from chalicelib.domain.integrity import IntegrityRecord
from chalicelib.usecases.ports import StaleWriteError
from tests.fakes.memory import Memory


class FakeAuditLog:
    """`AuditLog` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def record(self, entry: AuditEntry) -> None:
        with self._memory.lock:
            if any(kept.id == entry.id for kept in self._memory.audit):
                raise StaleWriteError
            self._memory.audit.append(entry)

    def of(self, on_whom: Subject) -> Sequence[AuditEntry]:
        with self._memory.lock:
            found = [entry for entry in self._memory.audit if entry.on_whom == on_whom]
        return sorted(found, key=lambda entry: (entry.at, entry.id))


class FakeIntegrity:
    """`IntegrityRecords` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def of(self, id_number: str) -> Sequence[IntegrityRecord]:
        with self._memory.lock:
            found = list(self._memory.integrity.get(id_number, {}).values())
        return sorted(found, key=lambda record: (record.recorded_at, record.id))

    def add(self, id_number: str, record: IntegrityRecord, entry: AuditEntry) -> None:
        with self._memory.lock:
            records = self._memory.integrity.setdefault(id_number, {})
            if record.id in records:
                raise StaleWriteError
            records[record.id] = record
            self._change(id_number, entry)

    def end(self, id_number: str, record: IntegrityRecord, ended_at: datetime, entry: AuditEntry) -> None:
        with self._memory.lock:
            stored = self._memory.integrity.get(id_number, {}).get(record.id)
            if stored is None or stored.ended_at is not None:
                raise StaleWriteError
            self._memory.integrity[id_number][record.id] = replace(stored, ended_at=ended_at)
            self._change(id_number, entry)

    def _change(self, id_number: str, entry: AuditEntry) -> None:
        self._memory.integrity_changes[id_number] = self._memory.integrity_changes.get(id_number, 0) + 1
        self._memory.audit.append(entry)
