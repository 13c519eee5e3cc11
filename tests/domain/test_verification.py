"""What an answer of the verification service means, and when to ask again (payments 5)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.verification import (
    AskAgain,
    Outcome,
    Settled,
    Verification,
    VerificationState,
    decide_on_outcome,
    next_poll_at,
)
from tests.builders import NOW

PLAN_S = (900, 3600, 14400, 43200, 86400, 129600, 172800)
HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)
V = VerificationState

CASES = [
    # outcome, asked so long ago | state, or None for "ask again"
    (Outcome.MATCHED, 0 * HOUR, V.VERIFIED),
    (Outcome.MISMATCHED, 0 * HOUR, V.MISMATCHED),
    (Outcome.NOT_FOUND, 0 * HOUR, V.NOT_FOUND),
    (Outcome.UNCHECKABLE, 0 * HOUR, V.UNCHECKABLE),
    (Outcome.PENDING, 0 * HOUR, None),
    (Outcome.ERROR, 0 * HOUR, None),
    (Outcome.PENDING, 48 * HOUR - MOMENT, None),
    (Outcome.ERROR, 48 * HOUR - MOMENT, None),
    (Outcome.PENDING, 48 * HOUR, V.TIMED_OUT),
    (Outcome.ERROR, 48 * HOUR, V.TIMED_OUT),
    (Outcome.PENDING, 500 * HOUR, V.TIMED_OUT),
    (Outcome.MATCHED, 48 * HOUR, V.VERIFIED),
    (Outcome.MATCHED, 500 * HOUR, V.VERIFIED),
    (Outcome.NOT_FOUND, 500 * HOUR, V.NOT_FOUND),
]


@pytest.mark.parametrize(("outcome", "ago", "state"), CASES)
def test_what_an_answer_means(outcome: Outcome, ago: timedelta, state: VerificationState | None) -> None:
    decision = decide_on_outcome(outcome, (), asked_since=NOW - ago, now=NOW, poll_after_s=PLAN_S)
    if state is None:
        assert isinstance(decision, AskAgain)
        assert decision.at > NOW
    else:
        assert decision == Settled(Verification(state, NOW))


def test_the_fields_that_disagree_are_kept() -> None:
    decision = decide_on_outcome(
        Outcome.MISMATCHED, ("name", "major"), asked_since=NOW, now=NOW, poll_after_s=PLAN_S
    )
    assert decision == Settled(Verification(V.MISMATCHED, NOW, ("name", "major")))


POLLS = [
    # asked so long ago | next poll, counted from the asking
    (0 * HOUR, HOUR / 4),
    (HOUR / 4 - MOMENT, HOUR / 4),
    (HOUR / 4, 1 * HOUR),
    (1 * HOUR, 4 * HOUR),
    (5 * HOUR, 12 * HOUR),
    (12 * HOUR, 24 * HOUR),
    (24 * HOUR, 36 * HOUR),
    (36 * HOUR, 48 * HOUR),
]


@pytest.mark.parametrize(("ago", "next_after"), POLLS)
def test_polls_follow_the_plan(ago: timedelta, next_after: timedelta) -> None:
    assert next_poll_at(NOW - ago, NOW, PLAN_S) == NOW - ago + next_after


def test_past_the_plan_the_next_poll_is_the_moment_of_giving_up() -> None:
    assert next_poll_at(NOW, NOW + 5 * HOUR, (900,)) == NOW + 48 * HOUR
    assert next_poll_at(NOW, NOW + 60 * HOUR, (900,)) == NOW + 60 * HOUR + timedelta(minutes=1)


def test_a_plan_in_any_order_is_one_plan() -> None:
    assert next_poll_at(NOW, NOW, tuple(reversed(PLAN_S))) == next_poll_at(NOW, NOW, PLAN_S)


@given(
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.lists(st.integers(1, 172_800), max_size=6).map(tuple),
)
def test_the_next_poll_is_always_to_come(ago: timedelta, plan_s: tuple[int, ...]) -> None:
    def asked(now: datetime) -> datetime:
        return next_poll_at(NOW, now, plan_s)

    assert asked(NOW + ago) > NOW + ago
