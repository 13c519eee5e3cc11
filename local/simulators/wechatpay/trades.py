"""What the simulated WeChat Pay knows, as values. The rules are in `trading.py`."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from local.simulators.page import wall_clock

CODE_PREFIX = "weixin://wxpay/bizpayurl?pr="
_NUMBER_LENGTH = 28


class TradeType(StrEnum):
    """How an order is paid: by a code that is scanned, or by a page on a phone."""

    NATIVE = "NATIVE"
    MWEB = "MWEB"


class TradeState(StrEnum):
    """The states of an order; those of other ways to pay are not reached."""

    NOTPAY = "NOTPAY"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    CLOSED = "CLOSED"


class RefundStatus(StrEnum):
    """The states of a refund."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Order:
    """What a merchant asked to be paid. `request` is the call as it came: the same again must be the same.

    After `expires_at` it cannot be paid, and yet it is not closed until the merchant closes it.
    """

    out_trade_no: str
    trade_type: TradeType
    description: str
    total_fen: int
    attach: str
    notify_url: str
    request: str
    created_at: float
    expires_at: float
    closed_at: float | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came for an order; more than one only by the fault `pay_twice`."""

    transaction_id: str
    out_trade_no: str
    paid_at: float
    refunded_fen: int = 0


@dataclass(frozen=True, slots=True)
class Trade:
    """An order with one of its payments, or with none."""

    order: Order
    payment: Payment | None

    @property
    def state(self) -> TradeState:
        """Money counts more than a closing."""
        if self.payment is not None:
            return TradeState.REFUND if self.payment.refunded_fen else TradeState.SUCCESS
        return TradeState.NOTPAY if self.order.closed_at is None else TradeState.CLOSED


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; `out_refund_no` is the merchant's key for it."""

    out_refund_no: str
    refund_id: str
    transaction_id: str
    out_trade_no: str
    amount_fen: int
    total_fen: int
    notify_url: str
    status: RefundStatus
    created_at: float
    ready_at: float
    done_at: float | None = None


def dated_number(now: float, kind: str) -> str:
    """A number of the provider's: the kind, the day in China, then chance; 28 digits."""
    start = kind + wall_clock(now)[:10].replace("-", "")
    return start + "".join(secrets.choice("0123456789") for _ in range(_NUMBER_LENGTH - len(start)))
