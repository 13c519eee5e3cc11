"""What closes the commitment for an ID number, and what a confirmation must find or leave behind of it."""

from chalicelib.domain.commitment import ClosedCommitment, CommitmentStanding
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId, ExamId, RegistrationId
from chalicelib.domain.registration import Commitment, Registration
from chalicelib.storage import keys
from chalicelib.storage.connection import Tables
from chalicelib.storage.registrations.integrity import read_integrity
from chalicelib.storage.registrations.rows import ClosedCommitmentRow, IntegrityHeadRow
from chalicelib.storage.tables import ABSENT
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer, StandingMovedError


def read_standing(tables: Tables, exam_id: ExamId, identity: Identity, sealer: Sealer) -> CommitmentStanding:
    """Everything that bears on the choice of one ID number for one exam and year, consistent."""
    row = tables.read(keys.closed_commitment(exam_id, identity, sealer), ClosedCommitmentRow)
    changes, records = read_integrity(tables, identity.id_number, sealer)
    return CommitmentStanding(
        closed=_closed(row) if row else None, integrity=records, integrity_changes=changes
    )


def with_commitment(
    transaction: Transaction,
    changed: Registration,
    identity: Identity,
    standing: CommitmentStanding,
    sealer: Sealer,
) -> None:
    """Add to a confirmation or withdrawal what makes its commitment true under a race."""
    given = changed.signature.commitment if changed.signature else None
    closed_key = keys.closed_commitment(changed.exam_id, identity, sealer)
    if given is Commitment.ADOPTED:
        # Nobody of this ID number has declined or withdrawn it.
        transaction.check(closed_key, on=ABSENT, failing=StandingMovedError)
        unchanged = IntegrityHeadRow.changes == standing.integrity_changes
        transaction.check(
            keys.integrity(identity.id_number, sealer),
            on=unchanged if standing.integrity_changes else ABSENT,  # no record was entered since
            failing=StandingMovedError,
        )
    elif given in (Commitment.DECLINED, Commitment.WITHDRAWN) and standing.closed is None:
        row = ClosedCommitmentRow(
            commitment=given,
            at=changed.updated_at,
            account_id=changed.account_id,
            registration_id=changed.id,
        )
        # What was said first stands.
        transaction.put(closed_key, row, on=ABSENT, failing=StandingMovedError)


def _closed(row: ClosedCommitmentRow) -> ClosedCommitment:
    return ClosedCommitment(
        commitment=Commitment(row.commitment),
        at=row.at,
        account_id=AccountId(row.account_id),
        registration_id=RegistrationId(row.registration_id),
    )
