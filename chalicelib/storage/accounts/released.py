"""What clerks do to accounts: confirm an identity, or give it back to its true holder (FAQ 5).

A release takes two writes, with the registrations giving way between them:
`usecases/desk/release_identity.py`.
"""

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.verification import VerificationState
from chalicelib.storage import keys
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key
from chalicelib.storage.tables import ABSENT, AccountRow, ClaimRow, IdNumberRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


def confirm_identity(tables: Tables, account: Account, entry: AuditEntry, sealer: Sealer) -> None:
    """Verified by a clerk who saw the ID."""
    seen = account.identity_check
    transaction = Transaction(tables).update(
        keys.account(account.id),
        AccountRow.check_state.set(VerificationState.VERIFIED),
        AccountRow.check_since.set(entry.at),
        AccountRow.check_mismatched.set([]),
        # The check is as the clerk saw it, and nobody closed the account.
        on=(AccountRow.check_state == seen.state)
        & (AccountRow.check_since == seen.since)
        & AccountRow.released_at.does_not_exist(),
    )
    with_entry(transaction, entry, sealer).commit()


def release(tables: Tables, account: Account, entry: AuditEntry, sealer: Sealer) -> None:
    """Unusable from now on, all sessions over."""
    transaction = Transaction(tables).update(
        keys.account(account.id),
        AccountRow.released_at.set(entry.at),
        AccountRow.session_epoch.set(AccountRow.session_epoch + 1),
        on=AccountRow.username.exists() & AccountRow.released_at.does_not_exist(),  # it is there, and open
    )
    with_entry(transaction, entry, sealer).commit()


def free_claims(tables: Tables, account: Account, sealer: Sealer) -> None:
    """Person, phone and place under the ID number are free for others; the username is not given away."""
    transaction = Transaction(tables).check(
        keys.account(account.id),
        on=AccountRow.released_at.exists(),  # only a closed account loses its claims
    )
    for claim in (keys.person(account.identity, sealer), keys.phone(account.phone, sealer)):
        _free(transaction, claim, account, tables)
    under = keys.id_number(account.identity.id_number, sealer)
    row = tables.read(under, IdNumberRow)
    if row is not None and account.id in row.account_ids:
        if len(row.account_ids) == 1:
            # A set is never empty; nobody else may have come under the ID number meanwhile.
            transaction.delete(under, on=IdNumberRow.account_ids == row.account_ids)
        else:
            transaction.update(
                under,
                IdNumberRow.account_ids.delete({account.id}),
                on=IdNumberRow.account_ids.contains(account.id),  # it still stands there
            )
    transaction.commit()


def _free(transaction: Transaction, claim: Key, account: Account, tables: Tables) -> None:
    """Remove a claim if it is the account's: the true holder may have claimed it since a first attempt."""
    row = tables.read(claim, ClaimRow)
    is_ours = ClaimRow.account_id == account.id
    if row is not None and row.account_id == account.id:
        transaction.delete(claim, on=is_ours)  # still, as it was read
    else:
        transaction.check(claim, on=ABSENT | ~is_ours)  # still not, as it was read
