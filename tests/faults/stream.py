"""The stream of the records table, delivered to the product's functions when a test says so."""

import json
from typing import Any

import app
from deploy.functions import WOKEN_BY
from local.stream import Record, StreamReader, lambda_event
from tests.deploy.patterns import lets_through

_AT_ONCE = 1000
_MOST_TRIES = 3


class Stream:
    """What was written and not yet taken, for each function as the template's filters let it through.

    Everything delivered can be delivered again.
    """

    def __init__(self, reader: StreamReader) -> None:
        self._reader = reader
        self._arn = reader.arn()
        reader.go_to(self._arn, None)
        self._waiting: dict[str, list[Record]] = {}
        self._taken: dict[str, list[Record]] = {}
        self.forget()

    def forget(self) -> None:
        """Skip whatever was written so far."""
        self._read()
        self._waiting = {function: [] for function in WOKEN_BY}
        self._taken = {function: [] for function in WOKEN_BY}

    def waiting(self) -> dict[str, list[Record]]:
        """What the functions have not taken yet, to be put back with `restore`."""
        self._fetch()
        return {function: list(records) for function, records in self._waiting.items()}

    def restore(self, records: dict[str, list[Record]]) -> None:
        """Let these wait, as after their writes."""
        self.forget()
        self._waiting |= {function: list(waiting) for function, waiting in records.items()}

    def deliver(self) -> None:
        """Hand everything to the functions, and what comes of that; what they refuse comes again, twice."""
        for _ in range(_MOST_TRIES):
            self.deliver_once()
            self._fetch()
            if not any(self._waiting.values()):
                return

    def deliver_once(self) -> None:
        """Hand everything to the functions one time."""
        self._fetch()
        for function, records in self._waiting.items():
            if records:
                self._hand_over(function, records)

    def replay(self) -> None:
        """Hand over again what was taken, as Lambda may."""
        for function, records in self._taken.items():
            if records:
                self._call(function, records)

    def _fetch(self) -> None:
        for record in self._read():
            for function, shapes in WOKEN_BY.items():
                if any(lets_through(shape, record["dynamodb"]) for shape in shapes):
                    self._waiting[function].append(record)

    def _read(self) -> list[Record]:
        found = records = self._reader.read(_AT_ONCE)
        while len(records) == _AT_ONCE:
            records = self._reader.read(_AT_ONCE)
            found += records
        return found

    def _hand_over(self, function: str, records: list[Record]) -> None:
        refused = {each["itemIdentifier"] for each in self._call(function, records)["batchItemFailures"]}
        numbers = [str(record["dynamodb"]["SequenceNumber"]) for record in records]
        took = next((at for at, number in enumerate(numbers) if number in refused), len(records))
        self._taken[function] += records[:took]
        self._waiting[function] = records[took:]

    def _call(self, function: str, records: list[Record]) -> dict[str, Any]:
        # Through JSON, as it would come.
        event = json.loads(json.dumps(lambda_event(records, stream_arn=self._arn)))
        answer: dict[str, Any] = app.app.handler_map[function](event, None)
        return answer
