"""An archive file, gone through twice: to see what it says more than once, and to keep what is good.

Rows are kept in batches, a bounded number in a second. Whatever ends an import half-way, the same import said
again completes it: rows that lie there already are left as they are.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.domain.archive_rows import KnownExam, RefusedRow, known_exams, read_row
from chalicelib.domain.china import china_date
from chalicelib.usecases.ports import Archive, Clock, Exams, Written
from commands.archive.doubles import Doubles, Said
from commands.archive.lines import ArchiveFile, Line, open_archive_file
from commands.archive.refusals import CONTRADICTED, Refusals

BATCH = 100
ROWS_PER_S = 500


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a file."""

    rows: int = 0
    written: Written = field(default_factory=Written)
    repeated: int = 0
    """Said by an earlier line of the file in the same words."""
    refused: int = 0

    def __str__(self) -> str:
        written = self.written
        return (
            f"{self.rows} rows: {written.added} added, {written.changed} changed,"
            f" {written.unchanged} unchanged, {self.repeated} repeated, {self.refused} refused"
        )


@dataclass(slots=True, kw_only=True)
class Pace:
    """Lets through so many rows in a second on average, and never makes up for lost time."""

    rows_per_s: float
    wait: Callable[[float], None] = time.sleep
    _began: float = field(default_factory=time.monotonic)

    def after(self, rows: int) -> None:
        """Wait as long as these rows should have taken, less what they took."""
        ends = self._began + rows / self.rows_per_s
        if (left_s := ends - time.monotonic()) > 0:
            self.wait(left_s)
        self._began = time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where good rows go, and how fast; without an archive they are only checked."""

    archive: Archive | None
    pace: Pace = field(default_factory=lambda: Pace(rows_per_s=ROWS_PER_S))

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        """Keep some at once, then let the others of this table have their turn."""
        if self.archive is None or not entries:
            return Written()
        written = self.archive.keep(entries)
        self.pace.after(len(entries))
        return written


def import_archive(path: Path, report: Path, *, keeping: Keeping, exams: Exams, clock: Clock) -> Outcome:
    """Keep every good row of a file and report the others.

    Raises OSError and ArchiveFileError, before anything is kept.
    """
    known = known_exams(exam for exam, _ in exams.all())
    today = china_date(clock.now())
    with open_archive_file(path) as text, closing(Doubles()) as doubles, Refusals(report) as refusals:
        file = ArchiveFile(text)
        for line, row in _rows(file, known, today):
            if isinstance(row, ArchiveEntry):
                doubles.note(line.number, row)
        outcome = Outcome()
        good = _good_rows(_rows(file, known, today), doubles, refusals, outcome)
        while batch := list(islice(good, BATCH)):
            outcome.written += keeping.keep(batch)
        outcome.refused = refusals.rows
    return outcome


def _rows(
    file: ArchiveFile, known: Mapping[str, KnownExam], today: date
) -> Iterator[tuple[Line, ArchiveEntry | RefusedRow]]:
    for line in file.lines():
        yield line, RefusedRow(()) if line.fault else read_row(line.cells, known, today=today)


def _good_rows(
    rows: Iterable[tuple[Line, ArchiveEntry | RefusedRow]],
    doubles: Doubles,
    refusals: Refusals,
    outcome: Outcome,
) -> Iterator[ArchiveEntry]:
    """Those to be kept; the others are reported or counted on the way."""
    for line, row in rows:
        outcome.rows += 1
        if line.fault:
            refusals.add_whole(line.number, line.fault)
        elif isinstance(row, RefusedRow):
            refusals.add(line.number, row.faults, row.id_number)
        else:
            said = doubles.judge(line.number, row)
            if said is Said.DIFFERENTLY:
                refusals.add_whole(line.number, CONTRADICTED, row.identity.id_number)
            elif said is Said.AGAIN:
                outcome.repeated += 1
            else:
                yield row
