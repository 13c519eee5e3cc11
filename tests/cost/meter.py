"""What DynamoDB is asked for: requests and the capacity that it answers with."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pynamodb.connection import Connection

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}


@dataclass
class Meter:
    """Counts requests and capacity units by operation."""

    requests: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def watching(self, connection: Connection) -> Iterator["Meter"]:
        """Count what this client asks in the block."""
        events = connection.client.meta.events
        events.register("provide-client-params.dynamodb", self.ask_for_capacity)
        events.register("after-call.dynamodb", self.read)
        try:
            yield self
        finally:
            events.unregister("provide-client-params.dynamodb", self.ask_for_capacity)
            events.unregister("after-call.dynamodb", self.read)

    def ask_for_capacity(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def read(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        self.requests[model.name] += 1
        consumed = parsed.get("ConsumedCapacity") or []
        for each in consumed if isinstance(consumed, list) else [consumed]:
            self.units[model.name] += each.get("CapacityUnits", 0)

    @property
    def write_units(self) -> float:
        return sum(units for name, units in self.units.items() if name in _WRITES)

    @property
    def read_units(self) -> float:
        return sum(units for name, units in self.units.items() if name not in _WRITES)
