"""The store of integrity records (诚信记录)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.integrity import IntegrityRecord


class IntegrityRecords(Protocol):
    """What was found against the holder of an ID number, kept by its fingerprint.

    What of it bears on a confirmation is read with `Registrations.commitment_of`.
    """

    def of(self, id_number: str) -> Sequence[IntegrityRecord]:
        """All of an ID number in normal form, oldest first, ended ones too."""

    def add(self, id_number: str, record: IntegrityRecord, entry: AuditEntry) -> None:
        """Record and audit entry: both or none."""

    def end(self, id_number: str, record: IntegrityRecord, ended_at: datetime, entry: AuditEntry) -> None:
        """A record that should not have been there counts no more; with its audit entry.
        Raises StaleWriteError (not there, or ended by somebody else)."""
