"""The catalogue: each exam with its offerings in a partition of its own, and a list of what there is.

All read it; an import and, seldom, a clerk write it, so what was read is kept for 30 s in the process.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.catalogue import Change
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.storage import keys
from chalicelib.storage.audit import with_entry
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Table
from chalicelib.storage.registrations.rows import SignedTextRow
from chalicelib.storage.tables import ABSENT, CatalogueRow, ExamRow, OfferingRow, as_seen
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Clock, Sealer

_T = TypeVar("_T")
_KEPT_FOR = timedelta(seconds=30)
_MOST_IN_ONE_TRANSACTION = 45
"""Offerings: each is written with its entry, and DynamoDB takes 100 items."""


class DynamoExams:
    """`Exams`."""

    def __init__(self, *, tables: Tables, clock: Clock, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer
        self._exams: _Kept[tuple[Exam, Sequence[Offering]]] = _Kept(clock)
        self._lists: _Kept[Sequence[ExamId]] = _Kept(clock)

    def all(self) -> Sequence[tuple[Exam, Sequence[Offering]]]:
        """Every exam with its offerings, by id."""
        exam_ids = self._lists.get("", self._read_list) or ()
        return [found for exam_id in exam_ids if (found := self.get(exam_id))]

    def get(self, exam_id: ExamId) -> tuple[Exam, Sequence[Offering]] | None:
        """One exam with its offerings, by authority."""
        return self._exams.get(exam_id, lambda: self._read(exam_id))

    def offering(self, exam_id: ExamId, authority_id: AuthorityId) -> tuple[Exam, Offering] | None:
        """One exam as one authority holds it."""
        exam, offerings = self.get(exam_id) or (None, ())
        held = next((offering for offering in offerings if offering.authority_id == authority_id), None)
        return (exam, held) if exam and held else None

    def take_in(self, exam: Change[Exam] | None, offerings: Sequence[Change[Offering]]) -> None:
        """Store what an import changes, each thing with its audit entry."""
        self._keep_texts([change.changed for change in offerings])
        for first in range(0, len(offerings), _MOST_IN_ONE_TRANSACTION):
            transaction = Transaction(self._tables)
            for change in offerings[first : first + _MOST_IN_ONE_TRANSACTION]:
                _replacing(transaction, change.seen, change.changed)
                with_entry(transaction, change.entry, self._sealer)
            transaction.commit()
        # A new exam is seen once all of it is there.
        if exam is not None:
            self._take_in_exam(exam)
        self._exams.forget()
        self._lists.forget()

    def _take_in_exam(self, change: Change[Exam]) -> None:
        exam = change.changed
        transaction = Transaction(self._tables).put(
            keys.exam(exam.id),
            ExamRow(exam=exam, version=exam.version),
            on=as_seen(ExamRow.version, change.seen.version if change.seen else None),
        )
        transaction.put(keys.catalogue_entry(exam.id), CatalogueRow(exam_id=exam.id))
        with_entry(transaction, change.entry, self._sealer).commit()

    def fresh_exam(self, exam_id: ExamId) -> Exam | None:
        """One exam at this moment."""
        row = self._tables.read(keys.exam(exam_id), ExamRow)
        return row.exam if row else None

    def fresh_offering(self, exam_id: ExamId, authority_id: AuthorityId) -> Offering | None:
        """One exam as one authority holds it at this moment."""
        row = self._tables.read(keys.offering(exam_id, authority_id), OfferingRow)
        return row.offering if row else None

    def change_offering(self, seen: Offering, changed: Offering, entry: AuditEntry) -> None:
        """What a clerk changed of it, with the audit entry."""
        transaction = _replacing(Transaction(self._tables), seen, changed)
        with_entry(transaction, entry, self._sealer).commit()
        self._exams.forget()

    def commitment_text(self, text_hash: str) -> str | None:
        """A text that could once be signed, by its hash."""
        row = self._tables.read(keys.signed_text(text_hash), SignedTextRow)
        return row.text if row else None

    def _keep_texts(self, offerings: Sequence[Offering]) -> None:
        """First of all: a text must be there before anybody can sign it."""
        for text, version in {(each.commitment_text, each.commitment_version) for each in offerings}:
            transaction = Transaction(self._tables).put(
                keys.signed_text(hash_of_text(text)),
                SignedTextRow(text=text, version=version),
                on=ABSENT,  # once kept, never written over
                failing=_KeptAlreadyError,
            )
            with suppress(_KeptAlreadyError):
                transaction.commit()

    def _read_list(self) -> Sequence[ExamId] | None:
        place = keys.catalogue_entry(ExamId(""))
        items = self._tables.query(Table.RECORDS, place.pk, beginning=place.sk)
        return [ExamId(CatalogueRow.from_raw_data(item).exam_id) for item in items]

    def _read(self, exam_id: ExamId) -> tuple[Exam, Sequence[Offering]] | None:
        exam = self._tables.read(keys.exam(exam_id), ExamRow)
        if exam is None:
            return None
        items = self._tables.query(Table.RECORDS, keys.exam(exam_id).pk, beginning=keys.OFFERINGS)
        return exam.exam, [OfferingRow.from_raw_data(item).offering for item in items]


class _KeptAlreadyError(Exception):
    """A text with this hash is there."""


def _replacing(transaction: Transaction, seen: Offering | None, changed: Offering) -> Transaction:
    return transaction.put(
        keys.offering(changed.exam_id, changed.authority_id),
        OfferingRow(offering=changed, version=changed.version),
        on=as_seen(OfferingRow.version, seen.version if seen else None),
    )


class _Kept(Generic[_T]):
    """What was read lately. What is not there is asked for again: made-up names must not fill the memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._found: dict[str, tuple[datetime, _T]] = {}

    def get(self, name: str, read: Callable[[], _T | None]) -> _T | None:
        now = self._clock.now()
        if name in self._found:
            read_at, found = self._found[name]
            # A clock that was moved back must not keep things for ever.
            if timedelta(0) <= now - read_at < _KEPT_FOR:
                return found
        fresh = read()
        if fresh is not None:
            self._found[name] = (now, fresh)
        return fresh

    def forget(self) -> None:
        self._found = {}
