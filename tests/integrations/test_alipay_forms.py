"""How Alipay writes money, moments and subjects."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.integrations.alipay.forms import (
    fen_from_yuan,
    moment_of,
    subject_text,
    wall_clock,
    yuan_from_fen,
)

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes beside


@given(st.integers(0, 10**13 - 1))
def test_money_comes_back_as_it_went(fen: int) -> None:
    yuan = yuan_from_fen(fen)
    assert fen_from_yuan(yuan) == fen
    assert Decimal(yuan) * 100 == fen


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_yuan_are_read_to_the_fen_however_many_decimals_are_written(yuan: int, fen: int) -> None:
    assert fen_from_yuan(f"{yuan}.{fen:02d}") == yuan * 100 + fen
    assert fen_from_yuan(f"{yuan}.{fen // 10}") == yuan * 100 + fen // 10 * 10
    assert fen_from_yuan(str(yuan)) == yuan * 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "1.",
        ".5",
        "1.005",
        "-1.00",
        "+1.00",
        "1e2",
        "1,00",
        " 1.00",
        "1.00 ",
        "1_0",
        "NaN",
        "１.00",
        "1.00\n",
    ],
)
def test_what_is_no_amount_in_whole_fen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        fen_from_yuan(text)


def test_a_negative_amount_is_never_asked_for() -> None:
    with pytest.raises(ValueError, match="negative"):
        yuan_from_fen(-1)


@given(MOMENTS)
def test_a_moment_is_shown_by_shanghais_clock_and_never_later_than_it_is(moment: datetime) -> None:
    shown = moment_of(wall_clock(moment))
    assert shown.tzinfo is UTC
    assert timedelta(0) <= moment - shown < timedelta(seconds=1)


def test_nine_in_the_morning_in_shanghai_is_one_in_utc() -> None:
    assert wall_clock(datetime(2026, 3, 1, 1, 0, tzinfo=UTC)) == "2026-03-01 09:00:00"
    assert moment_of("2026-03-01 00:00:00") == datetime(2026, 2, 28, 16, 0, tzinfo=UTC)


@given(st.text(max_size=300))
def test_a_subject_holds_nothing_that_alipay_refuses_or_that_breaks_an_answer_or_a_bill(subject: str) -> None:
    assert not set(subject_text(subject)) & set("/=&{},\n\r\t")
    assert len(subject_text(subject)) <= 128
