"""Payment orders in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.errors import IdempotencyKeyReusedError
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import LIVE, OPEN, Money, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.ports import IdempotencyKey, StaleWriteError
from tests.fakes.memory import KeptNotice, Memory
from tests.fakes.registrations import free_of_order


class FakeOrders:
    """`Orders` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def open(self, order: PaymentOrder, registration: Registration, key: IdempotencyKey | None) -> None:
        with self._memory.lock:
            stored = self._registration(order)
            if stored is None or stored.state is not State.PAYABLE or stored.amount_fen != order.amount_fen:
                raise StaleWriteError
            if stored.open_order_id or stored.held_order_id:
                raise StaleWriteError
            if order.id in self._memory.orders or (key and key.key_hash in self._memory.idempotency):
                raise StaleWriteError
            if key:
                self._memory.idempotency[key.key_hash] = (key.request_hash, order.id)
            self._memory.orders[order.id] = order
            self._store(
                replace(
                    stored,
                    open_order_id=order.id,
                    order_ids=(*stored.order_ids, order.id),
                    version=stored.version + 1,
                )
            )

    def opened_with(self, key: IdempotencyKey) -> PaymentOrder | None:
        with self._memory.lock:
            request_hash, order_id = self._memory.idempotency.get(key.key_hash, (None, None))
            if order_id is None:
                return None
            if request_hash != key.request_hash:
                raise IdempotencyKeyReusedError
            return self._memory.orders.get(order_id)

    def get(self, order_id: OrderId) -> PaymentOrder | None:
        with self._memory.lock:
            return self._memory.orders.get(order_id)

    def of_trade(self, trade: Trade) -> PaymentOrder | None:
        with self._memory.lock:
            taken_by = self._memory.trades.get(trade)
            return self._memory.orders[taken_by] if taken_by else None

    def mark_pending(self, order: PaymentOrder) -> bool:
        with self._memory.lock:
            stored = self._memory.orders[order.id]
            if stored.state not in (OrderState.CREATED, OrderState.PENDING):
                return False
            self._memory.orders[order.id] = replace(stored, state=OrderState.PENDING)
            return True

    def settle(self, order: PaymentOrder, money: Money, *, now: datetime) -> None:
        with self._memory.lock:
            stored = self._require_open(order, money)
            registration = self._registration(order)
            if registration is None or registration.state is not State.PAYABLE:
                raise StaleWriteError
            if not stored.amount_fen == money.amount_fen == registration.amount_fen:
                raise StaleWriteError
            self._receive(stored, OrderState.PAID, money, now)
            self._store(
                replace(
                    free_of_order(registration),
                    state=State.PAID,
                    paid_order_id=order.id,
                    paid_at=money.paid_at,
                    updated_at=now,
                )
            )

    def record_surplus(self, order: PaymentOrder, money: Money, refund: Refund, *, now: datetime) -> None:
        with self._memory.lock:
            stored = self._require_open(order, money)
            if refund.id in self._memory.refunds:
                raise StaleWriteError
            self._memory.refunds[refund.id] = refund
            asked_for = replace(stored, refunds=1, refunding_fen=money.amount_fen)
            self._receive(asked_for, OrderState.SURPLUS, money, now)
            self._free_registration(order)

    def set_aside(
        self, order: PaymentOrder, money: Money, discrepancy: Discrepancy, *, now: datetime
    ) -> None:
        with self._memory.lock:
            stored = self._require_open(order, money)
            if discrepancy.id in self._memory.discrepancies:
                raise StaleWriteError
            self._receive(stored, OrderState.MISMATCH, money, now)
            self._memory.discrepancies[discrepancy.id] = discrepancy
            registration = self._registration(order)
            if registration is not None and registration.open_order_id == order.id:
                self._store(replace(free_of_order(registration), held_order_id=order.id))

    def begin_closing(self, order: PaymentOrder) -> None:
        with self._memory.lock:
            stored = self._memory.orders[order.id]
            if stored.state not in (OrderState.CREATED, OrderState.PENDING):
                raise StaleWriteError
            self._memory.orders[order.id] = replace(stored, state=OrderState.CLOSING)

    def release(self, order: PaymentOrder) -> None:
        with self._memory.lock:
            stored = self._memory.orders[order.id]
            if stored.state not in LIVE:
                raise StaleWriteError
            self._memory.orders[order.id] = replace(stored, state=OrderState.CLOSING)
            self._free_registration(order)

    def hasten(self, order_id: OrderId, *, now: datetime) -> None:
        with self._memory.lock:
            stored = self._memory.orders.get(order_id)
            if stored is not None and stored.state in LIVE:
                self._memory.orders[order_id] = replace(stored, due_at=now)

    def close(self, order: PaymentOrder) -> None:
        with self._memory.lock:
            stored = self._memory.orders[order.id]
            if stored.state not in LIVE:
                raise StaleWriteError
            self._memory.orders[order.id] = replace(stored, state=OrderState.CLOSED, due_at=None)
            self._free_registration(order)

    def due(self, *, now: datetime, at_most: int) -> Sequence[OrderId]:
        with self._memory.lock:
            found = [(o.due_at, o.id) for o in self._memory.orders.values() if o.due_at and o.due_at <= now]
        return [order_id for _, order_id in sorted(found)[:at_most]]

    def claim(self, order: PaymentOrder, *, due_at: datetime, now: datetime) -> PaymentOrder | None:
        with self._memory.lock:
            stored = self._memory.orders[order.id]
            if order.due_at is None or _asking(stored) != _asking(order):
                return None
            attempts = order.attempts + 1
            self._memory.orders[order.id] = replace(stored, due_at=due_at, asked_at=now, attempts=attempts)
            return replace(order, due_at=due_at, asked_at=now, attempts=attempts)

    def keep_notice(self, provider: str, raw: bytes, outcome: str, *, now: datetime) -> None:
        with self._memory.lock:
            self._memory.notices.setdefault(raw, KeptNotice(provider, outcome, now))

    def _registration(self, order: PaymentOrder) -> Registration | None:
        return self._memory.registrations.get((order.account_id, order.registration_id))

    def _store(self, registration: Registration) -> None:
        self._memory.registrations[registration.account_id, registration.id] = registration

    def _require_open(self, order: PaymentOrder, money: Money) -> PaymentOrder:
        stored = self._memory.orders[order.id]
        if stored.state not in OPEN or self._memory.trades.get(money.trade, order.id) != order.id:
            raise StaleWriteError
        return stored

    def _receive(self, order: PaymentOrder, state: OrderState, money: Money, now: datetime) -> None:
        self._memory.trades[money.trade] = order.id
        self._memory.unmatched.add(order.id)
        self._memory.orders[order.id] = replace(
            order,
            state=state,
            trade=money.trade,
            paid_at=money.paid_at,
            has_paid=state is OrderState.PAID,
            received_fen=money.amount_fen,
            settled_at=now,
            due_at=None,
        )

    def _free_registration(self, order: PaymentOrder) -> None:
        registration = self._registration(order)
        if registration is not None and registration.open_order_id == order.id:
            self._store(free_of_order(registration))


def _asking(order: PaymentOrder) -> tuple[object, ...]:
    return order.due_at, order.attempts, order.asked_at
