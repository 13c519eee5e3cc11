"""Rows of archive files: what is taken, in which spellings, and everything that is wrong with the others."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.domain.archive_rows import Column, Fault, RefusedRow, known_exams, read_row
from chalicelib.domain.exam import ArchiveNames
from chalicelib.domain.identity import IdType
from tests.builders import EXAM_CODE, an_exam, an_id_number, an_identity

TODAY = date(2026, 9, 1)
OLDER = ArchiveNames(levels={"全科": "all"}, majors={"房屋建筑": "building"}, subjects={"法规": "law"})
WITHOUT_MAJORS = an_exam(code="social-worker", name="社会工作者", majors=())
KNOWN = known_exams([an_exam(archive_names=OLDER), an_exam(year=2025, archive_names=OLDER), WITHOUT_MAJORS])
GOOD = {
    Column.EXAM: EXAM_CODE,
    Column.YEAR: "2025",
    Column.NAME: "王晓明",
    Column.ID_TYPE: "",
    Column.ID_NUMBER: an_id_number(1),
    Column.LEVEL: "all",
    Column.MAJOR: "building",
    Column.PASSED: "law;practice",
    Column.SAT: "是",
    Column.CERTIFICATE_YEAR: "",
}


def read(**changes: str) -> ArchiveEntry | RefusedRow:
    cells = GOOD | {Column(name): text for name, text in changes.items()}
    return read_row(cells, KNOWN, today=TODAY)


def test_a_good_row_is_an_entry() -> None:
    entry = read()
    assert isinstance(entry, ArchiveEntry)
    assert entry.identity == an_identity(1)
    record = entry.record
    assert (record.exam_code, record.year, record.level, record.major) == (EXAM_CODE, 2025, "all", "building")
    assert (record.passed, record.sat, record.certificate_year) == (("law", "practice"), True, None)


SPELLINGS = [
    # what is written otherwise, and means the same as the good row
    {"exam": "一级建造师"},
    {"name": " 王晓明 "},
    {"id_type": "居民身份证"},
    {"id_type": "resident_id"},
    {"id_number": f" {an_id_number(1).lower()} "},
    {"level": "考全科"},
    {"level": "全科"},  # its name in earlier years
    {"major": "建筑工程"},
    {"major": "房屋建筑"},
    {"passed": "practice；law"},
    {"passed": "法规、专业工程管理与实务"},
    {"passed": "law | practice|"},
    {"sat": ""},
    {"sat": "yes"},
]


@pytest.mark.parametrize("changes", SPELLINGS, ids=str)
def test_the_same_may_be_written_in_many_ways(changes: dict[str, str]) -> None:
    assert read(**changes) == read()


def test_old_id_numbers_of_15_digits_are_those_of_18() -> None:
    eighteen = an_id_number(7)
    fifteen = eighteen[:6] + eighteen[8:17]
    assert read(id_number=fifteen) == read(id_number=eighteen)


def test_other_id_types_and_an_absence() -> None:
    passport = read(id_type="护照", id_number="e12345678")
    assert isinstance(passport, ArchiveEntry)
    assert (passport.identity.id_type, passport.identity.id_number) == (IdType.PASSPORT, "E12345678")
    absent = read(sat="否", passed="", major="")
    assert isinstance(absent, ArchiveEntry)
    assert (absent.record.sat, absent.record.passed, absent.record.major) == (False, (), None)
    gained = read(certificate_year="2026")
    assert isinstance(gained, ArchiveEntry)
    assert gained.record.certificate_year == 2026


FAULTS = [
    # what is written, which column is at fault, what is wrong
    ({"exam": "二级建造师"}, Column.EXAM, Fault.EXAM_UNKNOWN),
    ({"exam": ""}, Column.EXAM, Fault.EXAM_UNKNOWN),
    ({"year": "2027"}, Column.YEAR, Fault.YEAR_IMPLAUSIBLE),
    ({"year": "1989"}, Column.YEAR, Fault.YEAR_IMPLAUSIBLE),
    ({"year": "25"}, Column.YEAR, Fault.YEAR_IMPLAUSIBLE),
    ({"year": "２０２５"}, Column.YEAR, Fault.YEAR_IMPLAUSIBLE),
    ({"year": "2005"}, Column.YEAR, Fault.TOO_YOUNG),  # born in 1990
    ({"name": ""}, Column.NAME, Fault.NAME_INVALID),
    ({"name": "王晓明1"}, Column.NAME, Fault.NAME_INVALID),
    ({"name": "=cmd()"}, Column.NAME, Fault.NAME_INVALID),
    ({"id_type": "驾驶证"}, Column.ID_TYPE, Fault.ID_TYPE_UNKNOWN),
    ({"id_number": an_id_number(1)[:-1] + "4"}, Column.ID_NUMBER, Fault.ID_NUMBER_INVALID),
    ({"id_number": "2.10102E+17"}, Column.ID_NUMBER, Fault.ID_NUMBER_INVALID),
    ({"id_number": ""}, Column.ID_NUMBER, Fault.ID_NUMBER_INVALID),
    ({"id_type": "passport"}, Column.ID_NUMBER, Fault.ID_NUMBER_INVALID),
    ({"level": "senior"}, Column.LEVEL, Fault.LEVEL_UNKNOWN),
    ({"level": ""}, Column.LEVEL, Fault.LEVEL_UNKNOWN),
    ({"major": "navigation"}, Column.MAJOR, Fault.MAJOR_UNKNOWN),
    ({"major": ""}, Column.MAJOR, Fault.MAJOR_MISSING),
    ({"exam": "social-worker"}, Column.MAJOR, Fault.MAJOR_UNKNOWN),  # it has none
    ({"passed": "history"}, Column.PASSED, Fault.SUBJECT_UNKNOWN),
    ({"level": "exempt", "passed": "economy"}, Column.PASSED, Fault.SUBJECT_UNKNOWN),
    ({"passed": "law;法规"}, Column.PASSED, Fault.SUBJECT_TWICE),
    ({"sat": "maybe"}, Column.SAT, Fault.YES_OR_NO),
    ({"sat": "否"}, Column.SAT, Fault.PASSED_WITHOUT_SITTING),
    ({"certificate_year": "2024"}, Column.CERTIFICATE_YEAR, Fault.CERTIFICATE_IMPLAUSIBLE),
    ({"certificate_year": "2027"}, Column.CERTIFICATE_YEAR, Fault.CERTIFICATE_IMPLAUSIBLE),
    ({"certificate_year": "2025", "passed": ""}, Column.CERTIFICATE_YEAR, Fault.CERTIFICATE_WITHOUT_PASS),
]


@pytest.mark.parametrize(("changes", "column", "fault"), FAULTS, ids=[f"{row[1]}-{row[2]}" for row in FAULTS])
def test_a_faulty_row_names_the_column_and_the_reason(
    changes: dict[str, str], column: Column, fault: Fault
) -> None:
    refused = read(**changes)
    assert isinstance(refused, RefusedRow)
    assert [(each.column, each.fault) for each in refused.faults] == [(column, fault)]


def test_a_row_tells_of_all_its_faults_at_once() -> None:
    refused = read(year="25", name="", level="senior", sat="maybe")
    assert isinstance(refused, RefusedRow)
    assert [fault.column for fault in refused.faults] == [
        Column.YEAR,
        Column.NAME,
        Column.LEVEL,
        Column.SAT,
    ]
    assert refused.id_number == an_id_number(1)


def test_no_cell_whatever_is_more_than_a_fault() -> None:
    for column in Column:
        for text in ("", "x", "\x00", "9" * 500, ";;;", "＝１", "王", "[", "-1", "1e9"):
            assert isinstance(read(**{column.value: text}), ArchiveEntry | RefusedRow)


def test_what_any_year_of_an_exam_has_is_known() -> None:
    renamed = replace(an_exam(year=2027).levels[0], code="whole", name="全部")
    known = known_exams([an_exam(), an_exam(year=2027, levels=(renamed,))])
    assert isinstance(read_row({**GOOD, Column.LEVEL: "whole"}, known, today=TODAY), ArchiveEntry)
    assert isinstance(
        read_row({**GOOD, Column.LEVEL: "exempt", Column.PASSED: "law"}, known, today=TODAY), ArchiveEntry
    )
