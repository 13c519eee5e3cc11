"""The flow of an archive: many rows in few requests, some of them there already, one corrected."""

from typing import Any

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.usecases.ports import Written
from commands.archive.noting import ARCHIVE, NotedArchive
from tests.builders import EXAM_CODE, an_archive_record, an_identity
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


FLOWS: list[Flow[Any]] = [
    Flow(name="keep rows of an archive", given=_begun, act=_keep, again=_keep, reached=_is_kept),
    Flow(
        name="note a run of an import",
        given=_begun,
        act=_noted,
        again=_noted,
        reached=_is_kept_and_noted,
    ),
]
