"""The stream of the records table, delivered to the product's functions when a test says so."""

import json
from typing import Any

import app
from local.stream import Record, StreamReader, lambda_event

_FUNCTIONS = ("verify_stream", "notify_stream")
_AT_ONCE = 1000
_MOST_TRIES = 3


class Stream:
    """What was written and not yet taken, for each function; everything delivered can be delivered again."""

    def __init__(self, reader: StreamReader) -> None:
        self._reader = reader
        self._arn = reader.arn()
        reader.go_to(self._arn, None)
        self._waiting: dict[str, list[Record]] = {}
        self._taken: list[Record] = []
        self.forget()

    def forget(self) -> None:
        """Skip whatever was written so far."""
        self._read()
        self._waiting = {function: [] for function in _FUNCTIONS}
        self._taken = []

    def waiting(self) -> list[Record]:
        """What no function has taken yet, to be put back with `restore`."""
        self._fetch()
        return list(self._waiting[_FUNCTIONS[0]])

    def restore(self, records: list[Record]) -> None:
        """Let these wait, as after their writes."""
        self.forget()
        self._waiting = {function: list(records) for function in _FUNCTIONS}

    def deliver(self) -> None:
        """Hand everything to the functions; what they refuse comes again, and then once more."""
        for _ in range(_MOST_TRIES):
            self._fetch()
            for function in _FUNCTIONS:
                self._hand_over(function)
            if not any(self._waiting.values()):
                return

    def deliver_once(self) -> None:
        """Hand everything to the functions one time."""
        self._fetch()
        for function in _FUNCTIONS:
            self._hand_over(function)

    def replay(self) -> None:
        """Hand over again what was taken, as Lambda may."""
        for function in _FUNCTIONS:
            if self._taken:
                self._call(function, self._taken)

    def _fetch(self) -> None:
        records = self._read()
        self._waiting = {function: waiting + records for function, waiting in self._waiting.items()}

    def _read(self) -> list[Record]:
        found = records = self._reader.read(_AT_ONCE)
        while len(records) == _AT_ONCE:
            records = self._reader.read(_AT_ONCE)
            found += records
        return found

    def _hand_over(self, function: str) -> None:
        waiting = self._waiting[function]
        if not waiting:
            return
        refused = {each["itemIdentifier"] for each in self._call(function, waiting)["batchItemFailures"]}
        numbers = [str(record["dynamodb"]["SequenceNumber"]) for record in waiting]
        took = next((at for at, number in enumerate(numbers) if number in refused), len(waiting))
        if function == _FUNCTIONS[0]:
            self._taken += waiting[:took]
        self._waiting[function] = waiting[took:]

    def _call(self, function: str, records: list[Record]) -> dict[str, Any]:
        # Through JSON, as it would come.
        event = json.loads(json.dumps(lambda_event(records, stream_arn=self._arn)))
        answer: dict[str, Any] = app.app.handler_map[function](event, None)
        return answer
