"""The report on refused rows, for whoever mends the file: no names in it, and ID numbers masked."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from chalicelib.domain.archive_rows import FIRST_YEAR, YOUNGEST_AGE, CellFault, Fault
from chalicelib.domain.identity import masked_id_number
from commands.archive.lines import LONGEST_LINE, LineFault

CONTRADICTED = "contradicted"
HEADING = ("line", "column", "code", "reason", "id_number")
_REASONS = {
    Fault.EXAM_UNKNOWN: "考试项目不在考试目录中。",
    Fault.YEAR_IMPLAUSIBLE: f"年度应为 {FIRST_YEAR} 年至今年的四位数字。",
    Fault.NAME_INVALID: "姓名为空，或含有证件上不会出现的字符。",
    Fault.ID_TYPE_UNKNOWN: "证件类型不认识。",
    Fault.ID_NUMBER_INVALID: "证件号码与证件类型不符（位数、日期或校验码有误）。",
    Fault.TOO_YOUNG: f"按证件号码，该年度未满 {YOUNGEST_AGE} 岁。",
    Fault.LEVEL_UNKNOWN: "级别不在考试目录或历年名称对照中。",
    Fault.MAJOR_UNKNOWN: "专业不在考试目录或历年名称对照中。",
    Fault.MAJOR_MISSING: "通过了专业科目，但没有填写专业。",
    Fault.SUBJECT_UNKNOWN: "通过的科目不属于该级别，也不在历年名称对照中。",
    Fault.SUBJECT_TWICE: "同一科目写了两次。",
    Fault.YES_OR_NO: "是否参加考试应为“是”或“否”。",
    Fault.PASSED_WITHOUT_SITTING: "未参加考试，却有通过的科目。",
    Fault.CERTIFICATE_IMPLAUSIBLE: "取得证书年度应为该年度或下一年度。",
    Fault.CERTIFICATE_WITHOUT_PASS: "取得了证书，但该年度没有通过的科目。",
    LineFault.TOO_LONG: f"一行超过 {LONGEST_LINE} 个字符。",
    LineFault.UNREADABLE: "含有无法识别的字符，请以 UTF-8 或 GBK 保存。",
    LineFault.CELLS: "列数与表头不符，或引号没有成对。",
    CONTRADICTED: "同一证件号码、考试和年度在文件中有互相矛盾的行，均不导入。",
}


class Refusals:
    """Takes refused rows one by one; the report appears whole when the block ends well, or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f"{path.name}.part")
        self._text: TextIO
        self.rows = 0

    def __enter__(self) -> Self:
        # With a BOM: spreadsheets take UTF-8 for something else without one.
        self._text = self._draft.open("w", encoding="utf-8-sig", newline="")
        self._write(HEADING)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._text.close()
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink()

    def add(self, line: int, faults: tuple[CellFault, ...], id_number: str | None) -> None:
        """A row with faults in its cells."""
        self.rows += 1
        hint = masked_id_number(id_number) if id_number else ""
        for fault in faults:
            self._write((line, fault.column, fault.fault, _REASONS[fault.fault], hint))

    def add_whole(self, line: int, fault: str, id_number: str | None = None) -> None:
        """A row that is refused as a whole."""
        self.rows += 1
        hint = masked_id_number(id_number) if id_number else ""
        self._write((line, "", fault, _REASONS[fault], hint))

    def _write(self, cells: tuple[object, ...]) -> None:
        csv.writer(self._text, lineterminator="\r\n").writerow(cells)
