"""Refunds: money reserved on its order when it is asked for, and booked there when it is back.

Every write that changes what a refund is moves its order with it, so that the two always tell one story.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import (
    Refund,
    RefundState,
    refunded,
    refunding,
    with_outside_refund,
    with_refund_failed,
    with_refund_replaced,
    with_refund_resumed,
)
from chalicelib.domain.registration import Registration
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_reached
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import DUE, Tables
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.discrepancies import put_discrepancy, settle_discrepancy
from chalicelib.storage.money.order_rows import order_of
from chalicelib.storage.money.order_writes import free_registration
from chalicelib.storage.money.refund_rows import REFUND_NOT_DUE, due_refund_columns, refund_in
from chalicelib.storage.money.refund_writes import (
    leave,
    move_order,
    pays_nothing,
    put_refund,
    settle_failure,
    until_billed,
)
from chalicelib.storage.money.rows import RefundRow
from chalicelib.storage.tables import OrderRow
from chalicelib.storage.transaction import Transaction, unless_done
from chalicelib.usecases.ports import OutsideRefund, Sealer, StaleWriteError


class DynamoRefunds:
    """`Refunds`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def get(self, refund_id: RefundId) -> Refund | None:
        """By number, consistent."""
        row = self._tables.read(money_keys.refund(refund_id), RefundRow)
        return refund_in(row) if row else None

    def request(
        self,
        order: PaymentOrder,
        refund: Refund,
        entry: AuditEntry,
        *,
        settling: Discrepancy | None,
        now: datetime,
    ) -> None:
        """Refund due, money reserved, what it settles settled, a held registration free: all or none."""
        transaction = self._asked_for(order, refund)
        if settling is not None:
            settle_discrepancy(transaction, settling.id, at=now, given_back_by=refund.id)
        if refund.trade == order.trade:
            self._end_holding(transaction, order, left_fen=order.left_fen - refund.amount_fen)
        with_entry(transaction, entry, self._sealer).commit()

    def opt_out(
        self,
        order: PaymentOrder,
        refund: Refund,
        seen: Registration,
        identity: Identity,
        *,
        entry: AuditEntry | None,
        now: datetime,
    ) -> None:
        """Registration PAID → OPTED_OUT, its live key free, refund due: all or none."""
        transaction = self._asked_for(order, refund)
        leave(transaction, order, seen, identity, self._sealer, now)
        if entry is not None:
            with_entry(transaction, entry, self._sealer)
        transaction.commit()

    def due(self, *, now: datetime, at_most: int) -> Sequence[RefundId]:
        """Refunds whose time has come, longest due first."""
        found = [
            item
            for shard in keys.shards(money_keys.REFUND_QUEUE, money_keys.REFUND_SHARDS)
            for item in self._tables.query_index(DUE, shard, up_to=second_reached(now), at_most=at_most)
        ]
        found.sort(key=lambda item: int(item["due_at"]["N"]))
        return [money_keys.refunded(item["pk"]["S"]) for item in found[:at_most]]

    def claim(self, refund: Refund, *, due_at: datetime, now: datetime) -> Refund | None:
        """Move it on and count the attempt; None when another was faster or nothing is due any more."""
        if refund.due_at is None:
            return None
        claimed = replace(refund, due_at=due_at, asked_at=now, attempts=refund.attempts + 1)
        transaction = Transaction(self._tables).update(
            money_keys.refund(refund.id),
            RefundRow.asked_at.set(now),
            RefundRow.attempts.set(claimed.attempts),
            *(getattr(RefundRow, name).set(value) for name, value in due_refund_columns(claimed).items()),
            # Nobody has asked the provider, and nothing came of it, since the refund was read.
            on=(RefundRow.state == RefundState.REQUESTED)
            & (RefundRow.due_exactly_at == refund.due_at)
            & (RefundRow.attempts == refund.attempts),
        )
        order = self._order(refund)
        if order.state is OrderState.SURPLUS:
            # With the first ask the surplus is on its way.
            on_its_way = OrderRow.state.set(OrderState.REFUNDING)
            transaction.update(keys.order(order.id), on_its_way, on=OrderRow.state == OrderState.SURPLUS)
        return claimed if unless_done(transaction) else None

    def complete(self, refund: Refund, *, now: datetime) -> None:
        """REQUESTED or FAILED → DONE with its order; done already is fine."""
        order = self._order(refund)
        transaction = Transaction(self._tables).update(
            money_keys.refund(refund.id),
            RefundRow.state.set(RefundState.DONE),
            RefundRow.done_at.set(now),
            *(REFUND_NOT_DUE if refund.is_billed else until_billed(refund, now)),
            on=_not_done_yet(refund),  # its money is booked once, and its failure is over with it
        )
        move_order(transaction, order, refunded(order, refund))
        settle_failure(transaction, self._tables, refund, now)
        self._commit_unless(transaction, refund, RefundState.DONE)

    def fail(self, refund: Refund, discrepancy: Discrepancy) -> None:
        """REQUESTED → FAILED with its order, in front of a person: all or none."""
        order = self._order(refund)
        transaction = Transaction(self._tables).update(
            money_keys.refund(refund.id),
            RefundRow.state.set(RefundState.FAILED),
            RefundRow.refusal.set(discrepancy.code),
            *REFUND_NOT_DUE,
            on=RefundRow.state == RefundState.REQUESTED,  # it has come to no other end
        )
        move_order(transaction, order, with_refund_failed(order, refund))
        # Failed again after it was resumed: the same discrepancy is open once more.
        put_discrepancy(transaction, discrepancy, on=None)
        self._commit_unless(transaction, refund, RefundState.DONE, RefundState.FAILED)

    def note_refusal(self, refund: Refund, code: str) -> None:
        """Keep what the provider said to a refund that will be asked for again."""
        transaction = Transaction(self._tables).update(
            money_keys.refund(refund.id),
            RefundRow.refusal.set(code),
            on=RefundRow.state == RefundState.REQUESTED,  # it has come to no end
        )
        unless_done(transaction)

    def resume(self, refund: Refund, entry: AuditEntry, *, now: datetime) -> None:
        """FAILED → REQUESTED under the same number, due at once: all or none."""
        order = self._order(refund)
        due_now = due_refund_columns(replace(refund, due_at=now))
        transaction = Transaction(self._tables).update(
            money_keys.refund(refund.id),
            RefundRow.state.set(RefundState.REQUESTED),
            RefundRow.attempts.set(0),
            RefundRow.requested_at.set(now),  # its seven days begin anew
            *(getattr(RefundRow, name).set(value) for name, value in due_now.items()),
            on=RefundRow.state == RefundState.FAILED,  # no other clerk has resumed it, and it is not done
        )
        move_order(transaction, order, with_refund_resumed(order, refund))
        settle_failure(transaction, self._tables, refund, now)
        with_entry(transaction, entry, self._sealer).commit()

    def replace_dead(self, dead: Refund, successor: Refund, entry: AuditEntry, *, now: datetime) -> None:
        """FAILED → DEAD, and another number in its place, due at once: all or none."""
        order = self._order(dead)
        transaction = Transaction(self._tables)
        self._bury(transaction, dead, now)
        put_refund(transaction, successor)
        move_order(transaction, order, with_refund_replaced(order, dead))
        with_entry(transaction, entry, self._sealer).commit()

    def book(self, booking: OutsideRefund) -> None:
        """A refund made without us DONE, with everything that it moves: all or none."""
        order, made, now = booking.order, booking.made, booking.made.requested_at
        transaction = Transaction(self._tables)
        giving_way, rest = booking.giving_way, booking.rest
        moved = with_outside_refund(order, made, giving_way=giving_way, rest=rest)
        move_order(transaction, order, moved)
        put_refund(transaction, made)
        if giving_way is not None:
            self._bury(transaction, giving_way, now)
        if rest is not None:
            put_refund(transaction, rest)
        for noticed in booking.settling:
            settle_discrepancy(transaction, noticed.id, at=now, given_back_by=made.id)
        if booking.leaving is not None:
            leave(transaction, order, *booking.leaving, self._sealer, now)
        elif made.trade == order.trade:
            self._end_holding(transaction, order, left_fen=moved.left_fen)
        for entry in booking.entries:
            with_entry(transaction, entry, self._sealer)
        transaction.commit()

    def _end_holding(self, transaction: Transaction, order: PaymentOrder, *, left_fen: int) -> None:
        """What the order's own money held or paid, once so much is left; a second trade's did neither."""
        if order.state is OrderState.MISMATCH:
            free_registration(transaction, self._tables, order)
        elif not left_fen:
            pays_nothing(transaction, order)

    def _bury(self, transaction: Transaction, failed: Refund, now: datetime) -> None:
        """FAILED → DEAD, and its failure settled."""
        transaction.update(
            money_keys.refund(failed.id),
            RefundRow.state.set(RefundState.DEAD),
            on=RefundRow.state == RefundState.FAILED,  # not resumed, replaced or done meanwhile
        )
        settle_failure(transaction, self._tables, failed, now)

    def _asked_for(self, order: PaymentOrder, refund: Refund) -> Transaction:
        transaction = Transaction(self._tables)
        move_order(transaction, order, refunding(order, refund))
        return put_refund(transaction, refund)

    def _order(self, refund: Refund) -> PaymentOrder:
        row = self._tables.read(keys.order(refund.order_id), OrderRow)
        if row is None:
            raise StaleWriteError
        return order_of(row)

    def _commit_unless(self, transaction: Transaction, refund: Refund, *ends: RefundState) -> None:
        """Write; a faster write is fine if it brought the refund to one of these ends."""
        try:
            transaction.commit()
        except StaleWriteError:
            found = self.get(refund.id)
            if found is None or found.state not in ends:
                raise


def _not_done_yet(refund: Refund) -> Condition:
    as_read: Condition = (
        (RefundRow.state == refund.state)
        & RefundRow.state.is_in(RefundState.REQUESTED, RefundState.FAILED)
        # Where a bill had it already, it waits for none.
        & (RefundRow.is_billed == refund.is_billed)
    )
    return as_read
