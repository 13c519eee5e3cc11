"""What became of each SMS (FAQ 3), for 30 days."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from chalicelib.domain.sms import SendOutcome, SentMessage
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Table
from chalicelib.storage.tables import MessageRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer

_KEPT_FOR = timedelta(days=30)
_LATEST = 20


class DynamoMessages:
    """`Messages`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def record(self, message: SentMessage, *, effect: str | None = None) -> None:
        """Keep the outcome of one sending; `effect` names what it was sent for, where that is to be once."""
        ends_at = message.at + _KEPT_FOR
        row = MessageRow(
            purpose=message.purpose,
            outcome=message.outcome,
            reason=message.reason,
            at=message.at,
            ends_at=ends_at,
            expires_at=second_not_before(ends_at),
        )
        # No conditions: the first key is this message's alone, and the second says the same each time.
        place = keys.message(message.phone, message.at, uuid4().hex[:8], self._sealer)
        transaction = Transaction(self._tables).put(place, row)
        if effect is not None:
            transaction.put(keys.effect(effect), row)
        transaction.commit()

    def was_sent(self, effect: str) -> bool:
        """Whether a message was recorded for this effect."""
        return self._tables.read(keys.effect(effect), MessageRow) is not None

    def to_phone(self, phone: str) -> Sequence[SentMessage]:
        """The latest twenty, newest first."""
        place = keys.messages(phone, self._sealer)
        items = self._tables.query(
            Table.EPHEMERA, place, beginning="MESSAGE#", newest_first=True, at_most=_LATEST
        )
        return [_message(MessageRow.from_raw_data(item), phone) for item in items]


def _message(row: MessageRow, phone: str) -> SentMessage:
    return SentMessage(
        phone=phone,
        purpose=row.purpose,
        outcome=SendOutcome(row.outcome),
        reason=row.reason,
        at=row.at,
    )
