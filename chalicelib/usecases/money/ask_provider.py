"""Ask the provider what became of an order, and act on the answer: for the button, the sweep, and whoever
wants the payment ended."""

from contextlib import suppress
from datetime import datetime
from typing import assert_never

from chalicelib.domain.payment import (
    LIVE,
    OrderState,
    PaymentOrder,
    TradeOfAnother,
    is_over,
    unknown_means_closed,
)
from chalicelib.domain.registration import State
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.ports import (
    Closed,
    Orders,
    Paid,
    PaymentProvider,
    StaleWriteError,
    TradeAnswer,
    Unknown,
    Unpaid,
)


def ask_provider(
    order: PaymentOrder, *, ports: PaymentPorts, now: datetime, is_unwanted: bool = False
) -> PaymentOrder:
    """One query, and the end of an order that is over or that nobody wants. Returns it as it then stands.

    Raises ProviderUnavailableError: then nothing is known and nothing has changed.
    """
    provider = ports.providers[order.provider]
    answer = provider.query(order.id)
    ends = order.state in LIVE and (is_unwanted or _is_to_end(order, ports, now))
    if isinstance(answer, Unpaid) and ends:
        answer = _closed_at_provider(order, provider, ports.orders)
    match answer:
        case Paid(money=money):
            came = money_received(money, ports=ports, now=now)
            if isinstance(came, TradeOfAnother):
                _without_money_of_its_own(order, came, ports.orders, now, ends=ends)
        case Closed():
            _close_here(order, ports.orders)
        case Unknown():
            if unknown_means_closed(order, now):
                _close_here(order, ports.orders)
            elif ends:
                _release(order, ports.orders)
        case Unpaid():
            pass
        case _:
            assert_never(answer)
    return ports.orders.get(order.id) or order


def _without_money_of_its_own(
    order: PaymentOrder, came: TradeOfAnother, orders: Orders, now: datetime, *, ends: bool
) -> None:
    """What is told of it is another order's money: nobody need wait for it, and once a person has looked, it
    ends by the clock."""
    if came.is_seen_to and unknown_means_closed(order, now):
        _close_here(order, orders)
    elif ends:
        _release(order, orders)


def _is_to_end(order: PaymentOrder, ports: PaymentPorts, now: datetime) -> bool:
    """Over, let go already, or for a registration that takes no payment any more."""
    if order.state is OrderState.CLOSING or is_over(order, now):
        return True
    registration = ports.registrations.get(order.account_id, order.registration_id)
    return registration is None or registration.state is not State.PAYABLE


def _closed_at_provider(order: PaymentOrder, provider: PaymentProvider, orders: Orders) -> TradeAnswer:
    """Close there, after a fresh query said unpaid; what could not be closed may be paid, so ask again."""
    if order.state is not OrderState.CLOSING:
        try:
            orders.begin_closing(order)
        except StaleWriteError:
            there = orders.get(order.id)
            if there is None or there.state is not OrderState.CLOSING:
                return Unpaid()  # money came meanwhile, or it is closed; the order says so itself
            # Another tab is closing it as well: closed twice is closed, and who asks wants to know the end.
    answer = provider.close(order.id)
    return provider.query(order.id) if isinstance(answer, Unpaid) else answer


def _release(order: PaymentOrder, orders: Orders) -> None:
    """What the provider never saw cannot be closed there, and its address is not dead yet: it is asked about
    until then, but nobody need wait for that."""
    # Stale: money came meanwhile, or another sweep ended it. Either is a right end.
    with suppress(StaleWriteError):
        orders.release(order)


def _close_here(order: PaymentOrder, orders: Orders) -> None:
    if order.state not in LIVE:
        return
    # Stale: money came meanwhile, or another sweep closed it. Either is a right end.
    with suppress(StaleWriteError):
        orders.close(order)
