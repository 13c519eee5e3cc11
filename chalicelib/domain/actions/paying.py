"""When a registration may be paid, and its payment asked about (FAQ 18, 19)."""

from chalicelib.domain.actions.case import Case, Refusal
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.registration import State

_NOT_YET_PAYABLE = {
    State.DRAFT: Reason.NOT_CONFIRMED,
    State.UNDER_REVIEW: Reason.WAITS_FOR_REVIEW,
    State.REJECTED: Reason.REVIEW_FAILED,
}


def may_pay(case: Case) -> Refusal | None:
    """Payable, inside the payment window."""
    if refusal := case.ended():
        return refusal
    if reason := _NOT_YET_PAYABLE.get(case.registration.state):
        return Refusal(reason)
    return case.outside_payment()


def may_check_payment(case: Case) -> Refusal | None:
    """Whenever there is an order and it is not known to be paid."""
    if case.registration.state is State.PAID:
        return Refusal(Reason.ALREADY_PAID)
    return None if case.registration.order_ids else Refusal(Reason.NOTHING_TO_CHECK)
