"""The port to a payment provider, in domain words: doors, queries, closing, notices, refunds, daily bills.

Silence is `ProviderUnavailableError`: nothing is known, ask again with the same number. A final no is
`ProviderRefusedError`: an alarm, and a person looks.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import BinaryIO, Protocol

from chalicelib.domain.bill import BillRow
from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Merchant, Money, PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.usecases.ports.outside import NoticeRefusedError, ProviderRefusedError


class DoorShutError(ProviderRefusedError):
    """They open this order no more: paid or closed there, or begun in another way. A query tells."""


class ProbeRefusedError(NoticeRefusedError):
    """A wrong signature that the provider itself sent, to see it refused: nothing is amiss."""


class Channel(StrEnum):
    """How the candidate will pay: at a desk or on a phone."""

    PAGE = "page"
    WAP = "wap"


@dataclass(frozen=True, slots=True)
class PaymentDoor:
    """Where the payer goes in: exactly one of the two."""

    url: str | None = None
    """For the browser to open."""
    qr_code: str | None = None
    """The text of a QR code, for the provider's app on a phone to scan."""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """The provider knows the order; no money yet."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The provider does not know the order. It says neither unpaid nor closed."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed at the provider without money."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Money has moved."""

    money: Money


TradeAnswer = Unpaid | Unknown | Closed | Paid


@dataclass(frozen=True, slots=True)
class NotAboutPayment:
    """A true notice that tells of no new payment: a refund, a closing, a waiting buyer."""


@dataclass(frozen=True, slots=True)
class RefundDone:
    """The refund with this number moved its money."""


@dataclass(frozen=True, slots=True)
class RefundPending:
    """Taken, or not yet known what became of it: ask again with the same number."""


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """The provider says no, for a reason in its own code, such as too little on our account."""

    code: str
    is_final: bool
    """False where asking again with the same number may succeed (say, after the account was filled up)."""
    is_dead: bool = False
    """True where the provider says that this number will never move money: another one may."""


RefundAnswer = RefundDone | RefundPending | RefundRefused


@dataclass(frozen=True, slots=True)
class FoundRefund:
    """What a provider knows of a refund, whoever asked for it."""

    number: RefundId
    """The one that it has there; asked for without one, it may have one all the same."""
    amount_fen: int
    answer: RefundAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundNews:
    """A true notice about a refund; `refund_id` is empty where the provider does not name it."""

    order_id: OrderId
    refund_id: RefundId
    answer: RefundAnswer
    trade_no: TradeNo | None = None
    amount_fen: int | None = None
    """Where the notice says of this refund alone."""
    mark: str = ""
    """What else tells a refund without a number from another: told of again, it is the same."""


Notice = Paid | RefundNews | NotAboutPayment


@dataclass(frozen=True, slots=True)
class NoBill:
    """The provider says that the day had no payments and no refunds."""


class DailyBill(Protocol):
    """A bill that lies in a temporary file, so that its size does not matter."""

    @property
    def sha256(self) -> str:
        """Of the file as it was downloaded, in hex."""

    @property
    def raw(self) -> BinaryIO:
        """The file as it was downloaded, at its beginning."""

    def rows(self) -> Iterator[BillRow]:
        """From the first row, each time it is asked; rows of neither kind (fees, transfers) are left out.

        Raises BillDamagedError: at once for a wrong form, at the end where the rows do not add up to the
        bill's own totals.
        """


class Receipt(StrEnum):
    """How a notice was received."""

    TAKEN = "taken"
    """What it means is durable: it need not be sent again."""
    REFUSED = "refused"
    """It is not the provider's."""
    UNKNOWN = "unknown"
    """It names an order that is not here (yet): it shall be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What a provider is answered to a notice, in the form that it understands."""

    status: int
    text: str
    content_type: str


class PaymentProvider(Protocol):
    """One payment provider."""

    @property
    def name(self) -> str:
        """Such as `alipay`."""

    @property
    def merchant(self) -> Merchant:
        """Who is paid: goes into every new order and is compared with every payment."""

    def begin(self, order: PaymentOrder, channel: Channel, *, address: str) -> PaymentDoor:
        """Let the order be paid by a payer at this IP address. The order must be stored already.

        Doing it again gives a door to the same order. Raises ProviderUnavailableError, ProviderRefusedError
        and, where the order can be begun no more, DoorShutError.
        """

    def query(self, order_id: OrderId) -> TradeAnswer:
        """What the provider knows. Raises ProviderUnavailableError, ProviderRefusedError."""

    def close(self, order_id: OrderId) -> TradeAnswer:
        """Close the trade; the answer is Closed, Unknown, or Unpaid when it could not be closed
        (query again: it may have been paid). Raises as `query`."""

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Verify and read a notice. Raises NoticeRefusedError."""

    def acknowledge(self, receipt: Receipt) -> Acknowledgement:
        """How to answer a notice, so that it comes again or no more."""

    def refund(self, refund: Refund) -> RefundAnswer:
        """Give money of a trade back, or tell what became of it. The same number twice moves money once.

        Raises ProviderUnavailableError, ProviderRefusedError (our keys or settings).
        """

    def find_refund(self, order_id: OrderId, trade: Trade, number: RefundId) -> FoundRefund | None:
        """What became of the refund of a trade with this number, ours or not; None where they know of none.

        No number is that of a refund made without one. Nothing moves. Raises ProviderUnavailableError,
        ProviderRefusedError.
        """

    def daily_bill(self, day: date) -> AbstractContextManager[DailyBill | NoBill]:
        """The bill of a day by the provider's clock; its file is gone after the context.

        Raises ProviderUnavailableError (also while there is none yet), ProviderRefusedError,
        BillDamagedError.
        """
