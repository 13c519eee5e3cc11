"""Automatic checks of identities and credentials: outcomes, states and when to ask again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class VerificationState(StrEnum):
    """What is known of an identity or a credential."""

    VERIFYING = "verifying"
    VERIFIED = "verified"
    MISMATCHED = "mismatched"
    NOT_FOUND = "not_found"
    UNCHECKABLE = "uncheckable"
    TIMED_OUT = "timed_out"


class Outcome(StrEnum):
    """What the verification service answers for one request."""

    PENDING = "PENDING"
    MATCHED = "MATCHED"
    MISMATCHED = "MISMATCHED"
    NOT_FOUND = "NOT_FOUND"
    UNCHECKABLE = "UNCHECKABLE"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Verification:
    """A state, since when it holds and, where the source tells, which fields disagree (FAQ 7, 8)."""

    state: VerificationState
    since: datetime
    mismatched_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """The check is over."""

    verification: Verification


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Nothing final yet."""

    at: datetime


GIVE_UP_AFTER = timedelta(hours=48)
_FINAL = {
    Outcome.MATCHED: VerificationState.VERIFIED,
    Outcome.MISMATCHED: VerificationState.MISMATCHED,
    Outcome.NOT_FOUND: VerificationState.NOT_FOUND,
    Outcome.UNCHECKABLE: VerificationState.UNCHECKABLE,
}


def decide_on_outcome(
    outcome: Outcome,
    mismatched_fields: tuple[str, ...],
    *,
    asked_since: datetime,
    now: datetime,
    poll_after_s: tuple[int, ...],
) -> Settled | AskAgain:
    """Say what an answer means; after 48 h without one the check times out and goes to review."""
    if outcome in _FINAL:
        return Settled(Verification(_FINAL[outcome], now, mismatched_fields))
    if now - asked_since >= GIVE_UP_AFTER:
        return Settled(Verification(VerificationState.TIMED_OUT, now))
    return AskAgain(next_poll_at(asked_since, now, poll_after_s))


def next_poll_at(asked_since: datetime, now: datetime, poll_after_s: tuple[int, ...]) -> datetime:
    """The first planned poll that is still to come; past the plan, the moment of giving up."""
    planned = (asked_since + timedelta(seconds=s) for s in sorted(poll_after_s))
    return next(
        (at for at in planned if at > now), max(asked_since + GIVE_UP_AFTER, now + timedelta(minutes=1))
    )
