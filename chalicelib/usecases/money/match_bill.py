"""Rows of a daily bill against our orders and refunds, and our money against the bills that lack it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.bill import (
    BilledPayment,
    BilledRefund,
    BillReport,
    BillRow,
    day_begins,
    is_looked_back_on,
)
from chalicelib.domain.china import china_date
from chalicelib.domain.discrepancy import (
    Discrepancy,
    DiscrepancyKind,
    about_order,
    about_refund,
    discrepancy_id,
)
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund, RefundState
from chalicelib.usecases.money.ask_provider import ask_provider
from chalicelib.usecases.money.give_back import ask_again, note_unknown_refund
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.received import note_second_trade
from chalicelib.usecases.money.sweep import SILENT_IS_DOWN_AFTER
from chalicelib.usecases.money.whose import owned
from chalicelib.usecases.ports import (
    Awaiting,
    BillFiles,
    Bills,
    BookedOrder,
    PaymentProvider,
    ProviderUnavailableError,
)

_GIVEN_UP_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPorts:
    """What reconciling needs."""

    money: PaymentPorts
    bills: Bills
    files: BillFiles


class Matching:
    """One bill being matched: counts, and how often its provider fell silent."""

    def __init__(self, provider: PaymentProvider, day: date, ports: BillPorts, now: datetime) -> None:
        self.confirmed = self.learnt = self.differing = self.put_off = 0
        self._provider = provider.name
        self._day = day
        self._ports = ports
        self._now = now
        self._nameless: Counter[str] = Counter()

    def match(self, rows: Sequence[BillRow]) -> None:
        """Read what they name at once, then take one after the other."""
        orders = self._ports.bills.orders([row.order_id for row in rows if isinstance(row, BilledPayment)])
        refunds = self._ports.bills.refunds([row.refund_id for row in rows if isinstance(row, BilledRefund)])
        for row in rows:
            try:
                if isinstance(row, BilledPayment):
                    self._payment(row, orders.get(row.order_id))
                else:
                    self._refund(row, refunds.get(row.refund_id))
            except ProviderUnavailableError:
                self.put_off += 1

    def _payment(self, row: BilledPayment, booked: BookedOrder | None) -> None:
        if booked is None:
            return self._differs(self._about_row(DiscrepancyKind.UNKNOWN_ORDER, row))
        order = booked.order
        if order.trade is None:
            return self._unknown_payment(row, order)
        if order.trade != row.trade:
            return self._second_trade(row)
        if order.received_fen != row.amount_fen:
            return self._differs(
                about_order(
                    DiscrepancyKind.AMOUNT_DIFFERS,
                    order,
                    now=self._now,
                    bill_day=self._day,
                    amount_fen=row.amount_fen,
                ),
                freezes=True,
            )
        if booked.awaits_bill:
            self._ports.bills.confirm_order(order)
        self.confirmed += 1
        return None

    def _unknown_payment(self, row: BilledPayment, order: PaymentOrder) -> None:
        """Money that no notice and no query has told of: the query decides, as always."""
        self._require_patience()
        asked = ask_provider(order, ports=self._ports.money, now=self._now)
        if asked.trade is not None and asked.trade != row.trade:
            return self._second_trade(row)
        if asked.trade != row.trade or asked.received_fen != row.amount_fen:
            return self._differs(self._about_row(DiscrepancyKind.ONLY_IN_BILL, row))
        self._ports.bills.confirm_order(asked)
        self.confirmed += 1
        self.learnt += 1
        return None

    def _second_trade(self, row: BilledPayment) -> None:
        self.differing += 1
        note_second_trade(self._about_row(DiscrepancyKind.SECOND_TRADE, row), self._ports.money)

    def _refund(self, row: BilledRefund, refund: Refund | None) -> None:
        if refund is None or refund.trade != row.trade or refund.state is RefundState.DEAD:
            self.differing += 1
            return note_unknown_refund(
                self._about_row(DiscrepancyKind.UNKNOWN_REFUND, row), self._ports.money
            )
        if refund.amount_fen != row.amount_fen:
            kind = DiscrepancyKind.REFUND_AMOUNT_DIFFERS
            return self._differs(about_refund(kind, refund, now=self._now, bill_day=self._day), freezes=True)
        if refund.state is not RefundState.DONE:
            # Billed is taken, which need not be done yet: the provider says.
            self._require_patience()
            self.learnt += ask_again(refund, ports=self._ports.money, now=self._now)
        if not refund.is_billed:
            self._ports.bills.confirm_refund(refund)
        self.confirmed += 1
        return None

    def _require_patience(self) -> None:
        """A provider that is down is not asked about every row."""
        if self.put_off >= SILENT_IS_DOWN_AFTER:
            raise ProviderUnavailableError("silent before")

    def _differs(self, discrepancy: Discrepancy, *, freezes: bool = False) -> None:
        self.differing += 1
        noticed = owned(discrepancy, ports=self._ports.money)
        if freezes:
            self._ports.money.discrepancies.freeze(noticed)
        else:
            self._ports.money.discrepancies.note(noticed)

    def _about_row(self, kind: DiscrepancyKind, row: BillRow) -> Discrepancy:
        refund_id = row.refund_id if isinstance(row, BilledRefund) else None
        number = row.trade.trade_no if refund_id is None else refund_id or self._number_by_place(row.order_id)
        return Discrepancy(
            id=discrepancy_id(kind, self._provider, number),
            kind=kind,
            provider=self._provider,
            noticed_at=self._now,
            order_id=row.order_id,
            trade_no=row.trade.trade_no,
            refund_id=refund_id or None,
            amount_fen=row.amount_fen,
            bill_day=self._day,
        )

    def _number_by_place(self, order_id: str) -> str:
        """Of two refunds without a number each is noticed, and each once, however often the bill is read."""
        self._nameless[order_id] += 1
        return f"{order_id}.{self._day:%Y%m%d}.{self._nameless[order_id]}"


def give_up_waiting(report: BillReport, ports: BillPorts, now: datetime) -> int:
    """Money that neither the bill of its day nor the next day's has is put before a person. How much.

    Two bills, because by the provider's clock it may have moved on the other side of midnight. A bill that is
    too old to be caught up with counts as one that lacks it: it would never be looked into otherwise.
    """
    before = day_begins(report.day)
    awaiting = ports.bills.awaiting(report.provider, before=before, at_most=_GIVEN_UP_AT_ONCE)
    done: dict[date, bool] = {}
    gone = 0
    for each in awaiting:
        day = china_date(each.moved_at)
        for bill_day in (day, day + timedelta(days=1)):
            if bill_day not in done:
                known = ports.bills.report(report.provider, bill_day)
                is_complete = known is not None and known.is_complete
                done[bill_day] = is_complete or not is_looked_back_on(bill_day, china_date(now))
        if done[day] and done[day + timedelta(days=1)]:
            _put_before_a_person(each, ports, day, now)
            gone += 1
    return gone


def _put_before_a_person(awaiting: Awaiting, ports: BillPorts, day: date, now: datetime) -> None:
    # Noted first: whoever dies in between does it again, and it is the same.
    if awaiting.order_id is not None and (order := ports.money.orders.get(awaiting.order_id)):
        missing = about_order(DiscrepancyKind.NOT_IN_BILL, order, now=now, bill_day=day)
        ports.money.discrepancies.note(owned(missing, ports=ports.money))
    if awaiting.refund_id is not None and (refund := ports.money.refunds.get(awaiting.refund_id)):
        missing = about_refund(DiscrepancyKind.REFUND_NOT_IN_BILL, refund, now=now, bill_day=day)
        ports.money.discrepancies.note(owned(missing, ports=ports.money))
    ports.bills.stop_awaiting(awaiting)
