"""Sixteen at once for what only one, or five, may have; and without conditions, to see that it matters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import (
    CredentialLimitError,
    PersonRegisteredError,
    PhoneTakenError,
    RegistrationExistsError,
    SmsCodeExpiredError,
    TooManyRequestsError,
    UsernameTakenError,
)
from chalicelib.domain.sms import Limit, Purpose
from chalicelib.storage.connection import Tables
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import (
    NOW,
    a_code,
    a_credential,
    a_phone,
    a_proof,
    a_registration,
    an_account,
    an_identity,
    an_order,
)
from tests.contracts.given import opened, ordered, payable, proved
from tests.contracts.stores import Stores
from tests.races.control import THREADS, at_once, without_conditions
from tests.races.invariants import violations

pytestmark = pytest.mark.emulator
Actions = list[Callable[[], object]]


@dataclass(frozen=True)
class Race:
    """Sixteen actions of which so many may succeed; the others are refused so."""

    prepare: Callable[[Stores], Actions]
    winners: int
    refusal: type[Exception]
    breaks_the_store: bool = True
    """Whether the store itself is wrong when all succeed; otherwise only what the winners were told."""


def opening(stores: Stores, **shared: Any) -> Actions:
    """Sixteen open an account at once, each with a good proof, all with the same of something."""
    return [_opening(stores, an_account(number, **shared)) for number in range(1, THREADS + 1)]


def _opening(stores: Stores, account: Account) -> Callable[[], object]:
    proof = proved(stores, a_proof(token_hash=f"proof of {account.id}", phone=account.phone))
    return lambda: stores.accounts.open(account, proof=proof, shares_id_number=False, now=NOW)


def one_phone(stores: Stores) -> Actions:
    return opening(stores, phone=a_phone(1))


def one_username(stores: Stores) -> Actions:
    return opening(stores, username="everybodys_darling")


def one_person(stores: Stores) -> Actions:
    return opening(stores, identity=an_identity(1))


def one_phone_to_change_to(stores: Stores) -> Actions:
    accounts = [opened(stores, an_account(number)) for number in range(1, THREADS + 1)]

    def changing(account: Account) -> Callable[[], object]:
        proof = proved(
            stores,
            a_proof(token_hash=f"of {account.id}", purpose=Purpose.CHANGE_PHONE, phone=a_phone(99)),
        )
        return lambda: stores.accounts.change_phone(account, a_phone(99), proof=proof, now=NOW)

    return [changing(account) for account in accounts]


def one_exam_and_id_number(stores: Stores) -> Actions:
    def starting(number: int) -> Callable[[], object]:
        # Four accounts of different names under one ID number, each in four tabs.
        account = an_account(number % 4, identity=an_identity(1, name=f"王{'一二三四'[number % 4]}"))
        return lambda: stores.registrations.start(a_registration(account, number), account.identity)

    return [starting(number) for number in range(THREADS)]


def five_credentials(stores: Stores) -> Actions:
    credentials = [a_credential(an_account(), number) for number in range(THREADS)]
    return [partial(stores.credentials.add, credential) for credential in credentials]


def one_open_order(stores: Stores) -> Actions:
    registration = payable(stores)
    orders = [an_order(registration, number) for number in range(THREADS)]
    return [partial(stores.orders.open, order, registration, None) for order in orders]


def tries_of_one_code(stores: Stores) -> Actions:
    stores.sms_codes.put(a_code())
    return [lambda: stores.sms_codes.pay_try(a_code().id, now=NOW)] * THREADS


def proofs_of_one_code(stores: Stores) -> Actions:
    stores.sms_codes.put(a_code())
    proofs = [a_proof(token_hash=f"proof {number}") for number in range(THREADS)]
    return [partial(stores.sms_codes.prove, a_code(), proof) for proof in proofs]


def uses_of_one_limit(stores: Stores) -> Actions:
    limit = Limit("race", 3, 60)
    stores.limits.take(limit, "203.0.113.7", now=NOW)
    return [lambda: stores.limits.take(limit, "203.0.113.7", now=NOW)] * THREADS


def claims_of_one_due_order(stores: Stores) -> Actions:
    _, order = ordered(stores)
    later = NOW + timedelta(minutes=1)

    def claim() -> object:
        if stores.orders.claim(order, due_at=later, now=NOW) is None:
            raise StaleWriteError
        return None

    return [claim] * THREADS


RACES = [
    Race(one_phone, 1, PhoneTakenError),
    Race(one_username, 1, UsernameTakenError),
    Race(one_person, 1, PersonRegisteredError),
    Race(one_phone_to_change_to, 1, PhoneTakenError),
    Race(one_exam_and_id_number, 1, RegistrationExistsError),
    Race(five_credentials, 5, CredentialLimitError),
    Race(one_open_order, 1, StaleWriteError, breaks_the_store=False),
    Race(tries_of_one_code, 5, SmsCodeExpiredError, breaks_the_store=False),
    Race(proofs_of_one_code, 1, SmsCodeExpiredError, breaks_the_store=False),
    Race(uses_of_one_limit, 2, TooManyRequestsError, breaks_the_store=False),
    Race(claims_of_one_due_order, 1, StaleWriteError, breaks_the_store=False),
]
every_race = pytest.mark.parametrize("race", RACES, ids=lambda race: race.prepare.__name__)


@every_race
def test_exactly_so_many_win_and_the_others_are_told_why(race: Race, stores: Stores, tables: Tables) -> None:
    outcomes = at_once(race.prepare(stores))
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert {type(outcome) for outcome in refused} == {race.refusal}
    assert len(outcomes) - len(refused) == race.winners
    assert violations(tables) == []


@every_race
def test_without_its_conditions_the_same_race_goes_wrong(race: Race, stores: Stores, tables: Tables) -> None:
    actions = race.prepare(stores)
    assert violations(tables) == []
    with without_conditions(tables.connection):
        outcomes = at_once(actions)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert len(outcomes) > race.winners
    assert bool(violations(tables)) == race.breaks_the_store
