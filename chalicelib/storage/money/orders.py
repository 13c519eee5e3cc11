"""Payment orders, the trades that paid them and raw notices (handbook 4.6 to 4.8).

An order may carry money or not; a write that says it has money always takes the trade with it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.errors import IdempotencyKeyReusedError
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import LIVE, OPEN, Money, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import Registration, State
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before, second_reached
from chalicelib.storage.connection import DUE, Tables
from chalicelib.storage.money.discrepancies import put_discrepancy
from chalicelib.storage.money.order_rows import NOTHING_DUE, due_columns, order_of, order_row, with_money
from chalicelib.storage.money.order_writes import free_registration, registration_key, take_trade
from chalicelib.storage.money.refund_writes import put_refund
from chalicelib.storage.tables import ABSENT, IdempotencyRow, NoticeRow, OrderRow, RegistrationRow, TradeRow
from chalicelib.storage.transaction import Transaction, unless_done
from chalicelib.usecases.ports import IdempotencyKey, Sealer, StaleWriteError

_KEYS_LIVE = timedelta(days=1)
_NOTICES_LIVE = timedelta(days=180)


class DynamoOrders:
    """`Orders`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def open(self, order: PaymentOrder, registration: Registration, key: IdempotencyKey | None) -> None:
        """Order CREATED and due, noted as the registration's open order, key remembered: all or none."""
        transaction = Transaction(self._tables).update(
            keys.registration(registration.account_id, registration.id),
            RegistrationRow.open_order_id.set(order.id),
            RegistrationRow.order_ids.set(RegistrationRow.order_ids.append([order.id])),
            RegistrationRow.version.set(RegistrationRow.version + 1),
            # There is something to pay, it costs this much, and no other payment is under way or held.
            on=(RegistrationRow.state == State.PAYABLE)
            & (RegistrationRow.amount_fen == order.amount_fen)
            & RegistrationRow.open_order_id.does_not_exist()
            & RegistrationRow.held_order_id.does_not_exist(),
        )
        transaction.put(keys.order(order.id), order_row(order), on=ABSENT)  # order numbers do not repeat
        if key is not None:
            ends_at = order.created_at + _KEYS_LIVE
            remembered = IdempotencyRow(
                request_hash=key.request_hash,
                order_id=order.id,
                ends_at=ends_at,
                expires_at=second_not_before(ends_at),
            )
            # The first request with this key opens an order, the others find it.
            transaction.put(keys.idempotency(key.key_hash), remembered, on=ABSENT)
        transaction.commit()

    def opened_with(self, key: IdempotencyKey) -> PaymentOrder | None:
        """The order an earlier request with this key opened."""
        row = self._tables.read(keys.idempotency(key.key_hash), IdempotencyRow)
        if row is None:
            return None
        if row.request_hash != key.request_hash:
            raise IdempotencyKeyReusedError
        return self.get(OrderId(row.order_id))

    def get(self, order_id: OrderId) -> PaymentOrder | None:
        """By id, consistent."""
        row = self._tables.read(keys.order(order_id), OrderRow)
        return order_of(row) if row else None

    def of_trade(self, trade: Trade) -> PaymentOrder | None:
        """The order that a trade paid: the claim on the trade names it."""
        row = self._tables.read(keys.trade(trade), TradeRow)
        return self.get(OrderId(row.order_id)) if row else None

    def mark_pending(self, order: PaymentOrder) -> bool:
        """CREATED → PENDING; anything else is left alone. Whether the order is pending now."""
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            OrderRow.state.set(OrderState.PENDING),
            # No money has come, and nobody let it go. Twice is fine.
            on=OrderRow.state.is_in(OrderState.CREATED, OrderState.PENDING),
        )
        return unless_done(transaction)

    def settle(self, order: PaymentOrder, money: Money, *, now: datetime) -> None:
        """Order paid, registration payable → paid, trade taken: all or none."""
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            *with_money(OrderState.PAID, order.id, money, now),
            # No money yet, and what was asked for is what came. Closed orders take money, too.
            on=OrderRow.state.is_in(*OPEN) & (OrderRow.amount_fen == money.amount_fen),
        )
        transaction.update(
            registration_key(order),
            RegistrationRow.state.set(State.PAID),
            RegistrationRow.paid_order_id.set(order.id),
            RegistrationRow.paid_at.set(money.paid_at),
            RegistrationRow.updated_at.set(now),
            RegistrationRow.version.set(RegistrationRow.version + 1),
            RegistrationRow.open_order_id.remove(),
            RegistrationRow.held_order_id.remove(),
            # It is paid once, and it still costs this much.
            on=(RegistrationRow.state == State.PAYABLE) & (RegistrationRow.amount_fen == order.amount_fen),
        )
        take_trade(transaction, order.id, money.trade)
        transaction.commit()

    def record_surplus(self, order: PaymentOrder, money: Money, refund: Refund, *, now: datetime) -> None:
        """Order SURPLUS, trade taken, refund due, the registration free of this order: all or none."""
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            *with_money(OrderState.SURPLUS, order.id, money, now),
            OrderRow.refunds.set(1),
            OrderRow.refunding_fen.set(money.amount_fen),
            on=OrderRow.state.is_in(*OPEN),  # no money yet
        )
        take_trade(transaction, order.id, money.trade)
        put_refund(transaction, refund)
        free_registration(transaction, self._tables, order)
        transaction.commit()

    def set_aside(
        self, order: PaymentOrder, money: Money, discrepancy: Discrepancy, *, now: datetime
    ) -> None:
        """Order MISMATCH with its trade, in front of a person; the registration that waits for it held."""
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            *with_money(OrderState.MISMATCH, order.id, money, now),
            on=OrderRow.state.is_in(*OPEN),  # no money yet
        )
        take_trade(transaction, order.id, money.trade)
        put_discrepancy(transaction, discrepancy, on=ABSENT)  # what waits for a person is not written over
        free_registration(transaction, self._tables, order, RegistrationRow.held_order_id.set(order.id))
        transaction.commit()

    def begin_closing(self, order: PaymentOrder) -> None:
        """CREATED or PENDING → CLOSING."""
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            OrderRow.state.set(OrderState.CLOSING),
            on=OrderRow.state.is_in(OrderState.CREATED, OrderState.PENDING),  # nothing has come of it yet
        )
        transaction.commit()

    def release(self, order: PaymentOrder) -> None:
        """CREATED, PENDING or CLOSING → CLOSING, still due, the registration free for another order."""
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            OrderRow.state.set(OrderState.CLOSING),
            on=OrderRow.state.is_in(*LIVE),  # no money has come
        )
        free_registration(transaction, self._tables, order)
        transaction.commit()

    def hasten(self, order_id: OrderId, *, now: datetime) -> None:
        """A live order becomes due now; anything else is left alone."""
        transaction = Transaction(self._tables).update(
            keys.order(order_id),
            OrderRow.due_at.set(second_not_before(now)),
            OrderRow.due_exactly_at.set(now),
            on=OrderRow.state.is_in(*LIVE),  # something is still to come
        )
        unless_done(transaction)

    def close(self, order: PaymentOrder) -> None:
        """CREATED, PENDING or CLOSING → CLOSED, nothing due, the registration free for another order."""
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            OrderRow.state.set(OrderState.CLOSED),
            *NOTHING_DUE,
            on=OrderRow.state.is_in(*LIVE),  # no money has come, and it is not closed yet
        )
        free_registration(transaction, self._tables, order)
        transaction.commit()

    def due(self, *, now: datetime, at_most: int) -> Sequence[OrderId]:
        """Orders whose time has come, longest due first."""
        found = [
            item
            for shard in keys.shards("order", keys.ORDER_SHARDS)
            for item in self._tables.query_index(DUE, shard, up_to=second_reached(now), at_most=at_most)
        ]
        found.sort(key=lambda item: int(item["due_at"]["N"]))
        return [keys.ordered(item["pk"]["S"]) for item in found[:at_most]]

    def claim(self, order: PaymentOrder, *, due_at: datetime, now: datetime) -> PaymentOrder | None:
        """Move it on and count the attempt; None when another was faster or nothing is due any more."""
        if order.due_at is None:
            return None
        claimed = replace(order, due_at=due_at, asked_at=now, attempts=order.attempts + 1)
        not_asked_since = (
            OrderRow.asked_at == order.asked_at if order.asked_at else OrderRow.asked_at.does_not_exist()
        )
        transaction = Transaction(self._tables).update(
            keys.order(order.id),
            OrderRow.asked_at.set(now),
            OrderRow.attempts.set(claimed.attempts),
            *(getattr(OrderRow, name).set(value) for name, value in due_columns(claimed).items()),
            # Something is still to come: money of the same second waits for the bill at the same moment.
            on=OrderRow.state.is_in(*LIVE)
            # Nobody has asked the provider since the order was read.
            & (OrderRow.due_exactly_at == order.due_at)
            & (OrderRow.attempts == order.attempts)
            & not_asked_since,
        )
        try:
            transaction.commit()
        except StaleWriteError:
            return None
        return claimed

    def keep_notice(self, provider: str, raw: bytes, outcome: str, *, now: datetime) -> None:
        """Keep a raw notice for audit, 180 days, under its own hash; a repeat changes nothing."""
        key = keys.notice(raw)
        kept = NoticeRow(
            provider=provider,
            outcome=outcome,
            # Notices name the buyer. Latin-1 takes every byte as it is.
            sealed_raw=self._sealer.seal(raw.decode("latin-1"), context=key.pk),
            received_at=now,
            expires_at=second_not_before(now + _NOTICES_LIVE),
        )
        unless_done(Transaction(self._tables).put(key, kept, on=ABSENT))  # the first arrival is kept
