"""Daily bills against our books: many orders and refunds at once, what no bill has confirmed yet, reports."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from chalicelib.domain.bill import BillReport
from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before, second_reached
from chalicelib.storage.batches import read_items
from chalicelib.storage.connection import DUE, ConditionFailedError, Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.order_rows import NOTHING_DUE, order_of
from chalicelib.storage.money.refund_rows import REFUND_NOT_DUE, refund_in
from chalicelib.storage.money.rows import BillReportRow, RefundRow
from chalicelib.storage.tables import PRESENT, OrderRow
from chalicelib.usecases.ports import Awaiting, BookedOrder

_UNMATCHED = "unmatched:"


class DynamoBills:
    """`Bills`."""

    def __init__(self, *, tables: Tables) -> None:
        self._tables = tables

    def orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, BookedOrder]:
        """Those that are there, consistent."""
        found = self._read([keys.order(order_id) for order_id in set(order_ids)])
        rows = [OrderRow.from_raw_data(item) for item in found]
        return {OrderId(row.order_id): BookedOrder(order_of(row), _awaits_bill(row)) for row in rows}

    def refunds(self, refund_ids: Sequence[RefundId]) -> Mapping[RefundId, Refund]:
        """Those that are there, consistent."""
        found = self._read([money_keys.refund(refund_id) for refund_id in set(refund_ids)])
        refunds = [refund_in(RefundRow.from_raw_data(item)) for item in found]
        return {refund.id: refund for refund in refunds}

    def confirm_order(self, order: PaymentOrder) -> None:
        """The bill has it: it waits for no other."""
        self._unmark(keys.order(order.id), OrderRow)

    def confirm_refund(self, refund: Refund) -> None:
        """The bill has it: it waits for no other, also where it is not done yet."""
        key = money_keys.refund(refund.id)
        # Twice is fine: it says the same.
        self._tables.update(key, RefundRow.is_billed.set(True), on=PRESENT)
        self._unmark(key, RefundRow)

    def stop_awaiting(self, awaiting: Awaiting) -> None:
        """No bill has it, and a person looks: it waits no more."""
        if awaiting.refund_id is not None:
            self._unmark(money_keys.refund(awaiting.refund_id), RefundRow)
        if awaiting.order_id is not None:
            self._unmark(keys.order(awaiting.order_id), OrderRow)

    def awaiting(
        self, provider: str, *, before: datetime, at_most: int, since: datetime | None = None
    ) -> Sequence[Awaiting]:
        """Money of a provider that moved before a moment, and not before another, and that no bill has
        confirmed, oldest first."""
        found = sorted(self._awaiting(provider, since, before, at_most), key=lambda each: each.moved_at)
        return found[:at_most]

    def keep(self, report: BillReport) -> None:
        """Write over an earlier run's."""
        key = money_keys.bill_report(report.provider, report.day)
        self._tables.put(key, BillReportRow(report=report))

    def report(self, provider: str, day: date) -> BillReport | None:
        """What came of a day's bill so far."""
        row = self._tables.read(money_keys.bill_report(provider, day), BillReportRow)
        return row.report if row else None

    def _awaiting(
        self, provider: str, since: datetime | None, before: datetime, at_most: int
    ) -> Iterator[Awaiting]:
        # The index has whole seconds, and a second that has begun is not over.
        up_to = second_reached(before) - 1
        begins = second_not_before(since) if since else None
        for shard in keys.shards(money_keys.unmatched_queue(provider), money_keys.UNMATCHED_SHARDS):
            for item in self._tables.query_index(DUE, shard, since=begins, up_to=up_to, at_most=at_most):
                moved_at = datetime.fromtimestamp(int(item["due_at"]["N"]), UTC)
                pk = item["pk"]["S"]
                if pk.startswith("REFUND#"):
                    yield Awaiting(moved_at, refund_id=money_keys.refunded(pk))
                else:
                    yield Awaiting(moved_at, order_id=keys.ordered(pk))

    def _read(self, at: Sequence[Key]) -> list[dict[str, dict[str, object]]]:
        return list(read_items(self._tables, Table.RECORDS, at).values())

    def _unmark(self, key: Key, row: type[OrderRow] | type[RefundRow]) -> None:
        actions = NOTHING_DUE if row is OrderRow else REFUND_NOT_DUE
        try:
            # Only a wait for the bill ends; what is asked about stays due. Twice is fine.
            self._tables.update(key, *actions, on=row.due_shard.startswith(_UNMATCHED))
        except ConditionFailedError:
            return


def _awaits_bill(row: OrderRow) -> bool:
    shard: str | None = row.due_shard
    return shard is not None and shard.startswith(_UNMATCHED)
