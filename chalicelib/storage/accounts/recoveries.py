"""Recoveries under way (FAQ 4). Expired counts as absent, swept away or not."""

from datetime import datetime

from chalicelib.domain.errors import RecoveryExpiredError
from chalicelib.domain.ids import AccountId, RecoveryId
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.connection import Item, Tables
from chalicelib.storage.tables import PRESENT, RecoveryRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Recovery, StaleWriteError


class DynamoRecoveries:
    """`Recoveries`."""

    def __init__(self, *, tables: Tables) -> None:
        self._tables = tables

    def put(self, recovery: Recovery) -> None:
        """Keep a new one."""
        row = RecoveryRow(
            account_id=recovery.account_id,
            failures=recovery.failures,
            reset_token_hash=recovery.reset_token_hash,
            ends_at=recovery.expires_at,
            expires_at=second_not_before(recovery.expires_at),
        )
        self._tables.put(keys.recovery(recovery.id), row)

    def get(self, recovery_id: RecoveryId, *, now: datetime) -> Recovery | None:
        """One that is still good."""
        row = self._tables.read(keys.recovery(recovery_id), RecoveryRow)
        if row is None or row.ends_at <= now:
            return None
        return Recovery(
            id=recovery_id,
            account_id=AccountId(row.account_id),
            failures=row.failures,
            reset_token_hash=row.reset_token_hash,
            expires_at=row.ends_at,
        )

    def pay_try(self, recovery: Recovery, *, at_most: int) -> None:
        """Count one try before its answer is looked at."""

        def refused(item: Item | None) -> Exception:
            spent = item is None or RecoveryRow.from_raw_data(item).failures >= at_most
            return RecoveryExpiredError() if spent else StaleWriteError()

        # As it was read, so that no two answers share a try; and there is a try left.
        unpaid = RecoveryRow.failures == recovery.failures
        transaction = Transaction(self._tables).update(
            keys.recovery(recovery.id),
            RecoveryRow.failures.set(recovery.failures + 1),
            on=unpaid & (RecoveryRow.failures < at_most),
            failing=refused,
        )
        transaction.commit()

    def grant(self, recovery: Recovery, reset_token_hash: str) -> None:
        """Allow a new password to whoever holds the token."""
        transaction = Transaction(self._tables).update(
            keys.recovery(recovery.id),
            RecoveryRow.reset_token_hash.set(reset_token_hash),
            on=PRESENT,  # it was not used up meanwhile
            failing=RecoveryExpiredError,
        )
        transaction.commit()

    def use(self, recovery: Recovery) -> None:
        """Consume it: a second use is refused."""
        transaction = Transaction(self._tables).delete(
            keys.recovery(recovery.id),
            on=PRESENT,  # nobody has used it
            failing=RecoveryExpiredError,
        )
        transaction.commit()
