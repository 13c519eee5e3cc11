"""The files of a catalogue: what stands in them, in the words of the domain.

One file an exam, with its offerings; `commitment-VERSION.txt` beside them is the text that candidates sign;
`authorities/` has one file an authority, with what is its own whatever the exam.
Windows are written as days from the day of the import, `"-3 09:00"` to `"+7 24:00"`, in China's time, so
that sample data is never out of date.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from chalicelib.domain.authority import Authority, PasswordReset
from chalicelib.domain.china import CHINA, china_date
from chalicelib.domain.exam import (
    ArchiveNames,
    Exam,
    FeeItem,
    Level,
    Major,
    Offering,
    Policy,
    Site,
    Subject,
    Window,
    Windows,
)
from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.domain.policy import SenselessError, check_exam, check_offering

WindowText = tuple[str, str]
_T = TypeVar("_T")


class CatalogueError(Exception):
    """A file of the catalogue makes no sense; the text says which and why."""


class CommitmentFile(msgspec.Struct, frozen=True):
    """The text that candidates sign, and what this wording is called."""

    text: str
    version: str


class WindowTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The four windows as days from the import."""

    registration: WindowText
    review: WindowText
    payment: WindowText
    ticket: WindowText


class OfferingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exam at one authority, as it is written in a file."""

    authority_id: str
    authority_name: str
    windows: WindowTexts
    subject_fees_fen: dict[str, int]
    fee_items: tuple[FeeItem, ...]
    sites: tuple[Site, ...]
    providers: tuple[str, ...]
    policy: Policy
    time_zone: str = "Asia/Shanghai"
    opt_out_refund: WindowText | None = None
    """Written here and not in the policy, because it is a window like the others."""


class ExamFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exam, as it is written in a file."""

    code: str
    name: str
    platform: str
    majors: tuple[Major, ...]
    subjects: tuple[Subject, ...]
    levels: tuple[Level, ...]
    offerings: tuple[OfferingFile, ...]
    link: str | None = None
    extended_years: dict[int, int] = {}
    archive_names: ArchiveNames = ArchiveNames()


class AuthorityFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An authority, as it is written in a file."""

    id: AuthorityId
    name: str
    password_reset: PasswordReset = PasswordReset.RANDOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that a folder says."""

    authorities: Sequence[Authority]
    exams: Sequence[tuple[Exam, Sequence[Offering]]]

    @property
    def authority_ids(self) -> frozenset[AuthorityId]:
        """Every authority that is spoken of."""
        offering = {each.authority_id for _, offerings in self.exams for each in offerings}
        return frozenset(offering | {authority.id for authority in self.authorities})


def read_folder(folder: Path, *, known_providers: Collection[str], now: datetime) -> Catalogue:
    """All of it, read and checked. Raises CatalogueError, OSError."""
    commitment = read_commitment(folder)
    return Catalogue(
        exams=[
            _read_and_checked(file, commitment, known_providers, now)
            for file in sorted(folder.glob("*.json"))
        ],
        authorities=[read_authority(file) for file in sorted((folder / "authorities").glob("*.json"))],
    )


def read_commitment(folder: Path) -> CommitmentFile:
    """The one text of the folder; its version stands in its name. Raises CatalogueError."""
    found = sorted(folder.glob("commitment-*.txt"))
    if len(found) != 1:
        raise CatalogueError(f"{folder}: there must be one commitment-VERSION.txt, not {len(found)}")
    version = found[0].stem.removeprefix("commitment-")
    return CommitmentFile(text=found[0].read_text(encoding="utf-8"), version=version)


def read_authority(file: Path) -> Authority:
    """One file as an authority. Raises CatalogueError."""
    written = _read(file, AuthorityFile)
    return Authority(id=written.id, name=written.name, password_reset=written.password_reset)


def _read(file: Path, shape: type[_T]) -> _T:
    """A file in this shape, with nothing besides: a setting that is misspelt is no setting."""
    raw = file.read_bytes()
    try:
        read = msgspec.json.decode(raw, type=shape)
    except msgspec.DecodeError as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    unknown = list(_not_taken(msgspec.json.decode(raw), msgspec.to_builtins(read, str_keys=True), "$"))
    if unknown:
        raise CatalogueError(f"{file.name}: nobody knows {', '.join(unknown)}")
    return read


def _not_taken(written: object, read: object, place: str) -> Iterator[str]:
    """What is written and was not read. Only some of the shapes refuse that by themselves."""
    if isinstance(written, dict) and isinstance(read, dict):
        for name, value in written.items():
            if name in read:
                yield from _not_taken(value, read[name], f"{place}.{name}")
            else:
                yield f"{place}.{name}"
    if isinstance(written, list) and isinstance(read, list | tuple):
        for number, (one, other) in enumerate(zip(written, read, strict=False)):
            yield from _not_taken(one, other, f"{place}[{number}]")


def _read_and_checked(
    file: Path, commitment: CommitmentFile, known_providers: Collection[str], now: datetime
) -> tuple[Exam, Sequence[Offering]]:
    exam, offerings = read_exam(file, commitment, now)
    if len({offering.authority_id for offering in offerings}) < len(offerings):
        raise CatalogueError(f"{file.name}: an authority stands there twice")
    try:
        check_exam(exam)
        for offering in offerings:
            check_offering(exam, offering, known_providers=known_providers)
    except SenselessError as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    return exam, offerings


def read_exam(file: Path, commitment: CommitmentFile, now: datetime) -> tuple[Exam, Sequence[Offering]]:
    """One file as an exam of this year with its offerings. Raises CatalogueError."""
    written = _read(file, ExamFile)
    year = china_date(now).year
    exam = Exam(
        id=ExamId(f"{written.code}-{year}"),
        code=written.code,
        name=written.name,
        year=year,
        platform=written.platform,
        levels=written.levels,
        majors=written.majors,
        subjects=written.subjects,
        link=written.link,
        extended_years={_year(each, year): added for each, added in written.extended_years.items()},
        archive_names=written.archive_names,
    )
    try:
        return exam, [_offering(exam, each, commitment, now) for each in written.offerings]
    except CatalogueError as error:
        raise CatalogueError(f"{file.name}: {error}") from error


def _year(written: int, year: int) -> int:
    """A year as it is, or written as years before that of the exam: -1 is the year before."""
    return written + year if written < 0 else written


def _offering(exam: Exam, written: OfferingFile, commitment: CommitmentFile, now: datetime) -> Offering:
    texts = written.windows
    windows = Windows(
        registration=_window(texts.registration, now),
        review=_window(texts.review, now),
        payment=_window(texts.payment, now),
        ticket=_window(texts.ticket, now),
    )
    return Offering(
        exam_id=exam.id,
        authority_id=AuthorityId(written.authority_id),
        authority_name=written.authority_name,
        windows=windows,
        subject_fees_fen=written.subject_fees_fen,
        fee_items=written.fee_items,
        sites=written.sites,
        providers=written.providers,
        policy=replace(
            written.policy,
            opt_out_refund=_window(written.opt_out_refund, now) if written.opt_out_refund else None,
        ),
        commitment_text=commitment.text,
        commitment_version=commitment.version,
        time_zone=written.time_zone,
    )


def _window(texts: WindowText, now: datetime) -> Window:
    return Window(_moment(texts[0], now), _moment(texts[1], now))


def _moment(text: str, now: datetime) -> datetime:
    """`"+7 24:00"` as a moment: seven days from today, at midnight that ends the day."""
    try:
        days, clock = text.split(" ")
        hours, minutes = (int(part) for part in clock.split(":"))
        midnight = datetime.combine(china_date(now), time(), CHINA)
        return midnight + timedelta(days=int(days), hours=hours, minutes=minutes)
    except ValueError as error:
        raise CatalogueError(f"{text!r} is no moment such as '+7 24:00'") from error
