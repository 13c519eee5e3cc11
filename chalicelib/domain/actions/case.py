"""What the rules look at, and what they answer."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.actions.reasons import EXPLANATIONS, Reason
from chalicelib.domain.commitment import CommitmentStanding
from chalicelib.domain.credential import Credential, CredentialKind
from chalicelib.domain.errors import DomainError
from chalicelib.domain.exam import Offering, Window
from chalicelib.domain.registration import Registration, State, state_at
from chalicelib.domain.returning import Standing
from chalicelib.domain.verification import Verification, VerificationState


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and from when the answer would differ, where the clock alone decides that."""

    reason: Reason
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFacts:
    """What is known of the candidate when the question is asked."""

    identity_check: Verification
    credentials: tuple[Credential, ...]
    commitment: CommitmentStanding = field(default_factory=CommitmentStanding)
    """For the exam in question; read only where the commitment is still to be chosen."""
    returning: Standing | None = None
    """What was passed already, for the choices of the registration; None where the archive was not read."""


class ActionRefusedError(DomainError):
    """The action is not possible now; `code` and sentence are those of the reason."""

    def __init__(self, refusal: Refusal, *, field: str | None = None) -> None:
        """Speak with the voice of the reason; `field` is the input that asked for it, if one did."""
        explanation = EXPLANATIONS[refusal.reason]
        super().__init__(field=field, detail=explanation.sentence, changes_at=refusal.changes_at)
        self.reason = refusal.reason
        self.explanation = explanation


_ENDED = {
    State.PAID: Reason.ALREADY_PAID,
    State.LAPSED: Reason.LAPSED,
    State.SUPERSEDED: Reason.SUPERSEDED,
    State.VOID: Reason.VOID,
    State.OPTED_OUT: Reason.OPTED_OUT,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One registration at one moment, with all that bears on it."""

    registration: Registration
    offering: Offering
    facts: CandidateFacts
    now: datetime

    def ended(self) -> Refusal | None:
        """Paid, lapsed, superseded, void or left: nothing of it moves any more."""
        reason = _ENDED.get(state_at(self.registration, self.offering, self.now))
        return Refusal(reason) if reason else None

    def review_failed(self) -> Refusal | None:
        """Rejected: to be mended and confirmed again, as long as registration goes on."""
        if self.registration.state is not State.REJECTED:
            return None
        return Refusal(Reason.REVIEW_FAILED_TOO_LATE if self._is_too_late() else Reason.REVIEW_FAILED)

    def unconfirmed(self) -> Refusal | None:
        """A draft: to be confirmed, as long as registration goes on."""
        if self.registration.state is not State.DRAFT:
            return None
        return Refusal(Reason.REGISTRATION_OVER if self._is_too_late() else Reason.NOT_CONFIRMED)

    def _is_too_late(self) -> bool:
        return self.outside_registration() == Refusal(Reason.REGISTRATION_OVER)

    def unfinished_payment(self) -> Refusal | None:
        """A payment is under way, or its money waits for a person: neither choices nor price may move."""
        if self.registration.held_order_id is not None:
            return Refusal(Reason.PAYMENT_SET_ASIDE)
        return Refusal(Reason.PAYMENT_UNDER_WAY) if self.registration.open_order_id is not None else None

    def outside_registration(self) -> Refusal | None:
        """Before or after the registration window."""
        return outside_registration(self.offering, self.now)

    def outside_review(self) -> Refusal | None:
        """Before or after the review window."""
        window = self.offering.windows.review
        return outside(window, self.now, Reason.REVIEW_NOT_OPEN, Reason.REVIEW_OVER)

    def outside_payment(self) -> Refusal | None:
        """Before or after the payment window."""
        window = self.offering.windows.payment
        return outside(window, self.now, Reason.PAYMENT_NOT_OPEN, Reason.PAYMENT_OVER)


def outside_registration(offering: Offering, now: datetime) -> Refusal | None:
    """Before or after the registration window of an offering."""
    window = offering.windows.registration
    return outside(window, now, Reason.REGISTRATION_NOT_OPEN, Reason.REGISTRATION_OVER)


def outside(window: Window, now: datetime, before: Reason, after: Reason) -> Refusal | None:
    """Before or after a window, each with its own reason."""
    if now < window.start:
        return Refusal(before, changes_at=window.start)
    return Refusal(after) if now >= window.end else None


def unready(facts: CandidateFacts) -> Refusal | None:
    """No education record, or something is still being verified (handbook 4.1)."""
    if not any(c.facts.kind is CredentialKind.EDUCATION for c in facts.credentials):
        return Refusal(Reason.EDUCATION_MISSING)
    if any(c.check.state is VerificationState.VERIFYING for c in facts.credentials):
        return Refusal(Reason.CREDENTIAL_VERIFYING)
    if facts.identity_check.state is VerificationState.VERIFYING:
        return Refusal(Reason.IDENTITY_VERIFYING)
    return None


def disagreeing(facts: CandidateFacts) -> Refusal | None:
    """Name and ID number do not belong together: no exam on this account (handbook section 6)."""
    mismatched = facts.identity_check.state is VerificationState.MISMATCHED
    return Refusal(Reason.IDENTITY_MISMATCHED) if mismatched else None
