"""Time as people in China read it. China has one zone and no summer time, so a fixed offset says it all."""

from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
ZONES = {"Asia/Shanghai": CHINA}
"""The time zones that an authority may keep."""


def china_date(moment: datetime) -> date:
    """The calendar day in China at that moment."""
    return moment.astimezone(CHINA).date()


class MomentUnreadableError(ValueError):
    """What is written is no moment of an authority's clock."""


def moment_on_clock(written: str, time_zone: str) -> datetime:
    """`"2026-12-05 24:00"` on the clocks of a zone; 24:00 ends the day. Raises MomentUnreadableError."""
    try:
        day, clock = written.split(" ")
        hours, minutes = (int(part) for part in clock.split(":"))
        midnight = datetime.combine(date.fromisoformat(day), time(), ZONES[time_zone])
    except (ValueError, KeyError) as error:
        raise MomentUnreadableError(f"{written!r} is no moment such as '2026-12-05 24:00'") from error
    if not (0 <= hours <= 24 and 0 <= minutes < 60 and (hours < 24 or minutes == 0)):
        raise MomentUnreadableError(f"{written!r} is no moment such as '2026-12-05 24:00'")
    return midnight + timedelta(hours=hours, minutes=minutes)
