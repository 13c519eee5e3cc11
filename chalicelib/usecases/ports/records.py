"""The durable stores.

Every write is conditional. A condition that fails becomes the refusal named in the method's docstring, or
StaleWriteError where somebody simply wrote first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.commitment import CommitmentStanding
from chalicelib.domain.credential import Credential
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import (
    AccountId,
    AuthorityId,
    CredentialId,
    ExamId,
    RegistrationId,
    SmsCodeId,
)
from chalicelib.domain.moving import PaidMove
from chalicelib.domain.registration import Registration
from chalicelib.domain.sms import CodeFate, DeliveryReport, PhoneProof, SentMessage
from chalicelib.domain.superseding import Holder
from chalicelib.domain.verification import Verification


class StaleWriteError(Exception):
    """Somebody wrote first: load and decide again, twice at most."""


class StandingMovedError(StaleWriteError):
    """What somebody brings along to the commitment changed since it was read: decide again."""


class Accounts(Protocol):
    """Accounts and the claims that make username, phone and person unique."""

    def open(
        self,
        account: Account,
        *,
        proof: PhoneProof,
        shares_id_number: bool,
        now: datetime,
        pushing_out: Account | None = None,
    ) -> None:
        """Account, claims and the used-up proof: all or none.

        `pushing_out` leaves the list under the ID number in the same write, on condition that the list is
        full, that it is on it and that it is not verified; otherwise StaleWriteError.
        Raises UsernameTakenError, PhoneTakenError, PersonRegisteredError, IdNumberRegisteredError (unless
        `shares_id_number`), IdNumberCrowdedError, PhoneProofInvalidError.
        """

    def get(self, account_id: AccountId) -> Account | None:
        """By id, consistent."""

    def with_username(self, username: str) -> Account | None:
        """The holder of the username, whatever its case."""

    def with_phone(self, phone: str) -> Account | None:
        """The account that the phone is bound to."""

    def with_id_number(self, id_number: str) -> Sequence[Account]:
        """All accounts under this ID number in normal form, whatever the ID type."""

    def of_person(self, identity: Identity) -> Account | None:
        """The account of exactly this name and ID number."""

    def change_phone(self, account: Account, phone: str, *, proof: PhoneProof, now: datetime) -> None:
        """Swap the claim: new phone taken, old one free, proof used up. Raises PhoneTakenError,
        PhoneProofInvalidError, StaleWriteError (the account's phone or epoch is no longer as read)."""

    def change_password(self, account: Account, password_hash: str) -> None:
        """New hash and the next session epoch, so that all sessions end. Raises StaleWriteError."""

    def settle_identity(self, account_id: AccountId, check: Verification) -> None:
        """Write the outcome if the identity is still being verified; otherwise nothing."""

    def confirm_identity(self, account: Account, entry: AuditEntry) -> None:
        """A clerk saw the ID: verified, since `entry.at`. Raises StaleWriteError (check not as read)."""

    def release(self, account: Account, entry: AuditEntry) -> None:
        """Unusable from now on, all sessions over, with its audit entry. Raises StaleWriteError."""

    def free_claims(self, account: Account) -> None:
        """Person, phone and place under the ID number of a released account, free for others; the username
        is not given away. Done already is fine. Raises StaleWriteError (not released)."""


class Credentials(Protocol):
    """Education and degree records of accounts."""

    def of(self, account_id: AccountId) -> tuple[Credential, ...]:
        """All of an account, oldest first, consistent."""

    def add(self, credential: Credential) -> None:
        """Raises CredentialDuplicateError (same facts), CredentialLimitError (five there)."""

    def settle(self, account_id: AccountId, credential_id: CredentialId, check: Verification) -> None:
        """Write the outcome if the record is still being verified; otherwise nothing."""

    def enter_pass(
        self, account_id: AccountId, credential_id: CredentialId, exam_code: str, entry: AuditEntry
    ) -> None:
        """A reviewer of an exam passed the record on site; with its audit entry (FAQ 8).
        Raises StaleWriteError (no such record)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCheck:
    """An identity (`credential_id` is None) or a credential whose verification is under way."""

    account_id: AccountId
    credential_id: CredentialId | None
    asked_since: datetime
    submitted: bool
    due_at: datetime


class PendingChecks(Protocol):
    """The due index of verifications: present only while something is due.

    An account or credential stored in state `verifying` is due at once: a lost stream record loses nothing.
    """

    def due(self, *, now: datetime, at_most: int) -> Sequence[PendingCheck]:
        """Those whose time has come."""

    def claim(self, check: PendingCheck, *, until: datetime, submitted: bool) -> bool:
        """Move `due_at` on condition that it is as read; False when another was faster or it is settled."""

    def find(self, account_id: AccountId, credential_id: CredentialId | None) -> PendingCheck | None:
        """The one of this identity or credential, while it is under way."""


@dataclass(frozen=True, slots=True)
class PassedReview:
    """A reviewer passed these credentials for an exam, whatever the year (FAQ 8)."""

    exam_code: str
    credential_ids: tuple[CredentialId, ...]


class Registrations(Protocol):
    """Registrations, kept with their account; the live key says one for each ID number, exam and year."""

    def start(self, registration: Registration, identity: Identity) -> None:
        """Registration and live key: both or none. Raises RegistrationExistsError, AccountReleasedError."""

    def holder(self, exam_id: ExamId, identity: Identity) -> Holder | None:
        """The live registration of this ID number for the exam, under whatever account, consistent."""

    def supersede(
        self, loser: Registration, winner: Registration, identity: Identity, *, now: datetime
    ) -> None:
        """The loser superseded, the live key and the exam the winner's: all or none (FAQ 5).
        Condition: loser as read and unpaid, its account not verified, the winner's account verified, the
        live key still the loser's. Raises StaleWriteError."""

    def give_way(self, seen: Registration, identity: Identity, *, now: datetime) -> None:
        """Superseded by nobody: the live key is free.
        Condition: as seen and unpaid or void, its account released by a clerk. Raises StaleWriteError."""

    def move_paid(self, move: PaidMove, standing: CommitmentStanding, entry: AuditEntry) -> None:
        """The paid registration under the right account, with its place, its order and the audit entry.
        Condition: as seen and paid, its account not verified or released, the right one verified, the order
        still the one that paid, the commitment as at `sign`. Raises RegistrationExistsError (the right ID
        number has one of its own), StandingMovedError, StaleWriteError."""

    def reopen_commitment(self, exam_id: ExamId, account: Account) -> None:
        """Forget that this released account closed the commitment for its ID number; not so is fine."""

    def commitment_of(self, exam_id: ExamId, identity: Identity) -> CommitmentStanding:
        """What bears on the choice of the commitment for this ID number and exam, consistent."""

    def sign(
        self, seen: Registration, changed: Registration, identity: Identity, standing: CommitmentStanding
    ) -> None:
        """A confirmation or a withdrawal, with what it does to the commitment: all or none.
        Condition: registration as seen; when adopted, nothing closed and no integrity record changed.
        Raises StandingMovedError, StaleWriteError."""

    def review(
        self, seen: Registration, changed: Registration, passed: PassedReview | None, entry: AuditEntry
    ) -> None:
        """A reviewer's decision with its audit entry and, when passed, the pass of each credential used.
        Condition: registration as seen. Raises StaleWriteError."""

    def void(self, seen: Registration, changed: Registration, entry: AuditEntry) -> None:
        """The authority's finding with its audit entry; a request for a change that waited is moot.
        Condition: registration as seen. Raises StaleWriteError."""

    def reinstate(self, seen: Registration, changed: Registration, entry: AuditEntry) -> None:
        """A finding taken back, with its audit entry.
        Condition: registration as seen; where it is paid again, nothing of its order has gone back.
        Raises StaleWriteError."""

    def get(self, account_id: AccountId, registration_id: RegistrationId) -> Registration | None:
        """One of this account, consistent."""

    def of(self, account_id: AccountId) -> Sequence[Registration]:
        """All of an account, newest first."""

    def replace(self, seen: Registration, changed: Registration) -> None:
        """Write what a decision made of `seen`: choices, confirmation or review.
        On condition that version, state and open order are as seen. Raises StaleWriteError."""

    def give_up(self, seen: Registration, identity: Identity) -> None:
        """Remove registration and live key. Condition: version as seen, unpaid, no open order.
        Raises StaleWriteError."""

    def under_review(
        self, authority_id: AuthorityId, exam_ids: Iterable[ExamId], *, at_most: int
    ) -> Sequence[Registration]:
        """Those of the authority that wait for a reviewer in these exams, longest waiting first."""


class Messages(Protocol):
    """What became of each SMS (FAQ 3)."""

    def record(self, message: SentMessage, *, effect: str | None = None) -> None:
        """Keep the outcome of one sending; `effect` names what it was sent for, where that is to be once."""

    def was_sent(self, effect: str) -> bool:
        """Whether a message was recorded for this effect."""

    def report(self, report: DeliveryReport) -> bool:
        """Note what the operator reports, also when it comes before the sending is recorded.
        The first report of a message stands; whether this one changed anything."""

    def of_code(self, code_id: SmsCodeId) -> CodeFate | None:
        """What became of the message with this code."""

    def to_phone(self, phone: str) -> Sequence[SentMessage]:
        """The latest twenty, newest first."""
