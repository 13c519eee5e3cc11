"""Requests for a change in memory."""

from collections.abc import Sequence

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.change import ChangeRequest, ChangeState
from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, RegistrationId
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports import StaleWriteError
from tests.fakes.memory import Memory
from tests.fakes.registrations import FakeRegistrations


class FakeChangeRequests:
    """`ChangeRequests` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._registrations = FakeRegistrations(memory)

    def ask(self, seen: Registration, changed: Registration, request: ChangeRequest) -> None:
        with self._memory.lock:
            self._registrations.write(seen, changed)
            self._memory.change_requests[request.id] = request

    def of(self, account_id: AccountId, registration_id: RegistrationId) -> Sequence[ChangeRequest]:
        found = [r for r in self._all() if (r.account_id, r.registration_id) == (account_id, registration_id)]
        return sorted(found, key=lambda request: (request.asked_at, request.id), reverse=True)

    def get(
        self, account_id: AccountId, registration_id: RegistrationId, request_id: ChangeRequestId
    ) -> ChangeRequest | None:
        return next((r for r in self.of(account_id, registration_id) if r.id == request_id), None)

    def settle(
        self, seen: Registration, changed: Registration, request: ChangeRequest, entry: AuditEntry
    ) -> None:
        with self._memory.lock:
            stored = self._memory.change_requests.get(request.id)
            if stored is None or stored.state is not ChangeState.OPEN:
                raise StaleWriteError
            self._registrations.write(seen, changed)
            self._memory.change_requests[request.id] = request
            self._memory.audit.append(entry)

    def open_at(self, authority_id: AuthorityId, *, at_most: int) -> Sequence[ChangeRequest]:
        found = [r for r in self._all() if r.authority_id == authority_id and r.state is ChangeState.OPEN]
        return sorted(found, key=lambda request: request.asked_at)[:at_most]

    def _all(self) -> list[ChangeRequest]:
        with self._memory.lock:
            return list(self._memory.change_requests.values())
