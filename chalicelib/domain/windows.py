"""Extending a window of an exam at one authority (handbook section 3). Nothing is ever shortened here."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.exam import Offering, Window, Windows


class WindowName(StrEnum):
    """One of the four."""

    REGISTRATION = "registration"
    REVIEW = "review"
    PAYMENT = "payment"
    TICKET = "ticket"


class ExtensionRefusedError(InvalidInputError):
    """The new end makes no sense; the sentence says why."""

    code = "extension_refused"


_CARRIED_ALONG = {
    WindowName.REGISTRATION: (WindowName.REVIEW, WindowName.PAYMENT),
    WindowName.REVIEW: (WindowName.PAYMENT,),
}
"""What follows so that whoever comes on the last day has as long as everybody had."""


def extended(offering: Offering, which: WindowName, until: datetime, now: datetime) -> Offering:
    """The offering with a later end of one window, and of those that come after it by as much.

    Raises ExtensionRefusedError: no later than the present end, not in the future, or against the others.
    """
    end = _window(offering.windows, which).end
    if until <= end:
        raise ExtensionRefusedError(field="until", detail="新的截止时间必须晚于现在的截止时间，只能延长。")
    if until <= now:
        raise ExtensionRefusedError(field="until", detail="新的截止时间已经过去。")
    windows = _with_later_end(offering.windows, which, until - end)
    for follower in _CARRIED_ALONG.get(which, ()):
        windows = _with_later_end(windows, follower, until - end)
    if not windows.registration.end <= windows.review.end <= windows.payment.end <= windows.ticket.start:
        raise ExtensionRefusedError(
            field="until",
            detail="延长后报名、核查、缴费、打印准考证的先后顺序就乱了（缴费须在打印准考证前截止）。",
        )
    return replace(offering, windows=windows, version=offering.version + 1)


def _window(windows: Windows, which: WindowName) -> Window:
    found: Window = getattr(windows, which)
    return found


def _with_later_end(windows: Windows, which: WindowName, by: timedelta) -> Windows:
    window = _window(windows, which)
    return replace(windows, **{which.value: replace(window, end=window.end + by)})
