"""Telling the merchant: what a notice says, how it is sealed and signed; `sending.py` says when it goes."""

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.clock import ShiftedClock
from local.simulators.faults import WechatPayFaults
from local.simulators.outbox import Draft, Notice
from local.simulators.page import SHANGHAI
from local.simulators.sending import Letter, Reply
from local.simulators.wechatpay.signing import NamedKey, sealed, signed_headers
from local.simulators.wechatpay.trades import Refund, RefundStatus, Trade, TradeState

STATE_WORDS = {
    TradeState.NOTPAY: "订单未支付",
    TradeState.SUCCESS: "支付成功",
    TradeState.REFUND: "订单发生过退款，退款详情请查询退款单",
    TradeState.CLOSED: "订单已关闭",
}
RETRY_AFTER_S = (15, 15, 30, 180, 600, 1200, *(1800,) * 3, 3600, *(10800,) * 3, *(21600,) * 2)
_REFUND_WORDS = {
    RefundStatus.SUCCESS: "退款成功",
    RefundStatus.ABNORMAL: "退款异常",
    RefundStatus.CLOSED: "退款关闭",
}
PAYER = "oSimulatedPayer0000000000001"
_ACCOUNT = "支付用户零钱"


@dataclass(frozen=True, slots=True)
class Names:
    """Who is told."""

    mchid: str
    app_id: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What notices are signed and sealed with: the present key, the one before it, the APIv3 key."""

    present: NamedKey
    old: NamedKey
    apiv3_key: str


class WechatPayNotices:
    """How WeChat Pay writes its notices: sealed JSON, signed in the headers, taken by the status alone."""

    retry_after_s = RETRY_AFTER_S
    longest_answer_s = 5.0

    def __init__(self, keys: Keys, *, clock: ShiftedClock, faults: Callable[[], WechatPayFaults]) -> None:
        self._keys = keys
        self._clock = clock
        self._faults = faults

    def letters(self, notice: Notice) -> list[Letter]:
        """The notice signed now, after a probe where probes are on."""
        body = self._body(notice)
        probes = [self._letter(body, is_probe=True)] if self._faults().probe_notices else []
        return [*probes, self._letter(body, is_probe=False)]

    def is_taken(self, reply: Reply) -> bool:
        """Other statuses are refusals, whatever the text."""
        return reply.status in {200, 204}

    def _letter(self, body: str, *, is_probe: bool) -> Letter:
        now = self._clock.now().timestamp()
        headers = signed_headers(self._signing_key(), body, now=now, is_probe=is_probe)
        return Letter(body.encode(), {"Content-Type": "application/json", **headers}, is_probe)

    def _signing_key(self) -> NamedKey:
        match self._faults().old_key:
            case "always":
                return self._keys.old
            case "sometimes":
                return random.choice((self._keys.old, self._keys.present))
            case _:
                return self._keys.present

    def _body(self, notice: Notice) -> str:
        said = notice.fields
        text = json.dumps(said["content"], ensure_ascii=False, separators=(",", ":"))
        outer = {
            "id": notice.notify_id,
            "create_time": rfc3339(notice.created_at),
            "resource_type": "encrypt-resource",
            "event_type": said["event_type"],
            "summary": said["summary"],
            "resource": sealed(self._keys.apiv3_key, text, kind=said["original_type"]),
        }
        return json.dumps(outer, ensure_ascii=False, separators=(",", ":"))


def rfc3339(instant: float) -> str:
    """An instant as API v3 writes it: 2026-03-01T09:00:00+08:00."""
    return datetime.fromtimestamp(int(instant), SHANGHAI).isoformat()


def transaction(trade: Trade, names: Names, *, currency: str) -> dict[str, Any]:
    """What is said of an order, in a notice and to a query alike."""
    order, payment = trade.order, trade.payment
    said: dict[str, Any] = {
        "mchid": names.mchid,
        "appid": names.app_id,
        "out_trade_no": order.out_trade_no,
        "attach": order.attach,
        "trade_state": trade.state,
        "trade_state_desc": STATE_WORDS[trade.state],
    }
    if payment is None:
        return said | {"amount": {"total": order.total_fen, "currency": currency}}
    return said | {
        "transaction_id": payment.transaction_id,
        "trade_type": order.trade_type,
        "bank_type": "OTHERS",
        "success_time": rfc3339(payment.paid_at),
        "payer": {"openid": PAYER},
        "amount": {
            "total": order.total_fen,
            "payer_total": order.total_fen,
            "currency": currency,
            "payer_currency": currency,
        },
    }


def payment_draft(trade: Trade, names: Names, *, currency: str) -> Draft:
    """The notice of a payment."""
    said: dict[str, Any] = {
        "event_type": "TRANSACTION.SUCCESS",
        "summary": "支付成功",
        "original_type": "transaction",
        "content": transaction(trade, names, currency=currency),
    }
    return Draft(str(uuid.uuid4()), said["content"]["transaction_id"], trade.order.notify_url, said)


def refund_draft(refund: Refund, names: Names) -> Draft:
    """The notice of a refund that ended, to the address that the refund named."""
    content: dict[str, Any] = {
        "mchid": names.mchid,
        "out_trade_no": refund.out_trade_no,
        "transaction_id": refund.transaction_id,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id,
        "refund_status": refund.status,
        "user_received_account": _ACCOUNT,
        "amount": {
            "total": refund.total_fen,
            "refund": refund.amount_fen,
            "payer_total": refund.total_fen,
            "payer_refund": refund.amount_fen,
        },
    }
    if refund.status is RefundStatus.SUCCESS and refund.done_at is not None:
        content["success_time"] = rfc3339(refund.done_at)
    said = {
        "event_type": f"REFUND.{refund.status}",
        "summary": _REFUND_WORDS[refund.status],
        "original_type": "refund",
        "content": content,
    }
    return Draft(str(uuid.uuid4()), refund.transaction_id, refund.notify_url, said)


def refund_content(refund: Refund) -> dict[str, Any]:
    """What is answered of a refund."""
    said: dict[str, Any] = {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": _ACCOUNT,
        "create_time": rfc3339(refund.created_at),
        "status": refund.status,
        "funds_account": "AVAILABLE",
        "amount": {
            "total": refund.total_fen,
            "refund": refund.amount_fen,
            "payer_total": refund.total_fen,
            "payer_refund": refund.amount_fen,
            "settlement_total": refund.total_fen,
            "settlement_refund": refund.amount_fen,
            "discount_refund": 0,
            "currency": "CNY",
        },
    }
    if refund.status is RefundStatus.SUCCESS and refund.done_at is not None:
        said["success_time"] = rfc3339(refund.done_at)
    return said
