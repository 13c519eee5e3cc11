"""One row of a file of archive records: what stands in it, or everything that is wrong with it.

Where files come from, how they are split into cells and how refused rows are reported is the import's affair.
The format is written down for people in docs/archive-format.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from chalicelib.domain.archive import ArchiveEntry, ArchiveRecord
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.exam import Exam, SubjectKind
from chalicelib.domain.identity import Identity, IdType, normal_id_number, normal_name

_T = TypeVar("_T")

FIRST_YEAR = 1990
YOUNGEST_AGE = 16
_SEPARATORS = str.maketrans("；、|，,", ";;;;;")


class Column(StrEnum):
    """The columns of a row."""

    EXAM = "exam"
    YEAR = "year"
    NAME = "name"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    LEVEL = "level"
    MAJOR = "major"
    PASSED = "passed"
    SAT = "sat"
    CERTIFICATE_YEAR = "certificate_year"


class Fault(StrEnum):
    """What can be wrong with a cell."""

    EXAM_UNKNOWN = "exam_unknown"
    YEAR_IMPLAUSIBLE = "year_implausible"
    NAME_INVALID = "name_invalid"
    ID_TYPE_UNKNOWN = "id_type_unknown"
    ID_NUMBER_INVALID = "id_number_invalid"
    TOO_YOUNG = "too_young"
    LEVEL_UNKNOWN = "level_unknown"
    MAJOR_UNKNOWN = "major_unknown"
    MAJOR_MISSING = "major_missing"
    SUBJECT_UNKNOWN = "subject_unknown"
    SUBJECT_TWICE = "subject_twice"
    YES_OR_NO = "yes_or_no"
    PASSED_WITHOUT_SITTING = "passed_without_sitting"
    CERTIFICATE_IMPLAUSIBLE = "certificate_implausible"
    CERTIFICATE_WITHOUT_PASS = "certificate_without_pass"


@dataclass(frozen=True, slots=True)
class CellFault:
    """A column with what is wrong in it."""

    column: Column
    fault: Fault


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not kept, with all its faults; the ID number only where it is one."""

    faults: tuple[CellFault, ...]
    id_number: str | None = None


@dataclass(slots=True)
class KnownExam:
    """What archives may name of one exam: by code, by the catalogue's name or by an older one."""

    code: str
    levels: dict[str, str] = field(default_factory=dict)
    majors: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    of_level: dict[str, set[str]] = field(default_factory=dict)
    professional: set[str] = field(default_factory=set)


def known_exams(exams: Iterable[Exam]) -> dict[str, KnownExam]:
    """Every exam by its code and by its name, with what any of its years has."""
    known: dict[str, KnownExam] = {}
    for exam in exams:
        found = known.setdefault(exam.code, KnownExam(exam.code))
        known.setdefault(exam.name, found)
        older = exam.archive_names
        found.levels |= {**older.levels} | {x.name: x.code for x in exam.levels}
        found.majors |= {**older.majors} | {x.name: x.code for x in exam.majors}
        found.subjects |= {**older.subjects} | {x.name: x.code for x in exam.subjects}
        for names in (found.levels, found.majors, found.subjects):
            names.update({code: code for code in tuple(names.values())})
        for level in exam.levels:
            found.of_level.setdefault(level.code, set()).update(level.subjects)
        found.professional |= {x.code for x in exam.subjects if x.kind is SubjectKind.PROFESSIONAL}
    return known


def read_row(
    cells: Mapping[Column, str], known: Mapping[str, KnownExam], *, today: date
) -> ArchiveEntry | RefusedRow:
    """The entry that a row is, or why it is none. Columns that the file does not have count as empty."""
    row = _Row(cells)
    exam = row.read(Column.EXAM, lambda text: _named(text, known, Fault.EXAM_UNKNOWN))
    year = row.read(Column.YEAR, lambda text: _year(text, FIRST_YEAR, today.year, Fault.YEAR_IMPLAUSIBLE))
    name = row.read(Column.NAME, _name)
    identity = _identity(row, name or "", today)
    if identity and year and _age_in(year, identity) < YOUNGEST_AGE:
        row.note(Column.YEAR, Fault.TOO_YOUNG)
    record = _record(row, exam, year, name) if exam else None
    if row.faults or record is None or identity is None:
        return RefusedRow(tuple(row.faults), identity.id_number if identity else None)
    return ArchiveEntry(identity, record)


class _FaultyCellError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class _Row:
    """The cells of a row, and the faults that were found in them so far."""

    def __init__(self, cells: Mapping[Column, str]) -> None:
        self._cells = cells
        self.faults: list[CellFault] = []

    def read(self, column: Column, meaning: Callable[[str], _T]) -> _T | None:
        """What a cell means, or None with its fault noted."""
        try:
            return meaning(self._cells.get(column, "").strip())
        except _FaultyCellError as error:
            self.note(column, error.fault)
        return None

    def note(self, column: Column, fault: Fault) -> None:
        """Something is wrong with a cell beside what others say."""
        self.faults.append(CellFault(column, fault))


def _identity(row: _Row, name: str, today: date) -> Identity | None:
    id_type = row.read(Column.ID_TYPE, lambda text: _named(text, _ID_TYPES, Fault.ID_TYPE_UNKNOWN))
    if id_type is None:
        return None
    number = row.read(Column.ID_NUMBER, lambda text: _id_number(id_type, text, today))
    return Identity(name, id_type, number) if number else None


def _record(row: _Row, exam: KnownExam, year: int | None, name: str | None) -> ArchiveRecord | None:
    level = row.read(Column.LEVEL, lambda text: _named(text, exam.levels, Fault.LEVEL_UNKNOWN))
    major = row.read(Column.MAJOR, lambda text: _major(text, exam))
    passed = row.read(Column.PASSED, lambda text: _passed(text, exam, level))
    sat = row.read(Column.SAT, lambda text: _named(text, _ANSWERS, Fault.YES_OR_NO))
    certificate_year = row.read(Column.CERTIFICATE_YEAR, lambda text: _certificate_year(text, year))
    if passed and sat is False:
        row.note(Column.SAT, Fault.PASSED_WITHOUT_SITTING)
    if passed and major == "" and exam.majors and not exam.professional.isdisjoint(passed):
        row.note(Column.MAJOR, Fault.MAJOR_MISSING)
    if passed == () and certificate_year:
        row.note(Column.CERTIFICATE_YEAR, Fault.CERTIFICATE_WITHOUT_PASS)
    if row.faults or level is None or passed is None or sat is None or year is None or name is None:
        return None
    return ArchiveRecord(
        exam_code=exam.code,
        year=year,
        name=name,
        level=level,
        major=major or None,
        passed=passed,
        sat=sat,
        certificate_year=certificate_year or None,
    )


def _age_in(year: int, identity: Identity) -> int:
    """Old enough where the ID number does not tell."""
    of_resident = identity.id_type is IdType.RESIDENT_ID
    return year - int(identity.id_number[6:10]) if of_resident else YOUNGEST_AGE


def _named(text: str, meanings: Mapping[str, _T], fault: Fault) -> _T:
    if text not in meanings:
        raise _FaultyCellError(fault)
    return meanings[text]


def _year(text: str, first: int, last: int, fault: Fault) -> int:
    if not (len(text) == 4 and text.isascii() and text.isdigit() and first <= int(text) <= last):
        raise _FaultyCellError(fault)
    return int(text)


def _name(text: str) -> str:
    try:
        return normal_name(text)
    except InvalidInputError as error:
        raise _FaultyCellError(Fault.NAME_INVALID) from error


def _id_number(id_type: IdType, text: str, today: date) -> str:
    try:
        return normal_id_number(id_type, text, today=today)
    except InvalidInputError as error:
        raise _FaultyCellError(Fault.ID_NUMBER_INVALID) from error


def _major(text: str, exam: KnownExam) -> str:
    return _named(text, exam.majors, Fault.MAJOR_UNKNOWN) if text else ""


def _passed(text: str, exam: KnownExam, level: str | None) -> tuple[str, ...]:
    names = [name.strip() for name in text.translate(_SEPARATORS).split(";")]
    codes = [_named(name, exam.subjects, Fault.SUBJECT_UNKNOWN) for name in names if name]
    if level is not None and not exam.of_level.get(level, set()).issuperset(codes):
        raise _FaultyCellError(Fault.SUBJECT_UNKNOWN)
    if len(set(codes)) != len(codes):
        raise _FaultyCellError(Fault.SUBJECT_TWICE)
    return tuple(sorted(codes))


def _certificate_year(text: str, year: int | None) -> int:
    """0 where there is none. Certificates are made out in the year of the exam or in the next."""
    if not text:
        return 0
    first = year or FIRST_YEAR
    return _year(text, first, first + 1 if year else 9999, Fault.CERTIFICATE_IMPLAUSIBLE)


_ID_TYPES = {
    "": IdType.RESIDENT_ID,
    "居民身份证": IdType.RESIDENT_ID,
    "身份证": IdType.RESIDENT_ID,
    "护照": IdType.PASSPORT,
    "港澳居民来往内地通行证": IdType.HK_MACAO_PERMIT,
    "台湾居民来往大陆通行证": IdType.TAIWAN_PERMIT,
    "外国人永久居留身份证": IdType.FOREIGN_RESIDENT_CARD,
    **{id_type.value: id_type for id_type in IdType},
}
_ANSWERS = {"": True, "是": True, "否": False, "yes": True, "no": False}
