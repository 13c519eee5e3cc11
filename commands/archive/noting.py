"""What an import leaves in the audit log: one entry before its first row is kept, one with what came of it.

A run that died in between has the first alone, and its rows may lie there. A run that kept nothing has none.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from chalicelib.domain.archive import ArchiveEntry, ArchiveRecord
from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.identity import Identity
from chalicelib.usecases.ports import Archive, AuditLog, Written

ARCHIVE = "archive"
"""On whom the entries are: all imports lie together, in the order of time."""


class NotedArchive:
    """`Archive`, for one run of an import; `entry` says who imports, and why."""

    def __init__(self, archive: Archive, audit_log: AuditLog, entry: AuditEntry, *, file_hash: str) -> None:
        self._archive = archive
        self._audit_log = audit_log
        self._entry = replace(
            entry, on_whom=ARCHIVE, what=Act.IMPORT_ARCHIVE, before=file_hash, after="begun"
        )
        self._has_begun = False

    def of(self, identity: Identity, exam_code: str) -> tuple[ArchiveRecord, ...]:
        """What lies in the archive."""
        return self._archive.of(identity, exam_code)

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        """Say that the run begins, where these are its first rows, and keep them."""
        if not self._has_begun:
            self._audit_log.record(self._entry)
            self._has_begun = True
        return self._archive.keep(entries)

    def ended(self, outcome: str, *, now: datetime) -> None:
        """Say what came of the run: how many rows were taken and refused, or why it did not end."""
        if self._has_begun:
            self._audit_log.record(replace(self._entry, id=f"{self._entry.id}-end", at=now, after=outcome))


def hash_of(path: Path) -> str:
    """The file's SHA-256, by which it is known again. Raises OSError."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
