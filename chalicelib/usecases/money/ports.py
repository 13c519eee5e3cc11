"""The ports that what moves money needs; too many to name one by one at each call."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.account import Account
from chalicelib.domain.ids import RegistrationId
from chalicelib.usecases.ports import (
    Credentials,
    Discrepancies,
    Exams,
    Orders,
    PaymentProvider,
    Refunds,
    Registrations,
)
from chalicelib.usecases.registrations.situation import Situation, situation_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPorts:
    """What paying, asking, giving back and reconciling share."""

    registrations: Registrations
    credentials: Credentials
    exams: Exams
    orders: Orders
    refunds: Refunds
    discrepancies: Discrepancies
    providers: Mapping[str, PaymentProvider]

    def situation(self, account: Account, registration_id: RegistrationId) -> Situation:
        """One registration of this account with all that bears on it. Raises NotFoundError."""
        return situation_of(
            account,
            registration_id,
            registrations=self.registrations,
            credentials=self.credentials,
            exams=self.exams,
        )
