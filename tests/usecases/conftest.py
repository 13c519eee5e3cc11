"""A world in memory with one exam, open now."""

import pytest

from tests.fakes import World
from tests.usecases.paying import Payer, a_payer


@pytest.fixture
def world() -> World:
    world = World()
    world.given_exam()
    return world


@pytest.fixture
def payer(world: World) -> Payer:
    return a_payer(world)
