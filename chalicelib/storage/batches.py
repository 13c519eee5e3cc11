"""Many items in one request, for imports: no conditions, and no two items with one key.

DynamoDB may leave some of a batch undone when it is asked too much at once; those are asked for again.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from chalicelib.storage.connection import Item, Tables, raw_key, whole_item
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.tables import Row
from chalicelib.usecases.ports import StoreBusyError

_T = TypeVar("_T")
Wait = Callable[[float], None]

MOST_READ_AT_ONCE = 100
MOST_WRITTEN_AT_ONCE = 25
_TRIES = 8
_FIRST_PAUSE_S = 0.05


def in_parts(all_of: Sequence[_T], most: int) -> Iterator[Sequence[_T]]:
    """A long sequence as short ones."""
    for first in range(0, len(all_of), most):
        yield all_of[first : first + most]


def read_items(
    tables: Tables, table: Table, keys: Sequence[Key], *, wait: Wait = time.sleep
) -> dict[tuple[str, str], Item]:
    """The items at these keys, by pk and sk; consistent. Raises StoreBusyError."""
    found: list[Item] = []
    for part in in_parts(keys, MOST_READ_AT_ONCE):
        left: dict[str, Any] = {
            tables.name(table): {"Keys": [raw_key(key) for key in part], "ConsistentRead": True}
        }
        found += _read_part(tables, table, left, wait)
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in found}


def _read_part(tables: Tables, table: Table, left: dict[str, Any], wait: Wait) -> list[Item]:
    found: list[Item] = []
    for _ in _tries(wait):
        answer = tables.connection.dispatch("BatchGetItem", {"RequestItems": left})
        found += answer["Responses"].get(tables.name(table), [])
        left = answer.get("UnprocessedKeys") or {}
        if not left:
            break
    return found


def read_attribute(
    tables: Tables, table: Table, keys: Sequence[Key], name: str, *, wait: Wait = time.sleep
) -> dict[tuple[str, str], str]:
    """One text attribute of the items at these keys, by pk and sk; consistent. Raises StoreBusyError."""
    found: list[Item] = []
    for part in in_parts(keys, MOST_READ_AT_ONCE):
        wanted: dict[str, Any] = {
            "Keys": [raw_key(key) for key in part],
            "ConsistentRead": True,
            "ProjectionExpression": "pk, sk, #wanted",
            "ExpressionAttributeNames": {"#wanted": name},
        }
        found += _read_part(tables, table, {tables.name(table): wanted}, wait)
    return {(item["pk"]["S"], item["sk"]["S"]): item[name]["S"] for item in found if name in item}


def put_all(tables: Tables, rows: Sequence[tuple[Key, Row]], *, wait: Wait = time.sleep) -> None:
    """Write whole items whatever lies there; the same again changes nothing. Raises StoreBusyError."""
    for part in in_parts(rows, MOST_WRITTEN_AT_ONCE):
        left: dict[str, Any] = {}
        for key, row in part:
            request = {"PutRequest": {"Item": whole_item(key, row)}}
            left.setdefault(tables.name(key.table), []).append(request)
        for _ in _tries(wait):
            answer = tables.connection.dispatch("BatchWriteItem", {"RequestItems": left})
            left = answer.get("UnprocessedItems") or {}
            if not left:
                break


def _tries(wait: Wait) -> Iterator[int]:
    """Count tries with growing pauses between them, until the asker leaves. Raises StoreBusyError."""
    for number in range(_TRIES):
        yield number
        wait(random.uniform(0.5, 1) * _FIRST_PAUSE_S * 2**number)
    raise StoreBusyError
