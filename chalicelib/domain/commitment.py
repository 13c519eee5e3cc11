"""The commitment (告知承诺): what closes it, what a choice stands for, which text was signed (FAQ 12, 13).

Who may adopt it, and when it may be withdrawn, is in `actions/committing.py`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.ids import AccountId, RegistrationId
from chalicelib.domain.integrity import IntegrityRecord, not_eligible_until
from chalicelib.domain.registration import Commitment, Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCommitment:
    """That a person declined or withdrew the commitment for an exam and year; it outlives registrations."""

    commitment: Commitment
    at: datetime
    account_id: AccountId
    registration_id: RegistrationId


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentStanding:
    """What the holder of an ID number brings along to the choice, whatever the account."""

    closed: ClosedCommitment | None = None
    integrity: tuple[IntegrityRecord, ...] = ()
    integrity_changes: int = 0
    """How often the integrity records were changed: says at a write whether they still are as read."""


def closed_as(signature: Signature | None, standing: CommitmentStanding) -> Commitment | None:
    """Declined or withdrawn, where one of them was said before, here or in an earlier registration."""
    if signature and signature.commitment in (Commitment.DECLINED, Commitment.WITHDRAWN):
        return signature.commitment
    return standing.closed.commitment if standing.closed else None


def commitment_given(
    signature: Signature | None, standing: CommitmentStanding, wanted: Commitment, now: datetime
) -> Commitment:
    """What a confirmation with this choice stands for. Who cannot adopt has not declined, either.

    A withdrawn commitment stays withdrawn, for its review is on site (FAQ 13).
    """
    if wanted is Commitment.ADOPTED:
        return wanted
    if closed_as(signature, standing) is Commitment.WITHDRAWN:
        return Commitment.WITHDRAWN
    not_eligible, _ = not_eligible_until(standing.integrity, now)
    return Commitment.NOT_ELIGIBLE if not_eligible else Commitment.DECLINED


def signature_of(
    wanted: Commitment,
    text_hash: str,
    text_version: str,
    *,
    before: Signature | None,
    standing: CommitmentStanding,
    now: datetime,
) -> Signature:
    """What a confirmation leaves of the commitment: which text was shown, what was said to it, and when."""
    given = commitment_given(before, standing, wanted, now)
    withdrawn_at = None
    if given is Commitment.WITHDRAWN:
        earlier = before.withdrawn_at if before else None
        withdrawn_at = earlier or (standing.closed.at if standing.closed else None)
    return Signature(
        commitment=given, text_hash=text_hash, text_version=text_version, at=now, withdrawn_at=withdrawn_at
    )


def hash_of_text(text: str) -> str:
    """SHA-256 in hex: says which text was signed."""
    return hashlib.sha256(text.encode()).hexdigest()
