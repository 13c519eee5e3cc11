"""Time as people in China read it. China has one zone and no summer time, so a fixed offset says it all."""

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def china_date(moment: datetime) -> date:
    """The calendar day in China at that moment."""
    return moment.astimezone(CHINA).date()
