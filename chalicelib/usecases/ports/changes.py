"""The store of requests for a change (FAQ 17), kept with their registration."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.change import ChangeRequest
from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, RegistrationId
from chalicelib.domain.registration import Registration


class ChangeRequests(Protocol):
    """Requests to the authority; a registration waits for one at most.

    Given up, the registration takes the request it waits for with it; a draft again, it leaves it moot.
    """

    def ask(self, seen: Registration, changed: Registration, request: ChangeRequest) -> None:
        """The request, and the registration that waits for it: both or none.
        Raises StaleWriteError (the registration is not as seen)."""

    def of(self, account_id: AccountId, registration_id: RegistrationId) -> Sequence[ChangeRequest]:
        """All of a registration, newest first, consistent."""

    def get(
        self, account_id: AccountId, registration_id: RegistrationId, request_id: ChangeRequestId
    ) -> ChangeRequest | None:
        """One, consistent."""

    def settle(
        self, seen: Registration, changed: Registration, request: ChangeRequest, entry: AuditEntry
    ) -> None:
        """The answer, with what it makes of the registration, and the audit entry: all or none.
        Raises StaleWriteError (the registration is not as seen, or the request is not open any more)."""

    def open_at(self, authority_id: AuthorityId, *, at_most: int) -> Sequence[ChangeRequest]:
        """Those that wait for the authority, longest waiting first."""
