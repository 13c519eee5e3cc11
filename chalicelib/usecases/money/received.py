"""The single way to `paid`: every evidence of money, from notice, query or bill, ends here."""

from datetime import datetime
from typing import assert_never

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, about_money, about_trade_of_another
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import (
    AlreadyKnown,
    Decision,
    Mismatch,
    Money,
    Outcome,
    PaymentOrder,
    SecondTrade,
    Settle,
    Surplus,
    Trade,
    TradeOfAnother,
    decide_on_money,
)
from chalicelib.domain.refund import RefundCause, refund_of
from chalicelib.domain.registration import Registration
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.whose import owned
from chalicelib.usecases.ports import StaleWriteError

MOST_ATTEMPTS = 3


def money_received(money: Money, *, ports: PaymentPorts, now: datetime) -> Outcome:
    """Decide what the money means and write it down: all or none.

    Whoever wrote in between makes the decision stale, and it is taken again on what then stands there; but a
    trade that is another order's stays so. Returns the decision so that the edge can count it. Raises
    NotFoundError for an unknown order, which is then in front of a person.
    """
    for _ in range(MOST_ATTEMPTS):
        try:
            return _decide_and_write(money, ports, now)
        except StaleWriteError:
            second = about_money(DiscrepancyKind.SECOND_TRADE, money, now=now)
            if came := trade_of_another(second, ports):
                return came
    raise StaleWriteError


def note_second_trade(second: Discrepancy, ports: PaymentPorts) -> Outcome:
    """Put another trade of an order before a person; the trade is this order's from now on, unless it is
    another's already. Raises StaleWriteError."""
    try:
        ports.discrepancies.note_second_trade(owned(second, ports=ports))
    except StaleWriteError:
        if came := trade_of_another(second, ports):
            return came
        raise
    return SecondTrade()


def trade_of_another(told: Discrepancy, ports: PaymentPorts) -> TradeOfAnother | None:
    """Put a trade that is another order's before a person; None where it is not."""
    owner = ports.orders.of_trade(Trade(told.provider, told.trade_no or TradeNo("")))
    if owner is None or owner.id == told.order_id:
        return None
    noticed = owned(about_trade_of_another(told), ports=ports)
    ports.discrepancies.note(noticed)
    known = ports.discrepancies.get(noticed.id)
    return TradeOfAnother(is_seen_to=known is not None and known.settled_at is not None)


def _decide_and_write(money: Money, ports: PaymentPorts, now: datetime) -> Outcome:
    order = ports.orders.get(money.order_id)
    if order is None:
        ports.discrepancies.note(about_money(DiscrepancyKind.UNKNOWN_ORDER, money, now=now))
        raise NotFoundError
    registration = ports.registrations.get(order.account_id, order.registration_id)
    decision = _decide(order, registration, money, ports)
    match decision:
        case Settle():
            ports.orders.settle(order, money, now=now)
            _hasten_the_other(order, registration, ports, now)
        case Surplus():
            _give_back(order, money, ports, now)
        case Mismatch():
            mismatch = owned(about_money(DiscrepancyKind.MISMATCH, money, now=now), ports=ports)
            ports.orders.set_aside(order, money, mismatch, now=now)
        case SecondTrade():
            return note_second_trade(about_money(DiscrepancyKind.SECOND_TRADE, money, now=now), ports)
        case AlreadyKnown():
            pass
        case _:
            assert_never(decision)
    return decision


def _decide(
    order: PaymentOrder, registration: Registration | None, money: Money, ports: PaymentPorts
) -> Decision:
    if registration is None:
        return decide_on_money(order, None, money, None)
    # Freshly read: money that came in an extension of a minute ago must not be sent back.
    offering = ports.exams.fresh_offering(registration.exam_id, registration.authority_id)
    window = offering.windows.payment if offering else None
    return decide_on_money(order, registration, money, window)


def _give_back(order: PaymentOrder, money: Money, ports: PaymentPorts, now: datetime) -> None:
    refund = refund_of(
        order,
        money.trade,
        money.amount_fen,
        total_fen=money.amount_fen,
        cause=RefundCause.SURPLUS,
        now=now,
    )
    ports.orders.record_surplus(order, money, refund, now=now)


def _hasten_the_other(
    paid: PaymentOrder, registration: Registration | None, ports: PaymentPorts, now: datetime
) -> None:
    """Another order that is open for what is paid now has to be closed before it is paid as well.

    Only sooner: without this it comes up by itself.
    """
    other = registration.open_order_id if registration else None
    if other is not None and other != paid.id:
        ports.orders.hasten(other, now=now)
