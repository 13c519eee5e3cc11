"""What does not agree, in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.discrepancy import FREEZING, Discrepancy, DiscrepancyKind, freezing
from chalicelib.domain.ids import AuthorityId, DiscrepancyId, OrderId, RefundId, TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.usecases.ports import StaleWriteError
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

    def note_second_trade(self, second: Discrepancy) -> bool:
        with self._memory.lock:
            trade = Trade(second.provider, second.trade_no or TradeNo(""))
            order_id = second.order_id or OrderId("")
            if self._memory.trades.setdefault(trade, order_id) != order_id:
                raise StaleWriteError
            return self.note(second)

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

    def waiting(
        self, authority_id: AuthorityId | None, *, after: Discrepancy | None = None
    ) -> Iterator[Discrepancy]:
        with self._memory.lock:
            whose = (None, authority_id)
            found = [
                each
                for each in self._memory.discrepancies.values()
                if each.settled_at is None and each.authority_id in whose
            ]
        last = (after.noticed_at, after.id) if after else None
        for each in sorted(found, key=lambda each: (each.noticed_at, each.id)):
            if last is None or (each.noticed_at, each.id) > last:
                yield each

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
