"""Returning candidates, whatever their archive holds: properties. The cases are in `test_returning.py`."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.returning import what_is_lost
from tests.builders import an_archive_record
from tests.domain.test_returning import FOUR, NAME, WIDER, seen

RECORDS = st.builds(
    an_archive_record,
    st.integers(2018, 2027),
    level=st.sampled_from(["all", "exempt", "long", "two", "gone"]),
    major=st.sampled_from(["building", "highway"]),
    passed=st.lists(st.sampled_from([*FOUR, "practice_2", "history"]), unique=True).map(tuple),
    certificate_year=st.sampled_from([None] * 8 + [2024]),
    name=st.sampled_from([NAME] * 5 + ["王小明"]),
)
ARCHIVES = st.lists(RECORDS, max_size=6, unique_by=lambda record: record.year)
LEVELS = st.sampled_from([None, "all", "exempt", "long", "two", "nonsense"])
CHOSEN_MAJORS = st.sampled_from([None, "building", "highway"])


@given(ARCHIVES, LEVELS, CHOSEN_MAJORS, st.randoms())
def test_whatever_the_archive_holds(
    records: list[ArchiveRecord], level: str | None, major: str | None, chance: object
) -> None:
    standing = seen(*records, level=level, major=major, exam=WIDER)
    chosen = WIDER.level(standing.level)
    for each in standing.passes:
        assert chosen is not None
        assert each.subject in chosen.subjects
        assert chosen.validity_years > 1
        assert 2026 - chosen.validity_years + 1 <= each.year <= 2025
        assert each.counts_until >= 2026
        assert standing.is_returning
    assert not standing.passed & {each.subject for each in standing.dropped}
    if chosen is not None:
        left = standing.subjects_left or ()
        assert {*left, *standing.passed} == set(chosen.subjects)
    assert seen(*reversed(records), level=level, major=major, exam=WIDER) == standing
    assert what_is_lost(standing, standing) == ()


@given(ARCHIVES, LEVELS, CHOSEN_MAJORS)
def test_time_only_takes_and_extensions_only_give(
    records: list[ArchiveRecord], level: str | None, major: str | None
) -> None:
    records = [record for record in records if record.year < 2026]
    now = seen(*records, level=level, major=major, exam=WIDER)
    next_year = seen(*records, level=now.level, major=now.major, exam=replace(WIDER, year=2027))
    assert next_year.passed <= now.passed
    longer = replace(WIDER, extended_years=dict.fromkeys(range(2018, 2026), 1))
    assert seen(*records, level=now.level, major=now.major, exam=longer).passed >= now.passed


@given(ARCHIVES, LEVELS)
def test_a_major_is_refused_only_where_another_one_is_completed(
    records: list[ArchiveRecord], level: str | None
) -> None:
    standings = [seen(*records, level=level, major=m, exam=WIDER) for m in ("building", "highway")]
    assert not all(standing.refuses_major for standing in standings)
    assert not seen(*records, level=level, major=None, exam=WIDER).refuses_major
