"""Pieces of the writes of refunds: the order that moves with them, and what they settle."""

from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.discrepancy import DiscrepancyKind, discrepancy_id
from chalicelib.domain.identity import Identity
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund, RefundState
from chalicelib.domain.registration import Registration, State
from chalicelib.storage import keys
from chalicelib.storage.connection import Tables
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.discrepancies import discrepancy_in, settle_discrepancy
from chalicelib.storage.money.order_rows import until_matched
from chalicelib.storage.money.order_writes import registration_key, same_refunds
from chalicelib.storage.money.refund_rows import refund_row
from chalicelib.storage.money.rows import DiscrepancyRow, RefundRow
from chalicelib.storage.registrations.registration_rows import as_seen
from chalicelib.storage.tables import ABSENT, ClaimRow, OrderRow, RegistrationRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


def put_refund(transaction: Transaction, refund: Refund) -> Transaction:
    """The transaction, with a refund under a number that nobody has used."""
    return transaction.put(money_keys.refund(refund.id), refund_row(refund), on=ABSENT)  # it goes back once


def move_order(transaction: Transaction, order: PaymentOrder, moved: PaymentOrder) -> None:
    """The order as a refund leaves it, on condition that its refunds are as they were read."""
    if moved == order:
        return
    outside = [OrderRow.outside_refunds.set(list(moved.outside_refunds))] if moved.outside_refunds else []
    transaction.update(
        keys.order(order.id),
        OrderRow.state.set(moved.state),
        OrderRow.refunds.set(moved.refunds),
        OrderRow.refunding_fen.set(moved.refunding_fen),
        OrderRow.refunded_fen.set(moved.refunded_fen),
        *outside,
        on=refunds_as_read(order),
    )


def settle_failure(transaction: Transaction, tables: Tables, refund: Refund, now: datetime) -> None:
    """An earlier failure of this refund is over, unless a clerk has settled it already."""
    if refund.state is not RefundState.FAILED:
        return
    failure = discrepancy_id(DiscrepancyKind.REFUND_FAILED, refund.trade.provider, refund.id)
    row = tables.read(money_keys.discrepancy(failure), DiscrepancyRow)
    if row is not None and discrepancy_in(row).settled_at is None:
        settle_discrepancy(transaction, failure, at=now)


def leave(
    transaction: Transaction,
    order: PaymentOrder,
    seen: Registration,
    identity: Identity,
    sealer: Sealer,
    now: datetime,
) -> None:
    """Registration PAID → OPTED_OUT, its live key free."""
    transaction.update(
        registration_key(order),
        RegistrationRow.state.set(State.OPTED_OUT),
        RegistrationRow.updated_at.set(now),
        RegistrationRow.version.set(RegistrationRow.version + 1),
        # As it was seen: paid, by this order.
        on=as_seen(seen) & (RegistrationRow.paid_order_id == order.id),
    )
    transaction.delete(
        keys.live(seen.exam_id, identity, sealer),
        on=ClaimRow.registration_id == seen.id,  # the key is this registration's, not a later one's
    )


def pays_nothing(transaction: Transaction, order: PaymentOrder) -> None:
    """Nothing is left of the order: then it pays no registration, nor one reinstated meanwhile."""
    transaction.check(
        registration_key(order),
        on=RegistrationRow.state.does_not_exist()
        | (RegistrationRow.state != State.PAID)
        | (RegistrationRow.paid_order_id != order.id),
    )


def until_billed(refund: Refund, now: datetime) -> tuple[Action, ...]:
    """A refund that is done takes its place among what the daily bill has to confirm."""
    return until_matched(RefundRow, money_keys.unmatched_shard(refund.trade.provider, refund.id), now)


def refunds_as_read(order: PaymentOrder) -> Condition:
    """Nothing of an order went back, and what it pays is the same, since it was read."""
    as_read: Condition = (
        # It still pays what it paid, under the same account: a clerk may move both.
        (OrderRow.account_id == order.account_id)
        & (OrderRow.registration_id == order.registration_id)
        & (OrderRow.state == order.state)
        & same_refunds(order)
        & (OrderRow.refunding_fen == order.refunding_fen)
        & (OrderRow.refunded_fen == order.refunded_fen)
        & (OrderRow.is_frozen == order.is_frozen)
    )
    return as_read
