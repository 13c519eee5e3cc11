"""Open a payment order and say where to pay it; look at one; ask about one."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action, ActionRefusedError, Reason, Refusal
from chalicelib.domain.errors import InvalidInputError, NotFoundError
from chalicelib.domain.ids import AccountId, OrderId, RegistrationId
from chalicelib.domain.payment import (
    OPEN,
    SHORTEST_ORDER_LIFETIME,
    SHORTEST_TIME_BETWEEN_CHECKS,
    OrderState,
    PaymentOrder,
    is_reusable,
    next_due_at,
    order_expiry,
)
from chalicelib.domain.registration import Registration
from chalicelib.domain.sms import Limit
from chalicelib.usecases.money.ask_provider import ask_provider
from chalicelib.usecases.money.let_go import let_go
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.ports import (
    Channel,
    DoorShutError,
    IdempotencyKey,
    Limits,
    Orders,
    PaymentDoor,
    PaymentProvider,
    Randomness,
    StaleWriteError,
)
from chalicelib.usecases.registrations.situation import Situation

MOST_ATTEMPTS = 3
_CHECKS = Limit("check-order", 1, int(SHORTEST_TIME_BETWEEN_CHECKS.total_seconds()))


def idempotency_key(account_id: AccountId, key: str | None, *facts: str) -> IdempotencyKey | None:
    """The key of one account's request, with what was asked."""
    if not key:
        return None
    if len(key) > 100 or not key.isascii():
        raise InvalidInputError(field="Idempotency-Key", detail="Idempotency-Key 格式不正确。")
    return IdempotencyKey(
        key_hash=hashlib.sha256(f"{account_id}\n{key}".encode()).hexdigest(),
        request_hash=hashlib.sha256("\n".join(facts).encode()).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPayment:
    """What a candidate wants to pay, and how."""

    registration_id: RegistrationId
    provider: str
    channel: Channel
    address: str
    """The payer's IP address; providers want to know it."""


def start_payment(
    account: Account,
    wanted: WantedPayment,
    *,
    key: IdempotencyKey | None,
    ports: PaymentPorts,
    randomness: Randomness,
    now: datetime,
) -> tuple[PaymentOrder, PaymentDoor | None]:
    """The order to pay and the door to it. Raises as `open_payment_order` and `begin_payment`."""
    for each_key in (key, None):
        order = open_payment_order(
            account,
            wanted.registration_id,
            wanted.provider,
            key=each_key,
            ports=ports,
            randomness=randomness,
            now=now,
        )
        order, door = begin_payment(order, wanted.channel, address=wanted.address, ports=ports, now=now)
        if door is not None or order.state not in (OrderState.CLOSING, OrderState.CLOSED):
            break
        # It was begun in another way, or ended since the key was used first: a new one is wanted.
    return order, door


def open_payment_order(
    account: Account,
    registration_id: RegistrationId,
    provider_name: str,
    *,
    key: IdempotencyKey | None,
    ports: PaymentPorts,
    randomness: Randomness,
    now: datetime,
) -> PaymentOrder:
    """Give the order to pay: the one this key opened, the live one, or a new one, committed before any URL.

    Raises NotFoundError, ActionRefusedError, InvalidInputError, IdempotencyKeyReusedError, StaleWriteError.
    """
    for _ in range(MOST_ATTEMPTS):
        if key and (known := ports.orders.opened_with(key)):
            return known
        try:
            return _open_or_reuse(
                account, registration_id, provider_name, key=key, ports=ports, randomness=randomness, now=now
            )
        except StaleWriteError:
            continue
    raise StaleWriteError


def _open_or_reuse(
    account: Account,
    registration_id: RegistrationId,
    provider_name: str,
    *,
    key: IdempotencyKey | None,
    ports: PaymentPorts,
    randomness: Randomness,
    now: datetime,
) -> PaymentOrder:
    seen = ports.situation(account, registration_id)
    seen.require(Action.PAY, now)
    provider = _offered(provider_name, seen, ports)
    if live := _live_order(seen.registration, provider_name, ports, now):
        return live
    order = _new_order(seen, provider, randomness, now)
    ports.orders.open(order, seen.registration, key)
    return order


def _offered(name: str, seen: Situation, ports: PaymentPorts) -> PaymentProvider:
    provider = ports.providers.get(name)
    if provider is None or name not in seen.offering.providers:
        raise InvalidInputError(field="provider", detail="该考试不支持这种支付方式。")
    return provider


def _live_order(
    registration: Registration, provider_name: str, ports: PaymentPorts, now: datetime
) -> PaymentOrder | None:
    """The registration's open order if it can still be paid this way; any other is ended first."""
    if registration.open_order_id is None:
        return None
    order = ports.orders.get(registration.open_order_id)
    if order is None:
        raise NotFoundError
    if is_reusable(order, provider=provider_name, amount_fen=registration.amount_fen or 0, now=now):
        return order
    let_go(order, ports=ports, now=now)
    # Paid, closed or let go of now: what the registration says after that decides.
    raise StaleWriteError


def _new_order(
    seen: Situation, provider: PaymentProvider, randomness: Randomness, now: datetime
) -> PaymentOrder:
    expires_at = order_expiry(now, seen.offering.windows.payment)
    if expires_at - now < SHORTEST_ORDER_LIFETIME:
        raise ActionRefusedError(Refusal(Reason.PAYMENT_OVER))
    registration = seen.registration
    if registration.amount_fen is None:
        raise ActionRefusedError(Refusal(Reason.NOT_CONFIRMED))
    order = PaymentOrder(
        id=OrderId(randomness.new_id()),
        account_id=registration.account_id,
        registration_id=registration.id,
        authority_id=registration.authority_id,
        provider=provider.name,
        merchant=provider.merchant,
        amount_fen=registration.amount_fen,
        subject=f"{seen.exam.year}年{seen.exam.name}报名费",
        state=OrderState.CREATED,
        created_at=now,
        expires_at=expires_at,
    )
    return replace(order, due_at=next_due_at(order, now))


def begin_payment(
    order: PaymentOrder, channel: Channel, *, address: str, ports: PaymentPorts, now: datetime
) -> tuple[PaymentOrder, PaymentDoor | None]:
    """The door to an order that can still be paid, which makes the order pending; none for any other.

    Raises ProviderUnavailableError, ProviderRefusedError. An order that was begun in another way is let go
    of: the next one is new.
    """
    provider = ports.providers.get(order.provider)
    if provider is None or order.state not in (OrderState.CREATED, OrderState.PENDING):
        return order, None
    if now >= order.expires_at:
        return order, None
    try:
        door = provider.begin(order, channel, address=address)
    except DoorShutError:
        return let_go(order, ports=ports, now=now), None
    if ports.orders.mark_pending(order):
        return replace(order, state=OrderState.PENDING), door
    # Paid, or let go of in another tab: a door to it must not be shown.
    return ports.orders.get(order.id) or order, None


def own_order(account: Account, order_id: OrderId, orders: Orders) -> PaymentOrder:
    """An order of this account. Raises NotFoundError."""
    order = orders.get(order_id)
    if order is None or order.account_id != account.id:
        raise NotFoundError
    return order


def check_order(
    account: Account, order_id: OrderId, *, ports: PaymentPorts, limits: Limits, now: datetime
) -> PaymentOrder:
    """The 查询 button: ask the provider at once, at most once in 5 s (FAQ 19).

    A closed order is asked about as well: money beats every state without money. Raises NotFoundError,
    TooManyRequestsError, ProviderUnavailableError.
    """
    order = own_order(account, order_id, ports.orders)
    if order.state not in OPEN:
        return order
    limits.take(_CHECKS, order_id, now=now)
    return ask_provider(order, ports=ports, now=now)


def orders_of(
    account: Account, registration_id: RegistrationId, *, ports: PaymentPorts
) -> list[PaymentOrder]:
    """All orders of one of this account's registrations, newest first. Raises NotFoundError."""
    registration = ports.registrations.get(account.id, registration_id)
    if registration is None:
        raise NotFoundError
    found = (ports.orders.get(order_id) for order_id in reversed(registration.order_ids))
    return [order for order in found if order is not None]
