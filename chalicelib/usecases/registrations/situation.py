"""A registration with all that bears on it: read together, decided on together, shown together."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action, CandidateFacts, require
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.ports import Credentials, Exams, Registrations


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at."""

    registration: Registration
    exam: Exam
    offering: Offering
    facts: CandidateFacts

    def require(self, action: Action, now: datetime) -> None:
        """Raise ActionRefusedError unless the action is possible now."""
        require(action, self.registration, self.offering, self.facts, now)


def facts_of(account: Account, credentials: Credentials) -> CandidateFacts:
    """What is known of a candidate, freshly read."""
    return CandidateFacts(identity_check=account.identity_check, credentials=credentials.of(account.id))


def situation_of(
    account: Account,
    registration_id: RegistrationId,
    *,
    registrations: Registrations,
    credentials: Credentials,
    exams: Exams,
) -> Situation:
    """One registration of this account. Raises NotFoundError."""
    registration = registrations.get(account.id, registration_id)
    if registration is None:
        raise NotFoundError
    facts = _with_standing(facts_of(account, credentials), registration, account, registrations)
    return placed(registration, facts, exams)


def _with_standing(
    facts: CandidateFacts, registration: Registration, account: Account, registrations: Registrations
) -> CandidateFacts:
    """The facts with what bears on the commitment, where it is still to be chosen: reading it costs."""
    if registration.state not in (State.DRAFT, State.REJECTED):
        return facts
    standing = registrations.commitment_of(registration.exam_id, account.identity)
    return replace(facts, commitment=standing)


def situations_of(
    account: Account, *, registrations: Registrations, credentials: Credentials, exams: Exams
) -> list[Situation]:
    """All registrations of this account, newest first."""
    facts = facts_of(account, credentials)
    return [
        placed(registration, _with_standing(facts, registration, account, registrations), exams)
        for registration in registrations.of(account.id)
    ]


def placed(registration: Registration, facts: CandidateFacts, exams: Exams) -> Situation:
    """The registration beside its exam and offering. Raises NotFoundError."""
    found = exams.offering(registration.exam_id, registration.authority_id)
    if found is None:
        raise NotFoundError
    exam, offering = found
    return Situation(registration, exam, offering, facts)
