"""WeChat Pay's side of refunds: what is answered and what is told of one. No tests."""

from typing import Any

from chalicelib.domain.refund import Refund, RefundCause, RefundState, refund_number
from tests.integrations.both_sides import NOW, ORDER_ID
from tests.integrations.stub import Said
from tests.integrations.wechatpay_side import MCHID, MONEY, TRADE_NO, Notice, answer, notice_body, signed

REFUND_ID = refund_number(ORDER_ID, 0)
REFUND = Refund(
    id=REFUND_ID,
    order_id=ORDER_ID,
    trade=MONEY.trade,
    total_fen=19205,
    amount_fen=6100,
    cause=RefundCause.SURPLUS,
    state=RefundState.REQUESTED,
    requested_at=NOW,
)
AMOUNT = {"total": 19205, "refund": 6100, "payer_total": 19105, "payer_refund": 6000}
ANSWERED: dict[str, Any] = {
    "refund_id": "50300012342026030100000000001",
    "out_refund_no": REFUND_ID,
    "transaction_id": TRADE_NO,
    "out_trade_no": ORDER_ID,
    "channel": "ORIGINAL",
    "user_received_account": "支付用户零钱",
    "create_time": "2026-03-01T09:06:00+08:00",
    "status": "SUCCESS",
    "amount": AMOUNT | {"currency": "CNY"},
}
TOLD: dict[str, Any] = {
    "mchid": MCHID,
    "out_trade_no": ORDER_ID,
    "transaction_id": TRADE_NO,
    "out_refund_no": REFUND_ID,
    "refund_id": "50300012342026030100000000001",
    "refund_status": "SUCCESS",
    "success_time": "2026-03-01T09:07:00+08:00",
    "user_received_account": "支付用户零钱",
    "amount": AMOUNT,
}


def refund_answer(**changes: Any) -> Said:
    """A signed answer about the refund with these fields changed, or left out where None."""
    return answer({name: value for name, value in (ANSWERED | changes).items() if value is not None})


def refund_body(event: str = "SUCCESS", **changes: Any) -> str:
    """A notice of the refund with these fields changed, or left out where None, before it is signed."""
    told = TOLD | {"refund_status": event} | changes
    content = {name: value for name, value in told.items() if value is not None}
    return notice_body(content, kind="refund", event_type=f"REFUND.{event}", summary="退款")


def refund_notice(event: str = "SUCCESS", **changes: Any) -> Notice:
    """The same, signed."""
    return signed(refund_body(event, **changes))
