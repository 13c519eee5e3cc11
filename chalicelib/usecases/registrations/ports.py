"""The ports that what happens to registrations needs; too many to name one by one at each call."""

from dataclasses import dataclass

from chalicelib.domain.account import Account
from chalicelib.domain.ids import RegistrationId
from chalicelib.usecases.ports import Archive, Credentials, Exams, Registrations
from chalicelib.usecases.registrations.passes import with_passes
from chalicelib.usecases.registrations.situation import Situation, situation_of, situations_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationPorts:
    """What registering, changing and handing material in share."""

    registrations: Registrations
    credentials: Credentials
    exams: Exams
    archive: Archive

    def situation(self, account: Account, registration_id: RegistrationId) -> Situation:
        """One registration of this account with all that bears on it. Raises NotFoundError."""
        return situation_of(
            account,
            registration_id,
            registrations=self.registrations,
            credentials=self.credentials,
            exams=self.exams,
        )

    def situation_with_passes(self, account: Account, registration_id: RegistrationId) -> Situation:
        """The same, with what the candidate has passed already: one more read. Raises NotFoundError."""
        return with_passes(self.situation(account, registration_id), account, self.archive)

    def situations_with_passes(self, account: Account) -> list[Situation]:
        """All registrations of this account, newest first."""
        situations = situations_of(
            account, registrations=self.registrations, credentials=self.credentials, exams=self.exams
        )
        return [with_passes(each, account, self.archive) for each in situations]
