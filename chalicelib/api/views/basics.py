"""What all answers have in common, and the shape of a refusal."""

from datetime import datetime

from msgspec import Struct


class View(Struct, frozen=True):
    """An answer."""


class Problem(View, frozen=True, omit_defaults=True):
    """A refusal (RFC 9457), as application/problem+json."""

    title: str
    status: int
    code: str
    detail: str
    """A sentence for the candidate, in Chinese."""
    type: str = "about:blank"
    field: str | None = None
    """The input at fault, as a path such as `choices.level`."""
    faq: int | None = None
    """The question of the FAQ that this answers."""
    changes_at: datetime | None = None
    """From when on the answer would differ, where the clock alone decides."""
    reference: str | None = None
    """What to name to the help desk, on errors of ours."""


class WindowView(View, frozen=True):
    """From `start` up to but not including `end`."""

    start: datetime
    end: datetime


class PermissionView(View, frozen=True, omit_defaults=True):
    """Whether something is possible now and, where not, why."""

    allowed: bool
    code: str | None = None
    reason: str | None = None
    faq: int | None = None
    changes_at: datetime | None = None
    loses: tuple[str, ...] = ()
    """What doing it would lose: sentences to be read before."""
