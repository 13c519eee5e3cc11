"""Withdraw the commitment of a confirmed registration: from then on it is reviewed on site (FAQ 13)."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action
from chalicelib.domain.errors import ChangedElsewhereError
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Commitment, withdrawn
from chalicelib.usecases.ports import Credentials, Exams, Registrations, StandingMovedError
from chalicelib.usecases.registrations.register import MOST_ATTEMPTS, signed
from chalicelib.usecases.registrations.situation import Situation, situation_of


def withdraw_commitment(
    account: Account,
    registration_id: RegistrationId,
    *,
    registrations: Registrations,
    credentials: Credentials,
    exams: Exams,
    now: datetime,
) -> Situation:
    """Close the commitment for this exam and year; a second click finds it done.

    Raises NotFoundError, ActionRefusedError, ChangedElsewhereError.
    """
    for _ in range(MOST_ATTEMPTS):
        seen = situation_of(
            account, registration_id, registrations=registrations, credentials=credentials, exams=exams
        )
        given = seen.registration.signature
        if given is not None and given.commitment is Commitment.WITHDRAWN:
            return seen
        seen.require(Action.WITHDRAW_COMMITMENT, now)
        standing = registrations.commitment_of(seen.registration.exam_id, account.identity)
        seen = replace(seen, facts=replace(seen.facts, commitment=standing))
        with suppress(StandingMovedError):
            return signed(seen, withdrawn(seen.registration, now=now), account, registrations)
    raise ChangedElsewhereError
