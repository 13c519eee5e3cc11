"""When a schedule is due: EventBridge's `rate(…)` and `cron(…)`, read and reckoned. Nothing is fired here."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_UNITS_S = {"minute": 60, "hour": 3600, "day": 86400}
_MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_DAYS = {
    name: number for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], start=1)
}
# A cron that names no day within this (30 February) never comes.
_LOOK_AHEAD_DAYS = 4 * 366


class ScheduleUnreadableError(Exception):
    """The text is no schedule, or one of a kind that is not played here."""


@dataclass(frozen=True)
class Rate:
    """Once in each `period_s` seconds."""

    period_s: float


@dataclass(frozen=True)
class Cron:
    """At the minutes that all its parts allow, in UTC. Days of the week count from Sunday, 1."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    years: frozenset[int] | None

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first instant after `moment` at which this is due."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = start.date() + timedelta(days=ahead)
            if not self._allows(day):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    instant = datetime.combine(day, time(hour, minute), UTC)
                    if instant >= start:
                        return instant
        return None

    def _allows(self, day: date) -> bool:
        return (
            day.month in self.months
            and (self.days is None or day.day in self.days)
            and (self.weekdays is None or day.isoweekday() % 7 + 1 in self.weekdays)
            and (self.years is None or day.year in self.years)
        )


def read_schedule(text: str) -> Rate | Cron:
    """Read an expression as the template would carry it."""
    found = re.fullmatch(r"(rate|cron)\((.*)\)", text.strip())
    if found is None:
        raise ScheduleUnreadableError(f"{text!r} is neither rate(…) nor cron(…)")
    kind, inside = found.groups()
    return _read_rate(inside, text) if kind == "rate" else _read_cron(inside.split(), text)


def _read_rate(inside: str, text: str) -> Rate:
    found = re.fullmatch(r"(\d+) (minute|hour|day)s?", inside)
    if found is None or int(found[1]) == 0:
        raise ScheduleUnreadableError(f"{text!r} is no rate")
    return Rate(int(found[1]) * _UNITS_S[found[2]])


def _read_cron(words: list[str], text: str) -> Cron:
    if len(words) != 6:
        raise ScheduleUnreadableError(f"{text!r} has not six parts")
    minutes, hours, days, months, weekdays, years = words
    try:
        return Cron(
            minutes=_numbers(minutes, 0, 59),
            hours=_numbers(hours, 0, 23),
            days=None if days in "*?" else _numbers(days, 1, 31),
            months=_numbers(months, 1, 12, names=_MONTHS),
            weekdays=None if weekdays in "*?" else _numbers(weekdays, 1, 7, names=_DAYS),
            years=None if years == "*" else _numbers(years, 1970, 2199),
        )
    except ValueError as error:
        raise ScheduleUnreadableError(f"{text!r}: {error}") from error


def _numbers(word: str, first: int, last: int, *, names: dict[str, int] | None = None) -> frozenset[int]:
    """Read one part: `*`, `5`, `1-5`, `*/10`, `0/15`, names, and lists of these with commas."""
    found: set[int] = set()
    for part in word.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            begin, end = first, last
        else:
            begin_word, _, end_word = span.partition("-")
            begin = _number(begin_word, names)
            end = _number(end_word, names) if end_word else (last if step else begin)
        if not first <= begin <= end <= last:
            raise ValueError(f"{part!r} is not within {first} to {last}")
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)


def _number(word: str, names: dict[str, int] | None) -> int:
    if names and word.upper() in names:
        return names[word.upper()]
    if not word.isdecimal():
        raise ValueError(f"{word!r} is not played here")
    return int(word)
