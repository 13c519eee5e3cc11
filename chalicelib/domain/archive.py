"""The archive: what earlier registrations left of a person. What it is worth today is in `returning.py`.

The rows of a file of archive records are read in `archive_rows.py`.
"""

from dataclasses import dataclass

from chalicelib.domain.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRecord:
    """One person's registration for one exam in one year, and what came of it."""

    exam_code: str
    year: int
    name: str
    """As the archive has it; not always the name of the account."""
    level: str
    major: str | None = None
    passed: tuple[str, ...] = ()
    """Subjects passed that year, in the order of their codes."""
    sat: bool = True
    certificate_year: int | None = None
    """When the certificate was gained, where that year's passes completed it."""


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A record with the person that it belongs to."""

    identity: Identity
    record: ArchiveRecord
