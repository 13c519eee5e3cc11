"""Returning candidates: what earlier years are worth (handbook 5, FAQ 14, 15, 16). The exam is that of 2026.

Its levels: "all" takes four subjects and N is 2; "exempt" takes two and N is 1; "long" takes four and N is 4.
Of the four subjects only "practice" is professional.
"""

from dataclasses import replace

import pytest

from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.exam import Exam, Level, Subject, SubjectKind
from chalicelib.domain.returning import Loss, Standing, WhyNot, standing_of, what_is_lost
from tests.builders import an_archive_record, an_exam

NAME = "王晓明"
FOUR = ("economy", "law", "project", "practice")
LONG = Level(code="long", name="考全科（四年）", subjects=FOUR, validity_years=4)
EXAM = an_exam(levels=(*an_exam().levels, LONG))


def year(number: int, *passed: str, **changes: object) -> ArchiveRecord:
    return an_archive_record(number, passed=passed, **changes)


def seen(
    *records: ArchiveRecord, level: str | None = "all", major: str | None = "building", exam: Exam = EXAM
) -> Standing:
    return standing_of(records, exam, name=NAME, level=level, major=major)


WINDOWS = [
    # level, N, year of the record: is the candidate returning, does a pass of that year count?
    ("all", 2026, False, False),  # this year's own
    ("all", 2025, True, True),
    ("all", 2024, True, False),  # returning, one year short of a pass that counts
    ("all", 2023, False, False),
    ("long", 2025, True, True),
    ("long", 2023, True, True),
    ("long", 2022, True, False),
    ("long", 2021, False, False),
    ("exempt", 2025, True, False),  # levels of one year: returning, but nothing can be collected
    ("exempt", 2024, False, False),
]


@pytest.mark.parametrize(("level", "of", "returning", "counts"), WINDOWS)
def test_the_two_windows_differ_by_a_year(level: str, of: int, returning: bool, counts: bool) -> None:
    standing = seen(year(of, "law", level=level), level=level)
    assert (standing.is_returning, set(standing.passed)) == (returning, {"law"} if counts else set())


def test_years_run_on_whether_or_not_the_candidate_sat() -> None:
    absent = year(2025, sat=False)
    assert seen(year(2024, "law"), absent).is_returning
    assert not seen(year(2024, "law"), absent).passes
    assert seen(absent).is_returning


EXTENSIONS = [
    # why, years added by year of pass, year of the pass, counts, until
    ("nothing was suspended", {}, 2024, False, None),
    ("passes of 2024 count one year longer", {2024: 1}, 2024, True, 2026),
    ("by two years", {2024: 2}, 2024, True, 2027),
    ("other years were extended", {2023: 1}, 2024, False, None),
    ("extended, and still not enough", {2022: 1}, 2022, False, None),
    ("extended far enough", {2022: 3}, 2022, True, 2026),
]


@pytest.mark.parametrize(
    ("extended", "of", "counts", "until"), [r[1:] for r in EXTENSIONS], ids=[r[0] for r in EXTENSIONS]
)
def test_the_authority_may_extend_passes(
    extended: dict[int, int], of: int, counts: bool, until: int | None
) -> None:
    standing = seen(year(of, "law"), exam=replace(EXAM, extended_years=extended))
    assert [each.counts_until for each in standing.passes] == ([until] if counts else [])
    assert standing.is_returning or not counts


def test_an_extension_gives_a_level_of_one_year_no_single_passes() -> None:
    extended = replace(EXAM, extended_years={2025: 1})
    assert not seen(year(2025, "law", level="exempt"), level="exempt", exam=extended).passes


WHY_NOT = [
    # why, the records, level and major now, what becomes of the pass in law or practice
    ("too long ago", [year(2024, "law")], "all", "building", {"law": WhyNot.LAPSED}),
    ("another level", [year(2025, "law", level="long")], "all", "building", {"law": WhyNot.OTHER_LEVEL}),
    (
        "another major, of two professional subjects",
        [year(2025, "law", "practice", level="two")],
        "two",
        "highway",
        {"practice": WhyNot.OTHER_MAJOR},
    ),
    (
        "the certificate came with it",
        [year(2025, *FOUR, certificate_year=2025)],
        "all",
        "building",
        dict.fromkeys(FOUR, WhyNot.CERTIFICATE_GAINED),
    ),
    (
        "the certificate came later, at another level",
        [year(2023, "law", level="long"), year(2025, "practice", level="exempt", certificate_year=2026)],
        "long",
        "building",
        {"law": WhyNot.CERTIFICATE_GAINED, "practice": WhyNot.CERTIFICATE_GAINED},
    ),
    (
        "a level of one year",
        [year(2025, "law", level="exempt")],
        "exempt",
        "building",
        {"law": WhyNot.ONE_YEAR_LEVEL},
    ),
    ("no subject any more", [year(2025, "history")], "all", "building", {"history": WhyNot.SUBJECT_GONE}),
]
TWO_PROFESSIONAL = Level(
    code="two", name="两门专业", subjects=("law", "practice", "practice_2"), validity_years=4
)
WIDER = replace(
    EXAM,
    levels=(*EXAM.levels, TWO_PROFESSIONAL),
    subjects=(*EXAM.subjects, Subject("practice_2", "专业实务二", SubjectKind.PROFESSIONAL)),
)


@pytest.mark.parametrize(
    ("records", "level", "major", "expected"), [r[1:] for r in WHY_NOT], ids=[r[0] for r in WHY_NOT]
)
def test_what_does_not_count_says_why(
    records: list[ArchiveRecord], level: str, major: str, expected: dict[str, WhyNot]
) -> None:
    standing = seen(*records, level=level, major=major, exam=WIDER)
    assert not {each.subject for each in standing.dropped} & standing.passed
    assert {each.subject: each.why for each in standing.dropped} == expected


MAJORS = [
    # why, the records, level, major chosen, refused, what counts
    ("the same major", [year(2025, "law", "practice")], "all", "building", False, {"law", "practice"}),
    ("all professional passed", [year(2025, "law", "practice")], "all", "highway", True, {"law"}),
    ("no professional passed", [year(2025, "law")], "all", "highway", False, {"law"}),
    ("passed too long ago", [year(2024, "practice"), year(2025, "law")], "all", "highway", False, {"law"}),
    ("one of two passed", [year(2025, "law", "practice", level="two")], "two", "highway", False, {"law"}),
    (
        "both passed, in two years",
        [year(2024, "practice", level="two"), year(2025, "practice_2", level="two")],
        "two",
        "highway",
        True,
        set(),
    ),
    (
        "both passed, under two majors",
        [year(2024, "practice", level="two"), year(2025, "practice_2", level="two", major="highway")],
        "two",
        "highway",
        False,
        {"practice_2"},
    ),
    ("passed at another level", [year(2025, "practice", level="long")], "all", "highway", False, set()),
    ("a level of one year", [year(2025, "practice", level="exempt")], "exempt", "highway", False, set()),
    (
        "the certificate is there",
        [year(2025, *FOUR, certificate_year=2025)],
        "all",
        "highway",
        False,
        set(),
    ),
]


@pytest.mark.parametrize(
    ("records", "level", "major", "refused", "counts"), [r[1:] for r in MAJORS], ids=[r[0] for r in MAJORS]
)
def test_a_major_may_be_changed_until_all_its_own_subjects_are_passed(
    records: list[ArchiveRecord], level: str, major: str, refused: bool, counts: set[str]
) -> None:
    standing = seen(*records, level=level, major=major, exam=WIDER)
    assert (standing.refuses_major, set(standing.passed)) == (refused, counts)


def test_an_exam_without_majors_refuses_none() -> None:
    plain = replace(EXAM, majors=())
    standing = seen(year(2025, "practice", major=None), major=None, exam=plain)
    assert (standing.refuses_major, set(standing.passed)) == (False, {"practice"})


def test_before_anything_is_chosen_the_latest_record_speaks() -> None:
    records = year(2023, "law", level="long", major="highway"), year(2025, "economy")
    standing = seen(*records, level=None, major=None)
    assert (standing.level, standing.major, set(standing.passed)) == ("all", "building", {"economy"})
    assert standing.subjects_left == ("law", "project", "practice")
    assert seen(level=None, major=None) == Standing()


def test_a_major_that_cannot_be_left_is_the_one_that_is_proposed() -> None:
    records = year(2024, "practice", level="long"), year(2025, "law", level="long", major="highway")
    standing = seen(*records, level="long", major=None)
    assert (standing.major, set(standing.passed)) == ("building", {"law", "practice"})


def test_a_subject_passed_twice_counts_once_and_by_the_later_pass() -> None:
    standing = seen(year(2023, "law", level="long"), year(2025, "law", level="long"), level="long")
    assert [(each.year, each.counts_until) for each in standing.passes] == [(2025, 2028)]
    assert not standing.dropped


def test_records_under_another_name_count_for_nothing_and_are_told_of() -> None:
    foreign = year(2025, "law", name="王小明")
    standing = seen(foreign, year(2024, "economy", level="long"), level="long")
    assert (set(standing.passed), standing.name_differs) == ({"economy"}, True)
    spelt = seen(year(2025, "law", name="王 晓明"))
    assert (set(spelt.passed), spelt.name_differs) == ({"law"}, False)
    assert not seen(year(2020, "law", name="王小明")).name_differs


LOSSES = [
    # why, the records, the choice that would be saved, what is lost against the choice before it
    ("nothing changes", [year(2025, "law")], ("all", "building"), ()),
    (
        "the level",
        [year(2025, "law")],
        ("long", "building"),
        (Loss(), Loss("law", 2025, WhyNot.OTHER_LEVEL)),
    ),
    ("the major, with public passes only", [year(2025, "law")], ("all", "highway"), ()),
    (
        "the major, with one professional pass of two",
        [year(2025, "law", "practice", level="two")],
        ("two", "highway"),
        (Loss("practice", 2025, WhyNot.OTHER_MAJOR),),
    ),
    ("the level, with nothing that counts", [year(2024)], ("long", "building"), (Loss(),)),
    ("a new candidate", [], ("long", "highway"), ()),
]


@pytest.mark.parametrize(("records", "choice", "lost"), [r[1:] for r in LOSSES], ids=[r[0] for r in LOSSES])
def test_what_a_change_would_lose_can_be_said_before(
    records: list[ArchiveRecord], choice: tuple[str, str], lost: tuple[Loss, ...]
) -> None:
    before = seen(*records, level=None, major=None, exam=WIDER)
    after = seen(*records, level=choice[0], major=choice[1], exam=WIDER)
    assert what_is_lost(before, after) == lost
