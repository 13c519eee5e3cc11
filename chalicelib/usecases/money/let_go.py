"""End a payment under way, so that another provider or other choices need not wait for it (FAQ 18)."""

from contextlib import suppress
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action, ActionRefusedError, Reason, Refusal
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import OrderId, RegistrationId
from chalicelib.domain.payment import LIVE, UNKNOWN_IS_CLOSED_AFTER_EXPIRY, OrderState, PaymentOrder
from chalicelib.usecases.money.ask_provider import ask_provider
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.ports import ProviderUnavailableError, StaleWriteError


def cancel_payment(
    account: Account, registration_id: RegistrationId, *, ports: PaymentPorts, now: datetime
) -> PaymentOrder:
    """The candidate does not want to pay this way any more. Returns the order as it then stands.

    Raises NotFoundError, ActionRefusedError, ProviderUnavailableError.
    """
    seen = ports.situation(account, registration_id)
    seen.require(Action.CANCEL_PAYMENT, now)
    return let_go(_order(seen.registration.open_order_id, ports), ports=ports, now=now)


def let_go(order: PaymentOrder, *, ports: PaymentPorts, now: datetime) -> PaymentOrder:
    """Close it at its provider; what the provider never saw is only let go of, and still asked about.

    Money that comes all the same pays if it still can, and otherwise goes back. Returns the order as it then
    stands. Raises ProviderUnavailableError, and ActionRefusedError where the provider does not let it end.
    """
    try:
        ended = ask_provider(order, ports=ports, now=now, is_unwanted=True)
    except ProviderUnavailableError:
        if order.state is not OrderState.CREATED:
            raise
        # Nobody has been shown a door to it, so nobody can be paying: a provider that is down keeps nobody
        # from the other one.
        with suppress(StaleWriteError):
            ports.orders.release(order)
        ended = _order(order.id, ports)
    if ended.state in LIVE and _still_waits(ended, ports):
        closes_at = order.expires_at + UNKNOWN_IS_CLOSED_AFTER_EXPIRY
        raise ActionRefusedError(Refusal(Reason.PAYMENT_ENDING, changes_at=closes_at))
    return ended


def _still_waits(order: PaymentOrder, ports: PaymentPorts) -> bool:
    registration = ports.registrations.get(order.account_id, order.registration_id)
    return registration is not None and registration.open_order_id == order.id


def _order(order_id: OrderId | None, ports: PaymentPorts) -> PaymentOrder:
    order = ports.orders.get(order_id) if order_id else None
    if order is None:
        raise NotFoundError
    return order
