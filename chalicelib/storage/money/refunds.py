"""Refunds: money reserved on its order when it is asked for, and booked there when it is back.

Every write that changes what a refund is moves its order with it, so that the two always tell one story.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import (
    Refund,
    RefundState,
    refunded,
    refunding,
    with_refund_failed,
    with_refund_replaced,
    with_refund_resumed,
)
from chalicelib.domain.registration import Registration, State
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_reached
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import DUE, Tables
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.discrepancies import discrepancy_in, put_discrepancy, settle_discrepancy
from chalicelib.storage.money.order_rows import order_of, until_matched
from chalicelib.storage.money.order_writes import free_registration, registration_key
from chalicelib.storage.money.refund_rows import REFUND_NOT_DUE, due_refund_columns, refund_in, refund_row
from chalicelib.storage.money.rows import DiscrepancyRow, RefundRow
from chalicelib.storage.registrations.registration_rows import as_seen
from chalicelib.storage.tables import ABSENT, ClaimRow, OrderRow, RegistrationRow
from chalicelib.storage.transaction import Transaction, unless_done
from chalicelib.usecases.ports import Sealer, StaleWriteError


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
        if order.state is OrderState.MISMATCH:
            free_registration(transaction, self._tables, order)
        elif refund.trade == order.trade and refund.amount_fen == order.left_fen:
            transaction.check(
                registration_key(order),
                # Nothing would be left of it: then it pays no registration, nor one reinstated meanwhile.
                on=RegistrationRow.state.does_not_exist()
                | (RegistrationRow.state != State.PAID)
                | (RegistrationRow.paid_order_id != order.id),
            )
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
        transaction.update(
            registration_key(order),
            RegistrationRow.state.set(State.OPTED_OUT),
            RegistrationRow.updated_at.set(now),
            RegistrationRow.version.set(RegistrationRow.version + 1),
            # As the candidate saw it: paid, by this order.
            on=as_seen(seen) & (RegistrationRow.paid_order_id == order.id),
        )
        transaction.delete(
            keys.live(seen.exam_id, identity, self._sealer),
            on=ClaimRow.registration_id == seen.id,  # the key is this registration's, not a later one's
        )
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
            *(REFUND_NOT_DUE if refund.is_billed else _until_billed(refund, now)),
            on=_not_done_yet(refund),  # its money is booked once, and its failure is over with it
        )
        self._move(transaction, order, refunded(order, refund))
        self._settle_failure(transaction, refund, now)
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
        self._move(transaction, order, with_refund_failed(order, refund))
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
        self._move(transaction, order, with_refund_resumed(order, refund))
        self._settle_failure(transaction, refund, now)
        with_entry(transaction, entry, self._sealer).commit()

    def replace_dead(self, dead: Refund, successor: Refund, entry: AuditEntry, *, now: datetime) -> None:
        """FAILED → DEAD, and another number in its place, due at once: all or none."""
        order = self._order(dead)
        transaction = Transaction(self._tables).update(
            money_keys.refund(dead.id),
            RefundRow.state.set(RefundState.DEAD),
            on=RefundRow.state == RefundState.FAILED,  # not resumed, replaced or done meanwhile
        )
        transaction.put(
            money_keys.refund(successor.id), refund_row(successor), on=ABSENT
        )  # it goes back once
        self._move(transaction, order, with_refund_replaced(order, dead))
        self._settle_failure(transaction, dead, now)
        with_entry(transaction, entry, self._sealer).commit()

    def _asked_for(self, order: PaymentOrder, refund: Refund) -> Transaction:
        transaction = Transaction(self._tables)
        self._move(transaction, order, refunding(order, refund))
        return transaction.put(
            money_keys.refund(refund.id), refund_row(refund), on=ABSENT
        )  # it goes back once

    def _move(self, transaction: Transaction, order: PaymentOrder, moved: PaymentOrder) -> None:
        """The order as the refund leaves it, on condition that its refunds are as they were read."""
        if moved == order:
            return
        transaction.update(
            keys.order(order.id),
            OrderRow.state.set(moved.state),
            OrderRow.refunds.set(moved.refunds),
            OrderRow.refunding_fen.set(moved.refunding_fen),
            OrderRow.refunded_fen.set(moved.refunded_fen),
            on=_refunds_as_read(order),
        )

    def _settle_failure(self, transaction: Transaction, refund: Refund, now: datetime) -> None:
        """An earlier failure of this refund is over, unless a clerk has settled it already."""
        if refund.state is not RefundState.FAILED:
            return
        failure = discrepancy_id(DiscrepancyKind.REFUND_FAILED, refund.trade.provider, refund.id)
        row = self._tables.read(money_keys.discrepancy(failure), DiscrepancyRow)
        if row is not None and discrepancy_in(row).settled_at is None:
            settle_discrepancy(transaction, failure, at=now)

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


def _until_billed(refund: Refund, now: datetime) -> tuple[Action, ...]:
    return until_matched(RefundRow, money_keys.unmatched_shard(refund.trade.provider, refund.id), now)


def _not_done_yet(refund: Refund) -> Condition:
    as_read: Condition = (
        (RefundRow.state == refund.state)
        & RefundRow.state.is_in(RefundState.REQUESTED, RefundState.FAILED)
        # Where a bill had it already, it waits for none.
        & (RefundRow.is_billed == refund.is_billed)
    )
    return as_read


def _refunds_as_read(order: PaymentOrder) -> Condition:
    as_read: Condition = (
        # It still pays what it paid, under the same account: a clerk may move both.
        (OrderRow.account_id == order.account_id)
        & (OrderRow.registration_id == order.registration_id)
        & (OrderRow.state == order.state)
        & (OrderRow.refunds == order.refunds)
        & (OrderRow.refunding_fen == order.refunding_fen)
        & (OrderRow.refunded_fen == order.refunded_fen)
        & (OrderRow.is_frozen == order.is_frozen)
    )
    return as_read
