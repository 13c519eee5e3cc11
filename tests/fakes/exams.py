"""The catalogue in memory."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.catalogue import Change
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.usecases.ports import StaleWriteError
from tests.fakes.memory import Memory


class FakeExams:
    """`Exams` in memory; nothing is ever old here."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def all(self) -> Sequence[tuple[Exam, Sequence[Offering]]]:
        with self._memory.lock:
            return [(exam, self._offerings(exam.id)) for _, exam in sorted(self._memory.exams.items())]

    def get(self, exam_id: ExamId) -> tuple[Exam, Sequence[Offering]] | None:
        with self._memory.lock:
            exam = self._memory.exams.get(exam_id)
            return (exam, self._offerings(exam_id)) if exam else None

    def offering(self, exam_id: ExamId, authority_id: AuthorityId) -> tuple[Exam, Offering] | None:
        with self._memory.lock:
            exam = self._memory.exams.get(exam_id)
            offering = self._memory.offerings.get((exam_id, authority_id))
            return (exam, offering) if exam and offering else None

    def put(self, exam: Exam, offerings: Sequence[Offering]) -> None:
        """The exam is there, however it came."""
        with self._memory.lock:
            self._memory.exams[exam.id] = exam
            for offering in offerings:
                seen = self._memory.offerings.get((exam.id, offering.authority_id))
                version = seen.version + 1 if seen else offering.version
                self._keep(replace(offering, version=version))

    def take_in(self, exam: Change[Exam] | None, offerings: Sequence[Change[Offering]]) -> None:
        with self._memory.lock:
            for change in offerings:
                changed, seen = change.changed, change.seen
                if self._memory.offerings.get((changed.exam_id, changed.authority_id)) != seen:
                    raise StaleWriteError
            if exam is not None and self._memory.exams.get(exam.changed.id) != exam.seen:
                raise StaleWriteError
            for change in offerings:
                self._keep(change.changed)
                self._memory.audit.append(change.entry)
            if exam is not None:
                self._memory.exams[exam.changed.id] = exam.changed
                self._memory.audit.append(exam.entry)

    def fresh_exam(self, exam_id: ExamId) -> Exam | None:
        with self._memory.lock:
            return self._memory.exams.get(exam_id)

    def fresh_offering(self, exam_id: ExamId, authority_id: AuthorityId) -> Offering | None:
        with self._memory.lock:
            return self._memory.offerings.get((exam_id, authority_id))

    def change_offering(self, seen: Offering, changed: Offering, entry: AuditEntry) -> None:
        key = (changed.exam_id, changed.authority_id)
        with self._memory.lock:
            if self._memory.offerings[key].version != seen.version:
                raise StaleWriteError
            self._memory.offerings[key] = changed
            self._memory.audit.append(entry)

    def commitment_text(self, text_hash: str) -> str | None:
        with self._memory.lock:
            return self._memory.texts.get(text_hash)

    def _keep(self, offering: Offering) -> None:
        self._memory.offerings[offering.exam_id, offering.authority_id] = offering
        text = offering.commitment_text
        self._memory.texts.setdefault(hash_of_text(text), text)

    def _offerings(self, exam_id: ExamId) -> list[Offering]:
        return [o for (of, _), o in sorted(self._memory.offerings.items()) if of == exam_id]
