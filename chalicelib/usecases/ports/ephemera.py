"""Stores of what soon expires: sessions, codes, limits, recoveries. Expired counts as absent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.ids import AccountId, RecoveryId, SmsCodeId
from chalicelib.domain.sms import Limit, PhoneProof, SmsCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A logged-in browser; the token itself is known only to it."""

    token_hash: str
    account_id: AccountId
    epoch: int
    expires_at: datetime


class Sessions(Protocol):
    """Sessions, by the hash of their token."""

    def put(self, session: Session) -> None:
        """Keep a new session."""

    def get(self, token_hash: str) -> Session | None:
        """The session, also when it is over: the caller compares `expires_at`."""

    def delete(self, token_hash: str) -> None:
        """End it; unknown is fine."""


class SmsCodes(Protocol):
    """Codes on their way and proofs of phones. Expired counts as absent, whether still stored or not."""

    def put(self, code: SmsCode) -> None:
        """Keep a new code."""

    def pay_try(self, code_id: SmsCodeId, *, now: datetime) -> SmsCode:
        """Count one try, then give the code, so that no two guesses share a try.
        Raises SmsCodeExpiredError (unknown, used, too old, tried too often)."""

    def prove(self, code: SmsCode, proof: PhoneProof) -> None:
        """Trade the code for a proof: once. Raises SmsCodeExpiredError."""

    def proof(self, token_hash: str, *, now: datetime) -> PhoneProof | None:
        """A proof that is still good."""


class Limits(Protocol):
    """Counters that slow people down."""

    def take(self, limit: Limit, subject: str, *, now: datetime) -> None:
        """Count one use; the window begins with the first. Raises TooManyRequestsError with `changes_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Somebody who knows name and ID number is on the way to prove more (FAQ 4)."""

    id: RecoveryId
    account_id: AccountId
    failures: int
    reset_token_hash: str | None
    expires_at: datetime


class Recoveries(Protocol):
    """Recoveries under way. Expired counts as absent."""

    def put(self, recovery: Recovery) -> None:
        """Keep a new one."""

    def get(self, recovery_id: RecoveryId, *, now: datetime) -> Recovery | None:
        """One that is still good."""

    def pay_try(self, recovery: Recovery, *, at_most: int) -> None:
        """Count one try before its answer is looked at. Raises RecoveryExpiredError, StaleWriteError."""

    def grant(self, recovery: Recovery, reset_token_hash: str) -> None:
        """Allow a new password to whoever holds the token. Raises RecoveryExpiredError."""

    def use(self, recovery: Recovery) -> None:
        """Consume it: a second use raises RecoveryExpiredError."""
