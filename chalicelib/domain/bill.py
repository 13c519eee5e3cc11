"""The daily bill of a provider: what it says of each payment and refund of one day by its own clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from chalicelib.domain.china import CHINA
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


class BillProblem(StrEnum):
    """Why a bill could not be gone through to its end; it is tried again."""

    MISSING = "missing"
    """The provider has none, though we know of money of that day, or it is too early to believe it."""
    DAMAGED = "damaged"
    """Malformed, or its rows do not add up to its totals."""
    SILENT = "silent"
    """The provider did not answer."""
    UNFINISHED = "unfinished"
    """There was no time left, or the provider fell silent over some rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillReport:
    """What came of one provider's bill of one day, for finance. A later run writes over an earlier one."""

    provider: str
    day: date
    made_at: datetime
    sha256: str | None = None
    """Of the file as it was downloaded; none where the day had no bill."""
    totals: BillTotals = BillTotals()
    """By the bill, payments and refunds apart, in fen."""
    confirmed: int = 0
    """Rows that agree with our books."""
    learnt: int = 0
    """Of these, rows that we did not know of before."""
    differing: int = 0
    """Rows that do not agree; each waits for a person."""
    waiting: int = 0
    """Money moved that day by our books that the bill does not have; the next day's bill may."""
    gone: int = 0
    """Money of earlier days that two bills did not have; each waits for a person."""
    problem: BillProblem | None = None

    @property
    def is_complete(self) -> bool:
        """The day is done with."""
        return self.problem is None


LOOKED_BACK_DAYS = 7
"""So many days' bills are caught up with."""


def day_begins(day: date) -> datetime:
    """The first moment of a day by the providers' clock."""
    return datetime.combine(day, time(), CHINA)


def is_overdue(day: date, now: datetime) -> bool:
    """A whole day later than bills are made as a rule: what kept this one needs a person, and where the
    provider still says that there is none, it is believed. A late bill looks like none at all."""
    return now >= day_begins(day + timedelta(days=2))


def is_looked_back_on(day: date, today: date) -> bool:
    """Whether the day's bill is still caught up with by itself."""
    return today - timedelta(days=LOOKED_BACK_DAYS) <= day


def days_to_reconcile(today: date) -> list[date]:
    """The days whose bills there may be, oldest first."""
    return [today - timedelta(days=ago) for ago in range(LOOKED_BACK_DAYS, 0, -1)]
