"""Returning candidates: which earlier passes count, and why others no longer do (handbook 5, FAQ 14, 15, 16).

A pass belongs to the level, and a professional one also to the major, under which it was gained.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.exam import Exam, Level, SubjectKind
from chalicelib.domain.identity import name_key


class WhyNot(StrEnum):
    """Why a pass does not count."""

    LAPSED = "lapsed"
    OTHER_LEVEL = "other_level"
    OTHER_MAJOR = "other_major"
    ONE_YEAR_LEVEL = "one_year_level"
    SUBJECT_GONE = "subject_gone"
    CERTIFICATE_GAINED = "certificate_gained"


@dataclass(frozen=True, slots=True)
class CountingPass:
    """A pass that counts, and the last exam year in which it does."""

    subject: str
    year: int
    counts_until: int


@dataclass(frozen=True, slots=True)
class DroppedPass:
    """A pass that does not count."""

    subject: str
    year: int
    why: WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the archive means for one choice of level and major; by default, a new candidate."""

    level: str | None = None
    """Where nothing is chosen yet, that of the latest record."""
    major: str | None = None
    is_returning: bool = False
    passes: tuple[CountingPass, ...] = ()
    dropped: tuple[DroppedPass, ...] = ()
    subjects_left: tuple[str, ...] | None = None
    """The subjects of the level that are still to be taken; None where there is no level yet."""
    completed_majors: tuple[str, ...] = ()
    """Those whose professional subjects are all passed and count."""
    certificate_year: int | None = None
    name_differs: bool = False
    """Records under another name stand beside: none of them counts, and a person must look."""

    @property
    def passed(self) -> frozenset[str]:
        """The subjects whose passes count."""
        return frozenset(each.subject for each in self.passes)

    @property
    def refuses_major(self) -> bool:
        """Whoever has passed all professional subjects cannot change the major (FAQ 16)."""
        return bool(self.completed_majors) and self.major not in self.completed_majors


@dataclass(frozen=True, slots=True)
class Loss:
    """A pass that another choice would cost; without a subject, the standing as a returning candidate."""

    subject: str | None = None
    year: int | None = None
    why: WhyNot | None = None


def standing_of(
    records: Iterable[ArchiveRecord],
    exam: Exam,
    *,
    name: str,
    level: str | None = None,
    major: str | None = None,
) -> Standing:
    """What the records of one ID number mean for an account of this name and this choice.

    Without a choice, what they mean for the level and major that the person had last.
    """
    earlier = sorted((record for record in records if record.year < exam.year), key=lambda each: each.year)
    own = [record for record in earlier if name_key(record.name) == name_key(name)]
    chosen = exam.level(level or (own[-1].level if own else None))
    if chosen is None:
        return Standing(level=level, major=major, name_differs=len(own) < len(earlier))
    archive = _Archive(exam, chosen, own)
    major = major or archive.latest_major()
    passes, dropped = archive.sorted_out(major)
    done = {each.subject for each in passes}
    return Standing(
        level=chosen.code,
        major=major,
        is_returning=any(archive.reaches_back_to(record) for record in archive.alive),
        passes=passes,
        dropped=dropped,
        subjects_left=tuple(subject for subject in chosen.subjects if subject not in done),
        completed_majors=archive.completed_majors(),
        certificate_year=max((r.certificate_year for r in own if r.certificate_year), default=None),
        name_differs=any(record not in own and archive.reaches_back_to(record) for record in earlier),
    )


def what_is_lost(before: Standing, after: Standing) -> tuple[Loss, ...]:
    """What counts `before` a change of level or major and no longer counts `after` it."""
    losses = [Loss()] if before.is_returning and not after.is_returning else []
    reasons = {each.subject: each.why for each in after.dropped}
    losses += [
        Loss(each.subject, each.year, reasons.get(each.subject))
        for each in before.passes
        if each.subject not in after.passed
    ]
    return tuple(losses)


class _Archive:
    """The records under the right name, seen from one level of one exam."""

    def __init__(self, exam: Exam, level: Level, own: Sequence[ArchiveRecord]) -> None:
        """`own` is in the order of the years, all before that of the exam."""
        self._exam = exam
        self._level = level
        self._own = own
        self._closed_year = max((record.year for record in own if record.certificate_year), default=0)
        kinds = {subject.code: subject.kind for subject in exam.subjects}
        self._professional = [s for s in level.subjects if kinds[s] is SubjectKind.PROFESSIONAL]
        self.alive = [r for r in own if r.level == level.code and r.year > self._closed_year]

    def reaches_back_to(self, record: ArchiveRecord) -> bool:
        """The year lies in Y−N … Y−1: enough to be returning, one year short of a pass that counts."""
        return self._counts_until(record.year) >= self._exam.year - 1

    def latest_major(self) -> str | None:
        """The major that the person has; a completed one before a later one, for it cannot be left."""
        if completed := self.completed_majors():
            return completed[-1]
        return self.alive[-1].major if self.alive and self._exam.majors else None

    def completed_majors(self) -> tuple[str, ...]:
        """Majors under which every professional subject of the level is passed and counts."""
        if not (self._exam.majors and self._professional):
            return ()
        majors = dict.fromkeys(record.major for record in self.alive if record.major)
        return tuple(major for major in majors if self._is_completed(major))

    def _is_completed(self, major: str) -> bool:
        return all(
            any(subject in r.passed and self._why_not(subject, r, major) is None for r in self.alive)
            for subject in self._professional
        )

    def sorted_out(self, major: str | None) -> tuple[tuple[CountingPass, ...], tuple[DroppedPass, ...]]:
        """Each subject once: as it counts or, where it does not, its latest pass with the reason."""
        counting: dict[str, CountingPass] = {}
        dropped: dict[str, DroppedPass] = {}
        for record in self._own:
            for subject in record.passed:
                if why := self._why_not(subject, record, major):
                    dropped[subject] = DroppedPass(subject, record.year, why)
                else:
                    until = self._counts_until(record.year)
                    counting[subject] = CountingPass(subject, record.year, until)
        left = tuple(each for subject, each in sorted(dropped.items()) if subject not in counting)
        return tuple(counting[s] for s in self._level.subjects if s in counting), left

    def _counts_until(self, year: int) -> int:
        extension = self._exam.extended_years.get(year, 0)
        return year + self._level.validity_years - 1 + extension

    def _why_not(self, subject: str, record: ArchiveRecord, major: str | None) -> WhyNot | None:
        """The first reason against a pass, or None when it counts."""
        against = {
            WhyNot.CERTIFICATE_GAINED: record.year <= self._closed_year,
            WhyNot.OTHER_LEVEL: record.level != self._level.code,
            WhyNot.SUBJECT_GONE: subject not in self._level.subjects,
            # All its subjects are passed in one year or none, so an extension has nothing to extend.
            WhyNot.ONE_YEAR_LEVEL: self._level.takes_all_subjects,
            WhyNot.LAPSED: self._counts_until(record.year) < self._exam.year,
            WhyNot.OTHER_MAJOR: (
                subject in self._professional and bool(self._exam.majors) and record.major != major
            ),
        }
        return next((reason for reason, holds in against.items() if holds), None)
