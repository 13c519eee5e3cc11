"""When a registration may be started, edited, confirmed and given up (handbook section 4, FAQ 5, 17)."""

from datetime import datetime

from chalicelib.domain.actions.case import (
    CandidateFacts,
    Case,
    Refusal,
    disagreeing,
    outside_registration,
    unready,
)
from chalicelib.domain.actions.fitting import misfit
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.exam import LockAt, Offering
from chalicelib.domain.registration import State


def start_refusal(facts: CandidateFacts, offering: Offering, now: datetime) -> Refusal | None:
    """Why this candidate cannot start a registration now, or None (handbook 4.1)."""
    return disagreeing(facts) or outside_registration(offering, now) or unready(facts)


def may_edit(case: Case) -> Refusal | None:
    """Inside the window, before the authority's lock, with no payment under way."""
    if refusal := case.ended() or case.outside_registration():
        return refusal
    if refusal := case.unfinished_payment():
        return refusal
    state, lock_at = case.registration.state, case.offering.policy.lock_at
    if state in (State.UNDER_REVIEW, State.PAYABLE) and lock_at is LockAt.CONFIRMATION:
        return Refusal(Reason.LOCKED_BY_CONFIRMATION)
    if state is State.PAYABLE and lock_at is LockAt.REVIEW:
        return Refusal(Reason.LOCKED_BY_REVIEW)
    return None


def may_confirm(case: Case) -> Refusal | None:
    """Once, inside the window, with nothing still being verified, and for what is not passed yet."""
    if refusal := case.ended() or case.outside_registration() or disagreeing(case.facts):
        return refusal
    if case.registration.state in (State.UNDER_REVIEW, State.PAYABLE):
        return Refusal(Reason.ALREADY_CONFIRMED)
    return unready(case.facts) or misfit(case.registration.choices, case.facts.returning)


def may_give_up(case: Case) -> Refusal | None:
    """As long as nothing is paid or being paid (handbook 4.9).

    Also when it has lapsed: another authority may still take registrations for this exam, and nobody has two.
    """
    if (refusal := case.ended()) and refusal.reason is not Reason.LAPSED:
        return refusal
    return case.unfinished_payment()
