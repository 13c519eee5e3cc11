"""One condition of one kind of write taken away, to see that a checker notices what it was there for."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pynamodb.connection import Connection

_EVENT = "provide-client-params.dynamodb.TransactWriteItems"


@dataclass(frozen=True, slots=True)
class Weakness:
    """Which writes of a transaction lose their condition: their kind, and how their key begins."""

    kind: str
    pk: str
    sk: str = ""

    @contextmanager
    def spread(self, connection: Connection) -> Iterator[None]:
        """Within the block these writes go through, whatever their condition says."""
        # A handler of this event may replace the request, which botocore's types do not know.
        events: Any = connection.client.meta.events
        events.register(_EVENT, self._weakened)
        try:
            yield
        finally:
            events.unregister(_EVENT, self._weakened)

    def _weakened(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        request = copy.deepcopy(params)
        for item in request["TransactItems"]:
            write = item.get(self.kind)
            if write and self._is_meant(write.get("Item") or write["Key"]):
                _take_condition(write)
        return request

    def _is_meant(self, key: dict[str, dict[str, str]]) -> bool:
        return key["pk"]["S"].startswith(self.pk) and key["sk"]["S"].startswith(self.sk)


def _take_condition(write: dict[str, Any]) -> None:
    del write["ConditionExpression"]
    used = set(re.findall(r"[#:]\w+", write.get("UpdateExpression", "")))
    # DynamoDB refuses placeholders that nothing refers to.
    for placeholders in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        left = {short: value for short, value in write.pop(placeholders, {}).items() if short in used}
        if left:
            write[placeholders] = left
