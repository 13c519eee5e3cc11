"""Payment orders and money: what evidence of a payment means, and when to ask the provider again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.exam import Window
from chalicelib.domain.ids import AccountId, AuthorityId, OrderId, RefundId, RegistrationId, TradeNo
from chalicelib.domain.registration import Registration, State


class OrderState(StrEnum):
    """States of one payment order."""

    CREATED = "created"
    PENDING = "pending"
    CLOSING = "closing"
    CLOSED = "closed"
    PAID = "paid"
    SURPLUS = "surplus"
    MISMATCH = "mismatch"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    PART_REFUNDED = "part_refunded"
    REFUND_FAILED = "refund_failed"


OPEN = (OrderState.CREATED, OrderState.PENDING, OrderState.CLOSING, OrderState.CLOSED)
"""States without money. Evidence of money beats each of them, CLOSED included."""
LIVE = (OrderState.CREATED, OrderState.PENDING, OrderState.CLOSING)
"""States without money from which something is still to come: the provider is asked until it is known."""


@dataclass(frozen=True, slots=True)
class Trade:
    """The provider's transaction that paid an order."""

    provider: str
    trade_no: TradeNo


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Whose money it is: the seller and the app at the provider."""

    seller_id: str
    app_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Evidence that a provider took money, from a notice, a query or the daily bill."""

    order_id: OrderId
    trade: Trade
    amount_fen: int
    paid_at: datetime
    """By the provider's clock: this one decides whether the window was still open."""
    merchant: Merchant
    currency: str = "CNY"
    is_whole: bool = True
    """False where the provider already gave some of it back, before we knew that it had come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """Our order; committed before the provider is called or a URL is shown."""

    id: OrderId
    account_id: AccountId
    registration_id: RegistrationId
    authority_id: AuthorityId
    """Whose money it is, whatever becomes of the registration."""
    provider: str
    merchant: Merchant
    amount_fen: int
    subject: str
    state: OrderState
    created_at: datetime
    expires_at: datetime
    attempts: int = 0
    due_at: datetime | None = None
    """When to ask the provider next; absent once nothing is due."""
    asked_at: datetime | None = None
    trade: Trade | None = None
    paid_at: datetime | None = None
    settled_at: datetime | None = None
    has_paid: bool = False
    """Its money paid its registration, whatever became of either since."""
    received_fen: int | None = None
    """What its trade brought; for a mismatch not what was asked for."""
    refunds: int = 0
    """How many refunds were asked for; the number of the next one follows from it."""
    refunding_fen: int = 0
    """On its way back, or stuck there: one refund at a time."""
    refunded_fen: int = 0
    outside_refunds: tuple[RefundId, ...] = ()
    """Refunds that somebody made at the provider without us, by the provider's numbers, once booked."""
    is_frozen: bool = False
    """A bill disagrees: nothing of it goes back before a person has looked."""

    @property
    def left_fen(self) -> int:
        """What came and is neither back nor on its way."""
        return (self.received_fen or 0) - self.refunding_fen - self.refunded_fen

    @property
    def has_receipt(self) -> bool:
        """It paid its registration, and something of that is left; a mismatch never did, whatever is left."""
        return self.has_paid and self.left_fen > 0


@dataclass(frozen=True, slots=True)
class Settle:
    """The order and the registration are paid."""


@dataclass(frozen=True, slots=True)
class Surplus:
    """Money with nothing to pay for: it goes back under a fixed refund number."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Amount, currency, seller or app differ from the order, or some went back already: a person looks."""


@dataclass(frozen=True, slots=True)
class SecondTrade:
    """Another trade on an order that has one already: recorded, a person looks."""


@dataclass(frozen=True, slots=True)
class AlreadyKnown:
    """The same trade again: nothing to do."""


@dataclass(frozen=True, slots=True)
class TradeOfAnother:
    """The trade is another order's: the provider contradicts itself, and a person looks."""

    is_seen_to: bool
    """A person has looked already."""


Decision = Settle | Surplus | Mismatch | SecondTrade | AlreadyKnown
Outcome = Decision | TradeOfAnother

ORDER_LIFETIME = timedelta(minutes=30)
SHORTEST_ORDER_LIFETIME = timedelta(minutes=1)
LAST_QUERY_AFTER_EXPIRY = timedelta(seconds=60)
UNKNOWN_IS_CLOSED_AFTER_EXPIRY = timedelta(minutes=5)
SHORTEST_TIME_BETWEEN_CHECKS = timedelta(seconds=5)
_ASK_AFTER = tuple(timedelta(seconds=s) for s in (30, 60, 120, 240, 480, 900))


def decide_on_money(
    order: PaymentOrder, registration: Registration | None, money: Money, window: Window | None
) -> Decision:
    """Say what money that has moved means for the order it names.

    Providers repeat, delay and reorder their notices, so every order of arrival must get a safe answer.
    """
    if order.trade is not None:
        return AlreadyKnown() if order.trade == money.trade else SecondTrade()
    if (
        money.amount_fen != order.amount_fen
        or money.currency != "CNY"
        or not money.is_whole
        or money.merchant != order.merchant
        or money.trade.provider != order.provider
    ):
        return Mismatch()
    if registration and window and can_take_payment(order, registration, money.paid_at, window):
        return Settle()
    return Surplus()


def can_take_payment(
    order: PaymentOrder, registration: Registration, paid_at: datetime, window: Window
) -> bool:
    """Payable, at the price of this order, and paid inside the window by the provider's clock, whenever
    learnt of (handbook 4.7). An order that was let go may be older than what is chosen now."""
    costs_this = registration.amount_fen == order.amount_fen
    return registration.state is State.PAYABLE and costs_this and paid_at in window


def order_expiry(now: datetime, window: Window) -> datetime:
    """Half an hour from now, never past the payment window."""
    return min(now + ORDER_LIFETIME, window.end)


def is_reusable(order: PaymentOrder, *, provider: str, amount_fen: int, now: datetime) -> bool:
    """A live order of the same provider and amount serves again instead of a second one."""
    live = order.state in (OrderState.CREATED, OrderState.PENDING) and now < order.expires_at
    return live and order.provider == provider and order.amount_fen == amount_fen


def next_due_at(order: PaymentOrder, now: datetime) -> datetime:
    """When to ask again after an answer that settled nothing: back-off, with stops at expiry."""
    after_backoff = now + _ASK_AFTER[min(order.attempts, len(_ASK_AFTER) - 1)]
    stops = (order.expires_at + LAST_QUERY_AFTER_EXPIRY, order.expires_at + UNKNOWN_IS_CLOSED_AFTER_EXPIRY)
    return min([after_backoff, *(stop for stop in stops if stop > now)])


def is_over(order: PaymentOrder, now: datetime) -> bool:
    """Past expiry by enough that the order should be closed."""
    return now >= order.expires_at + LAST_QUERY_AFTER_EXPIRY


def unknown_means_closed(order: PaymentOrder, now: datetime) -> bool:
    """A provider that never saw the trade will not see it any more (payments: NOT_EXIST)."""
    return now >= order.expires_at + UNKNOWN_IS_CLOSED_AFTER_EXPIRY
