"""Money on its way back: when to ask the provider again, and when to give up (handbook 4.8)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade


class RefundState(StrEnum):
    """States of one refund."""

    REQUESTED = "requested"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    """The provider will never move money under its number; another number has taken its place."""


class RefundCause(StrEnum):
    """Why money goes back."""

    SURPLUS = "surplus"
    """It came with nothing to pay for."""
    OPT_OUT = "opt_out"
    """The candidate left the exam while the authority allowed it."""
    FINANCE = "finance"
    """A clerk of finance gave it back, with a reason in the audit log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money of one trade that goes back under a fixed number: asking twice moves it once."""

    id: RefundId
    order_id: OrderId
    trade: Trade
    total_fen: int
    """What the trade brought; WeChat Pay wants it repeated."""
    amount_fen: int
    cause: RefundCause
    state: RefundState
    requested_at: datetime
    attempts: int = 0
    due_at: datetime | None = None
    """When to ask the provider next; absent once nothing is due."""
    asked_at: datetime | None = None
    refusal: str | None = None
    """The code of the provider's latest refusal."""
    done_at: datetime | None = None
    is_billed: bool = False
    """A daily bill has confirmed it; providers bill a refund when they take it, maybe before it is done."""


GIVE_UP_AFTER = timedelta(days=7)
_ASK_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)


def refund_number(order_id: OrderId, earlier: int) -> RefundId:
    """The number of an order's next refund after so many earlier ones."""
    return RefundId(f"{order_id}R{earlier + 1:02d}")


def refund_of(
    order: PaymentOrder, trade: Trade, amount_fen: int, *, total_fen: int, cause: RefundCause, now: datetime
) -> Refund:
    """The next refund of an order, under a number that follows from the order; due at once.

    `total_fen` is what the trade brought.
    """
    return Refund(
        id=refund_number(order.id, order.refunds),
        order_id=order.id,
        trade=trade,
        total_fen=total_fen,
        amount_fen=amount_fen,
        cause=cause,
        state=RefundState.REQUESTED,
        requested_at=now,
        due_at=now,
    )


def refunding(order: PaymentOrder, refund: Refund) -> PaymentOrder:
    """The order once a refund is asked for; a second trade's refund only takes its number."""
    if refund.trade != order.trade:
        return replace(order, refunds=order.refunds + 1)
    return replace(
        order,
        state=OrderState.REFUNDING,
        refunds=order.refunds + 1,
        refunding_fen=order.refunding_fen + refund.amount_fen,
    )


def refunded(order: PaymentOrder, refund: Refund) -> PaymentOrder:
    """The order once the money of a refund is back."""
    if refund.trade != order.trade:
        return order
    refunded_fen = order.refunded_fen + refund.amount_fen
    is_whole = refunded_fen == order.received_fen
    return replace(
        order,
        state=OrderState.REFUNDED if is_whole else OrderState.PART_REFUNDED,
        refunding_fen=order.refunding_fen - refund.amount_fen,
        refunded_fen=refunded_fen,
    )


def with_refund_failed(order: PaymentOrder, refund: Refund) -> PaymentOrder:
    """The order once a refund is stuck: its money stays reserved for the same number."""
    return replace(order, state=OrderState.REFUND_FAILED) if refund.trade == order.trade else order


def with_refund_resumed(order: PaymentOrder, refund: Refund) -> PaymentOrder:
    """The order once a stuck refund is asked for again."""
    return replace(order, state=OrderState.REFUNDING) if refund.trade == order.trade else order


def with_refund_replaced(order: PaymentOrder, refund: Refund) -> PaymentOrder:
    """The order once a dead refund's place is taken by another number: as much is under way as before."""
    return replace(with_refund_resumed(order, refund), refunds=order.refunds + 1)


def next_refund_ask(refund: Refund, now: datetime) -> datetime:
    """When to ask again after an answer that settled nothing; the last wait repeats to the seventh day."""
    return now + _ASK_AFTER[min(refund.attempts, len(_ASK_AFTER) - 1)]


def is_given_up(refund: Refund, now: datetime) -> bool:
    """Asked for seven days without an end: a person looks."""
    return now >= refund.requested_at + GIVE_UP_AFTER
