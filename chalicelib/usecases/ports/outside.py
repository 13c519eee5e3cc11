"""Ports to the outside world: payment providers, SMS and the verification service, in domain words.

Silence is `ProviderUnavailableError`: nothing is known, ask again with the same number. A final no is
`ProviderRefusedError`: an alarm, and a person looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.credential import CredentialFacts
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import Merchant, Money, PaymentOrder
from chalicelib.domain.sms import DeliveryReport, SendOutcome
from chalicelib.domain.verification import Outcome


class ProviderUnavailableError(Exception):
    """No usable answer: timed out, broken or an error of theirs. Their state is unknown."""


class ProviderRefusedError(Exception):
    """They understood and said no, for good: our keys, settings or request are wrong."""


class DoorShutError(ProviderRefusedError):
    """They open this order no more: paid or closed there, or begun in another way. A query tells."""


class NoticeRefusedError(Exception):
    """A notice that is not the provider's: bad signature, wrong form. The text says what, not its content."""


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


Notice = Paid | NotAboutPayment


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


@dataclass(frozen=True, slots=True)
class Sending:
    """What the SMS operator said to one message."""

    outcome: SendOutcome
    reason: str = ""
    serial: str = ""
    """The operator's number of a message that it took: later it reports under it."""


class Sms(Protocol):
    """The SMS operator. Never raises: what went wrong is in the outcome."""

    def send_code(self, phone: str, code: str, *, minutes: int) -> Sending:
        """Send a code and say for how many minutes it lives."""

    def send_notice(self, phone: str, text: str) -> Sending:
        """Send a short notice about a registration."""


class SmsReports(Protocol):
    """What the operator sends by itself: which messages reached their phones."""

    def read(self, token: str, body: bytes) -> Sequence[DeliveryReport]:
        """Reports from the operator, who knows the token. Raises NoticeRefusedError."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Facts to be verified: of the identity alone, or of a credential with the identity."""

    identity: Identity
    credential: CredentialFacts | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """An outcome and, where the source tells, the fields that disagree."""

    outcome: Outcome
    mismatched_fields: tuple[str, ...] = ()


class VerificationService(Protocol):
    """The data-sharing service, asynchronous: submit now, ask later. The request id is a hash of the facts,
    so that submitting twice is harmless."""

    def submit(self, requests: Sequence[CheckRequest]) -> None:
        """Hand in requests. Raises ProviderUnavailableError, ProviderRefusedError."""

    def results(self, requests: Sequence[CheckRequest]) -> Sequence[CheckResult]:
        """Answers in the order of the requests; PENDING where there is none. Raises as `submit`."""
