"""Answers about what a candidate has passed in earlier years."""

from datetime import datetime
from typing import Literal

from chalicelib.api.views.basics import View
from chalicelib.domain.returning import WhyNot


class PassView(View, frozen=True):
    """A pass that counts: the subject is not taken and not paid for again."""

    subject: str
    name: str
    year: int
    counts_until: int
    """The last exam year in which it counts."""


class DroppedPassView(View, frozen=True):
    """A pass that does not count, and why."""

    subject: str
    name: str
    year: int
    code: WhyNot
    reason: str


class StandingView(View, frozen=True):
    """What earlier years mean for the level and major named here."""

    kind: Literal["returning", "new"]
    label: str
    sentence: str
    level: str | None
    """Before a level is chosen, that of the latest record."""
    major: str | None
    passes: tuple[PassView, ...]
    not_counting: tuple[DroppedPassView, ...]
    subjects_left: tuple[str, ...] | None
    """What may be chosen; null before there is a level."""
    major_change_refused: bool
    certificate_year: int | None
    name_differs: bool


class LossView(View, frozen=True):
    """One thing that the change would lose; without a subject, the standing as a returning candidate."""

    sentence: str
    faq: int
    subject: str | None
    name: str | None
    year: int | None


class RefusalView(View, frozen=True):
    """Why the choices could not be saved."""

    code: str
    reason: str
    field: str | None
    faq: int | None
    changes_at: datetime | None


class ChoicesPreviewView(View, frozen=True):
    """What saving these choices would mean; nothing is saved."""

    standing: StandingView
    lost: tuple[LossView, ...]
    refusal: RefusalView | None
    amount_fen: int | None
    """In fen; null while no subject is chosen or the choices are refused."""
