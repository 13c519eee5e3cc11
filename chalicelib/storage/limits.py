"""Counters that slow people down: one for each limit and subject, never one for all."""

from datetime import datetime, timedelta

from chalicelib.domain.errors import TooManyRequestsError
from chalicelib.domain.sms import Limit
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.connection import ConditionFailedError, Tables
from chalicelib.storage.keys import Key
from chalicelib.storage.tables import ABSENT, LimitRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer, StaleWriteError


class DynamoLimits:
    """`Limits`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def take(self, limit: Limit, subject: str, *, now: datetime) -> None:
        """Count one use; the window begins with the first."""
        key = keys.limit(limit, subject, self._sealer)
        if not self._count(key, limit, now):
            try:
                self._begin(key, limit, now)
            except StaleWriteError:
                # Somebody began the window meanwhile, so now there is one to count in.
                if not self._count(key, limit, now):
                    raise

    def _count(self, key: Key, limit: Limit, now: datetime) -> bool:
        """Count in the window that is open; False when none is."""
        room = LimitRow.uses < limit.at_most
        try:
            # Sent twice after a lost answer this counts one too many: soon forgiven.
            self._tables.update(key, LimitRow.uses.add(1), on=(LimitRow.ends_at > now) & room)
        except ConditionFailedError as error:
            window = LimitRow.from_raw_data(error.item) if error.item else None
            if window is not None and window.ends_at > now:
                raise TooManyRequestsError(changes_at=window.ends_at) from error
            return False
        return True

    def _begin(self, key: Key, limit: Limit, now: datetime) -> None:
        ends_at = now + timedelta(seconds=limit.window_s)
        row = LimitRow(uses=1, ends_at=ends_at, expires_at=second_not_before(ends_at))
        over = LimitRow.ends_at <= now
        # There is no window, or it is over.
        Transaction(self._tables).put(key, row, on=ABSENT | over).commit()
