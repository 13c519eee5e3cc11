"""Look at an exam, and know before the first click whether a registration can be started."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import CandidateFacts, Reason, Refusal, start_refusal
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import AuthorityId, ExamId, RegistrationId
from chalicelib.domain.registration import LEFT, Registration, State
from chalicelib.domain.superseding import refusal_to_supersede
from chalicelib.usecases.ports import Exams, Registrations
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.situation import facts_of


@dataclass(frozen=True, slots=True)
class StartPermission:
    """Whether a registration can be started at one authority, or stands there already."""

    authority_id: AuthorityId
    refusal: Refusal | None
    registration_id: RegistrationId | None


def exam_with_offerings(exam_id: ExamId, *, exams: Exams) -> tuple[Exam, tuple[Offering, ...]]:
    """One exam. Raises NotFoundError."""
    found = exams.get(exam_id)
    if found is None:
        raise NotFoundError
    return found[0], tuple(found[1])


def refusal_to_start(exam: Exam, offering: Offering, facts: CandidateFacts, now: datetime) -> Refusal | None:
    """Why a registration cannot be started here, or None; shown by the list and held by the start."""
    return Refusal(Reason.HELD_ELSEWHERE) if exam.link else start_refusal(facts, offering, now)


def start_permissions(
    account: Account,
    exam_id: ExamId,
    *,
    ports: RegistrationPorts,
    now: datetime,
) -> list[StartPermission]:
    """For each authority that offers the exam. Raises NotFoundError."""
    exam, offerings = exam_with_offerings(exam_id, exams=ports.exams)
    facts = facts_of(account, ports.credentials)
    own = next((r for r in ports.registrations.of(account.id) if r.exam_id == exam_id and _counts(r)), None)
    held = _refusal_by_holder(account, exam_id, ports.registrations) if own is None else None
    permissions = []
    for offering in offerings:
        refusal = refusal_to_start(exam, offering, facts, now) or held
        if own is not None:
            refusal = Refusal(Reason.VOID if own.state is State.VOID else Reason.REGISTERED_ALREADY)
        here = own.id if own is not None and own.authority_id == offering.authority_id else None
        permissions.append(StartPermission(offering.authority_id, refusal, here))
    return permissions


def _counts(registration: Registration) -> bool:
    """What was superseded or left stands in the list, but not in the way."""
    return registration.state not in LEFT


def _refusal_by_holder(account: Account, exam_id: ExamId, registrations: Registrations) -> Refusal | None:
    """Another account under the same ID number holds the exam and does not give way (FAQ 5)."""
    holder = registrations.holder(exam_id, account.identity)
    reason = refusal_to_supersede(holder, account.identity_check) if holder else None
    return Refusal(reason) if reason else None
