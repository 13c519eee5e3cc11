"""Authorities, and the passwords that their clerks give out (FAQ 4)."""

from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.authority import Authority
from chalicelib.domain.catalogue import Change
from chalicelib.domain.ids import AccountId, AuthorityId
from chalicelib.domain.one_time_password import MOST_TRIES, OneTimePassword, OneTimePasswordSpentError
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import ConditionFailedError, Tables
from chalicelib.storage.desk import keys as desk_keys
from chalicelib.storage.desk.rows import AuthorityRow, OneTimePasswordRow
from chalicelib.storage.tables import AccountRow, as_seen
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoAuthorities:
    """`Authorities`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def get(self, authority_id: AuthorityId) -> Authority | None:
        """By id."""
        row = self._tables.read(desk_keys.authority(authority_id), AuthorityRow)
        return row.authority if row else None

    def take_in(self, change: Change[Authority]) -> None:
        """Store what an import changes, with its audit entry."""
        changed = change.changed
        transaction = Transaction(self._tables).put(
            desk_keys.authority(changed.id),
            AuthorityRow(authority=changed, version=changed.version),
            on=as_seen(AuthorityRow.version, change.seen.version if change.seen else None),
        )
        with_entry(transaction, change.entry, self._sealer).commit()


class DynamoOneTimePasswords:
    """`OneTimePasswords`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def give_out(
        self, account: Account, one_time: OneTimePassword, dead_hash: str, entry: AuditEntry
    ) -> None:
        """The account's password dead, its sessions over, the one-time one good, the entry kept."""
        transaction = self._with_password(Transaction(self._tables), account, dead_hash)
        # In place of an earlier one, if there is one: the clerk's last word counts.
        transaction.put(desk_keys.one_time_password(account.id), _row(one_time))
        with_entry(transaction, entry, self._sealer).commit()

    def get(self, account_id: AccountId, *, now: datetime) -> OneTimePassword | None:
        """The one that is still good."""
        row = self._tables.read(desk_keys.one_time_password(account_id), OneTimePasswordRow)
        if row is None:
            return None
        one_time = OneTimePassword(
            account_id=account_id,
            fingerprint=row.fingerprint,
            needs_id_tail=row.needs_id_tail,
            expires_at=row.ends_at,
            tries=row.tries,
        )
        return one_time if one_time.is_good(now) else None

    def pay_try(self, one_time: OneTimePassword, *, now: datetime) -> None:
        """Count one try before it is looked at."""
        still_good = (OneTimePasswordRow.ends_at > now) & (OneTimePasswordRow.tries < MOST_TRIES)
        try:
            self._tables.update(
                desk_keys.one_time_password(one_time.account_id),
                # Sent twice after a lost answer this costs a try too many, which is on the safe side.
                OneTimePasswordRow.tries.add(1),
                on=still_good & _is(one_time),
            )
        except ConditionFailedError as error:
            raise OneTimePasswordSpentError(field="one_time_password") from error

    def redeem(self, account: Account, one_time: OneTimePassword, password_hash: str) -> None:
        """The account's new password for the one-time one, which is gone."""
        transaction = Transaction(self._tables).delete(
            desk_keys.one_time_password(account.id),
            on=_is(one_time),  # nobody has used it, and no other was given out
            failing=OneTimePasswordSpentError,
        )
        self._with_password(transaction, account, password_hash).commit()

    def _with_password(self, transaction: Transaction, account: Account, hashed: str) -> Transaction:
        return transaction.update(
            keys.account(account.id),
            AccountRow.password_hash.set(hashed),
            AccountRow.session_epoch.set(account.session_epoch + 1),
            # Nobody changed the password or released the account since it was read: both raise the epoch.
            on=AccountRow.session_epoch == account.session_epoch,
        )


def _row(one_time: OneTimePassword) -> OneTimePasswordRow:
    return OneTimePasswordRow(
        fingerprint=one_time.fingerprint,
        needs_id_tail=one_time.needs_id_tail,
        tries=one_time.tries,
        ends_at=one_time.expires_at,
        expires_at=second_not_before(one_time.expires_at),
    )


def _is(one_time: OneTimePassword) -> Condition:
    same: Condition = (OneTimePasswordRow.fingerprint == one_time.fingerprint) & (
        OneTimePasswordRow.ends_at == one_time.expires_at
    )
    return same
