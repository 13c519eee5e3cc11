"""What choices would mean if they were saved: for whom has passed something already, too."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action, require_fit
from chalicelib.domain.errors import DomainError
from chalicelib.domain.exam import Exam, amount_due_fen
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Choices, check_draft
from chalicelib.domain.returning import Loss, Standing, what_is_lost
from chalicelib.usecases.registrations.passes import standing_for
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What choices would mean if they were saved."""

    exam: Exam
    standing: Standing
    lost: tuple[Loss, ...]
    refusal: DomainError | None
    amount_fen: int | None
    """None while there is nothing to pay for."""


def preview_choices(
    account: Account,
    registration_id: RegistrationId,
    choices: Choices,
    *,
    ports: RegistrationPorts,
    now: datetime,
) -> Preview:
    """Say what saving these choices would mean and lose, and whether it is possible. Raises NotFoundError."""
    seen = ports.situation(account, registration_id)
    records = ports.archive.of(account.identity, seen.exam.code)
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
