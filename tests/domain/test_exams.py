"""Windows, fees and the calendar in China."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.china import CHINA, china_date
from chalicelib.domain.exam import FeeItem, Window, amount_due_fen
from tests.builders import an_exam, an_offering

OPENS = datetime(2026, 9, 1, 9, 0, tzinfo=CHINA)
CLOSES = datetime(2026, 9, 11, 0, 0, tzinfo=CHINA)
"""Said "10 September, 24:00" on the notice."""
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (OPENS - MOMENT, False),
        (OPENS, True),
        (OPENS.astimezone(UTC), True),
        (CLOSES - MOMENT, True),
        (CLOSES, False),
        (CLOSES.astimezone(UTC), False),
        (CLOSES + MOMENT, False),
    ],
)
def test_a_window_begins_with_its_start_and_is_over_at_its_end(moment: datetime, inside: bool) -> None:
    assert (moment in Window(OPENS, CLOSES)) is inside


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 9, 1, 15, 59, 59, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 9, 1, 16, 0, tzinfo=UTC), date(2026, 9, 2)),
    ],
)
def test_the_day_changes_at_midnight_in_china(moment: datetime, day: date) -> None:
    assert china_date(moment) == day


FEES = [
    # subjects taken, fee items of the authority, fen
    (("economy",), (), 5600),
    (("economy", "practice"), (), 11800),
    (("economy", "law", "project", "practice"), (), 23000),
    (("law",), (FeeItem("service", "报名费", 1000),), 6600),
    (("law",), (FeeItem("service", "报名费", 1000), FeeItem("photo", "照片", 1)), 6601),
]


@pytest.mark.parametrize(("subjects", "items", "fen"), FEES)
def test_the_amount_is_the_fees_of_the_subjects_and_the_fee_items(
    subjects: tuple[str, ...], items: tuple[FeeItem, ...], fen: int
) -> None:
    assert amount_due_fen(subjects, replace(an_offering(), fee_items=items)) == fen


def test_a_level_with_passes_of_one_year_takes_all_its_subjects() -> None:
    exam = an_exam()
    assert {level.code: level.takes_all_subjects for level in exam.levels} == {"all": False, "exempt": True}


def test_a_level_that_is_not_there_is_none() -> None:
    assert an_exam().level("no such level") is None
    assert an_exam().level(None) is None
