"""Every conditional write of what lasts: all of it or none, and a meaning for each condition that fails.

Also a write of one item goes this way. Only transactions carry a token by which DynamoDB knows a request that
the client sends again after a lost answer; a plain conditional write would be refused by its own first try.
"""

from collections.abc import Callable
from typing import Any, Self
from uuid import uuid4

from botocore.exceptions import ClientError
from pynamodb.exceptions import CancellationReason, VerboseClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.storage.connection import (
    Expressions,
    Item,
    Tables,
    WriterAheadError,
    whole_item,
    without_others,
)
from chalicelib.storage.keys import Key
from chalicelib.storage.tables import Row
from chalicelib.usecases.ports import StaleWriteError

Refusal = type[Exception] | Callable[[Item | None], Exception]
"""What a failed condition means; where it depends on what lies there, a function of that item."""


class Transaction:
    """Collects the items of one write. When several conditions fail, the item that was added first speaks."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._items: list[dict[str, Any]] = []
        self._refusals: list[Refusal] = []

    def put(
        self, key: Key, row: Row, *, on: Condition | None = None, failing: Refusal = StaleWriteError
    ) -> Self:
        """Write a whole item."""
        request = self._tables.place(key)
        del request["Key"]
        return self._add("Put", request | {"Item": whole_item(key, row)}, Expressions(), on, failing)

    def update(self, key: Key, *actions: Action, on: Condition, failing: Refusal = StaleWriteError) -> Self:
        """Change an item."""
        words = Expressions()
        request = self._tables.place(key) | {"UpdateExpression": words.update(actions)}
        return self._add("Update", request, words, on, failing)

    def delete(self, key: Key, *, on: Condition, failing: Refusal = StaleWriteError) -> Self:
        """Remove an item."""
        return self._add("Delete", self._tables.place(key), Expressions(), on, failing)

    def check(self, key: Key, *, on: Condition, failing: Refusal = StaleWriteError) -> Self:
        """Leave an item as it is, and insist that it is so."""
        return self._add("ConditionCheck", self._tables.place(key), Expressions(), on, failing)

    def commit(self) -> None:
        """Write all or nothing. Raises the refusal of the first item whose condition failed.

        Raises StaleWriteError when others keep writing the same items.
        """
        token = uuid4().hex
        without_others(lambda: self._send(token))

    def _add(
        self,
        kind: str,
        request: dict[str, Any],
        words: Expressions,
        on: Condition | None,
        failing: Refusal,
    ) -> Self:
        if on is not None:
            request["ConditionExpression"] = words.condition(on)
        if not isinstance(failing, type):
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._items.append({kind: request | words.placeholders()})
        self._refusals.append(failing)
        return self

    def _send(self, token: str) -> None:
        # Not through PynamoDB's transaction: it reorders the items, and with them the reasons.
        request = {"TransactItems": self._items, "ClientRequestToken": token}
        try:
            self._tables.connection.dispatch("TransactWriteItems", request)
        except VerboseClientError as error:
            raise self._meaning(error) from error

    def _meaning(self, error: VerboseClientError) -> Exception:
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        for reason, refusal in zip(error.cancellation_reasons, self._refusals, strict=False):
            if reason and reason.code == "ConditionalCheckFailed":
                return _refused(refusal, reason)
        if codes == {"TransactionConflict"} or _code(error) == "TransactionInProgressException":
            return WriterAheadError()
        return error


def _refused(refusal: Refusal, reason: CancellationReason) -> Exception:
    return refusal() if isinstance(refusal, type) else refusal(reason.raw_item)


def _code(error: ClientError) -> str:
    code: str = error.response["Error"]["Code"]
    return code


def unless_done(transaction: Transaction) -> bool:
    """Write, and take a failed condition for "done already"; whether this write did it."""
    try:
        transaction.commit()
    except StaleWriteError:
        return False
    return True
