"""Pieces of the writes of orders that refunds need as well: the trade taken, the registration set free."""

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.storage import keys
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key
from chalicelib.storage.tables import ABSENT, OrderRow, RegistrationRow, TradeRow
from chalicelib.storage.transaction import Transaction


def registration_key(order: PaymentOrder) -> Key:
    """The registration that an order is to pay."""
    return keys.registration(order.account_id, order.registration_id)


def take_trade(transaction: Transaction, order_id: OrderId, trade: Trade) -> None:
    """The trade is this order's: no trade pays two."""
    transaction.put(
        keys.trade(trade), TradeRow(order_id=order_id), on=ABSENT | (TradeRow.order_id == order_id)
    )


def same_refunds(order: PaymentOrder) -> Condition:
    """No refund of an order was asked for or booked since it was read."""
    outside = (
        OrderRow.outside_refunds == list(order.outside_refunds)
        if order.outside_refunds
        else OrderRow.outside_refunds.does_not_exist()
    )
    as_read: Condition = (OrderRow.refunds == order.refunds) & outside
    return as_read


def free_registration(transaction: Transaction, tables: Tables, order: PaymentOrder, *more: Action) -> None:
    """Clear the registration's open or held order if it is this one; it may be another's by now, or gone.

    `more` is done to the registration whose open order it was, and to no other.
    """
    key = registration_key(order)
    row = tables.read(key, RegistrationRow)
    waits_for_it = RegistrationRow.open_order_id == order.id
    is_held_by_it = RegistrationRow.held_order_id == order.id
    if row is not None and order.id in (row.open_order_id, row.held_order_id):
        is_open = row.open_order_id == order.id
        transaction.update(
            key,
            (RegistrationRow.open_order_id if is_open else RegistrationRow.held_order_id).remove(),
            RegistrationRow.version.set(RegistrationRow.version + 1),
            *(more if is_open else ()),
            on=waits_for_it if is_open else is_held_by_it,  # still, as it was read
        )
    else:
        transaction.check(key, on=~waits_for_it & ~is_held_by_it)  # still not, as it was read
