"""What a person has to look at, and the pieces that belong into the transaction that finds or ends it."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.discrepancy import FREEZING, Discrepancy, DiscrepancyKind, freezing
from chalicelib.domain.ids import AuthorityId, DiscrepancyId, OrderId, RefundId, TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.storage import keys
from chalicelib.storage.audit import with_entry
from chalicelib.storage.batches import MOST_READ_AT_ONCE, read_items
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Table
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.order_rows import order_of
from chalicelib.storage.money.order_writes import free_registration, same_refunds, take_trade
from chalicelib.storage.money.queue import in_order
from chalicelib.storage.money.rows import DiscrepancyRow
from chalicelib.storage.tables import ABSENT, PRESENT, OrderRow
from chalicelib.storage.transaction import Refusal, Transaction, unless_done
from chalicelib.usecases.ports import Sealer, StaleWriteError


class DynamoDiscrepancies:
    """`Discrepancies`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def note_second_trade(self, second: Discrepancy) -> bool:
        """Keep it, and the trade is its order's: both or none. Whether it is new."""
        trade = Trade(second.provider, second.trade_no or TradeNo(""))
        order_id = second.order_id or OrderId("")
        claim = Transaction(self._tables)
        take_trade(claim, order_id, trade)
        try:
            put_discrepancy(claim, second, on=ABSENT, failing=_NoticedAlreadyError).commit()
        except _NoticedAlreadyError:
            return self.note(second)
        return True

    def note(self, discrepancy: Discrepancy) -> bool:
        """Keep it; told of again, only what a bill adds is kept as well. Whether it is new."""
        transaction = put_discrepancy(Transaction(self._tables), discrepancy, on=ABSENT)  # not noticed yet
        is_new = unless_done(transaction)
        if not is_new and discrepancy.bill_day is not None:
            self._add_what_the_bill_says(discrepancy)
        return is_new

    def _add_what_the_bill_says(self, discrepancy: Discrepancy) -> None:
        says: dict[str, object] = {
            "bill_day": discrepancy.bill_day.isoformat() if discrepancy.bill_day else None,
            "trade_no": discrepancy.trade_no,
            "amount_fen": discrepancy.amount_fen,
        }
        transaction = Transaction(self._tables).update(
            money_keys.discrepancy(discrepancy.id),
            *(getattr(DiscrepancyRow, name).set(value) for name, value in says.items() if value is not None),
            # It waits for a person, no bill has told of it yet, and this one does not say otherwise.
            on=PRESENT
            & DiscrepancyRow.settled_at.does_not_exist()
            & DiscrepancyRow.bill_day.does_not_exist()
            & _is_or_is_not_known(DiscrepancyRow.trade_no, discrepancy.trade_no)
            & _is_or_is_not_known(DiscrepancyRow.amount_fen, discrepancy.amount_fen),
        )
        unless_done(transaction)

    def freeze(self, discrepancy: Discrepancy) -> bool:
        """Keep it and freeze its order: both or none. Whether it is new."""
        transaction = put_discrepancy(Transaction(self._tables), discrepancy, on=ABSENT)  # not noticed yet
        if discrepancy.order_id is not None:
            # Without its order there is nothing to freeze.
            transaction.update(keys.order(discrepancy.order_id), OrderRow.is_frozen.set(True), on=PRESENT)
        return unless_done(transaction)

    def get(self, discrepancy_id: DiscrepancyId) -> Discrepancy | None:
        """By id, consistent."""
        row = self._tables.read(money_keys.discrepancy(discrepancy_id), DiscrepancyRow)
        return discrepancy_in(row) if row else None

    def waiting(
        self, authority_id: AuthorityId | None, *, after: Discrepancy | None = None
    ) -> Iterator[Discrepancy]:
        """Those that wait for an authority's clerks or for anybody's, longest waiting first."""
        found = in_order(self._tables, authority_id, after=after)
        while part := list(islice(found, MOST_READ_AT_ONCE)):
            items = read_items(self._tables, Table.RECORDS, part)
            for key in part:
                # The index may lag behind the table.
                item = items.get((key.pk, key.sk))
                discrepancy = discrepancy_in(DiscrepancyRow.from_raw_data(item)) if item else None
                if discrepancy is not None and discrepancy.settled_at is None:
                    yield discrepancy

    def settle(self, discrepancy: Discrepancy, entry: AuditEntry) -> None:
        """Settled, its order no longer frozen, a registration that it held free, with the audit entry: all or
        none."""
        transaction = settle_discrepancy(Transaction(self._tables), discrepancy.id, at=entry.at)
        if discrepancy.order_id is not None:
            self._release(discrepancy, discrepancy.order_id, transaction)
        with_entry(transaction, entry, self._sealer).commit()

    def _release(self, settled: Discrepancy, order_id: OrderId, transaction: Transaction) -> None:
        row = self._tables.read(keys.order(order_id), OrderRow)
        if row is None:
            return
        order = order_of(row)
        if settled.kind is DiscrepancyKind.MISMATCH:
            free_registration(transaction, self._tables, order)
        if settled.kind in FREEZING:
            self._thaw(order, settled, transaction)

    def _thaw(self, order: PaymentOrder, settled: Discrepancy, transaction: Transaction) -> None:
        """The order is frozen no longer, unless something else that froze it still waits for a person."""
        is_cold = False
        for other in freezing(order):
            if other == settled.id:
                continue
            key = money_keys.discrepancy(other)
            waits = PRESENT & DiscrepancyRow.settled_at.does_not_exist()
            found = self.get(other)
            is_waiting = found is not None and found.settled_at is None
            is_cold = is_cold or is_waiting
            # As it was read: of two that are settled at once, the second has to see the first.
            transaction.check(key, on=waits if is_waiting else ~waits)
        if not is_cold:
            # A refund asked for or booked meanwhile could be one more that froze it.
            frozen = OrderRow.is_frozen.set(False)
            transaction.update(keys.order(order.id), frozen, on=same_refunds(order))


def _is_or_is_not_known(column: Any, value: object) -> Condition:
    if value is None:
        absent: Condition = column.does_not_exist()
        return absent
    fits: Condition = column.does_not_exist() | (column == value)
    return fits


class _NoticedAlreadyError(Exception):
    """It waits for a person, or a person has seen to it."""


def put_discrepancy(
    transaction: Transaction,
    discrepancy: Discrepancy,
    *,
    on: Condition | None,
    failing: Refusal = StaleWriteError,
) -> Transaction:
    """The transaction, with what does not agree kept only if all the rest is."""
    row = DiscrepancyRow(
        discrepancy_id=discrepancy.id,
        kind=discrepancy.kind,
        provider=discrepancy.provider,
        noticed_at=discrepancy.noticed_at,
        authority_id=discrepancy.authority_id,
        order_id=discrepancy.order_id,
        trade_no=discrepancy.trade_no,
        refund_id=discrepancy.refund_id,
        amount_fen=discrepancy.amount_fen,
        bill_day=discrepancy.bill_day.isoformat() if discrepancy.bill_day else None,
        code=discrepancy.code or None,
        given_back_by=discrepancy.given_back_by,
        review_shard=money_keys.discrepancy_shard(discrepancy.authority_id, discrepancy.id),
        review_since=discrepancy.noticed_at,
    )
    return transaction.put(money_keys.discrepancy(discrepancy.id), row, on=on, failing=failing)


def settle_discrepancy(
    transaction: Transaction,
    discrepancy_id: DiscrepancyId,
    *,
    at: datetime,
    given_back_by: RefundId | None = None,
) -> Transaction:
    """The transaction, with the discrepancy settled; by a refund, where finance gives its money back."""
    actions = [
        DiscrepancyRow.settled_at.set(at),
        DiscrepancyRow.review_shard.remove(),
        DiscrepancyRow.review_since.remove(),
    ]
    if given_back_by is not None:
        actions.append(DiscrepancyRow.given_back_by.set(given_back_by))
    return transaction.update(
        money_keys.discrepancy(discrepancy_id),
        *actions,
        on=PRESENT & DiscrepancyRow.settled_at.does_not_exist(),  # nobody has settled it
    )


def discrepancy_in(row: DiscrepancyRow) -> Discrepancy:
    """The discrepancy that a row holds."""
    return Discrepancy(
        id=DiscrepancyId(row.discrepancy_id),
        kind=DiscrepancyKind(row.kind),
        provider=row.provider,
        noticed_at=row.noticed_at,
        authority_id=AuthorityId(row.authority_id) if row.authority_id else None,
        order_id=OrderId(row.order_id) if row.order_id else None,
        trade_no=TradeNo(row.trade_no) if row.trade_no else None,
        refund_id=RefundId(row.refund_id) if row.refund_id else None,
        amount_fen=row.amount_fen,
        bill_day=date.fromisoformat(row.bill_day) if row.bill_day else None,
        code=row.code or "",
        given_back_by=RefundId(row.given_back_by) if row.given_back_by else None,
        settled_at=row.settled_at,
    )
