"""A paid registration moves under the right account together with its place and its order, or not at all."""

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.commitment import CommitmentStanding
from chalicelib.domain.errors import RegistrationExistsError
from chalicelib.domain.moving import PaidMove
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import State
from chalicelib.domain.verification import VerificationState
from chalicelib.storage import keys
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import Tables
from chalicelib.storage.registrations.commitments import with_commitment
from chalicelib.storage.registrations.registration_rows import as_seen, registration_key, row_of
from chalicelib.storage.tables import ABSENT, AccountRow, ClaimRow, OrderRow, RegistrationRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


def move_paid(
    tables: Tables, move: PaidMove, standing: CommitmentStanding, entry: AuditEntry, sealer: Sealer
) -> None:
    """One transaction: registration, place, order, commitment and audit entry."""
    transaction = Transaction(tables)
    _move_place(transaction, move, sealer)
    transaction.put(
        registration_key(move.seen),
        row_of(move.left),
        on=as_seen(move.seen) & (RegistrationRow.state == State.PAID),  # still paid, and not moved yet
    )
    transaction.put(registration_key(move.arriving), row_of(move.arriving), on=ABSENT)  # ids do not repeat
    transaction.update(
        keys.order(move.order_id),
        OrderRow.account_id.set(move.arriving.account_id),
        OrderRow.registration_id.set(move.arriving.id),
        # It is the order that paid it, and no money of it has gone back.
        on=(OrderRow.state == OrderState.PAID) & (OrderRow.registration_id == move.seen.id),
    )
    unverified = [state for state in VerificationState if state is not VerificationState.VERIFIED]
    transaction.check(
        keys.account(move.seen.account_id),
        # Nobody verified loses a registration, unless a clerk has closed the account.
        on=AccountRow.check_state.is_in(*unverified) | AccountRow.released_at.exists(),
    )
    transaction.check(
        keys.account(move.arriving.account_id),
        on=(AccountRow.check_state == VerificationState.VERIFIED) & AccountRow.released_at.does_not_exist(),
    )
    with_commitment(transaction, move.arriving, move.right, standing, sealer)
    with_entry(transaction, entry, sealer).commit()


def _move_place(transaction: Transaction, move: PaidMove, sealer: Sealer) -> None:
    there = keys.live(move.seen.exam_id, move.wrong, sealer)
    here = keys.live(move.arriving.exam_id, move.right, sealer)
    claim = ClaimRow(account_id=move.arriving.account_id, registration_id=move.arriving.id)
    is_its_own = ClaimRow.registration_id == move.seen.id
    if here == there:
        transaction.put(here, claim, on=is_its_own)  # the place is still this registration's
        return
    transaction.put(
        here,
        claim,
        on=ABSENT,  # the right ID number has no registration of its own for this exam and year
        failing=RegistrationExistsError,
    )
    transaction.delete(there, on=is_its_own)  # the place under the wrong number is free
