"""A world in memory with one exam, open now."""

import pytest

from tests.fakes import World


@pytest.fixture
def world() -> World:
    world = World()
    world.given_exam()
    return world
