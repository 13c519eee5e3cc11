"""Importing archives: encodings, headings, refused rows, repetition, and an import that dies half-way."""

import csv
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.usecases.ports import Archive, Written
from commands.archive.importing import BATCH, Keeping, Outcome, Pace, import_archive
from commands.archive.lines import LONGEST_LINE, ArchiveFileError
from tests.builders import EXAM_CODE, an_id_number, an_identity
from tests.fakes import World

HEADING = "exam,year,name,id_type,id_number,level,major,passed,sat,certificate_year"
CHINESE = "考试项目,年度,姓名,证件类型,证件号码,级别,专业,通过科目,是否参加考试,取得证书年度"
UNPACED = Pace(rows_per_s=1e9, wait=lambda _: None)


@pytest.fixture
def world() -> World:
    world = World()
    world.given_exam()
    return world


def row(number: int = 1, year: int = 2025, passed: str = "law", name: str = "王晓明") -> str:
    return f"{EXAM_CODE},{year},{name},,{an_id_number(number)},考全科,建筑工程,{passed},是,"


def written(folder: Path, *rows: str, heading: str = HEADING, encoding: str = "utf-8") -> Path:
    path = folder / "archive.csv"
    path.write_bytes("\r\n".join([heading, *rows, ""]).encode(encoding))
    return path


def imported(world: World, path: Path, archive: Archive | None = None) -> Outcome:
    keeping = Keeping(archive=archive or world.archive, pace=UNPACED)
    report = path.with_name("report.csv")
    return import_archive(path, report, keeping=keeping, exams=world.exams, clock=world.clock)


def reported(path: Path) -> list[list[str]]:
    with path.with_name("report.csv").open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))[1:]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("heading", [HEADING, CHINESE])
def test_files_come_in_either_encoding_and_with_either_heading(
    world: World, tmp_path: Path, encoding: str, heading: str
) -> None:
    path = written(tmp_path, row(1), row(2), heading=heading, encoding=encoding)
    assert imported(world, path) == Outcome(rows=2, written=Written(added=2))
    assert world.archive.of(an_identity(2), EXAM_CODE)[0].name == "王晓明"
    assert reported(path) == []


def test_columns_may_stand_in_any_order_and_some_may_be_missing(world: World, tmp_path: Path) -> None:
    line = f"{an_id_number(1)},law,全科,王晓明,2025,{EXAM_CODE}".replace("全科", "考全科")
    path = written(tmp_path, line, heading="id_number,passed,level,name,year,exam")
    assert imported(world, path).written == Written(added=1)


def test_refused_rows_are_reported_and_the_others_kept(world: World, tmp_path: Path) -> None:
    bad = row(3).replace("考全科", "超全科").replace(",2025,", ",25,")
    path = written(tmp_path, row(1), bad, row(2))
    assert imported(world, path) == Outcome(rows=3, written=Written(added=2), refused=1)
    hint = f"{an_id_number(3)[:3]}*************{an_id_number(3)[-2:]}"
    assert [(line, column, code, shown) for line, column, code, _, shown in reported(path)] == [
        ("3", "year", "year_implausible", hint),
        ("3", "level", "level_unknown", hint),
    ]


def test_the_report_holds_no_personal_data(world: World, tmp_path: Path) -> None:
    # The cells of the second have slipped by one: the ID number stands under another heading.
    path = written(tmp_path, row(1, passed="历史"), row(2).replace(",,", ","), f"王晓明,{an_id_number(4)}")
    imported(world, path)
    text = path.with_name("report.csv").read_text(encoding="utf-8-sig")
    assert len(reported(path)) == 3
    assert "王晓明" not in text
    assert not any(an_id_number(number)[4:16] in text for number in (1, 2, 4))


SPOILT = [
    ("too few cells", "a,b,c", "wrong_number_of_cells"),
    ("an open quote", row(1).replace("王晓明", '"王晓明'), "wrong_number_of_cells"),
    ("longer than any row", "x" * (LONGEST_LINE * 3), "line_too_long"),
    ("a zero byte", row(1).replace("王", "\0"), "line_unreadable"),
]


@pytest.mark.parametrize(("line", "code"), [r[1:] for r in SPOILT], ids=[r[0] for r in SPOILT])
def test_a_spoilt_line_spoils_no_other(world: World, tmp_path: Path, line: str, code: str) -> None:
    path = written(tmp_path, row(2), line, row(3))
    assert imported(world, path) == Outcome(rows=3, written=Written(added=2), refused=1)
    assert [entry[:3] for entry in reported(path)] == [["3", "", code]]


def test_bytes_of_no_encoding_spoil_their_own_line(world: World, tmp_path: Path) -> None:
    path = tmp_path / "archive.csv"
    good = "\n".join([HEADING, row(1), row(2)]).encode("gbk")
    path.write_bytes(good.replace("王".encode("gbk"), b"\xff\xff", 1))
    assert imported(world, path) == Outcome(rows=2, written=Written(added=1), refused=1)


def test_empty_lines_are_none(world: World, tmp_path: Path) -> None:
    path = written(tmp_path, "", row(1), ",,,,,,,,,", "  ")
    assert imported(world, path) == Outcome(rows=1, written=Written(added=1))


def test_the_same_line_twice_is_one_and_contradicting_lines_are_none(world: World, tmp_path: Path) -> None:
    fifteen = an_id_number(2)[:6] + an_id_number(2)[8:17]
    path = written(
        tmp_path,
        row(1),
        row(2),
        row(1),
        row(2, passed="economy").replace(an_id_number(2), fifteen),
        row(2, year=2024),
    )
    assert imported(world, path) == Outcome(rows=5, written=Written(added=2), repeated=1, refused=2)
    assert [entry[:3] for entry in reported(path)] == [["3", "", "contradicted"], ["5", "", "contradicted"]]
    assert [record.year for record in world.archive.of(an_identity(2), EXAM_CODE)] == [2024]


def test_an_import_said_again_changes_nothing_and_reports_the_same(world: World, tmp_path: Path) -> None:
    rows = [row(number) for number in range(BATCH + 30)]
    path = written(tmp_path, *rows, "spoilt", row(500), row(500, passed="economy"))
    first = imported(world, path)
    report = path.with_name("report.csv").read_bytes()
    before = dict(world.memory.archive)
    second = imported(world, path)
    assert second.written == Written(unchanged=first.written.added)
    assert (second.refused, world.memory.archive) == (first.refused, before)
    assert path.with_name("report.csv").read_bytes() == report


def test_a_corrected_file_changes_what_it_corrects(world: World, tmp_path: Path) -> None:
    imported(world, written(tmp_path, row(1), row(2)))
    outcome = imported(world, written(tmp_path, row(1), row(2, passed="law;economy"), row(3)))
    assert outcome.written == Written(added=1, changed=1, unchanged=1)


class DyingArchive:
    """Keeps some batches, then the machine is gone."""

    def __init__(self, world: World, batches: int) -> None:
        self._archive = world.archive
        self._batches = batches
        self.of = world.archive.of

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        if not self._batches:
            raise KeyboardInterrupt
        self._batches -= 1
        return self._archive.keep(entries)


def test_an_import_that_died_is_completed_by_the_next(world: World, tmp_path: Path) -> None:
    path = written(tmp_path, *(row(number) for number in range(BATCH * 3)), "spoilt")
    with pytest.raises(KeyboardInterrupt):
        imported(world, path, DyingArchive(world, batches=1))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["archive.csv"]
    assert imported(world, path).written == Written(added=BATCH * 2, unchanged=BATCH)


HEADINGS = [
    ("nothing", ""),
    ("no heading", row(1)),
    ("a column that is not known", f"{HEADING},phone"),
    ("a column twice", f"{HEADING},姓名"),
    ("a column is missing", HEADING.replace(",id_number", "")),
]


@pytest.mark.parametrize("heading", [r[1] for r in HEADINGS], ids=[r[0] for r in HEADINGS])
def test_a_file_that_is_no_archive_is_refused_as_a_whole(world: World, tmp_path: Path, heading: str) -> None:
    path = written(tmp_path, row(1), heading=heading)
    with pytest.raises(ArchiveFileError):
        imported(world, path)
    assert not world.memory.archive
    assert [file.name for file in tmp_path.iterdir()] == ["archive.csv"]


def test_a_check_keeps_nothing_and_reports_all(world: World, tmp_path: Path) -> None:
    path = written(tmp_path, row(1), "spoilt")
    report = tmp_path / "report.csv"
    keeping = Keeping(archive=None, pace=UNPACED)
    outcome = import_archive(path, report, keeping=keeping, exams=world.exams, clock=world.clock)
    assert outcome == Outcome(rows=2, refused=1)
    assert not world.memory.archive
    assert len(reported(path)) == 1


class ForgettingArchive:
    """Takes everything and keeps nothing, so that only the import itself needs memory."""

    def __init__(self, world: World) -> None:
        self.of = world.archive.of

    def keep(self, entries: Sequence[ArchiveEntry]) -> Written:
        return Written(added=len(entries))


def peak_of(world: World, path: Path) -> int:
    tracemalloc.start()
    try:
        imported(world, path, ForgettingArchive(world))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(world: World, tmp_path: Path) -> None:
    def rows(count: int) -> list[str]:
        return [row(number % 1000, year=2010 + number // 1000) for number in range(count)]

    peak_of(world, written(tmp_path, *rows(100)))
    small = peak_of(world, written(tmp_path, *rows(1000)))
    large = peak_of(world, written(tmp_path, *rows(6000)))
    # The five thousand rows between them would take several megabytes.
    assert large < small + 1_000_000


def test_rows_are_kept_no_faster_than_asked(world: World, tmp_path: Path) -> None:
    waits: list[float] = []
    keeping = Keeping(archive=world.archive, pace=Pace(rows_per_s=10, wait=waits.append))
    path = written(tmp_path, *(row(number) for number in range(BATCH * 2)))
    import_archive(path, tmp_path / "report.csv", keeping=keeping, exams=world.exams, clock=world.clock)
    assert len(waits) == 2
    assert all(8 < wait <= BATCH / 10 for wait in waits)
