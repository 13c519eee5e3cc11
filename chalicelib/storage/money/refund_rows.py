"""Refunds as rows and back."""

from typing import Any

from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.rows import RefundRow

REFUND_NOT_DUE = (RefundRow.due_shard.remove(), RefundRow.due_at.remove(), RefundRow.due_exactly_at.remove())
"""Takes a refund out of the index `due`."""


def refund_row(refund: Refund) -> RefundRow:
    """The row of a refund."""
    return RefundRow(
        refund_id=refund.id,
        order_id=refund.order_id,
        trade_provider=refund.trade.provider,
        trade_no=refund.trade.trade_no,
        total_fen=refund.total_fen,
        amount_fen=refund.amount_fen,
        cause=refund.cause,
        state=refund.state,
        requested_at=refund.requested_at,
        attempts=refund.attempts,
        asked_at=refund.asked_at,
        refusal=refund.refusal,
        done_at=refund.done_at,
        is_billed=refund.is_billed,
        **due_refund_columns(refund),
    )


def refund_in(row: RefundRow) -> Refund:
    """The refund that a row holds."""
    state = RefundState(row.state)
    return Refund(
        id=RefundId(row.refund_id),
        order_id=OrderId(row.order_id),
        trade=Trade(row.trade_provider, TradeNo(row.trade_no)),
        total_fen=row.total_fen,
        amount_fen=row.amount_fen,
        cause=RefundCause(row.cause),
        state=state,
        requested_at=row.requested_at,
        attempts=row.attempts,
        # Once it is done, its place in the index is that of a wait for the bill: nothing is asked.
        due_at=row.due_exactly_at if state is RefundState.REQUESTED else None,
        asked_at=row.asked_at,
        refusal=row.refusal,
        done_at=row.done_at,
        is_billed=row.is_billed,
    )


def due_refund_columns(refund: Refund) -> dict[str, Any]:
    """The place of a refund in the index `due`, if it is asked about, or done and not billed yet."""
    if refund.due_at is not None:
        shard, moment = money_keys.refund_shard(refund.id), refund.due_at
    elif refund.done_at is not None and not refund.is_billed:
        shard, moment = money_keys.unmatched_shard(refund.trade.provider, refund.id), refund.done_at
    else:
        return {}
    return {"due_shard": shard, "due_at": second_not_before(moment), "due_exactly_at": moment}
