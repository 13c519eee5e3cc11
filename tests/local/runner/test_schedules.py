"""When a schedule is due, by EventBridge's rules; and how the runner's own pace changes that."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.clock import ShiftedClock
from local.pump import Pace, Rhythm
from local.schedules import Cron, Rate, ScheduleUnreadableError, read_schedule


@pytest.mark.parametrize(
    ("text", "period_s"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(1 hour)", 3600), ("rate(2 days)", 172800)],
)
def test_a_rate_is_read(text: str, period_s: float) -> None:
    assert read_schedule(text) == Rate(period_s)


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("cron(30 2 * * ? *)", "2026-03-01 02:29", "2026-03-01 02:30"),
        ("cron(30 2 * * ? *)", "2026-03-01 02:30", "2026-03-02 02:30"),
        ("cron(0/15 * * * ? *)", "2026-03-01 23:50", "2026-03-02 00:00"),
        ("cron(*/20 8-9 * * ? *)", "2026-03-01 09:40", "2026-03-02 08:00"),
        ("cron(0 0 1 * ? *)", "2026-12-02 00:00", "2027-01-01 00:00"),
        ("cron(0 9 ? * MON-FRI *)", "2026-03-06 09:00", "2026-03-09 09:00"),
        ("cron(0 9 ? * 1 *)", "2026-03-06 09:00", "2026-03-08 09:00"),
        ("cron(5,10 0 29 FEB ? *)", "2026-03-06 09:00", "2028-02-29 00:05"),
        ("cron(0 0 1 1 ? 2030)", "2026-12-31 00:00", "2030-01-01 00:00"),
        ("cron(0 0 30 2 ? *)", "2026-01-01 00:00", None),
    ],
)
def test_a_cron_comes_next(text: str, moment: str, expected: str | None) -> None:
    cron = read_schedule(text)
    assert isinstance(cron, Cron)
    assert cron.next_after(_utc(moment)) == (None if expected is None else _utc(expected))


def test_the_seconds_of_a_moment_do_not_make_a_cron_come_twice() -> None:
    cron = read_schedule("cron(30 2 * * ? *)")
    assert isinstance(cron, Cron)
    assert cron.next_after(_utc("2026-03-01 02:30") + timedelta(seconds=5)) == _utc("2026-03-02 02:30")


@pytest.mark.parametrize(
    "text",
    [
        "every minute",
        "rate(0 minutes)",
        "rate(1 week)",
        "cron(* * *)",
        "cron(60 * * * ? *)",
        "cron(0 0 L * ? *)",
        "cron(0 0 ? * 2#1 *)",
        "cron(0 9-8 * * ? *)",
    ],
)
def test_what_is_not_understood_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(ScheduleUnreadableError):
        read_schedule(text)


def test_a_rate_is_due_at_once_and_then_not_again(tmp_path: Path) -> None:
    rhythm = Rhythm(Rate(60), Pace(ShiftedClock(tmp_path / "clock.json"), minute_s=60))
    assert rhythm.is_due()
    assert not rhythm.is_due()


def test_a_rate_follows_the_runners_pace(tmp_path: Path) -> None:
    rhythm = Rhythm(Rate(60), Pace(ShiftedClock(tmp_path / "clock.json"), minute_s=0))
    assert rhythm.is_due()
    assert rhythm.is_due()


def test_moving_the_clock_over_its_time_makes_a_schedule_due_once(tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "clock.json")
    rate = Rhythm(Rate(3600), Pace(clock, minute_s=60))
    cron = Rhythm(
        Cron(frozenset({0}), frozenset({12}), None, frozenset(range(1, 13)), None, None), Pace(clock, 60)
    )
    rate.is_due()
    assert not cron.is_due()
    clock.shift(3 * 86400)
    assert rate.is_due()
    assert not rate.is_due()
    assert cron.is_due()
    assert not cron.is_due()


def test_a_clock_that_is_moved_back_does_not_stop_a_schedule(tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "clock.json")
    clock.shift(3 * 86400)
    rate = Rhythm(Rate(3600), Pace(clock, minute_s=60))
    rate.is_due()
    clock.shift(0)
    assert not rate.is_due()
    clock.shift(3600)
    assert rate.is_due()


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
