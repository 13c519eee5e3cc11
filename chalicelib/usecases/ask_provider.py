"""Ask the provider what became of an order, and act on the answer: for the button and for the sweep alike."""

from contextlib import suppress
from datetime import datetime
from typing import assert_never

from chalicelib.domain.payment import OPEN, OrderState, PaymentOrder, is_over, unknown_means_closed
from chalicelib.usecases.money_received import money_received
from chalicelib.usecases.ports import (
    Closed,
    Exams,
    Orders,
    Paid,
    PaymentProvider,
    Registrations,
    StaleWriteError,
    TradeAnswer,
    Unknown,
    Unpaid,
)


def ask_provider(
    order: PaymentOrder,
    *,
    provider: PaymentProvider,
    orders: Orders,
    registrations: Registrations,
    exams: Exams,
    now: datetime,
) -> PaymentOrder:
    """One query, and the close of an order whose time is over. Returns the order as it then stands.

    Raises ProviderUnavailableError: then nothing is known and nothing has changed.
    """
    answer = provider.query(order.id)
    if isinstance(answer, Unpaid) and is_over(order, now) and order.state is not OrderState.CLOSED:
        answer = _closed_at_provider(order, provider, orders)
    match answer:
        case Paid(money=money):
            money_received(money, orders=orders, registrations=registrations, exams=exams, now=now)
        case Closed():
            _close_here(order, orders)
        case Unknown():
            if unknown_means_closed(order, now):
                _close_here(order, orders)
        case Unpaid():
            pass
        case _:
            assert_never(answer)
    return orders.get(order.id) or order


def _closed_at_provider(order: PaymentOrder, provider: PaymentProvider, orders: Orders) -> TradeAnswer:
    """Close there, after a fresh query said unpaid; what could not be closed may be paid, so ask again."""
    if order.state is not OrderState.CLOSING:
        try:
            orders.begin_closing(order)
        except StaleWriteError:
            return Unpaid()  # money came meanwhile; the order says so itself
    answer = provider.close(order.id)
    return provider.query(order.id) if isinstance(answer, Unpaid) else answer


def _close_here(order: PaymentOrder, orders: Orders) -> None:
    if order.state not in OPEN or order.state is OrderState.CLOSED:
        return
    # Stale: money came meanwhile, or another sweep closed it. Either is a right end.
    with suppress(StaleWriteError):
        orders.close(order)
