"""Integrity records (诚信记录): who may not adopt the commitment, and for how long (handbook 4.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from chalicelib.domain.china import CHINA, china_date

YEARS_OF_SERIOUS = 5


class IntegrityKind(StrEnum):
    """What was found."""

    FALSE_COMMITMENT = "false_commitment"
    SERIOUS = "serious"
    ESPECIALLY_SERIOUS = "especially_serious"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityRecord:
    """One finding against the holder of an ID number."""

    id: str
    kind: IntegrityKind
    decided_on: date
    """The day in China on which the authority decided; the term runs from it."""
    recorded_at: datetime
    ended_at: datetime | None = None
    """When a clerk ended it, for it should not have been there."""


def over_on_day(record: IntegrityRecord) -> date | None:
    """The first day in China on which the record is over; None where it has no end."""
    if record.kind is not IntegrityKind.SERIOUS:
        return None
    year = record.decided_on.year + YEARS_OF_SERIOUS
    try:
        return record.decided_on.replace(year=year)
    except ValueError:
        # Decided on 29 February: the term is over when the day that year does not have would be.
        return date(year, 3, 1)


def is_in_force(record: IntegrityRecord, now: datetime) -> bool:
    """Decided already, not ended by a clerk, and not over by the calendar in China."""
    today, over_on = china_date(now), over_on_day(record)
    return record.ended_at is None and record.decided_on <= today and (over_on is None or today < over_on)


def not_eligible_until(records: Iterable[IntegrityRecord], now: datetime) -> tuple[bool, datetime | None]:
    """Whether any record is in force, and the moment at which the last one ends, where all of them end."""
    ends = [over_on_day(record) for record in records if is_in_force(record, now)]
    days = [day for day in ends if day is not None]
    ends_at = datetime.combine(max(days), time(), CHINA) if days and len(days) == len(ends) else None
    return bool(ends), ends_at
