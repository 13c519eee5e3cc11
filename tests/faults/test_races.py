"""Overtaken before each of its calls, nobody's act breaks anything; without the deciding condition it does.

The second half proves the checkers: each has to notice the loss of a condition that the product relies on.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import count
from typing import Any

import pytest

from tests.faults import booking, races_of_orders, races_of_refunds, voiding
from tests.faults.bench import Bench
from tests.faults.breaking import Breaking, Way
from tests.faults.counting import BROKEN
from tests.faults.flow import REFUSALS, must_agree, must_balance, must_hold
from tests.faults.house import House
from tests.faults.races import RACES as OTHER_RACES
from tests.faults.races import Race
from tests.faults.test_every_fault import Record
from tests.invariants import given_back_otherwise, violations

pytestmark = pytest.mark.emulator
RACES = [*OTHER_RACES, *races_of_orders.RACES, *races_of_refunds.RACES, *voiding.RACES, *booking.RACES]
of_each_race = pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)


@of_each_race
def test_nobody_is_overtaken_to_harm(bench: Bench, race: Race[Any], record_property: Record) -> None:
    overtaken = 0
    for house in _overtaken_everywhere(bench, race, nullcontext()):
        overtaken += 1
        there = house.whole_store()
        must_hold(there)
        must_agree(there, house.outside)
        if race.comes_to_an_end:
            house.restart()
            house.run_jobs()
            store = house.whole_store()
            must_hold(store)
            must_balance(store, house.outside)
    record_property(BROKEN, (f"overtaken: {race.name}", overtaken))


@of_each_race
def test_without_its_condition_the_checker_notices(bench: Bench, race: Race[Any]) -> None:
    weakened = race.decided_by.spread(bench.connection)
    noticed: list[set[str]] = []
    for house in _overtaken_everywhere(bench, race, weakened):
        store = house.whole_store()
        found = [*violations(store), *given_back_otherwise(store, house.outside.given_back)]
        noticed.append({violation.checker for violation in found})
        if race.noticed_by in noticed[-1]:
            return
    raise AssertionError(noticed)


def _overtaken_everywhere(
    bench: Bench, race: Race[Any], around: AbstractContextManager[None]
) -> Iterator[House]:
    """The product as it is after each way in which one can be overtaken."""
    stage = bench.prepare(race.given)
    with around:
        for at in count(1):
            house = bench.open(stage)
            rival = _Rival(race, house, stage.given)
            breaking = Breaking(bench.connection, at, Way.OVERTAKEN, rival=rival)
            house.wire.set(breaking)
            with suppress(*REFUSALS), breaking.armed():
                race.act(house, stage.given)
            house.wire.set(None)
            if breaking.where is None:
                return
            yield house


class _Rival:
    """The other one, who may be refused."""

    def __init__(self, race: Race[Any], house: House, given: Any) -> None:
        self._race = race
        self._house = house
        self._given = given

    def __call__(self) -> None:
        with suppress(*REFUSALS):
            self._race.rival(self._house, self._given)
