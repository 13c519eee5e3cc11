"""A registration as a clerk comes to it: one of the own authority, or none that there is."""

from chalicelib.domain.audit import Clerk
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import AccountId, RegistrationId
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports import Registrations


def registration_for(
    clerk: Clerk, account_id: AccountId, registration_id: RegistrationId, *, registrations: Registrations
) -> Registration:
    """One at the clerk's own authority; another's is not found. Raises NotFoundError."""
    registration = registrations.get(account_id, registration_id)
    if registration is None or registration.authority_id != clerk.authority_id:
        raise NotFoundError
    return registration
