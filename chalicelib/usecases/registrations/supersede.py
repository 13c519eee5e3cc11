"""The right identity takes the place that the wrong one holds under the same ID number (FAQ 5)."""

from contextlib import suppress
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import EXPLANATIONS
from chalicelib.domain.errors import RegistrationExistsError
from chalicelib.domain.registration import Registration
from chalicelib.domain.superseding import refusal_to_supersede
from chalicelib.usecases.ports import Registrations, StaleWriteError

MOST_ATTEMPTS = 3


def take_place(
    account: Account, wanted: Registration, *, registrations: Registrations, now: datetime
) -> Registration:
    """Start what is wanted although another account holds the exam for this ID number.

    Raises RegistrationExistsError, whose sentence says whether the place can come free, and how.
    """
    for _ in range(MOST_ATTEMPTS):
        # Somebody may pay, be verified or give up between reading and writing: then it is decided again.
        with suppress(StaleWriteError):
            holder = registrations.holder(wanted.exam_id, account.identity)
            if holder is None:
                registrations.start(wanted, account.identity)
                return wanted
            if holder.registration.account_id == account.id:
                raise RegistrationExistsError
            if reason := refusal_to_supersede(holder, account.identity_check):
                raise RegistrationExistsError(detail=EXPLANATIONS[reason].sentence)
            registrations.supersede(holder.registration, wanted, account.identity, now=now)
            return wanted
    raise RegistrationExistsError
