"""What the tests of the commands share."""

import sys
from collections.abc import Iterator

import pytest

from tests.fakes import World


@pytest.fixture
def world() -> World:
    """One exam at one authority."""
    world = World()
    world.given_exam()
    return world


@pytest.fixture(autouse=True)
def _standard_input() -> Iterator[None]:
    """What a test types is not what the next one reads."""
    before = sys.stdin
    yield
    sys.stdin = before
