"""Orders as rows and back, and the pieces of their writes that come up more than once."""

from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.domain.ids import AccountId, AuthorityId, OrderId, RefundId, RegistrationId, TradeNo
from chalicelib.domain.payment import LIVE, Merchant, Money, OrderState, PaymentOrder, Trade
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.money.keys import unmatched_shard
from chalicelib.storage.money.rows import RefundRow
from chalicelib.storage.tables import OrderRow

NOTHING_DUE: tuple[Action, ...] = (
    OrderRow.due_shard.remove(),
    OrderRow.due_at.remove(),
    OrderRow.due_exactly_at.remove(),
)
"""Takes an order out of the index `due`."""


def order_row(order: PaymentOrder) -> OrderRow:
    """The row of an order."""
    return OrderRow(
        order_id=order.id,
        account_id=order.account_id,
        registration_id=order.registration_id,
        authority_id=order.authority_id,
        provider=order.provider,
        seller_id=order.merchant.seller_id,
        app_id=order.merchant.app_id,
        amount_fen=order.amount_fen,
        subject=order.subject,
        state=order.state,
        created_at=order.created_at,
        ends_at=order.expires_at,
        attempts=order.attempts,
        asked_at=order.asked_at,
        trade_provider=order.trade.provider if order.trade else None,
        trade_no=order.trade.trade_no if order.trade else None,
        paid_at=order.paid_at,
        settled_at=order.settled_at,
        has_paid=order.has_paid,
        received_fen=order.received_fen,
        refunds=order.refunds,
        refunding_fen=order.refunding_fen,
        refunded_fen=order.refunded_fen,
        outside_refunds=list(order.outside_refunds) or None,
        is_frozen=order.is_frozen,
        **due_columns(order),
    )


def order_of(row: OrderRow) -> PaymentOrder:
    """The order that a row holds."""
    return PaymentOrder(
        id=OrderId(row.order_id),
        account_id=AccountId(row.account_id),
        registration_id=RegistrationId(row.registration_id),
        authority_id=AuthorityId(row.authority_id),
        provider=row.provider,
        merchant=Merchant(seller_id=row.seller_id, app_id=row.app_id),
        amount_fen=row.amount_fen,
        subject=row.subject,
        state=OrderState(row.state),
        created_at=row.created_at,
        expires_at=row.ends_at,
        attempts=row.attempts,
        # Once there is money, its place in the index is that of a wait for the bill: nothing is asked.
        due_at=row.due_exactly_at if row.state in LIVE else None,
        asked_at=row.asked_at,
        trade=Trade(row.trade_provider, TradeNo(row.trade_no)) if row.trade_no else None,
        paid_at=row.paid_at,
        settled_at=row.settled_at,
        has_paid=row.has_paid,
        received_fen=row.received_fen,
        refunds=row.refunds,
        refunding_fen=row.refunding_fen,
        refunded_fen=row.refunded_fen,
        outside_refunds=tuple(RefundId(number) for number in row.outside_refunds or ()),
        is_frozen=row.is_frozen,
    )


def due_columns(order: PaymentOrder) -> dict[str, Any]:
    """The place of an order in the index `due`, if anything is due."""
    if order.due_at is None:
        return {}
    return {
        "due_shard": keys.order_shard(order.id),
        "due_at": second_not_before(order.due_at),
        "due_exactly_at": order.due_at,
    }


def until_matched(
    row: type[OrderRow] | type[RefundRow], shard: str, moved_at: datetime
) -> tuple[Action, ...]:
    """Moved money takes its place among what the daily bill has to confirm."""
    return (
        row.due_shard.set(shard),
        row.due_at.set(second_not_before(moved_at)),
        row.due_exactly_at.set(moved_at),
    )


def with_money(state: OrderState, order_id: OrderId, money: Money, now: datetime) -> list[Action]:
    """An order gets a state that has money, and its trade; only the bill still has to confirm it."""
    return [
        OrderRow.state.set(state),
        OrderRow.trade_provider.set(money.trade.provider),
        OrderRow.trade_no.set(money.trade.trade_no),
        OrderRow.paid_at.set(money.paid_at),
        OrderRow.settled_at.set(now),
        OrderRow.has_paid.set(state is OrderState.PAID),
        OrderRow.received_fen.set(money.amount_fen),
        OrderRow.evidence.set(money),
        *until_matched(OrderRow, unmatched_shard(money.trade.provider, order_id), money.paid_at),
    ]
