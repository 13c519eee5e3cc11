"""The API over a world in memory."""

import pytest

from chalicelib import wiring
from tests.api.browser import services_of
from tests.api.story import Story
from tests.fakes import World


@pytest.fixture
def world() -> World:
    world = World()
    wiring.install(services_of(world))
    return world


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)
