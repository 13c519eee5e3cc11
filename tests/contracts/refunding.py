"""What contracts of refunds begin with: orders that have their money, and refunds on their way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.discrepancy import (
    Discrepancy,
    DiscrepancyKind,
    about_money,
    about_refund,
    discrepancy_id,
)
from chalicelib.domain.ids import RefundId, TradeNo
from chalicelib.domain.payment import Money, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundCause, refund_of
from chalicelib.domain.registration import Registration
from tests.builders import NOW, an_entry, money_for
from tests.contracts.given import ordered, stored, stored_order
from tests.contracts.stores import Stores

LATER = NOW + timedelta(minutes=3)
SECOND = Trade("alipay", TradeNo("second-trade"))
CONSOLE = RefundId("console-1")


def paid(stores: Stores, number: int = 1) -> tuple[Registration, PaymentOrder]:
    """A registration and the order that pays it, as they lie in the store."""
    registration, order = ordered(stores, number)
    stores.orders.settle(order, money_for(order), now=NOW)
    return stored(stores, registration), stored_order(stores, order)


def set_aside(stores: Stores) -> tuple[Registration, PaymentOrder, Discrepancy]:
    """An order whose money does not agree, and the registration that it holds."""
    registration, order = ordered(stores)
    money = money_for(order, amount_fen=30000)
    noticed = about_money(DiscrepancyKind.MISMATCH, money, now=NOW)
    stores.orders.set_aside(order, money, noticed, now=NOW)
    return stored(stores, registration), stored_order(stores, order), noticed


def surplus(stores: Stores) -> tuple[PaymentOrder, Refund]:
    """An order whose money goes back, and its refund."""
    _, order = ordered(stores)
    money = money_for(order)
    refund = refund_of(
        order,
        money.trade,
        money.amount_fen,
        total_fen=money.amount_fen,
        cause=RefundCause.SURPLUS,
        now=NOW,
    )
    stores.orders.record_surplus(order, money, refund, now=NOW)
    return stored_order(stores, order), refund


def part_of(order: PaymentOrder, amount_fen: int, *, trade: Trade | None = None) -> Refund:
    """The next refund of an order, as finance asks for it."""
    assert order.trade is not None
    total_fen = order.received_fen or 0
    return refund_of(
        order,
        trade or order.trade,
        amount_fen,
        total_fen=total_fen,
        cause=RefundCause.FINANCE,
        now=LATER,
    )


def requested(stores: Stores, order: PaymentOrder, refund: Refund) -> Refund:
    """The refund asked for by a clerk."""
    entry = an_entry(id=f"entry of {refund.id}", on_whom=order.id)
    stores.refunds.request(order, refund, entry, settling=None, now=LATER)
    return refund


def failure_of(refund: Refund, code: str = "NO_BALANCE") -> Discrepancy:
    """What is put before a person once a refund is stuck."""
    return about_refund(DiscrepancyKind.REFUND_FAILED, refund, now=LATER, code=code)


def failed(stores: Stores, refund: Refund) -> Refund:
    """The refund, stuck, as it lies in the store."""
    stores.refunds.fail(refund, failure_of(refund))
    return stored_refund(stores, refund)


def second_money(order: PaymentOrder) -> Money:
    """More money on an order, by another trade."""
    return money_for(order, trade=SECOND)


def stored_refund(stores: Stores, refund: Refund) -> Refund:
    """The refund as it lies in the store now."""
    found = stores.refunds.get(refund.id)
    assert found is not None
    return found


def told(stores: Stores, order: PaymentOrder, **changes: Any) -> Discrepancy:
    """What waits for a person about a refund that we did not ask for."""
    noticed = Discrepancy(
        id=discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", CONSOLE),
        kind=DiscrepancyKind.UNKNOWN_REFUND,
        provider="alipay",
        noticed_at=NOW,
        order_id=order.id,
        refund_id=CONSOLE,
    )
    noticed = replace(noticed, **changes)
    stores.discrepancies.note(noticed)
    return noticed
