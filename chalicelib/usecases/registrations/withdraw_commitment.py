"""Withdraw the commitment of a confirmed registration: from then on it is reviewed on site (FAQ 13)."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action
from chalicelib.domain.errors import ChangedElsewhereError
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Commitment, withdrawn
from chalicelib.usecases.ports import StandingMovedError
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.register import MOST_ATTEMPTS, signed
from chalicelib.usecases.registrations.situation import Situation


def withdraw_commitment(
    account: Account,
    registration_id: RegistrationId,
    *,
    ports: RegistrationPorts,
    now: datetime,
) -> Situation:
    """Close the commitment for this exam and year; a second click finds it done.

    Raises NotFoundError, ActionRefusedError, ChangedElsewhereError.
    """
    for _ in range(MOST_ATTEMPTS):
        seen = ports.situation_with_passes(account, registration_id)
        given = seen.registration.signature
        if given is not None and given.commitment is Commitment.WITHDRAWN:
            return seen
        seen.require(Action.WITHDRAW_COMMITMENT, now)
        standing = ports.registrations.commitment_of(seen.registration.exam_id, account.identity)
        seen = replace(seen, facts=replace(seen.facts, commitment=standing))
        with suppress(StandingMovedError):
            return signed(seen, withdrawn(seen.registration, now=now), account, ports.registrations)
    raise ChangedElsewhereError
