"""Where cases are set up: a store laid out as a stage wants it, again and again."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from chalicelib.storage.connection import Item, raw_key
from chalicelib.storage.keys import Key
from local.stream import Record
from tests.builders import NOW, an_exam, an_offering
from tests.contracts.given import put_exam
from tests.faults.house import Ground, House, Outside

_T = TypeVar("_T")
_AT_ONCE = 25


@dataclass(frozen=True)
class Stage(Generic[_T]):
    """What a case begins with; `given` is what those who act know of it."""

    items: Mapping[Key, Item]
    records: dict[str, list[Record]]
    outside: Outside
    now: datetime
    given: _T


class Bench:
    """One pair of tables for all cases."""

    def __init__(self, ground: Ground, outside: Callable[[], Outside] = Outside) -> None:
        self.ground = ground
        self._outside = outside
        self.connection = ground.tables.connection

    def prepare(self, given: Callable[[House], _T]) -> Stage[_T]:
        """Lay out a stage from nothing: an exam is open, and whatever `given` adds."""
        self._lay_out({}, {})
        house = House(self.ground, outside=self._outside(), now=NOW)
        put_exam(house.services.exams, an_exam(), [an_offering()])
        self.ground.stream.forget()
        known = given(house)
        return Stage(
            items=house.whole_store().items,
            records=self.ground.stream.waiting(),
            outside=copy.deepcopy(house.outside),
            now=house.now(),
            given=known,
        )

    def open(self, stage: Stage[Any]) -> House:
        """The product on this stage."""
        self._lay_out(stage.items, stage.records)
        return House(self.ground, outside=copy.deepcopy(stage.outside), now=stage.now)

    def _lay_out(self, items: Mapping[Key, Item], records: dict[str, list[Record]]) -> None:
        tables, there = self.ground.tables, self.ground.whole_store().items
        changes = [
            (tables.name(key.table), {"PutRequest": {"Item": item}})
            for key, item in items.items()
            if there.get(key) != item
        ]
        changes += [
            (tables.name(key.table), {"DeleteRequest": {"Key": raw_key(key)}})
            for key in there.keys() - items.keys()
        ]
        for first in range(0, len(changes), _AT_ONCE):
            requests: dict[str, list[dict[str, Any]]] = {}
            for table, change in changes[first : first + _AT_ONCE]:
                requests.setdefault(table, []).append(change)
            answer = self.ground.raw.ask("BatchWriteItem", {"RequestItems": requests})
            assert not answer.get("UnprocessedItems")
        self.ground.stream.restore(records)
