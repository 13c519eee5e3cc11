"""The single way to `paid`: every evidence of money, from notice, query or bill, ends here."""

from datetime import datetime
from typing import assert_never

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.payment import (
    AlreadyKnown,
    Decision,
    Mismatch,
    Money,
    PaymentOrder,
    SecondTrade,
    Settle,
    Surplus,
    decide_on_money,
)
from chalicelib.usecases.ports import Exams, Orders, Registrations, StaleWriteError

MOST_ATTEMPTS = 3


def money_received(
    money: Money, *, orders: Orders, registrations: Registrations, exams: Exams, now: datetime
) -> Decision:
    """Decide what the money means and write it down: all or none.

    Whoever wrote in between makes the decision stale, and it is taken again on what then stands there.
    Returns the decision so that the edge can count it. Raises NotFoundError for an unknown order.
    """
    for _ in range(MOST_ATTEMPTS - 1):
        try:
            return _decide_and_write(money, orders, registrations, exams, now)
        except StaleWriteError:
            continue
    return _decide_and_write(money, orders, registrations, exams, now)


def _decide_and_write(
    money: Money, orders: Orders, registrations: Registrations, exams: Exams, now: datetime
) -> Decision:
    order = orders.get(money.order_id)
    if order is None:
        raise NotFoundError
    decision = _decide(order, money, registrations, exams)
    match decision:
        case Settle():
            orders.settle(order, money, now=now)
        case Surplus(refund_id=refund_id):
            orders.record_surplus(order, money, refund_id, now=now)
        case Mismatch():
            orders.set_aside(order, money, now=now)
        case SecondTrade():
            orders.record_second_trade(order, money, now=now)
        case AlreadyKnown():
            pass
        case _:
            assert_never(decision)
    return decision


def _decide(order: PaymentOrder, money: Money, registrations: Registrations, exams: Exams) -> Decision:
    registration = registrations.get(order.account_id, order.registration_id)
    if registration is None:
        return decide_on_money(order, None, money, None)
    # Freshly read: money that came in an extension of a minute ago must not be sent back.
    offering = exams.fresh_offering(registration.exam_id, registration.authority_id)
    window = offering.windows.payment if offering else None
    return decide_on_money(order, registration, money, window)
