"""Extending a window: one row a wish, and what all four windows are afterwards (handbook section 3)."""

from datetime import timedelta

import pytest

from chalicelib.domain.exam import Offering
from chalicelib.domain.windows import ExtensionRefusedError, WindowName, extended
from tests.builders import NOW, an_offering

OFFERING = an_offering()  # registration ends in 5 days, review in 6, payment in 8; tickets from day 20 to 25
DAY = timedelta(days=1)

EXTENSIONS = [
    # window, new end; then the days at which registration, review, payment and tickets end
    ("registration by two days", WindowName.REGISTRATION, 7, (7, 8, 10, 25)),
    (
        "registration by an hour",
        WindowName.REGISTRATION,
        5 + 1 / 24,
        (5 + 1 / 24, 6 + 1 / 24, 8 + 1 / 24, 25),
    ),
    ("registration as far as tickets let payment go", WindowName.REGISTRATION, 17, (17, 18, 20, 25)),
    ("review, and payment with it", WindowName.REVIEW, 9, (5, 9, 11, 25)),
    ("payment alone", WindowName.PAYMENT, 12, (5, 6, 12, 25)),
    ("tickets alone", WindowName.TICKET, 30, (5, 6, 8, 30)),
]
REFUSED = [
    ("an end that is earlier", WindowName.REGISTRATION, 4, NOW),
    ("the same end", WindowName.PAYMENT, 8, NOW),
    ("payment beyond the first ticket", WindowName.PAYMENT, 21, NOW),
    ("registration, whose payment would be beyond the first ticket", WindowName.REGISTRATION, 18, NOW),
    ("an end that is over already", WindowName.REGISTRATION, 7, NOW + 9 * DAY),
]


def ends_of(offering: Offering) -> tuple[float, ...]:
    return tuple((getattr(offering.windows, name).end - NOW) / DAY for name in WindowName)


@pytest.mark.parametrize(("case", "which", "day", "ends"), EXTENSIONS, ids=[row[0] for row in EXTENSIONS])
def test_what_comes_after_a_window_is_extended_by_as_much(
    case: str, which: WindowName, day: float, ends: tuple[float, ...]
) -> None:
    later = extended(OFFERING, which, NOW + day * DAY, NOW)
    assert ends_of(later) == pytest.approx(ends)
    assert later.version == OFFERING.version + 1


@pytest.mark.parametrize(("case", "which", "day", "now"), REFUSED, ids=[row[0] for row in REFUSED])
def test_an_extension_that_is_none_is_refused(case: str, which: WindowName, day: int, now: object) -> None:
    with pytest.raises(ExtensionRefusedError):
        extended(OFFERING, which, NOW + day * DAY, now)  # type: ignore[arg-type]


def test_a_window_that_is_over_opens_again_when_its_new_end_is_still_to_come() -> None:
    now = NOW + 9 * DAY  # payment ended a day ago
    later = extended(OFFERING, WindowName.PAYMENT, NOW + 10 * DAY, now)
    assert now not in OFFERING.windows.payment
    assert now in later.windows.payment
