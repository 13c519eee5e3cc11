"""Integrity records: which are in force on which day in China (handbook 4.4)."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.integrity import IntegrityKind, IntegrityRecord, is_in_force, not_eligible_until

FALSE, SERIOUS, WORST = IntegrityKind


def record(kind: IntegrityKind, decided_on: str, *, ended: bool = False) -> IntegrityRecord:
    recorded_at = datetime(2020, 1, 1, tzinfo=UTC)
    return IntegrityRecord(
        id=f"{kind} {decided_on}",
        kind=kind,
        decided_on=date.fromisoformat(decided_on),
        recorded_at=recorded_at,
        ended_at=recorded_at if ended else None,
    )


# what was found, decided on, looked at (in UTC; China is eight hours ahead) | in force
TERMS = [
    (FALSE, "2010-01-01", "2026-09-01T00:00", True),  # no end
    (WORST, "1999-12-31", "2026-09-01T00:00", True),  # no end
    (SERIOUS, "2021-09-01", "2026-08-31T15:59", True),  # the last minute of the five years in China
    (SERIOUS, "2021-09-01", "2026-08-31T16:00", False),  # midnight in China
    (SERIOUS, "2020-02-29", "2025-02-28T15:59", True),  # 28 February 2025, 23:59
    (SERIOUS, "2020-02-29", "2025-02-28T16:00", False),  # 1 March 2025: that year has no 29 February
    (SERIOUS, "2026-09-01", "2026-08-31T16:00", True),  # the day of the decision itself
    (SERIOUS, "2026-09-01", "2026-08-31T15:59", False),  # not decided yet
]


@pytest.mark.parametrize(("kind", "decided_on", "moment", "expected"), TERMS)
def test_how_long_a_record_counts(kind: IntegrityKind, decided_on: str, moment: str, expected: bool) -> None:
    now = datetime.fromisoformat(f"{moment}+00:00")
    assert is_in_force(record(kind, decided_on), now) is expected


@pytest.mark.parametrize("kind", IntegrityKind)
def test_what_a_clerk_ended_counts_no_more(kind: IntegrityKind) -> None:
    assert not is_in_force(record(kind, "2026-01-01", ended=True), datetime(2026, 9, 1, tzinfo=UTC))


# records | not eligible, until which midnight in China (None: no end, or eligible)
TOGETHER = [
    ((), False, None),
    ((record(SERIOUS, "2015-01-01"),), False, None),
    ((record(SERIOUS, "2023-05-06"),), True, "2028-05-05T16:00"),
    ((record(SERIOUS, "2023-05-06"), record(SERIOUS, "2025-01-01")), True, "2029-12-31T16:00"),
    ((record(SERIOUS, "2023-05-06"), record(FALSE, "2020-01-01")), True, None),
    ((record(SERIOUS, "2023-05-06"), record(FALSE, "2020-01-01", ended=True)), True, "2028-05-05T16:00"),
]


@pytest.mark.parametrize(("records", "expected", "until"), TOGETHER)
def test_who_is_not_eligible_and_until_when(
    records: tuple[IntegrityRecord, ...], expected: bool, until: str | None
) -> None:
    ends_at = datetime.fromisoformat(f"{until}+00:00") if until else None
    assert not_eligible_until(records, datetime(2026, 9, 1, tzinfo=UTC)) == (expected, ends_at)
