"""What became of each SMS (FAQ 3), for 30 days, and the operator's reports of them, in whatever order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import (
    OPEN_OUTCOMES,
    CodeFate,
    DeliveryReport,
    SendOutcome,
    SentMessage,
    after_report,
)
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.messages import keys
from chalicelib.storage.messages.rows import MessagePlaceRow, MessageRow
from chalicelib.storage.tables import ABSENT, PRESENT
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer, StaleWriteError

_KEPT_FOR = timedelta(days=30)
_LATEST = 20


class _ReportCameFirstError(Exception):
    """The operator reported before the sending was recorded."""


class DynamoMessages:
    """`Messages`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def record(self, message: SentMessage, *, effect: str | None = None) -> None:
        """Keep the outcome of one sending; `effect` names what it was sent for, where that is to be once."""
        place = keys.message(message.phone, message.at, uuid4().hex[:8], self._sealer)
        try:
            self._write(message, place, effect, early=False)
        except _ReportCameFirstError:
            early = self._tables.read(keys.message_of_serial(message.serial), MessagePlaceRow)
            if early is None or early.outcome is None:
                raise StaleWriteError from None
            report = DeliveryReport(
                serial=message.serial,
                outcome=SendOutcome(early.outcome),
                reason=early.reason,
                at=early.reported_at,
            )
            self._write(after_report(message, report), place, effect, early=True)

    def _write(self, message: SentMessage, place: Key, effect: str | None, *, early: bool) -> None:
        row = _row(message)
        # No conditions but one: this message's key is its own, and the others say the same each time.
        transaction = Transaction(self._tables).put(place, row)
        if effect is not None:
            transaction.put(keys.effect(effect), row)
        pointer = MessagePlaceRow(message_pk=place.pk, message_sk=place.sk, **_lifetime(message.at))
        if message.code_id is not None:
            transaction.put(keys.message_of_code(message.code_id), pointer)
        if message.serial:
            transaction.put(
                keys.message_of_serial(message.serial),
                pointer,
                # No report lies there that would be lost; or the one that does is in the message by now.
                on=PRESENT & MessagePlaceRow.message_pk.does_not_exist() if early else ABSENT,
                failing=StaleWriteError if early else _ReportCameFirstError,
            )
        transaction.commit()

    def report(self, report: DeliveryReport) -> bool:
        """Note what the operator reports; the first report of a message stands."""
        pointer = keys.message_of_serial(report.serial)
        found = self._tables.read(pointer, MessagePlaceRow)
        if found is None:
            return self._keep_early(report)
        if not found.message_pk:
            return False
        transaction = Transaction(self._tables).update(
            Key(Table.EPHEMERA, found.message_pk, found.message_sk),
            MessageRow.outcome.set(report.outcome),
            MessageRow.reason.set(report.reason),
            MessageRow.reported_at.set(report.at),
            # Nothing was reported before: the operator may send one report several times.
            on=MessageRow.outcome.is_in(*OPEN_OUTCOMES),
        )
        return _is_done(transaction)

    def _keep_early(self, report: DeliveryReport) -> bool:
        early = MessagePlaceRow(
            outcome=report.outcome,
            reason=report.reason,
            reported_at=report.at,
            **_lifetime(report.at),
        )
        # Neither the sending nor another report was recorded meanwhile.
        transaction = Transaction(self._tables).put(keys.message_of_serial(report.serial), early, on=ABSENT)
        return _is_done(transaction) or self.report(report)

    def of_code(self, code_id: SmsCodeId) -> CodeFate | None:
        """What became of the message with this code."""
        pointer = self._tables.read(keys.message_of_code(code_id), MessagePlaceRow)
        if pointer is None:
            return None
        row = self._tables.read(Key(Table.EPHEMERA, pointer.message_pk, pointer.message_sk), MessageRow)
        if row is None:
            return None
        return CodeFate(
            outcome=SendOutcome(row.outcome), reason=row.reason, at=row.at, reported_at=row.reported_at
        )

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


def _is_done(transaction: Transaction) -> bool:
    try:
        transaction.commit()
    except StaleWriteError:
        return False
    return True


def _lifetime(since: datetime) -> dict[str, Any]:
    ends_at = since + _KEPT_FOR
    return {"ends_at": ends_at, "expires_at": second_not_before(ends_at)}


def _row(message: SentMessage) -> MessageRow:
    return MessageRow(
        purpose=message.purpose,
        outcome=message.outcome,
        reason=message.reason,
        at=message.at,
        serial=message.serial or None,
        code_id=message.code_id,
        reported_at=message.reported_at,
        **_lifetime(message.at),
    )


def _message(row: MessageRow, phone: str) -> SentMessage:
    return SentMessage(
        phone=phone,
        purpose=row.purpose,
        outcome=SendOutcome(row.outcome),
        reason=row.reason,
        at=row.at,
        serial=row.serial or "",
        code_id=SmsCodeId(row.code_id) if row.code_id else None,
        reported_at=row.reported_at,
    )
