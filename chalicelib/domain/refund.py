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
    OUTSIDE = "outside"
    """Somebody made it at the provider without us, and finance booked it."""


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


def is_number_of_ours(number: RefundId, order_id: OrderId) -> bool:
    """Whether this is how we number refunds of that order, given already or not yet."""
    counted = number.removeprefix(f"{order_id}R")
    return counted != number and counted.isdecimal()


def is_perhaps_booked(made: Refund, order: PaymentOrder) -> bool:
    """Whether a refund made without us and without a number may be one that is booked already.

    One that a provider knows by the order's number and one that a bill tells of may be the same; several rows
    of bills never are.
    """
    if not _is_without_number(made.id, order.id):
        return False
    others = [number for number in order.outside_refunds if _is_without_number(number, order.id)]
    return bool(others) and RefundId(order.id) in (made.id, *others)


def _is_without_number(number: RefundId, order_id: OrderId) -> bool:
    return number == RefundId(order_id) or number.startswith(f"{order_id}.")


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


def numbers_of_refunds(order: PaymentOrder) -> list[RefundId]:
    """The numbers of all refunds of an order: ours, which follow from it, and those made without us."""
    return [*(refund_number(order.id, earlier) for earlier in range(order.refunds)), *order.outside_refunds]


def refund_made_outside(
    order: PaymentOrder,
    trade: Trade,
    number: RefundId,
    amount_fen: int,
    *,
    total_fen: int,
    is_billed: bool,
    now: datetime,
) -> Refund:
    """A refund that somebody made at the provider without us, under the provider's own number: done."""
    return Refund(
        id=number,
        order_id=order.id,
        trade=trade,
        total_fen=total_fen,
        amount_fen=amount_fen,
        cause=RefundCause.OUTSIDE,
        state=RefundState.DONE,
        requested_at=now,
        done_at=now,
        is_billed=is_billed,
    )


def with_outside_refund(
    order: PaymentOrder, made: Refund, *, giving_way: Refund | None, rest: Refund | None
) -> PaymentOrder:
    """The order once a refund made without us is booked.

    `giving_way` is a failed refund of ours that wanted the same money, `rest` what of it has yet to go back.
    """
    booked = replace(order, outside_refunds=(*order.outside_refunds, made.id))
    if rest is not None:
        booked = replace(booked, refunds=order.refunds + 1)
    if made.trade != order.trade:
        return booked
    under_way_fen = order.refunding_fen - (giving_way.amount_fen if giving_way else 0)
    booked = replace(
        booked,
        refunding_fen=under_way_fen + (rest.amount_fen if rest else 0),
        refunded_fen=order.refunded_fen + made.amount_fen,
    )
    if rest is not None:
        return replace(booked, state=OrderState.REFUNDING)
    if under_way_fen:
        return booked
    is_whole = booked.refunded_fen == order.received_fen
    return replace(booked, state=OrderState.REFUNDED if is_whole else OrderState.PART_REFUNDED)


def next_refund_ask(refund: Refund, now: datetime) -> datetime:
    """When to ask again after an answer that settled nothing; the last wait repeats to the seventh day."""
    return now + _ASK_AFTER[min(refund.attempts, len(_ASK_AFTER) - 1)]


def is_given_up(refund: Refund, now: datetime) -> bool:
    """Asked for seven days without an end: a person looks."""
    return now >= refund.requested_at + GIVE_UP_AFTER
