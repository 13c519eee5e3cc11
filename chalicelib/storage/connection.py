"""Both tables behind one client: consistent reads, queries, and the writes that need no transaction.

Conditional writes of what lasts are in `transaction.py`. There is no scan here, on purpose.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError
from pynamodb.connection import Connection
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action, Update

from chalicelib.storage.keys import Key, Table
from chalicelib.storage.tables import Row
from chalicelib.usecases.ports import StaleWriteError

Item = dict[str, dict[str, Any]]
"""An item as DynamoDB writes it: each value under the letter of its type."""

_R = TypeVar("_R", bound=Row)
_T = TypeVar("_T")

# A request of ours lives 28 s: three attempts of 5 s fit in, PynamoDB's own 15 s and 30 s do not.
_CONNECT_S = 2
_READ_S = 5
_RETRIES = 2
_LONGEST_PAUSE_S = 0.06


class Index(NamedTuple):
    """A sparse index: which attributes place an item in it."""

    name: str
    shard: str
    position: str


DUE = Index("due", "due_shard", "due_at")
REVIEW = Index("review", "review_shard", "review_since")


class WriterAheadError(Exception):
    """Another write of the same item was under way."""


class ConditionFailedError(Exception):
    """The condition of a single write does not hold; `item` is what lies there."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("condition failed")
        self.item = item


class Expressions:
    """Conditions and updates of one request as DynamoDB wants them: placeholders for names and values."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def condition(self, on: Condition) -> str:
        """A condition as text."""
        return on.serialize(self._names, self._values)

    def update(self, actions: tuple[Action, ...]) -> str | None:
        """Actions as text."""
        return Update(*actions).serialize(self._names, self._values)

    def placeholders(self) -> dict[str, Any]:
        """What the texts made so far refer to; DynamoDB refuses empty ones."""
        found: dict[str, Any] = {}
        if self._names:
            found["ExpressionAttributeNames"] = {short: name for name, short in self._names.items()}
        if self._values:
            found["ExpressionAttributeValues"] = self._values
        return found


class Tables:
    """The two tables. One for each process, shared by all repositories: every client costs 100 ms to make."""

    def __init__(self, *, records: str, ephemera: str, connection: Connection | None = None) -> None:
        self._names = {Table.RECORDS: records, Table.EPHEMERA: ephemera}
        self.connection = connection or connect()

    def name(self, table: Table) -> str:
        """What a table is called in this deployment."""
        return self._names[table]

    def place(self, key: Key) -> dict[str, Any]:
        """The table of a key and the key in it."""
        return {"TableName": self._names[key.table], "Key": raw_key(key)}

    def read(self, key: Key, row: type[_R]) -> _R | None:
        """What lies at a key now, with every write that was answered before."""
        answer = self.connection.dispatch("GetItem", {**self.place(key), "ConsistentRead": True})
        item: Item | None = answer.get("Item")
        return row.from_raw_data(item) if item else None

    def put(self, key: Key, row: Row) -> None:
        """Write an item whatever lies there: for keys that cannot be anybody else's."""
        request = {"TableName": self._names[key.table], "Item": whole_item(key, row)}
        without_others(lambda: self._write("PutItem", request))

    def delete(self, key: Key) -> None:
        """Remove an item; nothing there is fine."""
        without_others(lambda: self._write("DeleteItem", self.place(key)))

    def update(self, key: Key, *actions: Action, on: Condition) -> Item:
        """Change one item and give it as it is then. Raises ConditionFailedError.

        A lost answer makes the client send the update again, so that it may take effect twice: for counts
        where that does no harm, and for nothing else.
        """
        words = Expressions()
        request = {
            **self.place(key),
            "UpdateExpression": words.update(actions),
            "ConditionExpression": words.condition(on),
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **words.placeholders(),
        }
        answer = without_others(lambda: self._write("UpdateItem", request))
        item: Item = answer["Attributes"]
        return item

    def query(
        self, table: Table, pk: str, *, beginning: str, newest_first: bool = False, at_most: int | None = None
    ) -> Iterator[Item]:
        """The items of one partition whose sort key begins so, in its order, consistent."""
        words = Expressions()
        wanted = (Path("pk") == pk) & Path("sk").startswith(beginning)
        request: dict[str, Any] = {
            "TableName": self._names[table],
            "KeyConditionExpression": words.condition(wanted),
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
            **words.placeholders(),
        }
        return self._pages(request, at_most)

    def query_index(
        self,
        index: Index,
        shard: str,
        *,
        since: int | None = None,
        up_to: int | None = None,
        at_most: int | None = None,
        at_once: int | None = None,
    ) -> Iterator[Item]:
        """Keys and positions of one part of an index, lowest position first; it may lag behind the table.

        With `at_once`, so many are read in one request, and the next ones when they are asked for.
        """
        if up_to is not None and since is not None and since > up_to:
            return iter(())  # refused otherwise
        words = Expressions()
        wanted: Condition = Path(index.shard) == shard
        if up_to is not None and since is not None:
            wanted &= Path(index.position).between(since, up_to)
        elif up_to is not None:
            wanted &= Path(index.position) <= up_to
        elif since is not None:
            wanted &= Path(index.position) >= since
        request: dict[str, Any] = {
            "TableName": self._names[Table.RECORDS],
            "IndexName": index.name,
            "KeyConditionExpression": words.condition(wanted),
            **words.placeholders(),
        }
        return self._pages(request | ({"Limit": at_once} if at_once else {}), at_most)

    def _pages(self, request: dict[str, Any], at_most: int | None) -> Iterator[Item]:
        left = at_most
        while left is None or left > 0:
            if left is not None:
                request["Limit"] = left
            answer = self.connection.dispatch("Query", request)
            yield from answer["Items"]
            if left is not None:
                left -= len(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _write(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self.connection.dispatch(operation, request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                # PynamoDB's own error has lost the item; the one it came from has it.
                cause = error.__cause__
                raise ConditionFailedError(getattr(cause, "response", {}).get("Item")) from error
            if code == "TransactionConflictException":
                raise WriterAheadError from error
            raise
        return answer


def connect(region: str | None = None) -> Connection:
    """The client that all share. Region, credentials and endpoint are botocore's affair unless given."""
    return Connection(
        region=region,
        connect_timeout_seconds=_CONNECT_S,
        read_timeout_seconds=_READ_S,
        max_retry_attempts=_RETRIES,
        max_pool_connections=16,
    )


def raw_key(key: Key) -> Item:
    """A key as DynamoDB writes it."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def whole_item(key: Key, row: Row) -> Item:
    """A row with its key as DynamoDB writes it."""
    return raw_key(key) | row.serialize()


def without_others(write: Callable[[], _T]) -> _T:
    """Write; when another write is under way, wait a moment and try once more. Raises StaleWriteError."""
    try:
        return write()
    except WriterAheadError:
        time.sleep(random.uniform(_LONGEST_PAUSE_S / 3, _LONGEST_PAUSE_S))
    try:
        return write()
    except WriterAheadError as error:
        raise StaleWriteError from error
