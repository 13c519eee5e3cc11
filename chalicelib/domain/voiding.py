"""A registration that the authority finds not eligible, and a finding taken back (handbook section 4).

What was paid stays with its order: giving it back is for finance. The place stays taken, for the person is
not eligible, under whatever account.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.actions.case import ActionRefusedError, Refusal
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.audit import checked_reason
from chalicelib.domain.errors import DomainError
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import Finding, Registration, State

CAN_BE_FOUND_VOID = (State.UNDER_REVIEW, State.REJECTED, State.PAYABLE, State.PAID)
"""What the candidate has declared; past the payment window, too, for money paid in time may still come."""
_REFUSALS = {
    State.DRAFT: Reason.NOT_CONFIRMED,
    State.SUPERSEDED: Reason.SUPERSEDED,
    State.OPTED_OUT: Reason.OPTED_OUT,
}


class NotReinstatableError(DomainError):
    """A finding that cannot be taken back."""

    code = "not_reinstatable"
    message = "这份报名没有被认定无效，或者已缴的费用已经退回，不能恢复。"


def voided(registration: Registration, *, reason: str, now: datetime) -> Registration:
    """The registration as found not eligible; a request for a change of it is moot.

    An order that is open stays noted until it is closed. Raises ActionRefusedError (nothing was declared, or
    it has ended otherwise), ReasonMissingError.
    """
    if registration.state not in CAN_BE_FOUND_VOID:
        raise ActionRefusedError(Refusal(_REFUSALS.get(registration.state, Reason.VOID)))
    return replace(
        registration,
        state=State.VOID,
        finding=Finding(reason=checked_reason(reason), before=registration.state, at=now),
        open_change_id=None,
        updated_at=now,
        version=registration.version + 1,
    )


def reinstated(registration: Registration, paid_by: PaymentOrder | None, *, now: datetime) -> Registration:
    """The registration as it was before it was found void; `paid_by` is the order that paid it.

    Raises NotReinstatableError (not void, or money that paid it has gone back).
    """
    finding = registration.finding
    if registration.state is not State.VOID or finding is None:
        raise NotReinstatableError
    if finding.before is State.PAID and (paid_by is None or paid_by.state is not OrderState.PAID):
        raise NotReinstatableError
    return replace(
        registration,
        state=finding.before,
        finding=None,
        updated_at=now,
        version=registration.version + 1,
    )
