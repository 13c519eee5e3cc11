"""One condition of one kind of write taken away, to see that a checker notices what it was there for."""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from pynamodb.connection import Connection

_EVENT = "provide-client-params.dynamodb.TransactWriteItems"
_SAID = (
    r"(?:NOT )?(?:attribute_(?:not_)?exists \({0}\)|{0} (?:=|<>|<=|>=|<|>) :\w+|{0} IN \([^)]*\)"
    r"|contains \({0}, :\w+\))"
)
"""Everything that a condition may say of an attribute."""
_TRUE = "(attribute_exists (pk) OR attribute_not_exists (pk))"


@dataclass(frozen=True, slots=True)
class Weakness:
    """Which writes of a transaction lose their condition: their kind, and how their key begins."""

    kind: str
    pk: str
    sk: str = ""
    attributes: tuple[str, ...] = ()
    """Only what the condition says of these is lost; of none named, all of it."""

    def spread(self, connection: Connection) -> AbstractContextManager[None]:
        """Within the block these writes go through, whatever their condition says."""
        return _changed(connection, self.weakened)

    def weakened(self, params: dict[str, Any]) -> dict[str, Any]:
        """The transaction without these conditions."""
        request = copy.deepcopy(params)
        for item in request["TransactItems"]:
            write = item.get(self.kind)
            if write and self._is_meant(write.get("Item") or write["Key"]):
                self._weaken(write)
        return request

    def _weaken(self, write: dict[str, Any]) -> None:
        if not self.attributes:
            del write["ConditionExpression"]
        names = write.get("ExpressionAttributeNames", {})
        for placeholder, name in names.items():
            if name in self.attributes:
                said = re.compile(_SAID.format(re.escape(placeholder)))
                write["ConditionExpression"] = said.sub(_TRUE, write["ConditionExpression"])
        _drop_unused(write)

    def _is_meant(self, key: dict[str, dict[str, str]]) -> bool:
        return key["pk"]["S"].startswith(self.pk) and key["sk"]["S"].startswith(self.sk)


def _drop_unused(write: dict[str, Any]) -> None:
    said = " ".join(write.get(name, "") for name in ("UpdateExpression", "ConditionExpression"))
    used = set(re.findall(r"[#:]\w+", said))
    # DynamoDB refuses placeholders that nothing refers to.
    for placeholders in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        left = {short: value for short, value in write.pop(placeholders, {}).items() if short in used}
        if left:
            write[placeholders] = left


@dataclass(frozen=True, slots=True)
class Both:
    """Two conditions of which each alone would do: only without both something goes wrong."""

    first: Weakness
    second: Weakness

    def spread(self, connection: Connection) -> AbstractContextManager[None]:
        """Within the block neither holds."""
        return _changed(connection, lambda params: self.second.weakened(self.first.weakened(params)))


@contextmanager
def _changed(connection: Connection, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[None]:
    def changed(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return change(params)

    # A handler of this event may replace the request, which botocore's types do not know.
    events: Any = connection.client.meta.events
    events.register(_EVENT, changed)
    try:
        yield
    finally:
        events.unregister(_EVENT, changed)


def of_order(*attributes: str) -> Weakness:
    """Orders change whatever is said of these attributes, or of any."""
    return Weakness("Update", "ORDER#", "", attributes)


def of_registration(*attributes: str) -> Weakness:
    """Registrations change whatever is said of these attributes, or of any."""
    return Weakness("Update", "ACCOUNT#", "REGISTRATION#", attributes)
