"""What the simulators hold, read from their databases, as JSON for tests and for the page."""

from dataclasses import dataclass
from pathlib import Path

from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.trades import Trade
from local.simulators.outbox import Notice
from local.simulators.page import wall_clock, yuan
from local.simulators.sms.mailbox import Mailbox, Message
from local.simulators.verification.desk import CheckRequest, Desk
from local.simulators.wechatpay.ledger import Ledger as WechatPayLedger
from local.simulators.wechatpay.trades import Trade as WechatPayTrade

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Holdings:
    """The books of the outside parties, opened beside the simulators that write them."""

    ledger: Ledger
    wechatpay: WechatPayLedger
    mailbox: Mailbox
    desk: Desk

    def latest(self) -> dict[str, list[dict[str, object]]]:
        """The youngest of each kind first."""
        return {
            "trades": [_trade(trade) for trade in self.ledger.latest_trades(_SHOWN)],
            "notices": [_notice(notice) for notice in self.ledger.latest_notices(_SHOWN)],
            "wechatpay_trades": [_wechatpay_trade(trade) for trade in self.wechatpay.latest_trades(_SHOWN)],
            "wechatpay_notices": [
                _wechatpay_notice(notice) for notice in self.wechatpay.latest_notices(_SHOWN)
            ],
            "messages": [
                _message(message) for message in self.mailbox.latest(arrived_only=False, limit=_SHOWN)
            ],
            "verification_requests": [_check(request) for request in self.desk.latest(_SHOWN)],
        }


def open_holdings(folder: Path) -> Holdings:
    """Open the books in the folder; what is missing is empty."""
    return Holdings(Ledger(folder), WechatPayLedger(folder), Mailbox(folder), Desk(folder))


def _trade(trade: Trade) -> dict[str, object]:
    return {
        "trade_no": trade.trade_no,
        "out_trade_no": trade.out_trade_no,
        "status": trade.status,
        "subject": trade.subject,
        "total_amount": yuan(trade.total_fen),
        "refunded_amount": yuan(trade.refunded_fen),
        "created_at": wall_clock(trade.created_at),
        "paid_at": None if trade.paid_at is None else wall_clock(trade.paid_at),
        "expires_at": wall_clock(trade.expires_at),
    }


def _notice(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.id,
        "notify_id": notice.notify_id,
        "trade_no": notice.trade_no,
        "out_trade_no": notice.fields["out_trade_no"],
        "trade_status": notice.fields["trade_status"],
        "refund_fee": notice.fields.get("refund_fee"),
        **_sending(notice),
    }


def _wechatpay_trade(trade: WechatPayTrade) -> dict[str, object]:
    order, payment = trade.order, trade.payment
    return {
        "transaction_id": None if payment is None else payment.transaction_id,
        "out_trade_no": order.out_trade_no,
        "trade_type": order.trade_type,
        "trade_state": trade.state,
        "description": order.description,
        "total_amount": yuan(order.total_fen),
        "refunded_amount": yuan(0 if payment is None else payment.refunded_fen),
        "created_at": wall_clock(order.created_at),
        "paid_at": None if payment is None else wall_clock(payment.paid_at),
        "expires_at": wall_clock(order.expires_at),
    }


def _wechatpay_notice(notice: Notice) -> dict[str, object]:
    content = notice.fields["content"]
    return {
        "id": notice.id,
        "notify_id": notice.notify_id,
        "event_type": notice.fields["event_type"],
        "out_trade_no": content["out_trade_no"],
        "transaction_id": content["transaction_id"],
        "out_refund_no": content.get("out_refund_no"),
        **_sending(notice),
    }


def _sending(notice: Notice) -> dict[str, object]:
    return {
        "url": notice.url,
        "state": notice.state,
        "sends": notice.sends,
        "next_at": wall_clock(notice.next_at) if notice.state == "due" else None,
        "answers": notice.answers,
    }


def _message(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "phone": message.phone,
        "text": message.text,
        "code": message.code,
        "outcome": message.outcome,
        "has_arrived": message.has_arrived,
        "sent_at": wall_clock(message.sent_at),
    }


def _check(request: CheckRequest) -> dict[str, object]:
    return {
        "request_id": request.request_id,
        "kind": request.kind,
        "facts": dict(request.facts),
        "received_at": wall_clock(request.received_at),
        "answer": request.answer or None,
    }
