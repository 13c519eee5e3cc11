"""The heart: for a registration, a policy and a moment, what is possible and, where it is not, why.

The API refuses by this, and every answer carries it, so that a page can show the reason beside the button.
One module for each kind of action; `case.py` is what they look at, `reasons.py` what they answer.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.actions.case import (
    ActionRefusedError,
    CandidateFacts,
    Case,
    Refusal,
    outside_registration,
)
from chalicelib.domain.actions.changing import (
    EXAM_LOST,
    lost_by_giving_up,
    lost_by_going_back,
    lost_by_paying,
    may_cancel_confirmation,
    may_request_change,
)
from chalicelib.domain.actions.committing import (
    adopting_refusal,
    lost_by_withdrawing,
    may_withdraw_commitment,
)
from chalicelib.domain.actions.fitting import require_fit
from chalicelib.domain.actions.material import may_upload, removal_refusal, upload_refusal
from chalicelib.domain.actions.paying import may_cancel_payment, may_check_payment, may_opt_out, may_pay
from chalicelib.domain.actions.reasons import EXPLANATIONS, Explanation, Reason
from chalicelib.domain.actions.registering import may_confirm, may_edit, may_give_up, start_refusal
from chalicelib.domain.exam import Offering
from chalicelib.domain.registration import Commitment, Registration

__all__ = [
    "EXPLANATIONS",
    "Action",
    "ActionRefusedError",
    "CandidateFacts",
    "Case",
    "Explanation",
    "Reason",
    "Refusal",
    "allowed_actions",
    "losses_of",
    "outside_registration",
    "removal_refusal",
    "require",
    "require_commitment",
    "require_fit",
    "start_refusal",
    "upload_refusal",
]


class Action(StrEnum):
    """What a candidate may want to do with a registration."""

    EDIT = "edit"
    CONFIRM = "confirm"
    PAY = "pay"
    CHECK_PAYMENT = "check_payment"
    CANCEL_PAYMENT = "cancel_payment"
    OPT_OUT = "opt_out"
    GIVE_UP = "give_up"
    WITHDRAW_COMMITMENT = "withdraw_commitment"
    UPLOAD_MATERIAL = "upload_material"
    CANCEL_CONFIRMATION = "cancel_confirmation"
    REQUEST_CHANGE = "request_change"


_RULES: dict[Action, Callable[[Case], Refusal | None]] = {
    Action.EDIT: may_edit,
    Action.CONFIRM: may_confirm,
    Action.PAY: may_pay,
    Action.CHECK_PAYMENT: may_check_payment,
    Action.CANCEL_PAYMENT: may_cancel_payment,
    Action.OPT_OUT: may_opt_out,
    Action.GIVE_UP: may_give_up,
    Action.WITHDRAW_COMMITMENT: may_withdraw_commitment,
    Action.UPLOAD_MATERIAL: may_upload,
    Action.CANCEL_CONFIRMATION: may_cancel_confirmation,
    Action.REQUEST_CHANGE: may_request_change,
}
_LOSSES: dict[Action, Callable[[Registration], tuple[str, ...]]] = {
    Action.EDIT: lost_by_going_back,
    Action.CANCEL_CONFIRMATION: lost_by_going_back,
    Action.GIVE_UP: lost_by_giving_up,
    Action.PAY: lost_by_paying,
    Action.WITHDRAW_COMMITMENT: lost_by_withdrawing,
    Action.OPT_OUT: lambda _: (EXAM_LOST,),
}


def allowed_actions(
    registration: Registration, offering: Offering, facts: CandidateFacts, now: datetime
) -> dict[Action, Refusal | None]:
    """Every action, each with None when it is possible and otherwise with the first reason against it."""
    case = Case(registration, offering, facts, now)
    return {action: rule(case) for action, rule in _RULES.items()}


def losses_of(action: Action, registration: Registration) -> tuple[str, ...]:
    """What the action would lose, in sentences to be read before it is done."""
    losses = _LOSSES.get(action)
    return losses(registration) if losses else ()


def require(
    action: Action, registration: Registration, offering: Offering, facts: CandidateFacts, now: datetime
) -> None:
    """Raise ActionRefusedError unless the action is possible."""
    if refusal := _RULES[action](Case(registration, offering, facts, now)):
        raise ActionRefusedError(refusal)


def commitment_options(
    registration: Registration, offering: Offering, facts: CandidateFacts, now: datetime
) -> dict[Commitment, Refusal | None]:
    """Both choices of a confirmation, each with None where it is open and otherwise with the reason."""
    case = Case(registration, offering, facts, now)
    return {Commitment.ADOPTED: adopting_refusal(case), Commitment.DECLINED: None}


def require_commitment(
    wanted: Commitment,
    registration: Registration,
    offering: Offering,
    facts: CandidateFacts,
    now: datetime,
) -> None:
    """Raise ActionRefusedError unless this choice is open to the candidate."""
    if refusal := commitment_options(registration, offering, facts, now)[wanted]:
        raise ActionRefusedError(refusal, field="commitment")
