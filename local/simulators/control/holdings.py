"""What the simulators hold, read from their databases, as JSON for tests and for the page."""

from dataclasses import dataclass
from pathlib import Path

from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.trades import Trade
from local.simulators.outbox import Notice
from local.simulators.page import wall_clock, yuan
from local.simulators.sms.mailbox import Mailbox, Message
from local.simulators.verification.desk import CheckRequest, Desk

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Holdings:
    """The books of the three parties, opened beside the simulators that write them."""

    ledger: Ledger
    mailbox: Mailbox
    desk: Desk

    def latest(self) -> dict[str, list[dict[str, object]]]:
        """The youngest of each kind first."""
        return {
            "trades": [_trade(trade) for trade in self.ledger.latest_trades(_SHOWN)],
            "notices": [_notice(notice) for notice in self.ledger.latest_notices(_SHOWN)],
            "messages": [
                _message(message) for message in self.mailbox.latest(arrived_only=False, limit=_SHOWN)
            ],
            "verification_requests": [_check(request) for request in self.desk.latest(_SHOWN)],
        }


def open_holdings(folder: Path) -> Holdings:
    """Open the books in the folder; what is missing is empty."""
    return Holdings(Ledger(folder), Mailbox(folder), Desk(folder))


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
