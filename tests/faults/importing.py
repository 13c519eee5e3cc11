"""The flow of an archive: many rows in few requests, some of them there already, one corrected."""

from dataclasses import replace
from typing import Any

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.domain.exam import Offering
from chalicelib.domain.ids import AuthorityId
from chalicelib.usecases.desk.import_catalogue import import_exam
from chalicelib.usecases.ports import Written
from commands.archive.noting import ARCHIVE, NotedArchive
from tests.builders import (
    AUTHORITY_ID,
    EXAM_CODE,
    EXAM_ID,
    an_archive_record,
    an_exam,
    an_identity,
    an_offering,
)
from tests.faults.flow import Flow
from tests.faults.house import House
from tests.faults.seeing_to import entry_of

_RECORD, _CORRECTED = an_archive_record(2025, passed=("law",)), an_archive_record(2025, passed=("economy",))
_ROWS = 60
ENTRIES = tuple(ArchiveEntry(an_identity(number), _CORRECTED) for number in range(_ROWS))


def _begun(house: House) -> tuple[ArchiveEntry, ...]:
    """An earlier import kept some of it, one row otherwise."""
    house.services.archive.keep([*ENTRIES[:9], ArchiveEntry(an_identity(9), _RECORD)])
    return ENTRIES


def _keep(house: House, entries: tuple[ArchiveEntry, ...]) -> None:
    house.services.archive.keep(entries)


def _noted(house: House, entries: tuple[ArchiveEntry, ...]) -> None:
    """A run of the import; each is an act of its own in the log."""
    services = house.services
    noted = NotedArchive(services.archive, services.audit_log, entry_of(house), file_hash="sha256:0")
    written = noted.keep(entries)
    noted.ended(str(written), now=house.now())


def _is_kept_and_noted(house: House, entries: tuple[ArchiveEntry, ...]) -> None:
    """The last run came to its end; one before it may have died, and has its beginning at least."""
    _is_kept(house, entries)
    said = {entry.id: entry.after for entry in house.services.audit_log.of(ARCHIVE)}
    begun = [number for number, after in said.items() if after == "begun"]
    ended = [number.removesuffix("-end") for number, after in said.items() if after != "begun"]
    assert set(ended) <= set(begun)
    assert ended


def _is_kept(house: House, entries: tuple[ArchiveEntry, ...]) -> None:
    """Every row as the file has it, and to say it again is no work."""
    for entry in entries:
        assert house.services.archive.of(entry.identity, EXAM_CODE) == (entry.record,)
    assert house.services.archive.keep(entries) == Written(unchanged=_ROWS)


def _dearer(house: House) -> Offering:
    """The exam of the stage is there; what is imported now costs more and is offered at another authority."""
    return an_offering(
        subject_fees_fen={code: fee + 100 for code, fee in an_offering().subject_fees_fen.items()}
    )


def _import_exam(house: House, dearer: Offering) -> None:
    offerings = [dearer, an_offering(authority_id=AuthorityId("dalian"))]
    house.run(import_exam, an_exam(name="改名"), offerings, entry_of(house), exams=house.services.exams)


def _is_imported_with_one_entry_each(house: House, dearer: Offering) -> None:
    exams, log = house.services.exams, house.services.audit_log
    assert exams.fresh_exam(EXAM_ID) == an_exam(name="改名", version=2)
    assert exams.fresh_offering(EXAM_ID, AUTHORITY_ID) == replace(dearer, version=2)
    assert {exam.name for exam, _ in exams.all()} == {"改名"}
    entries = [log.of(on_whom) for on_whom in (EXAM_ID, f"{EXAM_ID}/{AUTHORITY_ID}", f"{EXAM_ID}/dalian")]
    assert [len(each) for each in entries] == [2, 2, 1]


FLOWS: list[Flow[Any]] = [
    Flow(name="keep rows of an archive", given=_begun, act=_keep, again=_keep, reached=_is_kept),
    Flow(
        name="import an exam again",
        given=_dearer,
        act=_import_exam,
        reached=_is_imported_with_one_entry_each,
    ),
    Flow(
        name="note a run of an import",
        given=_begun,
        act=_noted,
        again=_noted,
        reached=_is_kept_and_noted,
    ),
]
