"""A world in memory with one exam, open now, and candidates at each step of the way."""

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.registration import Commitment, Registration
from tests.fakes import World
from tests.handing_in import hand_in_what_is_needed
from tests.usecases.paying import Payer, a_payer
from tests.usecases.registering import ACCOUNT, EDUCATION, confirm, save, start


@pytest.fixture
def world() -> World:
    world = World()
    world.given_exam()
    return world


@pytest.fixture
def payer(world: World) -> Payer:
    return a_payer(world)


@pytest.fixture
def account(world: World) -> Account:
    world.given_account(ACCOUNT)
    world.given_credential(EDUCATION)
    return ACCOUNT


@pytest.fixture
def draft(world: World, account: Account) -> Registration:
    return start(world, account)


@pytest.fixture
def filled(world: World, draft: Registration) -> Registration:
    return save(world, draft)


@pytest.fixture
def waiting(world: World, filled: Registration) -> Registration:
    waiting = confirm(world, filled, Commitment.DECLINED)
    hand_in_what_is_needed(waiting, world)
    return waiting
