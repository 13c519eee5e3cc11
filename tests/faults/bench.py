"""Where cases are set up: a store laid out as a stage wants it, again and again, by writing the differences."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from chalicelib.storage.connection import Item, Tables
from chalicelib.storage.keys import Key
from local.stream import Record
from tests.builders import NOW, an_exam, an_offering
from tests.fakes.means import FakeRandomness
from tests.faults.house import SEALER, House, Outside
from tests.faults.stream import Stream
from tests.whole_store import whole_store

_T = TypeVar("_T")
_AT_ONCE = 25


@dataclass(frozen=True)
class Stage(Generic[_T]):
    """What a case begins with; `given` is what those who act know of it."""

    items: Mapping[Key, Item]
    records: list[Record]
    outside: Outside
    now: datetime
    given: _T


class Bench:
    """One pair of tables for all cases. Numbers and tokens never repeat, whatever is put back."""

    def __init__(self, tables: Tables, stream: Stream) -> None:
        self.tables = tables
        self._stream = stream
        self._randomness = FakeRandomness()

    def prepare(self, given: Callable[[House], _T]) -> Stage[_T]:
        """Lay out a stage from nothing: an exam is open, and whatever `given` adds."""
        self._lay_out({}, [])
        house = self._house(Outside(), NOW)
        house.services.exams.put(an_exam(), [an_offering()])
        self._stream.forget()
        known = given(house)
        return Stage(
            items=whole_store(self.tables, SEALER).items,
            records=self._stream.waiting(),
            outside=copy.deepcopy(house.outside),
            now=house.now(),
            given=known,
        )

    def open(self, stage: Stage[Any]) -> House:
        """The product on this stage."""
        self._lay_out(stage.items, stage.records)
        return self._house(copy.deepcopy(stage.outside), stage.now)

    def _house(self, outside: Outside, now: datetime) -> House:
        return House(self.tables, self._stream, self._randomness, outside=outside, now=now)

    def _lay_out(self, items: Mapping[Key, Item], records: list[Record]) -> None:
        there = whole_store(self.tables, SEALER).items
        changes = [
            (self.tables.place(key), {"PutRequest": {"Item": item}})
            for key, item in items.items()
            if there.get(key) != item
        ]
        changes += [
            (self.tables.place(key), {"DeleteRequest": {"Key": self.tables.place(key)["Key"]}})
            for key in there.keys() - items.keys()
        ]
        for first in range(0, len(changes), _AT_ONCE):
            requests: dict[str, list[dict[str, Any]]] = {}
            for place, change in changes[first : first + _AT_ONCE]:
                requests.setdefault(place["TableName"], []).append(change)
            answer = self.tables.connection.dispatch("BatchWriteItem", {"RequestItems": requests})
            assert not answer.get("UnprocessedItems")
        self._stream.restore(records)
