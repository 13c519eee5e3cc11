"""The daily bill of a provider: what it says of each payment and refund of one day by its own clock."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import DomainError
from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import Trade


class BillDamagedError(DomainError):
    """A bill that is malformed or whose rows do not add up to its own totals: nothing of it is believed."""

    code = "bill_damaged"
    message = "对账单不完整或合计不符，未予采用。"


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledPayment:
    """The provider took money for an order."""

    order_id: OrderId
    trade: Trade
    amount_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledRefund:
    """The provider gave money of a trade back; `amount_fen` is positive."""

    order_id: OrderId
    trade: Trade
    refund_id: RefundId
    amount_fen: int


BillRow = BilledPayment | BilledRefund


@dataclass(frozen=True, slots=True)
class BillTotals:
    """What a bill adds up to, in fen."""

    payments: int = 0
    payments_fen: int = 0
    refunds: int = 0
    refunds_fen: int = 0

    def plus(self, row: BillRow) -> "BillTotals":
        """With one more row."""
        if isinstance(row, BilledPayment):
            return BillTotals(
                self.payments + 1, self.payments_fen + row.amount_fen, self.refunds, self.refunds_fen
            )
        return BillTotals(
            self.payments, self.payments_fen, self.refunds + 1, self.refunds_fen + row.amount_fen
        )
