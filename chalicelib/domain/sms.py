"""SMS codes and proofs of a phone: lifetimes, tries and limits (FAQ 3)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.ids import SmsCodeId

CODE_LIFETIME = timedelta(minutes=5)
RESEND_AFTER = timedelta(seconds=60)
MOST_TRIES = 5
PROOF_LIFETIME = timedelta(minutes=30)


class Purpose(StrEnum):
    """What a code was sent for; it serves nothing else."""

    REGISTER = "register"
    CHANGE_PHONE = "change_phone"
    RECOVER = "recover"


class SendOutcome(StrEnum):
    """What became of a message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    """The phone has it, as the operator reported."""
    FAILED = "failed"
    """The operator took it, and reported that it did not reach the phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsCode:
    """A code on its way to a phone; kept only hashed."""

    id: SmsCodeId
    purpose: Purpose
    phone: str
    code_hash: str
    subject: str
    """Whom it serves: the account or the recovery; empty for a registration, where nobody is known yet."""
    tries: int
    sent_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneProof:
    """Somebody holds this phone: shown by a right code; serves one write."""

    token_hash: str
    purpose: Purpose
    phone: str
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """What became of one message, for the candidate and the help desk; never its text."""

    phone: str
    purpose: str
    outcome: SendOutcome
    reason: str
    at: datetime
    serial: str = ""
    """The operator's number of the message, under which it reports; empty where it took none."""
    code_id: SmsCodeId | None = None
    """The code that was in it, if one was."""
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What the operator says later of a message that it took: `DELIVERED` or `FAILED`."""

    serial: str
    outcome: SendOutcome
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFate:
    """What became of the message with a code, without the phone it went to."""

    outcome: SendOutcome
    reason: str
    at: datetime
    reported_at: datetime | None = None


OPEN_OUTCOMES = (SendOutcome.ACCEPTED, SendOutcome.UNKNOWN)
"""What a report may still change: the first one stands, however often it comes."""


def after_report(message: SentMessage, report: DeliveryReport) -> SentMessage:
    """The message after a report of it; a second report changes nothing."""
    if message.outcome not in OPEN_OUTCOMES:
        return message
    return replace(message, outcome=report.outcome, reason=report.reason, reported_at=report.at)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in a window of so many seconds."""

    name: str
    at_most: int
    window_s: int


LIMITS_PER_PHONE = (Limit("sms-phone-minute", 1, 60), Limit("sms-phone-day", 10, 86_400))
LIMITS_PER_ADDRESS = (Limit("sms-address-hour", 60, 3_600), Limit("sms-address-day", 300, 86_400))
