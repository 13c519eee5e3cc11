"""A candidate leaves a paid exam while the authority gives fees back (handbook 4.8)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action, ActionRefusedError, Case, Reason, Refusal
from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import RefundCause, refund_of
from chalicelib.domain.registration import State
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.ports import StaleWriteError
from chalicelib.usecases.registrations.situation import Situation

MOST_ATTEMPTS = 3
_MAY_GO_BACK = (OrderState.PAID, OrderState.PART_REFUNDED)


def opt_out(
    account: Account, registration_id: RegistrationId, *, ports: PaymentPorts, now: datetime
) -> Situation:
    """Leave the exam; what was paid goes back by the way it came. Asked twice, it goes back once.

    Raises NotFoundError, ActionRefusedError, StaleWriteError.
    """
    for _ in range(MOST_ATTEMPTS):
        seen = ports.situation(account, registration_id)
        seen.require(Action.OPT_OUT, now)
        try:
            _leave(account, seen, None, ports, now)
        except StaleWriteError:
            continue
        return ports.situation(account, registration_id)
    raise StaleWriteError


def opt_out_for(
    account: Account, registration_id: RegistrationId, entry: AuditEntry, *, ports: PaymentPorts
) -> None:
    """Finance lets a candidate of its authority out of a paid exam, whatever the window; the fee goes back.

    Raises NotFoundError, ActionRefusedError, ChangedElsewhereError.
    """
    seen = ports.situation(account, registration_id)
    if seen.registration.authority_id != entry.clerk.authority_id:
        raise NotFoundError
    if seen.registration.state is not State.PAID:
        ended = Case(seen.registration, seen.offering, seen.facts, entry.at).ended()
        raise ActionRefusedError(ended or Refusal(Reason.NOT_PAID))
    whole = replace(
        entry,
        on_whom=seen.registration.id,
        what=Act.OPT_OUT,
        before=seen.registration.state,
        after=State.OPTED_OUT,
    )
    try:
        _leave(account, seen, whole, ports, entry.at)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale


def _leave(
    account: Account, seen: Situation, entry: AuditEntry | None, ports: PaymentPorts, now: datetime
) -> None:
    order, trade = _paid_order(seen, ports)
    refund = refund_of(
        order,
        trade,
        order.left_fen,
        total_fen=order.received_fen or 0,
        cause=RefundCause.OPT_OUT,
        now=now,
    )
    ports.refunds.opt_out(order, refund, seen.registration, account.identity, entry=entry, now=now)


def _paid_order(seen: Situation, ports: PaymentPorts) -> tuple[PaymentOrder, Trade]:
    paid_by = seen.registration.paid_order_id
    order = ports.orders.get(paid_by) if paid_by else None
    if order is None or order.trade is None or order.is_frozen or order.state not in _MAY_GO_BACK:
        raise ActionRefusedError(Refusal(Reason.PAYMENT_IN_QUESTION))
    return order, order.trade
