"""The archive of earlier years: read by ID number, written by imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.archive import ArchiveEntry, ArchiveRecord
from chalicelib.domain.identity import Identity


@dataclass(frozen=True, slots=True)
class Written:
    """What became of entries: new ones, those that replaced another, and those that lay there already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(
            self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged
        )


class StoreBusyError(Exception):
    """The store leaves undone what it is asked, again and again; what was done stays done."""


class Archive(Protocol):
    """Archive records, one for each person (ID number), exam and year."""

    def of(self, identity: Identity, exam_code: str) -> tuple[ArchiveRecord, ...]:
        """All of this ID number for this exam, whatever their name, oldest first, consistent."""

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        """Write those that do not lie there already, just so; each is whole or not there.

        No two of the entries are for one person, exam and year. Died in the middle, it can be said again.
        Raises StoreBusyError.
        """
