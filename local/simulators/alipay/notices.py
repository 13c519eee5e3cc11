"""Telling the merchant: what a notice says and how it is signed. When it is sent is in `sending.py`."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa

from local.clock import ShiftedClock
from local.simulators.alipay.signing import signed_message
from local.simulators.alipay.trades import Refund, Trade, dated_number
from local.simulators.outbox import Draft, Notice
from local.simulators.page import wall_clock, yuan
from local.simulators.sending import Letter, Reply

# Eight sends within 25 h: the gaps between them, in the provider's own time.
RETRY_AFTER_S = (240, 600, 600, 3600, 7200, 21600, 54000)


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who is told."""

    app_id: str
    seller_id: str


def notice_content(trade: Trade, merchant: Merchant, refund: Refund | None) -> dict[str, str]:
    """The fields of a notice about the trade as it is now, without the time of sending and the signature."""
    amount = yuan(trade.total_fen)
    content = {
        **buyer_fields(trade),
        "app_id": merchant.app_id,
        "auth_app_id": merchant.app_id,
        "charset": "utf-8",
        "gmt_create": wall_clock(trade.created_at),
        "notify_type": "trade_status_sync",
        "out_trade_no": trade.out_trade_no,
        "passback_params": trade.passback_params,
        "seller_id": merchant.seller_id,
        "subject": trade.subject,
        "total_amount": amount,
        "trade_no": trade.trade_no,
        "trade_status": trade.status,
        "version": "1.0",
    }
    if trade.paid_at is not None:
        content |= {
            "buyer_pay_amount": amount,
            "fund_bill_list": json.dumps(
                [{"amount": amount, "fundChannel": "ALIPAYACCOUNT"}], separators=(",", ":")
            ),
            "gmt_payment": wall_clock(trade.paid_at),
            "invoice_amount": amount,
            "point_amount": "0.00",
            "receipt_amount": amount,
        }
    if refund is not None:
        content |= {
            "gmt_refund": f"{wall_clock(refund.refunded_at)}.000",
            # Nobody but the console knows the number of its refund.
            "out_biz_no": "" if refund.is_from_console else refund.out_request_no,
            "refund_fee": yuan(trade.refunded_fen),
        }
    if trade.closed_at is not None:
        content["gmt_close"] = wall_clock(trade.closed_at)
    return content


def buyer_fields(trade: Trade) -> dict[str, str]:
    """The one simulated buyer, as Alipay names buyers to merchants."""
    return {"buyer_id": f"2088{trade.trade_no[-12:]}", "buyer_logon_id": "138******01"}


class AlipayNotices:
    """How Alipay writes its notices: forms, signed with RSA2, taken where the answer is `success`."""

    retry_after_s = RETRY_AFTER_S
    longest_answer_s = 10.0

    def __init__(self, key: rsa.RSAPrivateKey, *, clock: ShiftedClock) -> None:
        self._key = key
        self._clock = clock

    def letters(self, notice: Notice) -> list[Letter]:
        """The form with the time of this sending."""
        fields = {
            **notice.fields,
            "notify_id": notice.notify_id,
            "notify_time": wall_clock(self._clock.now()),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return [Letter(urlencode(signed_message(self._key, fields)).encode(), headers)]

    def is_taken(self, reply: Reply) -> bool:
        """Alipay reads the answer, not only its status."""
        return reply.status == 200 and reply.text == "success"


def draft_about(trade: Trade, merchant: Merchant, refund: Refund | None, *, now: float) -> Draft:
    """The notice of the trade as it is now."""
    content = notice_content(trade, merchant, refund)
    return Draft(dated_number(now, "00222"), trade.trade_no, trade.notify_url, content)
