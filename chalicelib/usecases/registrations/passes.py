"""What a candidate has passed already, beside a registration: read with it, and judged for its choices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action, require_fit
from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.errors import DomainError
from chalicelib.domain.exam import Exam, amount_due_fen
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Choices, check_draft
from chalicelib.domain.returning import Loss, Standing, standing_of, what_is_lost
from chalicelib.usecases.ports import Archive, Credentials, Exams, Registrations
from chalicelib.usecases.registrations.situation import Situation, situation_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What choices would mean if they were saved."""

    exam: Exam
    standing: Standing
    lost: tuple[Loss, ...]
    refusal: DomainError | None
    amount_fen: int | None
    """None while there is nothing to pay for."""


def with_passes(situation: Situation, account: Account, archive: Archive) -> Situation:
    """The situation with what the archive, freshly read, means for its registration."""
    return judged(situation, account, archive.of(account.identity, situation.exam.code))


def judged(situation: Situation, account: Account, records: Sequence[ArchiveRecord]) -> Situation:
    """The situation with what these records mean for its registration."""
    standing = standing_for(situation.registration.choices, situation.exam, account, records)
    return replace(situation, facts=replace(situation.facts, returning=standing))


def standing_for(
    choices: Choices, exam: Exam, account: Account, records: Sequence[ArchiveRecord]
) -> Standing:
    """What the records mean for this account's choices."""
    name = account.identity.name
    return standing_of(records, exam, name=name, level=choices.level, major=choices.major)


def first_choices(exam: Exam, account: Account, records: Sequence[ArchiveRecord]) -> Choices:
    """What a new registration begins with: a returning candidate's level and major (FAQ 14)."""
    standing = standing_for(Choices(), exam, account, records)
    if not standing.is_returning:
        return Choices()
    majors = {major.code for major in exam.majors}
    return Choices(level=standing.level, major=standing.major if standing.major in majors else None)


def preview_choices(
    account: Account,
    registration_id: RegistrationId,
    choices: Choices,
    *,
    registrations: Registrations,
    credentials: Credentials,
    exams: Exams,
    archive: Archive,
    now: datetime,
) -> Preview:
    """Say what saving these choices would mean and lose, and whether it is possible. Raises NotFoundError."""
    seen = situation_of(
        account, registration_id, registrations=registrations, credentials=credentials, exams=exams
    )
    records = archive.of(account.identity, seen.exam.code)
    after = standing_for(choices, seen.exam, account, records)
    refusal = _refusal_of(seen, choices, after, now)
    saved = what_is_lost(standing_for(seen.registration.choices, seen.exam, account, records), after)
    return Preview(
        exam=seen.exam,
        standing=after,
        # Against what is saved; where that has changed the level already, against what the archive has.
        lost=saved or what_is_lost(standing_for(Choices(), seen.exam, account, records), after),
        refusal=refusal,
        amount_fen=amount_due_fen(choices.subjects, seen.offering)
        if choices.subjects and not refusal
        else None,
    )


def _refusal_of(seen: Situation, choices: Choices, standing: Standing, now: datetime) -> DomainError | None:
    try:
        seen.require(Action.EDIT, now)
        check_draft(choices, seen.exam, seen.offering, seen.facts.credentials)
        require_fit(choices, standing)
    except DomainError as refused:
        return refused
    return None
