"""Refunds, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

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
    with_outside_refund,
    with_refund_failed,
    with_refund_replaced,
    with_refund_resumed,
)
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.ports import OutsideRefund, StaleWriteError
from tests.fakes.discrepancies import free_held, settle
from tests.fakes.memory import Memory


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
            if refund.trade == order.trade:
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
            if made.trade == order.trade:
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


def _refunds_of(order: PaymentOrder) -> tuple[object, ...]:
    of_what = (order.account_id, order.registration_id, order.state, order.is_frozen)
    return *of_what, order.refunds, order.refunding_fen, order.refunded_fen, order.outside_refunds
