"""Registering for an exam, from the start to the confirmation (handbook section 4)."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import (
    EXPLANATIONS,
    Action,
    ActionRefusedError,
    Reason,
    require_commitment,
    require_fit,
)
from chalicelib.domain.commitment import hash_of_text, signature_of
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    InvalidInputError,
    NotFoundError,
    RegistrationExistsError,
)
from chalicelib.domain.exam import amount_due_fen
from chalicelib.domain.ids import AuthorityId, ExamId, RegistrationId
from chalicelib.domain.registration import (
    LEFT,
    Choices,
    Commitment,
    Registration,
    State,
    check_complete,
    check_draft,
    confirmed,
    edited,
    reasons_for_review,
)
from chalicelib.usecases.ports import Randomness, Registrations, StaleWriteError, StandingMovedError
from chalicelib.usecases.registrations.choose_exam import refusal_to_start
from chalicelib.usecases.registrations.passes import first_choices, judged, standing_for
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.situation import Situation, facts_of
from chalicelib.usecases.registrations.supersede import take_place

MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a candidate says to the commitment, and which text was shown."""

    commitment: Commitment
    text_hash: str


def start_registration(
    account: Account,
    exam_id: ExamId,
    authority_id: AuthorityId,
    *,
    ports: RegistrationPorts,
    randomness: Randomness,
    now: datetime,
) -> Situation:
    """Start a registration, or give the draft that a first click has started.

    Raises NotFoundError, ActionRefusedError, RegistrationExistsError (by ID number, not account).
    """
    found = ports.exams.offering(exam_id, authority_id)
    if found is None:
        raise NotFoundError
    exam, offering = found
    facts = facts_of(account, ports.credentials)
    if refusal := refusal_to_start(exam, offering, facts, now):
        raise ActionRefusedError(refusal)
    records = ports.archive.of(account.identity, exam.code)
    registration = Registration(
        id=RegistrationId(randomness.new_id()),
        account_id=account.id,
        exam_id=exam_id,
        authority_id=authority_id,
        state=State.DRAFT,
        choices=first_choices(exam, account, records),
        version=1,
        created_at=now,
        updated_at=now,
    )
    try:
        ports.registrations.start(registration, account.identity)
    except RegistrationExistsError:
        own = _own_draft(account, exam_id, authority_id, ports.registrations)
        registration = own or take_place(account, registration, registrations=ports.registrations, now=now)
    return judged(Situation(registration, exam, offering, facts), account, records)


def _own_draft(
    account: Account, exam_id: ExamId, authority_id: AuthorityId, registrations: Registrations
) -> Registration | None:
    """What a first click has started. Raises RegistrationExistsError where it has come further."""
    for registration in registrations.of(account.id):
        if registration.exam_id == exam_id and registration.state not in LEFT:
            if registration.authority_id == authority_id and registration.state is State.DRAFT:
                return registration
            if registration.state is State.VOID:
                raise RegistrationExistsError(detail=EXPLANATIONS[Reason.VOID].sentence)
            raise RegistrationExistsError
    return None


def save_draft(
    account: Account,
    registration_id: RegistrationId,
    choices: Choices,
    *,
    version: int,
    ports: RegistrationPorts,
    now: datetime,
) -> Situation:
    """Save what is filled in so far over the version that was read.

    Saving the same again is no change. Raises NotFoundError, ActionRefusedError, InvalidInputError,
    ChangedElsewhereError.
    """
    seen = ports.situation(account, registration_id)
    seen.require(Action.EDIT, now)
    check_draft(choices, seen.exam, seen.offering, seen.facts.credentials)
    records = ports.archive.of(account.identity, seen.exam.code)
    require_fit(choices, standing_for(choices, seen.exam, account, records))
    if seen.registration.choices == choices and seen.registration.state is State.DRAFT:
        return judged(seen, account, records)
    changed = edited(seen.registration, choices, now=now)
    return judged(_replaced(seen, version, changed, ports.registrations), account, records)


def confirm_registration(
    account: Account,
    registration_id: RegistrationId,
    said: Declaration,
    *,
    version: int,
    ports: RegistrationPorts,
    now: datetime,
) -> Situation:
    """Declare the registration complete: payable at once, or under review with the reasons.

    The second click of a double click finds it done. Raises NotFoundError, ActionRefusedError,
    InvalidInputError (gaps; another text than the one shown), ChangedElsewhereError.
    """
    for _ in range(MOST_ATTEMPTS):
        seen = ports.situation_with_passes(account, registration_id)
        if _is_done_already(seen.registration, said, version):
            return seen
        seen.require(Action.CONFIRM, now)
        changed = _confirmed(seen, account, said, now)
        if seen.registration.version != version:
            raise ChangedElsewhereError
        with suppress(StandingMovedError):
            return signed(seen, changed, account, ports.registrations)
    raise ChangedElsewhereError


def _confirmed(seen: Situation, account: Account, said: Declaration, now: datetime) -> Registration:
    registration, exam, offering = seen.registration, seen.exam, seen.offering
    # Again: the authority may have taken out meanwhile what the draft has.
    check_draft(registration.choices, exam, offering, seen.facts.credentials)
    check_complete(registration.choices, exam)
    require_commitment(said.commitment, registration, offering, seen.facts, now)
    if said.text_hash != hash_of_text(offering.commitment_text):
        raise InvalidInputError(field="commitment_text_hash", detail="承诺书内容已更新，请重新阅读后确认。")
    signature = signature_of(
        said.commitment,
        hash_of_text(offering.commitment_text),
        offering.commitment_version,
        before=registration.signature,
        standing=seen.facts.commitment,
        now=now,
    )
    reasons = reasons_for_review(
        registration.choices,
        signature.commitment,
        identity=account.identity,
        identity_check=account.identity_check,
        credentials=seen.facts.credentials,
        exam=exam,
        offering=offering,
        returning=seen.facts.returning,
    )
    amount_fen = amount_due_fen(registration.choices.subjects, offering)
    return confirmed(registration, signature, reasons, amount_fen=amount_fen, now=now)


def signed(
    seen: Situation, changed: Registration, account: Account, registrations: Registrations
) -> Situation:
    """Write a confirmation or a withdrawal. Raises StandingMovedError, ChangedElsewhereError."""
    try:
        registrations.sign(seen.registration, changed, account.identity, seen.facts.commitment)
    except StandingMovedError:
        raise
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return replace(seen, registration=changed)


def _is_done_already(registration: Registration, said: Declaration, version: int) -> bool:
    given = registration.signature
    # Whoever could not adopt it has declined all the same, whatever that is called.
    same_choice = given is not None and (given.commitment is Commitment.ADOPTED) == (
        said.commitment is Commitment.ADOPTED
    )
    same = same_choice and given is not None and given.text_hash == said.text_hash
    return same and registration.version == version + 1 and registration.confirmed_at is not None


def give_up_registration(
    account: Account,
    registration_id: RegistrationId,
    *,
    ports: RegistrationPorts,
    now: datetime,
) -> None:
    """Remove an unpaid registration, which frees the exam for the candidate (handbook 4.9).

    Raises NotFoundError, ActionRefusedError, ChangedElsewhereError.
    """
    seen = ports.situation(account, registration_id)
    seen.require(Action.GIVE_UP, now)
    try:
        ports.registrations.give_up(seen.registration, account.identity)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale


def _replaced(
    seen: Situation, version: int, changed: Registration, registrations: Registrations
) -> Situation:
    if seen.registration.version != version:
        raise ChangedElsewhereError
    try:
        registrations.replace(seen.registration, changed)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return replace(seen, registration=changed)
