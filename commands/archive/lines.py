"""Lines of a file as cells: in UTF-8 or GBK, one row a line, never more than one line in memory."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from chalicelib.domain.archive_rows import Column

LONGEST_LINE = 2000
_UNREADABLE = "\ufffd"
_CHINESE_HEADINGS = {
    "考试项目": Column.EXAM,
    "年度": Column.YEAR,
    "姓名": Column.NAME,
    "证件类型": Column.ID_TYPE,
    "证件号码": Column.ID_NUMBER,
    "级别": Column.LEVEL,
    "专业": Column.MAJOR,
    "通过科目": Column.PASSED,
    "是否参加考试": Column.SAT,
    "取得证书年度": Column.CERTIFICATE_YEAR,
}
_OPTIONAL = {Column.ID_TYPE, Column.MAJOR, Column.SAT, Column.CERTIFICATE_YEAR}


class ArchiveFileError(Exception):
    """The file as a whole cannot be read; the text says why."""


class LineFault(StrEnum):
    """What can be wrong with a line before its cells are looked at."""

    TOO_LONG = "line_too_long"
    UNREADABLE = "line_unreadable"
    CELLS = "wrong_number_of_cells"


@dataclass(frozen=True, slots=True)
class Line:
    """One line behind the heading: its cells, or why it has none."""

    number: int
    cells: Mapping[Column, str]
    fault: LineFault | None = None


class ArchiveFile:
    """An open file that can be gone through again and again."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._columns = self._read_heading()

    def lines(self) -> Iterator[Line]:
        """Every line behind the heading that is not empty, from the first."""
        self._text.seek(0)
        for number, raw in enumerate(_bounded_lines(self._text), start=1):
            if number > 1 and (raw is None or raw.strip(" \t,")):
                yield self._line(number, raw)

    def _line(self, number: int, raw: str | None) -> Line:
        if raw is None:
            return Line(number, {}, LineFault.TOO_LONG)
        if _UNREADABLE in raw or "\0" in raw:
            return Line(number, {}, LineFault.UNREADABLE)
        cells = _split(raw)
        if cells is None or len(cells) != len(self._columns):
            return Line(number, {}, LineFault.CELLS)
        return Line(number, dict(zip(self._columns, cells, strict=True)))

    def _read_heading(self) -> list[Column]:
        first = next(_bounded_lines(self._text), None)
        names = [name.strip() for name in _split(first or "") or []]
        known = {**_CHINESE_HEADINGS, **{column.value: column for column in Column}}
        unknown = [name for name in names if name not in known]
        if unknown or not names:
            raise ArchiveFileError(
                f"the first line is no heading of an archive: {', '.join(unknown) or 'empty'}"
            )
        columns = [known[name] for name in names]
        if len(set(columns)) != len(columns):
            raise ArchiveFileError("the heading names a column twice")
        if missing := [column for column in Column if column not in {*columns, *_OPTIONAL}]:
            raise ArchiveFileError(f"the heading lacks {', '.join(missing)}")
        return columns


def open_archive_file(path: Path) -> TextIO:
    """Open a file in the encoding that it is in; single bytes that make no sense are marked, not refused.

    Raises OSError.
    """
    # gb18030 is GBK with every other character beside. utf-8-sig takes a BOM away, and minds none.
    encoding = "utf-8-sig" if _is_utf_8(path) else "gb18030"
    return path.open(encoding=encoding, errors="replace", newline="\n")


def _is_utf_8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="\n") as text:
            while text.read(1 << 16):
                pass
    except UnicodeDecodeError:
        with path.open("rb") as raw:
            return raw.read(3) == codecs.BOM_UTF8
    return True


def _bounded_lines(text: TextIO) -> Iterator[str | None]:
    """The lines without their ends; None for one that is longer than any row."""
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith("\n"):
            yield line.rstrip("\r\n")
            continue
        while line and not line.endswith("\n"):
            line = text.readline(LONGEST_LINE)
        yield None


def _split(line: str) -> list[str] | None:
    """The cells of a line; a quote that does not end spoils its own line only."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None
