"""When a registration may be paid, and its payment asked about (FAQ 18, 19)."""

from chalicelib.domain.actions.case import Case, Refusal, outside
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.payment import SHORTEST_ORDER_LIFETIME
from chalicelib.domain.registration import State


def may_pay(case: Case) -> Refusal | None:
    """Payable, inside the payment window; no new order fits into its last minute."""
    if refusal := case.ended() or case.unconfirmed() or case.review_failed():
        return refusal
    if case.registration.state is State.UNDER_REVIEW:
        return Refusal(Reason.WAITS_FOR_REVIEW)
    if case.registration.held_order_id is not None:
        return Refusal(Reason.PAYMENT_SET_ASIDE)
    if refusal := case.outside_payment():
        return refusal
    left = case.offering.windows.payment.end - case.now
    is_new = case.registration.open_order_id is None
    return Refusal(Reason.PAYMENT_OVER) if is_new and left < SHORTEST_ORDER_LIFETIME else None


def may_cancel_payment(case: Case) -> Refusal | None:
    """While one is under way: so that another provider, or other choices, need not wait for its end."""
    if refusal := case.ended():
        return refusal
    return None if case.registration.open_order_id else Refusal(Reason.NOTHING_UNDER_WAY)


def may_opt_out(case: Case) -> Refusal | None:
    """Paid, and inside the window in which the authority gives fees back (handbook 4.8)."""
    ended = case.ended()
    if case.registration.state is not State.PAID:
        return ended or Refusal(Reason.NOT_PAID)
    window = case.offering.policy.opt_out_refund
    if window is None:
        return Refusal(Reason.OPT_OUT_NOT_OFFERED)
    return outside(window, case.now, Reason.OPT_OUT_NOT_OPEN, Reason.OPT_OUT_OVER)


def may_check_payment(case: Case) -> Refusal | None:
    """Whenever there is an order and it is not known to be paid."""
    if case.registration.state is State.PAID:
        return Refusal(Reason.ALREADY_PAID)
    if case.registration.state is State.VOID and case.registration.paid_order_id is not None:
        return Refusal(Reason.VOID)
    return None if case.registration.order_ids else Refusal(Reason.NOTHING_TO_CHECK)
