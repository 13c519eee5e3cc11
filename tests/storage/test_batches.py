"""Batches that DynamoDB leaves half done: what is left is asked for again, and no more than that."""

from typing import Any

import pytest

from chalicelib.storage.batches import MOST_WRITTEN_AT_ONCE, put_all, read_attribute
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.tables import CatalogueRow
from chalicelib.usecases.ports import StoreBusyError

KEYS = [Key(Table.RECORDS, f"EXAM#{number}", "EXAM") for number in range(60)]


class ReluctantConnection:
    """Does half of what it is asked, at least one, and leaves the rest; or nothing at all."""

    def __init__(self, *, works: bool = True) -> None:
        self._works = works
        self.items: dict[str, dict[str, Any]] = {}
        self.requests = 0
        self.largest = 0

    def dispatch(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.requests += 1
        return {"BatchWriteItem": self._write, "BatchGetItem": self._read}[operation](request["RequestItems"])

    def _write(self, asked: dict[str, Any]) -> dict[str, Any]:
        [(table, puts)] = asked.items()
        self.largest = max(self.largest, len(puts))
        done = self._share(len(puts))
        for put in puts[:done]:
            item = put["PutRequest"]["Item"]
            self.items[item["pk"]["S"]] = item
        return {"UnprocessedItems": {table: puts[done:]} if puts[done:] else {}}

    def _read(self, asked: dict[str, Any]) -> dict[str, Any]:
        [(table, wanted)] = asked.items()
        done = self._share(len(wanted["Keys"]))
        found = [self.items[key["pk"]["S"]] for key in wanted["Keys"][:done] if key["pk"]["S"] in self.items]
        left = wanted["Keys"][done:]
        return {
            "Responses": {table: found},
            "UnprocessedKeys": {table: wanted | {"Keys": left}} if left else {},
        }

    def _share(self, count: int) -> int:
        return (count + 1) // 2 if self._works else 0


def tables_over(connection: Any) -> Tables:
    return Tables(records="records", ephemera="ephemera", connection=connection)


def test_what_is_left_is_asked_for_again_until_all_is_done() -> None:
    connection = ReluctantConnection()
    tables, waits = tables_over(connection), list[float]()
    put_all(tables, [(key, CatalogueRow(exam_id=key.pk)) for key in KEYS], wait=waits.append)
    assert len(connection.items) == len(KEYS)
    assert connection.largest == MOST_WRITTEN_AT_ONCE
    assert waits[0] < waits[3]
    found = read_attribute(tables, Table.RECORDS, KEYS, "exam_id", wait=waits.append)
    assert found == {(key.pk, "EXAM"): key.pk for key in KEYS}


def test_a_store_that_does_nothing_is_given_up() -> None:
    connection = ReluctantConnection(works=False)
    tables, waits = tables_over(connection), list[float]()
    with pytest.raises(StoreBusyError):
        put_all(tables, [(KEYS[0], CatalogueRow(exam_id="x"))], wait=waits.append)
    with pytest.raises(StoreBusyError):
        read_attribute(tables, Table.RECORDS, KEYS, "exam_id", wait=waits.append)
    assert 5 < sum(waits) / 2 < 15


def test_nothing_is_asked_for_nothing() -> None:
    connection = ReluctantConnection()
    put_all(tables_over(connection), [])
    assert read_attribute(tables_over(connection), Table.RECORDS, [], "exam_id") == {}
    assert connection.requests == 0
