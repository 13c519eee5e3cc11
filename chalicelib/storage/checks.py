"""Verifications under way: the port over the index `due`, and what rows that are verified have in common."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.ids import AccountId, CredentialId
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before, second_reached
from chalicelib.storage.connection import DUE, Tables
from chalicelib.storage.keys import Key
from chalicelib.storage.tables import CheckedRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import PendingCheck, StaleWriteError


class DynamoPendingChecks:
    """`PendingChecks` over the attributes `due_*` of accounts and credentials."""

    def __init__(self, *, tables: Tables) -> None:
        self._tables = tables

    def due(self, *, now: datetime, at_most: int) -> Sequence[PendingCheck]:
        """Those whose time has come, longest due first."""
        found = []
        for shard in keys.shards("verification", keys.CHECK_SHARDS):
            for item in self._tables.query_index(DUE, shard, up_to=second_reached(now), at_most=at_most):
                account_id, credential_id = keys.checked(item["pk"]["S"], item["sk"]["S"])
                # The index may lag behind the table: what it names may be settled or claimed by now.
                check = self.find(account_id, credential_id)
                if check is not None and check.due_at <= now:
                    found.append(check)
        return sorted(found, key=lambda check: check.due_at)[:at_most]

    def claim(self, check: PendingCheck, *, until: datetime, submitted: bool) -> bool:
        """Move it on; False when another was faster or it is settled."""
        moved = replace(check, due_at=until, submitted=submitted)
        transaction = Transaction(self._tables).update(
            _key(check.account_id, check.credential_id),
            *(getattr(CheckedRow, name).set(value) for name, value in _waiting(moved).items()),
            # Nobody has claimed or settled it since it was read: both change this.
            on=CheckedRow.due_exactly_at == check.due_at,
        )
        try:
            transaction.commit()
        except StaleWriteError:
            return False
        return True

    def find(self, account_id: AccountId, credential_id: CredentialId | None) -> PendingCheck | None:
        """The one of this identity or credential, while it is under way."""
        row = self._tables.read(_key(account_id, credential_id), CheckedRow)
        if row is None or not row.due_shard:
            return None
        return PendingCheck(
            account_id=account_id,
            credential_id=credential_id,
            asked_since=row.asked_since,
            submitted=row.submitted,
            due_at=row.due_exactly_at,
        )


def check_columns(account_id: AccountId, check: Verification) -> dict[str, Any]:
    """The columns of a new row that is verified: due at once, so that a lost stream record loses nothing."""
    columns: dict[str, Any] = {
        "check_state": check.state,
        "check_since": check.since,
        "check_mismatched": list(check.mismatched_fields),
    }
    if check.state is VerificationState.VERIFYING:
        columns |= _waiting(
            PendingCheck(
                account_id=account_id,
                credential_id=None,
                asked_since=check.since,
                submitted=False,
                due_at=check.since,
            )
        )
    return columns


def check_of(row: CheckedRow) -> Verification:
    """What is known, as the row has it."""
    return Verification(VerificationState(row.check_state), row.check_since, tuple(row.check_mismatched))


def settle_check(tables: Tables, key: Key, check: Verification) -> None:
    """Write the outcome if it is still being verified; otherwise nothing."""
    settled = [
        CheckedRow.check_state.set(check.state),
        CheckedRow.check_since.set(check.since),
        CheckedRow.check_mismatched.set(list(check.mismatched_fields)),
    ]
    nothing_due = [getattr(CheckedRow, name).remove() for name in _WAITING]
    # The first outcome stands: results may be asked for twice, and staff may have confirmed meanwhile.
    still_open = CheckedRow.check_state == VerificationState.VERIFYING
    try:
        Transaction(tables).update(
            key, *settled, *nothing_due, on=still_open, failing=_SettledAlreadyError
        ).commit()
    except _SettledAlreadyError:
        return


class _SettledAlreadyError(Exception):
    """There is an outcome already, or nothing to be verified."""


_WAITING = ("due_shard", "due_at", "due_exactly_at", "asked_since", "submitted")


def _waiting(check: PendingCheck) -> dict[str, Any]:
    return {
        "due_shard": keys.check_shard(check.account_id),
        "due_at": second_not_before(check.due_at),
        "due_exactly_at": check.due_at,
        "asked_since": check.asked_since,
        "submitted": check.submitted,
    }


def _key(account_id: AccountId, credential_id: CredentialId | None) -> Key:
    return keys.account(account_id) if credential_id is None else keys.credential(account_id, credential_id)
