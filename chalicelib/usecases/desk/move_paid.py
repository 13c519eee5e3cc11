"""A clerk moves a paid registration from the wrong identity to the right one, who showed the ID (FAQ 5)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.errors import AccountNotFoundError, ChangedElsewhereError
from chalicelib.domain.ids import AccountId, RegistrationId
from chalicelib.domain.moving import paid_move
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports import Accounts, Credentials, Randomness, Registrations, StaleWriteError
from chalicelib.usecases.registrations.at_authority import registration_for


def move_paid(
    from_account_id: AccountId,
    registration_id: RegistrationId,
    to_account_id: AccountId,
    entry: AuditEntry,
    *,
    id_number: str,
    accounts: Accounts,
    registrations: Registrations,
    credentials: Credentials,
    randomness: Randomness,
    now: datetime,
) -> Registration:
    """The registration as the right account has it from now on; said again, it finds it done.

    `id_number` is the one on the ID that was shown, so it is that of the account that receives. Only what is
    at the clerk's own authority. Raises AccountNotFoundError, NotFoundError, MoveRefusedError,
    RegistrationExistsError, ChangedElsewhereError.
    """
    wrong, right = accounts.get(from_account_id), accounts.get(to_account_id)
    if wrong is None or right is None or right.identity.id_number != id_number:
        raise AccountNotFoundError
    seen = registration_for(entry.clerk, wrong.id, registration_id, registrations=registrations)
    if seen.moved_to and (moved := registrations.get(right.id, seen.moved_to)):
        return moved
    standing = registrations.commitment_of(seen.exam_id, right.identity)
    move = paid_move(
        seen,
        wrong,
        right,
        credential_ids={record.id for record in credentials.of(right.id)},
        standing=standing,
        registration_id=RegistrationId(randomness.new_id()),
        now=now,
    )
    whole = replace(
        entry,
        on_whom=seen.id,
        what=Act.MOVE_PAID,
        before=f"{wrong.id}/{seen.id}",
        after=f"{right.id}/{move.arriving.id}",
    )
    try:
        registrations.move_paid(move, standing, whole)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return move.arriving
