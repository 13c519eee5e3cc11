"""The heart: for a registration, a policy and a moment, what is possible and, where it is not, why.

The API refuses by this, and every answer carries it, so that a page can show the reason beside the button.
One module for each kind of action; `case.py` is what they look at, `reasons.py` what they answer.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.actions.case import ActionRefusedError, CandidateFacts, Case, Refusal
from chalicelib.domain.actions.committing import adopting_refusal, may_withdraw_commitment
from chalicelib.domain.actions.fitting import require_fit
from chalicelib.domain.actions.material import may_upload, removal_refusal, upload_refusal
from chalicelib.domain.actions.paying import may_check_payment, may_pay
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
    GIVE_UP = "give_up"
    WITHDRAW_COMMITMENT = "withdraw_commitment"
    UPLOAD_MATERIAL = "upload_material"


_RULES: dict[Action, Callable[[Case], Refusal | None]] = {
    Action.EDIT: may_edit,
    Action.CONFIRM: may_confirm,
    Action.PAY: may_pay,
    Action.CHECK_PAYMENT: may_check_payment,
    Action.GIVE_UP: may_give_up,
    Action.WITHDRAW_COMMITMENT: may_withdraw_commitment,
    Action.UPLOAD_MATERIAL: may_upload,
}


def allowed_actions(
    registration: Registration, offering: Offering, facts: CandidateFacts, now: datetime
) -> dict[Action, Refusal | None]:
    """Every action, each with None when it is possible and otherwise with the first reason against it."""
    case = Case(registration, offering, facts, now)
    return {action: rule(case) for action, rule in _RULES.items()}


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
