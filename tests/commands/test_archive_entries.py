"""Who imported which archive, and what came of it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.domain.audit import AuditEntry, ReasonMissingError
from chalicelib.domain.errors import InvalidInputError
from chalicelib.usecases.ports import StoreBusyError, Written
from commands.archive.__main__ import main, read_arguments, run
from commands.archive.importing import BATCH
from commands.archive.lines import ArchiveFileError
from commands.archive.noting import ARCHIVE
from tests.api.browser import services_of
from tests.builders import AUTHORITY_ID, NOW
from tests.commands.test_archive_import import HEADING, row, written
from tests.fakes import World
from tests.fakes.archive import FakeArchive


def read(world: World, action: str, path: Path, *words: str, authority: str = AUTHORITY_ID) -> int:
    who = ("--authority", authority, "--clerk", "zhang", "--rows-per-s", "1e9")
    arguments = read_arguments().parse_args([action, str(path), *who, *words])
    return run(arguments, services_of(world))


def entries(world: World) -> Sequence[AuditEntry]:
    return world.audit_log.of(ARCHIVE)


def test_a_run_leaves_who_when_which_file_and_what_came_of_it(world: World, tmp_path: Path) -> None:
    path = written(tmp_path, row(1), row(2), "spoilt")
    assert read(world, "import", path, "--reason", "2025年成绩") == 2
    begun, ended = entries(world)
    assert (begun.what, begun.at, begun.reason) == ("import_archive", NOW, "2025年成绩")
    assert (begun.clerk.name, begun.clerk.authority_id) == ("zhang", AUTHORITY_ID)
    file_hash = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert (begun.before, begun.after) == (file_hash, "begun")
    assert ended.before == file_hash
    assert ended.after == "3 rows: 2 added, 0 changed, 0 unchanged, 0 repeated, 1 refused"
    assert read(world, "import", path) == 2
    assert len(entries(world)) == 4


def test_looking_through_a_file_and_a_file_that_is_none_leave_nothing(world: World, tmp_path: Path) -> None:
    read(world, "check", written(tmp_path, row(1)))
    read(world, "import", written(tmp_path, "spoilt"))
    with pytest.raises(ArchiveFileError):
        read(world, "import", written(tmp_path, row(1), heading="phone"))
    assert entries(world) == []
    assert not world.memory.archive


class _Dying(FakeArchive):
    """Keeps one batch; `error` is the end of it."""

    error: BaseException
    left = 1

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        if not self.left:
            raise self.error
        self.left -= 1
        return super().keep(entries)


def test_a_run_that_did_not_come_to_its_end_says_so(world: World, tmp_path: Path) -> None:
    path = written(tmp_path, *(row(number) for number in range(BATCH * 2)))
    world.archive = dying = _Dying(world.memory)
    dying.error = StoreBusyError()
    with pytest.raises(StoreBusyError):
        read(world, "import", path)
    assert [entry.after for entry in entries(world)] == ["begun", "not to its end"]
    assert len(world.memory.archive) == BATCH


class _Watched(FakeArchive):
    """Looks whether the entry was there before the first row."""

    def __init__(self, world: World) -> None:
        super().__init__(world.memory)
        self._world = world

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        assert [entry.after for entry in self._world.audit_log.of(ARCHIVE)] == ["begun"]
        return super().keep(entries)


def test_the_entry_is_there_before_the_first_row(world: World, tmp_path: Path) -> None:
    path = written(tmp_path, *(row(number) for number in range(BATCH * 2)))
    world.archive = _Watched(world)
    assert read(world, "import", path) == 0


def test_an_import_needs_a_clerk_of_an_authority_that_is_known_and_a_reason(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, row(1), heading=HEADING)
    with pytest.raises(InvalidInputError):
        read(world, "import", path, authority="laioning")
    with pytest.raises(ReasonMissingError):
        read(world, "import", path, "--reason", " ")
    with pytest.raises(SystemExit):
        main(["import", str(path)])
    assert "--authority" in capsys.readouterr().err
    assert not world.memory.archive
