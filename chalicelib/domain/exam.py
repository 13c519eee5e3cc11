"""Exams and how an authority offers them: levels, majors, subjects, windows, fees, sites and policy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.domain.review import ReviewChannel, ReviewReason, review_channel


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open: `start` belongs to it, `end` does not; "24:00" is the next day's 00:00."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The four windows of an exam at one authority."""

    registration: Window
    review: Window
    payment: Window
    ticket: Window


class SubjectKind(StrEnum):
    """公共科目 or 专业科目."""

    PUBLIC = "public"
    PROFESSIONAL = "professional"


@dataclass(frozen=True, slots=True)
class Subject:
    """One paper."""

    code: str
    name: str
    kind: SubjectKind


@dataclass(frozen=True, slots=True)
class Major:
    """专业."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """级别: fixes the subjects and for how many exam years a pass counts."""

    code: str
    name: str
    subjects: tuple[str, ...]
    validity_years: int
    is_exemption: bool = False

    @property
    def takes_all_subjects(self) -> bool:
        """Passes of one year cannot be collected, so all subjects are taken at once."""
        return self.validity_years == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveNames:
    """What archives call levels, majors and subjects otherwise than the catalogue does: name → code."""

    levels: Mapping[str, str] = field(default_factory=dict)
    majors: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """One qualification in one year; the same everywhere."""

    id: ExamId
    code: str
    """The id without the year: what an exam has in common with its earlier years."""
    name: str
    year: int
    platform: str
    levels: tuple[Level, ...]
    majors: tuple[Major, ...]
    subjects: tuple[Subject, ...]
    link: str | None = None
    """Where to register when another platform holds the exam (FAQ 20)."""
    extended_years: Mapping[int, int] = field(default_factory=dict)
    """Year of a pass → years for which it counts longer, because exams were postponed or suspended."""
    archive_names: ArchiveNames = field(default=ArchiveNames())
    version: int = 1
    """Raised by every change of what is stored; a change of an older one is refused."""

    def level(self, code: str | None) -> Level | None:
        """The level of that code, if there is one."""
        return next((level for level in self.levels if level.code == code), None)


@dataclass(frozen=True, slots=True)
class Site:
    """报名点."""

    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class FeeItem:
    """A charge beside the subjects, in fen."""

    code: str
    name: str
    amount_fen: int


class LockAt(StrEnum):
    """From when on a candidate can no longer edit (FAQ 17)."""

    CONFIRMATION = "confirmation"
    REVIEW = "review"
    PAYMENT = "payment"


class ChoiceField(StrEnum):
    """A part of what a candidate chooses."""

    LEVEL = "level"
    MAJOR = "major"
    SUBJECTS = "subjects"
    SITE = "site"
    EDUCATION = "education_id"
    DEGREE = "degree_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What authorities settle differently. Which combinations make no sense is said in `policy.py`."""

    lock_at: LockAt
    review_channel: ReviewChannel
    """Where a registration is reviewed unless the reason for it says otherwise (`review.py`)."""
    reviews_exemption_levels: bool
    channel_for: Mapping[ReviewReason, ReviewChannel] = field(default_factory=dict)
    """For single reasons, where this authority reviews otherwise than others do."""
    allows_cancelling_confirmation: bool = False
    """Whether candidates may take a confirmation back themselves, which loses a review that was passed."""
    accepts_change_requests: bool = True
    """Whether candidates may ask for a change of what is locked (FAQ 17)."""
    changeable_on_request: tuple[ChoiceField, ...] = tuple(ChoiceField)
    opt_out_refund: Window | None = None
    """When those who have paid may leave and get their money back, where the authority opens that."""

    def channel_of(self, reasons: Iterable[str]) -> ReviewChannel | None:
        """Where a registration with these reasons is reviewed; None where nobody must look."""
        return review_channel(reasons, default=self.review_channel, channel_for=self.channel_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """One exam as one authority holds it."""

    exam_id: ExamId
    authority_id: AuthorityId
    authority_name: str
    windows: Windows
    subject_fees_fen: Mapping[str, int]
    sites: tuple[Site, ...]
    providers: tuple[str, ...]
    policy: Policy
    commitment_text: str
    commitment_version: str = "1"
    """What the authority calls this wording of the text."""
    fee_items: tuple[FeeItem, ...] = field(default=())
    time_zone: str = "Asia/Shanghai"
    """In which its clocks go; windows themselves are moments (`china.py` knows the zones there are)."""
    version: int = 1
    """Raised by every change of what is stored; a change of an older one is refused."""


def amount_due_fen(subjects: tuple[str, ...], offering: Offering) -> int:
    """Fees of the subjects taken this time plus the authority's fee items, in fen (handbook 4.6)."""
    taken = sum(offering.subject_fees_fen[code] for code in subjects)
    return taken + sum(item.amount_fen for item in offering.fee_items)
