"""Ports to the outside world: SMS and the verification service, in domain words; what all outside parties
may answer. Payment providers are in `providers.py`.

Silence is `ProviderUnavailableError`: nothing is known, ask again with the same number. A final no is
`ProviderRefusedError`: an alarm, and a person looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.credential import CredentialFacts
from chalicelib.domain.identity import Identity
from chalicelib.domain.sms import DeliveryReport, SendOutcome
from chalicelib.domain.verification import Outcome


class ProviderUnavailableError(Exception):
    """No usable answer: timed out, broken or an error of theirs. Their state is unknown."""


class ProviderRefusedError(Exception):
    """They understood and said no, for good: our keys, settings or request are wrong."""


class NoticeRefusedError(Exception):
    """A notice that is not the provider's: bad signature, wrong form. The text says what, not its content."""


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
