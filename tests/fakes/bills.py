"""Daily bills in memory: what a provider sends, our books beside it, and where the files are kept."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import BinaryIO

from chalicelib.domain.bill import BillDamagedError, BillReport, BillRow
from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund
from chalicelib.usecases.ports import Awaiting, BookedOrder, DailyBill
from tests.fakes.memory import Memory


@dataclass
class FakeBill:
    """`DailyBill`: rows as they are; `is_damaged` shows only at the end, as wrong totals do."""

    listed: list[BillRow] = field(default_factory=list)
    sha256: str = "0" * 64
    is_damaged: bool = False

    @property
    def raw(self) -> BinaryIO:
        return io.BytesIO(repr(self.listed).encode())

    def rows(self) -> Iterator[BillRow]:
        yield from self.listed
        if self.is_damaged:
            raise BillDamagedError


class FakeBills:
    """`Bills` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, BookedOrder]:
        with self._memory.lock:
            found = {order_id: self._memory.orders.get(order_id) for order_id in order_ids}
            waiting = self._memory.unmatched
            return {key: BookedOrder(order, key in waiting) for key, order in found.items() if order}

    def refunds(self, refund_ids: Sequence[RefundId]) -> Mapping[RefundId, Refund]:
        with self._memory.lock:
            found = {refund_id: self._memory.refunds.get(refund_id) for refund_id in refund_ids}
            return {key: refund for key, refund in found.items() if refund}

    def confirm_order(self, order: PaymentOrder) -> None:
        with self._memory.lock:
            self._memory.unmatched.discard(order.id)

    def confirm_refund(self, refund: Refund) -> None:
        with self._memory.lock:
            self._memory.unmatched.discard(refund.id)
            self._memory.refunds[refund.id] = replace(self._memory.refunds[refund.id], is_billed=True)

    def stop_awaiting(self, awaiting: Awaiting) -> None:
        with self._memory.lock:
            self._memory.unmatched -= {awaiting.order_id, awaiting.refund_id}

    def awaiting(
        self, provider: str, *, before: datetime, at_most: int, since: datetime | None = None
    ) -> Sequence[Awaiting]:
        with self._memory.lock:
            orders = [
                Awaiting(order.paid_at, order_id=order.id)
                for order in self._memory.orders.values()
                if order.id in self._memory.unmatched and order.provider == provider and order.paid_at
            ]
            refunds = [
                Awaiting(refund.done_at, refund_id=refund.id)
                for refund in self._memory.refunds.values()
                if refund.id in self._memory.unmatched
                and refund.trade.provider == provider
                and refund.done_at
            ]
        found = [
            each
            for each in (*orders, *refunds)
            if each.moved_at < before and (since is None or each.moved_at >= since)
        ]
        return sorted(found, key=lambda each: each.moved_at)[:at_most]

    def keep(self, report: BillReport) -> None:
        with self._memory.lock:
            self._memory.bill_reports[report.provider, report.day] = report

    def report(self, provider: str, day: date) -> BillReport | None:
        with self._memory.lock:
            return self._memory.bill_reports.get((provider, day))


class FakeBillFiles:
    """`BillFiles` that remembers."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, date, str], bytes] = {}

    def keep(self, provider: str, day: date, bill: DailyBill) -> None:
        self.kept[provider, day, bill.sha256] = bill.raw.read()
