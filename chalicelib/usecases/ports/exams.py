"""The catalogue: exams, and how authorities offer them."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.catalogue import Change
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import AuthorityId, ExamId


class Exams(Protocol):
    """The catalogue; changes rarely, so reads may be up to 30 s old."""

    def all(self) -> Sequence[tuple[Exam, Sequence[Offering]]]:
        """Every exam with its offerings."""

    def get(self, exam_id: ExamId) -> tuple[Exam, Sequence[Offering]] | None:
        """One exam with its offerings."""

    def offering(self, exam_id: ExamId, authority_id: AuthorityId) -> tuple[Exam, Offering] | None:
        """One exam as one authority holds it."""

    def take_in(self, exam: Change[Exam] | None, offerings: Sequence[Change[Offering]]) -> None:
        """Store what an import changes, each thing with its audit entry, and keep the texts that candidates
        sign. The exam, if it changes, comes last: a new one is seen once all of it is there. Up to 45
        offerings are written all or none. Raises StaleWriteError (another version than seen)."""

    def fresh_exam(self, exam_id: ExamId) -> Exam | None:
        """One exam at this moment."""

    def fresh_offering(self, exam_id: ExamId, authority_id: AuthorityId) -> Offering | None:
        """One exam as one authority holds it at this moment, for what must not rest on an older look."""

    def change_offering(self, seen: Offering, changed: Offering, entry: AuditEntry) -> None:
        """What a clerk changed of it, with the audit entry. Others see it at the latest 30 s later.
        Raises StaleWriteError (another version than seen)."""

    def commitment_text(self, text_hash: str) -> str | None:
        """A text that could once be signed, by its hash."""
