"""A flow, broken at each of its calls: what must hold at once, and what people and jobs bring about later."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar

from chalicelib.domain.errors import DomainError
from chalicelib.usecases.ports import ProviderUnavailableError, StaleWriteError
from tests.faults.bench import Bench, Stage
from tests.faults.breaking import READS, Breaking, Way
from tests.faults.house import House, Outside
from tests.faults.injection import Crash
from tests.invariants import Exchange, given_back_otherwise, spent_twice, unbalanced, violations
from tests.whole_store import WholeStore

_T = TypeVar("_T")
REFUSALS = (DomainError, StaleWriteError, ProviderUnavailableError)
"""What a person may be told in an answer; anything else is a fault of ours."""


def _no_exchanges(_: Any) -> Sequence[Exchange]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Flow(Generic[_T]):
    """Something that somebody does with the product."""

    name: str
    given: Callable[[House], _T]
    act: Callable[[House, _T], object]
    again: Callable[[House, _T], object] | None = None
    """What a person does who did not see the end of it; by default the same again, whatever is refused."""
    reached: Callable[[House, _T], None]
    """Fails unless what was wanted is so, once."""
    heals_itself: bool = False
    """The jobs alone bring it about, once it has begun."""
    exchanges: Callable[[_T], Sequence[Exchange]] = _no_exchanges

    def try_again(self, house: House, given: _T) -> None:
        """Do what a person would."""
        if self.again is not None:
            self.again(house, given)
            return
        with suppress(*REFUSALS):
            self.act(house, given)


@dataclass(frozen=True)
class Thoroughness:
    """How much is done over again."""

    anew: bool = False
    """The stage is prepared for each call, where the outside cannot be put back."""
    every_read: bool = False
    """Reads are broken in all ways; otherwise only before they are sent, for they leave nothing behind."""


def break_everywhere(bench: Bench, flow: Flow[Any], way: Way, thoroughness: Thoroughness) -> int:
    """Break the flow at each of its calls in this way; returns how many calls there were."""
    passing_over = frozenset() if thoroughness.every_read or way is Way.NEVER_SENT else READS
    stage = bench.prepare(flow.given)
    died_before_a_read = False
    for at in count(1):
        if thoroughness.anew:
            stage = bench.prepare(flow.given)
        breaking = Breaking(bench.connection, at, way, passing_over=passing_over)
        try:
            house = bench.open(stage)
            refused = act_broken(house, flow, stage.given, breaking)
            is_read = breaking.where in READS
            # Dying before the next read leaves what dying before this one left: that was put right already.
            if thoroughness.every_read or not (is_read and died_before_a_read):
                put_right(house, flow, stage, breaking, refused)
            died_before_a_read = is_read and way is Way.NEVER_SENT
        except Exception as error:
            error.add_note(f"{flow.name}, {breaking}")
            raise
        if breaking.where is None:
            return at - 1
    raise AssertionError


def put_right(
    house: House, flow: Flow[_T], stage: Stage[_T], breaking: Breaking, refused: BaseException | None
) -> None:
    """What follows a break: look, let jobs and person put it right, look at everything.

    The jobs come first where a call was never sent, the person where it was applied. What the one leaves
    behind is what the next call of the other kind finds: so each state is put right in both orders.
    """
    given = stage.given
    if breaking.way is Way.ANSWER_LOST and breaking.is_to_the_store:
        assert refused is None, f"a lost answer of the store was noticed: {refused!r}"
    house.restart()
    there = house.whole_store()
    must_hold(there, flow.exchanges(given))
    must_agree(there, house.outside)
    if breaking.way is not Way.APPLIED_THEN_DEAD:
        house.run_jobs()
        if flow.heals_itself:
            flow.reached(house, given)
    flow.try_again(house, given)
    house.run_jobs()
    house.stream.replay()
    flow.reached(house, given)
    store = house.whole_store()
    must_hold(store)
    must_balance(store, house.outside)


def act_broken(house: House, flow: Flow[_T], given: _T, breaking: Breaking) -> BaseException | None:
    """Act until it breaks; returns what the person was told instead of an answer, if they were."""
    house.wire.set(breaking)
    try:
        with breaking.armed():
            flow.act(house, given)
    except (Crash, *REFUSALS) as told:
        return told
    finally:
        house.wire.set(None)
    return None


def must_hold(store: WholeStore, exchanges: Sequence[Exchange] = ()) -> None:
    """Nothing in the store contradicts itself."""
    found = [*violations(store), *spent_twice(store, exchanges)]
    assert not found, found


def must_agree(store: WholeStore, outside: Outside) -> None:
    """Nothing went back that our books do not have, and they have nothing back that did not go."""
    found = given_back_otherwise(store, outside.given_back)
    assert not found, found


def must_balance(store: WholeStore, outside: Outside) -> None:
    """The money that was taken is all booked, and so is what went back of it."""
    must_agree(store, outside)
    found = unbalanced(store, outside.taken, outside.given_back)
    assert not found, found
