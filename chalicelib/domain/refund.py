"""Money on its way back: when to ask the provider again, and when to give up (handbook 4.8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import Trade


class RefundState(StrEnum):
    """States of one refund."""

    REQUESTED = "requested"
    DONE = "done"
    FAILED = "failed"


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


FIRST_TRY_AFTER = timedelta(0)
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


def next_refund_ask(refund: Refund, now: datetime) -> datetime:
    """When to ask again after an answer that settled nothing; the last wait repeats to the seventh day."""
    return now + _ASK_AFTER[min(refund.attempts, len(_ASK_AFTER) - 1)]


def is_given_up(refund: Refund, now: datetime) -> bool:
    """Asked for seven days without an end: a person looks."""
    return now >= refund.requested_at + GIVE_UP_AFTER
