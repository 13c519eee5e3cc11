"""The stores of payment orders, of refunds and of what does not agree.

Writes that change money move everything that tells of it together: all or none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.bill import BillReport
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AuthorityId, DiscrepancyId, OrderId, RefundId
from chalicelib.domain.payment import Money, PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports.providers import DailyBill


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The `Idempotency-Key` of a request: hashed with its account, and the hash of what was asked."""

    key_hash: str
    request_hash: str


class Orders(Protocol):
    """Payment orders, the trades that paid them and the raw notices."""

    def open(self, order: PaymentOrder, registration: Registration, key: IdempotencyKey | None) -> None:
        """Order CREATED and due, noted as the registration's open order, key remembered: all or none.
        Condition: registration payable with this amount and no open or held order.
        Raises StaleWriteError (registration moved on, or the key was used meanwhile)."""

    def opened_with(self, key: IdempotencyKey) -> PaymentOrder | None:
        """The order an earlier request with this key opened. Raises IdempotencyKeyReusedError."""

    def get(self, order_id: OrderId) -> PaymentOrder | None:
        """By id, consistent."""

    def of_trade(self, trade: Trade) -> PaymentOrder | None:
        """The order that a trade of a provider paid, consistent."""

    def mark_pending(self, order: PaymentOrder) -> bool:
        """CREATED → PENDING; anything else is left alone, for then money came first or it was let go.
        Whether the order is pending now."""

    def settle(self, order: PaymentOrder, money: Money, *, now: datetime) -> None:
        """Order paid, registration payable → paid, trade taken: all or none.
        Condition: order in OPEN, registration at its price. Raises StaleWriteError."""

    def record_surplus(self, order: PaymentOrder, money: Money, refund: Refund, *, now: datetime) -> None:
        """Order SURPLUS, trade taken, refund due, registration's open order cleared if it is this one.
        Raises StaleWriteError."""

    def set_aside(
        self, order: PaymentOrder, money: Money, discrepancy: Discrepancy, *, now: datetime
    ) -> None:
        """Order MISMATCH with its trade, in front of a person; a registration that waits for the order is
        held by it. Raises StaleWriteError."""

    def begin_closing(self, order: PaymentOrder) -> None:
        """CREATED or PENDING → CLOSING. Raises StaleWriteError."""

    def release(self, order: PaymentOrder) -> None:
        """CREATED, PENDING or CLOSING → CLOSING, still due, the registration free for another order.
        Raises StaleWriteError."""

    def hasten(self, order_id: OrderId, *, now: datetime) -> None:
        """A live order becomes due now; anything else is left alone."""

    def close(self, order: PaymentOrder) -> None:
        """CREATED, PENDING or CLOSING → CLOSED, nothing due, the registration free for another order.
        Raises StaleWriteError."""

    def due(self, *, now: datetime, at_most: int) -> Sequence[OrderId]:
        """Orders whose time has come, from the sparse sharded index."""

    def claim(self, order: PaymentOrder, *, due_at: datetime, now: datetime) -> PaymentOrder | None:
        """Move `due_at` on, count the attempt and note `asked_at`, on condition that all are as read.
        None when another was faster or nothing is due any more."""

    def keep_notice(self, provider: str, raw: bytes, outcome: str, *, now: datetime) -> None:
        """Keep a raw notice for audit, 180 days, under its own hash; a repeat changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRefund:
    """A refund that was made without us, and all that moves once it is booked."""

    order: PaymentOrder
    """As it was read."""
    made: Refund
    settling: Sequence[Discrepancy]
    """What tells of it, and what does not agree about money that is back now."""
    giving_way: Refund | None
    """A failed refund of ours that wanted the same money: dead from now on."""
    rest: Refund | None
    """What of that still has to go back, under another number."""
    leaving: tuple[Registration, Identity] | None
    """What was paid with money that is back, all of it."""
    entries: Sequence[AuditEntry]


class Refunds(Protocol):
    """Money on its way back, each refund under its fixed number and due until its end is known."""

    def get(self, refund_id: RefundId) -> Refund | None:
        """By number, consistent."""

    def request(
        self,
        order: PaymentOrder,
        refund: Refund,
        entry: AuditEntry,
        *,
        settling: Discrepancy | None,
        now: datetime,
    ) -> None:
        """A clerk of finance gives money of an order back: refund due, money reserved, the discrepancy it
        settles settled, a registration that waited for the order free: all or none.
        Condition: the order's refunds and amounts, and what it pays, as read; where nothing is left of it, it
        pays no registration. Raises StaleWriteError."""

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
        """A candidate leaves a paid exam: registration OPTED_OUT, its live key free, refund due, the audit
        entry where a clerk did it: all or none. Condition: order and registration as read.
        Raises StaleWriteError."""

    def due(self, *, now: datetime, at_most: int) -> Sequence[RefundId]:
        """Refunds whose time has come, from the sparse sharded index."""

    def claim(self, refund: Refund, *, due_at: datetime, now: datetime) -> Refund | None:
        """Move `due_at` on and count the attempt, on condition that both are as read; a surplus order becomes
        REFUNDING with the first one. None when another was faster or nothing is due any more."""

    def complete(self, refund: Refund, *, now: datetime) -> None:
        """REQUESTED or FAILED → DONE with its order, nothing due but the match with the bill; done already is
        fine. Condition: the refund's state as read. Raises StaleWriteError (that, or the order, moved)."""

    def fail(self, refund: Refund, discrepancy: Discrepancy) -> None:
        """REQUESTED → FAILED with its order, in front of a person: all or none; ended already is fine.
        Raises StaleWriteError (the order moved meanwhile)."""

    def note_refusal(self, refund: Refund, code: str) -> None:
        """Keep what the provider said to a refund that will be asked for again."""

    def resume(self, refund: Refund, entry: AuditEntry, *, now: datetime) -> None:
        """FAILED → REQUESTED under the same number, due at once, with the audit entry and its discrepancy
        settled: all or none. Raises StaleWriteError."""

    def replace_dead(self, dead: Refund, successor: Refund, entry: AuditEntry, *, now: datetime) -> None:
        """FAILED → DEAD, and another number in its place, due at once, with the audit entry and the failure
        settled: all or none. Raises StaleWriteError."""

    def book(self, booking: OutsideRefund) -> None:
        """A refund made without us DONE under its own number, with its order, all that it settles, a failed
        refund in its way DEAD and what is left of that due, a registration that is no longer paid OPTED_OUT,
        and the audit entries: all or none. Condition: the number is new, and all that moves is as read.
        Raises StaleWriteError."""


class Discrepancies(Protocol):
    """What a person has to look at."""

    def note(self, discrepancy: Discrepancy) -> bool:
        """Keep it; told of again, nothing changes, but what a bill adds is kept where it does not say
        otherwise. Whether it is new."""

    def note_second_trade(self, second: Discrepancy) -> bool:
        """As `note`, and the trade is its order's from now on: no trade pays two. Whether it is new.
        Raises StaleWriteError (the trade is another order's)."""

    def freeze(self, discrepancy: Discrepancy) -> bool:
        """Keep it and freeze its order: both or none. Whether it is new."""

    def get(self, discrepancy_id: DiscrepancyId) -> Discrepancy | None:
        """By id, consistent."""

    def waiting(
        self, authority_id: AuthorityId | None, *, after: Discrepancy | None = None
    ) -> Iterator[Discrepancy]:
        """Those that wait for an authority's clerks or for anybody's, longest waiting first, from where one
        is or was; read page by page from the sparse sharded index as they are asked for."""

    def settle(self, discrepancy: Discrepancy, entry: AuditEntry) -> None:
        """Settled, its order no longer frozen, a registration that waited for it free, with the audit entry:
        all or none. Condition: not settled yet. Raises StaleWriteError."""


@dataclass(frozen=True, slots=True)
class BookedOrder:
    """An order as it stands, and whether its money still waits for a daily bill."""

    order: PaymentOrder
    awaits_bill: bool


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Money that moved and that no daily bill has confirmed: of an order, or of a refund."""

    moved_at: datetime
    order_id: OrderId | None = None
    refund_id: RefundId | None = None


class Bills(Protocol):
    """Our books as daily bills are held against them, and what came of each bill."""

    def orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, BookedOrder]:
        """Those that are there, consistent. Raises StoreBusyError."""

    def refunds(self, refund_ids: Sequence[RefundId]) -> Mapping[RefundId, Refund]:
        """Those that are there, consistent. Raises StoreBusyError."""

    def confirm_order(self, order: PaymentOrder) -> None:
        """The bill has it: it waits for no other. Twice is fine."""

    def confirm_refund(self, refund: Refund) -> None:
        """The bill has it: it waits for no other, also where it is not done yet. Twice is fine."""

    def stop_awaiting(self, awaiting: Awaiting) -> None:
        """No bill has it, and a person looks: it waits no more. Twice is fine."""

    def awaiting(
        self, provider: str, *, before: datetime, at_most: int, since: datetime | None = None
    ) -> Sequence[Awaiting]:
        """Money of a provider that moved before a moment, and not before another, and that no bill has
        confirmed, oldest first; from the sparse sharded index."""

    def keep(self, report: BillReport) -> None:
        """Write over an earlier run's."""

    def report(self, provider: str, day: date) -> BillReport | None:
        """What came of a day's bill so far, consistent."""


class BillFiles(Protocol):
    """Bills as they were downloaded."""

    def keep(self, provider: str, day: date, bill: DailyBill) -> None:
        """Under its own hash: the same file again is the same. Raises FilesUnavailableError."""
