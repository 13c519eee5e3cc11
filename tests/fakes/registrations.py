"""Exams and registrations in memory."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.errors import RegistrationExistsError
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId, AuthorityId, ExamId, RegistrationId
from chalicelib.domain.registration import UNPAID, Registration, State
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
        with self._memory.lock:
            self._memory.exams[exam.id] = exam
            for offering in offerings:
                self._memory.offerings[exam.id, offering.authority_id] = offering

    def _offerings(self, exam_id: ExamId) -> list[Offering]:
        return [o for (of, _), o in sorted(self._memory.offerings.items()) if of == exam_id]


class FakeRegistrations:
    """`Registrations` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def start(self, registration: Registration, identity: Identity) -> None:
        live = (registration.exam_id, identity.id_key)
        with self._memory.lock:
            if live in self._memory.live:
                raise RegistrationExistsError
            self._memory.live[live] = registration.id
            self._memory.registrations[registration.account_id, registration.id] = registration

    def get(self, account_id: AccountId, registration_id: RegistrationId) -> Registration | None:
        with self._memory.lock:
            return self._memory.registrations.get((account_id, registration_id))

    def of(self, account_id: AccountId) -> Sequence[Registration]:
        found = [r for r in self._all() if r.account_id == account_id]
        return sorted(found, key=lambda r: (r.created_at, r.id), reverse=True)

    def replace(self, seen: Registration, changed: Registration) -> None:
        with self._memory.lock:
            self._require_as_seen(seen)
            self._memory.registrations[seen.account_id, seen.id] = changed

    def give_up(self, seen: Registration, identity: Identity) -> None:
        live = (seen.exam_id, identity.id_key)
        with self._memory.lock:
            stored = self._require_as_seen(seen)
            if stored.state not in UNPAID or stored.open_order_id or self._memory.live.get(live) != seen.id:
                raise StaleWriteError
            del self._memory.registrations[seen.account_id, seen.id]
            del self._memory.live[live]

    def under_review(self, authority_id: AuthorityId, *, at_most: int) -> Sequence[Registration]:
        found = [r for r in self._all() if r.authority_id == authority_id and r.state is State.UNDER_REVIEW]
        return sorted(found, key=lambda r: r.confirmed_at or r.updated_at)[:at_most]

    def _all(self) -> list[Registration]:
        with self._memory.lock:
            return list(self._memory.registrations.values())

    def _require_as_seen(self, seen: Registration) -> Registration:
        stored = self._memory.registrations.get((seen.account_id, seen.id))
        if stored is None or _facts(stored) != _facts(seen):
            raise StaleWriteError
        return stored


def _facts(registration: Registration) -> tuple[object, ...]:
    return registration.version, registration.state, registration.open_order_id


def free_of_order(registration: Registration) -> Registration:
    """The registration without an open order, as a write of the store leaves it."""
    return replace(registration, open_order_id=None, version=registration.version + 1)
