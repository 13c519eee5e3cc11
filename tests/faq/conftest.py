"""The API over a world in memory, in which the exam of the builders is open."""

import pytest

from chalicelib import wiring
from tests.api.browser import services_of
from tests.fakes import World


@pytest.fixture
def world() -> World:
    world = World()
    world.given_exam()
    wiring.install(services_of(world))
    return world
