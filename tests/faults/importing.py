"""The flow of an archive: many rows in few requests, some of them there already, one corrected."""

from typing import Any

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.usecases.ports import Written
from tests.builders import EXAM_CODE, an_archive_record, an_identity
from tests.faults.flow import Flow
from tests.faults.house import House

_RECORD, _CORRECTED = an_archive_record(2025, passed=("law",)), an_archive_record(2025, passed=("economy",))
_ROWS = 60
ENTRIES = tuple(ArchiveEntry(an_identity(number), _CORRECTED) for number in range(_ROWS))


def _begun(house: House) -> tuple[ArchiveEntry, ...]:
    """An earlier import kept some of it, one row otherwise."""
    house.services.archive.keep([*ENTRIES[:9], ArchiveEntry(an_identity(9), _RECORD)])
    return ENTRIES


def _keep(house: House, entries: tuple[ArchiveEntry, ...]) -> None:
    house.services.archive.keep(entries)


def _is_kept(house: House, entries: tuple[ArchiveEntry, ...]) -> None:
    """Every row as the file has it, and to say it again is no work."""
    for entry in entries:
        assert house.services.archive.of(entry.identity, EXAM_CODE) == (entry.record,)
    assert house.services.archive.keep(entries) == Written(unchanged=_ROWS)


FLOWS: list[Flow[Any]] = [
    Flow(name="keep rows of an archive", given=_begun, act=_keep, again=_keep, reached=_is_kept)
]
