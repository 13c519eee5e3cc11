"""Refunds and what does not agree, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.discrepancy import FREEZING, Discrepancy, DiscrepancyKind, discrepancy_id, freezing
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import DiscrepancyId, RefundId
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
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.ports import OutsideRefund, StaleWriteError
from tests.fakes.memory import Memory
from tests.fakes.registrations import free_of_order


class FakeDiscrepancies:
    """`Discrepancies` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def note(self, discrepancy: Discrepancy) -> bool:
        with self._memory.lock:
            is_new = discrepancy.id not in self._memory.discrepancies
            known = self._memory.discrepancies.setdefault(discrepancy.id, discrepancy)
            added = with_what_the_bill_says(known, discrepancy)
            self._memory.discrepancies[discrepancy.id] = added
            return is_new

    def freeze(self, discrepancy: Discrepancy) -> bool:
        with self._memory.lock:
            order = self._memory.orders.get(discrepancy.order_id) if discrepancy.order_id else None
            if discrepancy.id in self._memory.discrepancies or order is None:
                return False
            self._memory.orders[order.id] = replace(order, is_frozen=True)
            return self.note(discrepancy)

    def get(self, discrepancy_id: DiscrepancyId) -> Discrepancy | None:
        with self._memory.lock:
            return self._memory.discrepancies.get(discrepancy_id)

    def open(self, *, at_most: int) -> Sequence[Discrepancy]:
        with self._memory.lock:
            found = [each for each in self._memory.discrepancies.values() if each.settled_at is None]
        return sorted(found, key=lambda each: (each.noticed_at, each.id))[:at_most]

    def settle(self, discrepancy: Discrepancy, entry: AuditEntry) -> None:
        with self._memory.lock:
            settle(self._memory, discrepancy.id, entry.at)
            order = self._memory.orders.get(discrepancy.order_id) if discrepancy.order_id else None
            if order is not None and discrepancy.kind in FREEZING:
                others = (self._memory.discrepancies.get(each) for each in freezing(order))
                waits = any(each is not None and each.settled_at is None for each in others)
                self._memory.orders[order.id] = replace(order, is_frozen=waits)
            if order is not None and discrepancy.kind is DiscrepancyKind.MISMATCH:
                free_held(self._memory, order)
            self._memory.audit.append(entry)


class FakeRefunds:
    """`Refunds` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get(self, refund_id: RefundId) -> Refund | None:
        with self._memory.lock:
            return self._memory.refunds.get(refund_id)

    def request(
        self,
        order: PaymentOrder,
        refund: Refund,
        entry: AuditEntry,
        *,
        settling: Discrepancy | None,
        now: datetime,
    ) -> None:
        with self._memory.lock:
            self._require_as_read(order)
            if refund.trade == order.trade and refund.amount_fen == order.left_fen:
                self._require_paying_nothing(order)
            if settling is not None:
                settle(self._memory, settling.id, now, given_back_by=refund.id)
            self._ask_for(order, refund)
            free_held(self._memory, order)
            self._memory.audit.append(entry)

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
        with self._memory.lock:
            self._require_as_read(order)
            self._leave(order, seen, identity, now)
            self._ask_for(order, refund)
            if entry is not None:
                self._memory.audit.append(entry)

    def due(self, *, now: datetime, at_most: int) -> Sequence[RefundId]:
        with self._memory.lock:
            found = [(r.due_at, r.id) for r in self._memory.refunds.values() if r.due_at and r.due_at <= now]
        return [refund_id for _, refund_id in sorted(found)[:at_most]]

    def claim(self, refund: Refund, *, due_at: datetime, now: datetime) -> Refund | None:
        with self._memory.lock:
            stored = self._memory.refunds[refund.id]
            as_read = (stored.due_at, stored.attempts) == (refund.due_at, refund.attempts)
            if refund.due_at is None or stored.state is not RefundState.REQUESTED or not as_read:
                return None
            claimed = replace(refund, due_at=due_at, asked_at=now, attempts=refund.attempts + 1)
            self._memory.refunds[refund.id] = replace(
                stored, due_at=due_at, asked_at=now, attempts=claimed.attempts
            )
            order = self._order(refund)
            if order.state is OrderState.SURPLUS:
                self._memory.orders[order.id] = replace(order, state=OrderState.REFUNDING)
            return claimed

    def complete(self, refund: Refund, *, now: datetime) -> None:
        with self._memory.lock:
            stored = self._memory.refunds[refund.id]
            if stored.state is RefundState.DONE:
                return
            if stored.state is not refund.state or stored.state is RefundState.DEAD:
                raise StaleWriteError
            order = self._order(refund)
            self._memory.refunds[refund.id] = replace(
                stored, state=RefundState.DONE, done_at=now, due_at=None
            )
            self._memory.orders[order.id] = refunded(order, refund)
            if not stored.is_billed:
                self._memory.unmatched.add(refund.id)
            self._settle_failure(refund, now)

    def fail(self, refund: Refund, discrepancy: Discrepancy) -> None:
        with self._memory.lock:
            stored = self._memory.refunds[refund.id]
            if stored.state is not RefundState.REQUESTED:
                return
            order = self._order(refund)
            self._memory.refunds[refund.id] = replace(
                stored, state=RefundState.FAILED, refusal=discrepancy.code, due_at=None
            )
            self._memory.orders[order.id] = with_refund_failed(order, refund)
            self._memory.discrepancies[discrepancy.id] = discrepancy

    def note_refusal(self, refund: Refund, code: str) -> None:
        with self._memory.lock:
            stored = self._memory.refunds[refund.id]
            if stored.state is RefundState.REQUESTED:
                self._memory.refunds[refund.id] = replace(stored, refusal=code)

    def resume(self, refund: Refund, entry: AuditEntry, *, now: datetime) -> None:
        with self._memory.lock:
            stored = self._memory.refunds[refund.id]
            if stored.state is not RefundState.FAILED:
                raise StaleWriteError
            order = self._order(refund)
            self._memory.refunds[refund.id] = replace(
                stored, state=RefundState.REQUESTED, attempts=0, requested_at=now, due_at=now
            )
            self._memory.orders[order.id] = with_refund_resumed(order, refund)
            self._settle_failure(refund, now)
            self._memory.audit.append(entry)

    def replace_dead(self, dead: Refund, successor: Refund, entry: AuditEntry, *, now: datetime) -> None:
        with self._memory.lock:
            stored = self._memory.refunds[dead.id]
            if stored.state is not RefundState.FAILED or successor.id in self._memory.refunds:
                raise StaleWriteError
            order = self._order(dead)
            self._memory.refunds[dead.id] = replace(stored, state=RefundState.DEAD)
            self._memory.refunds[successor.id] = successor
            self._memory.orders[order.id] = with_refund_replaced(order, dead)
            self._settle_failure(dead, now)
            self._memory.audit.append(entry)

    def book(self, booking: OutsideRefund) -> None:
        order, made, now = booking.order, booking.made, booking.made.requested_at
        gone, rest, memory = booking.giving_way, booking.rest, self._memory
        with memory.lock:
            self._require_as_read(order)
            self._require_bookable(booking)
            moved = with_outside_refund(order, made, giving_way=gone, rest=rest)
            if booking.leaving is not None:
                self._leave(order, *booking.leaving, now)
            elif not moved.left_fen and made.trade == order.trade:
                self._require_paying_nothing(order)
            memory.refunds[made.id] = made
            if not made.is_billed:
                memory.unmatched.add(made.id)
            if gone is not None:
                memory.refunds[gone.id] = replace(memory.refunds[gone.id], state=RefundState.DEAD)
                self._settle_failure(gone, now)
            if rest is not None:
                memory.refunds[rest.id] = rest
            memory.orders[order.id] = moved
            for each in booking.settling:
                settle(memory, each.id, now, given_back_by=made.id)
            free_held(memory, order)
            memory.audit.extend(booking.entries)

    def _require_bookable(self, booking: OutsideRefund) -> None:
        new = [each.id for each in (booking.made, booking.rest) if each is not None]
        gone = self._memory.refunds[booking.giving_way.id] if booking.giving_way else None
        settled = [self._memory.discrepancies[each.id].settled_at for each in booking.settling]
        is_known = any(number in self._memory.refunds for number in new)
        if is_known or any(settled) or (gone is not None and gone.state is not RefundState.FAILED):
            raise StaleWriteError

    def _require_paying_nothing(self, order: PaymentOrder) -> None:
        paid = self._memory.registrations.get((order.account_id, order.registration_id))
        if paid and (paid.state, paid.paid_order_id) == (State.PAID, order.id):
            raise StaleWriteError

    def _leave(self, order: PaymentOrder, seen: Registration, identity: Identity, now: datetime) -> None:
        stored = self._memory.registrations.get((order.account_id, order.registration_id))
        live = (seen.exam_id, identity.id_key)
        if stored != seen or seen.paid_order_id != order.id or self._memory.live.get(live) != seen.id:
            raise StaleWriteError
        del self._memory.live[live]
        self._store(replace(seen, state=State.OPTED_OUT, updated_at=now, version=seen.version + 1))

    def _require_as_read(self, order: PaymentOrder) -> None:
        if _refunds_of(self._memory.orders[order.id]) != _refunds_of(order):
            raise StaleWriteError

    def _ask_for(self, order: PaymentOrder, refund: Refund) -> None:
        if refund.id in self._memory.refunds:
            raise StaleWriteError
        self._memory.refunds[refund.id] = refund
        self._memory.orders[order.id] = refunding(self._memory.orders[order.id], refund)

    def _settle_failure(self, refund: Refund, now: datetime) -> None:
        failure = discrepancy_id(DiscrepancyKind.REFUND_FAILED, refund.trade.provider, refund.id)
        found = self._memory.discrepancies.get(failure)
        if found is not None and found.settled_at is None:
            settle(self._memory, failure, now)

    def _order(self, refund: Refund) -> PaymentOrder:
        return self._memory.orders[refund.order_id]

    def _store(self, registration: Registration) -> None:
        self._memory.registrations[registration.account_id, registration.id] = registration


def with_what_the_bill_says(known: Discrepancy, told: Discrepancy) -> Discrepancy:
    """What is known, and what a bill adds to it."""
    fits = all(
        before in (None, after)
        for before, after in ((known.trade_no, told.trade_no), (known.amount_fen, told.amount_fen))
    )
    if not fits or told.bill_day is None or known.bill_day is not None or known.settled_at is not None:
        return known
    return replace(known, bill_day=told.bill_day, trade_no=told.trade_no, amount_fen=told.amount_fen)


def settle(
    memory: Memory, noticed: DiscrepancyId, at: datetime, *, given_back_by: RefundId | None = None
) -> None:
    """Settled once."""
    found = memory.discrepancies.get(noticed)
    if found is None or found.settled_at is not None:
        raise StaleWriteError
    memory.discrepancies[noticed] = replace(found, settled_at=at, given_back_by=given_back_by)


def free_held(memory: Memory, order: PaymentOrder) -> None:
    """The registration that waits for what becomes of an order's money waits no more."""
    key = (order.account_id, order.registration_id)
    registration = memory.registrations.get(key)
    if registration is not None and registration.held_order_id == order.id:
        memory.registrations[key] = free_of_order(registration)


def _refunds_of(order: PaymentOrder) -> tuple[object, ...]:
    of_what = (order.account_id, order.registration_id, order.state, order.is_frozen)
    return *of_what, order.refunds, order.refunding_fen, order.refunded_fen, order.outside_refunds
