"""The stream of the records table: read in order, shaped as Lambda hands it out, delivered until it is taken.

Plays Lambda's event source mapping. Which functions take it is `pump`'s affair.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from local.folder import write_whole

Record = dict[str, Any]
_MOST_TRIES = 5
FIRST_PAUSE_S = 0.5


class StreamGoneError(Exception):
    """The table has no stream now, or not yet."""


class Positions:
    """How far each function has read, in a file, so that a new run goes on where the last one stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def read(self, function: str, stream_arn: str) -> str | None:
        """Return the last sequence number that the function took of this stream."""
        kept = self._all().get(function, {})
        # A table that was made anew has a new stream, whose numbers begin again.
        return kept.get("after") if kept.get("stream") == stream_arn else None

    def write(self, function: str, stream_arn: str, sequence_number: str) -> None:
        """Remember that the function took everything up to `sequence_number`."""
        with self._lock:
            kept = self._all()
            kept[function] = {"stream": stream_arn, "after": sequence_number}
            write_whole(self._path, json.dumps(kept, indent=2))

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            kept: dict[str, dict[str, str]] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        return kept


class StreamReader:
    """Reads the one shard that the emulator has, through a streams client without parameter validation.

    (The emulator's sequence numbers and shard ids are shorter than the client would let pass.)
    """

    def __init__(self, client: Any, *, table: str) -> None:
        self._client = client
        self._table = table
        self._iterator: str | None = None

    def arn(self) -> str:
        """Return the stream's name, or raise StreamGoneError."""
        streams = self._client.list_streams(TableName=self._table)["Streams"]
        if not streams:
            raise StreamGoneError(self._table)
        return str(streams[-1]["StreamArn"])

    def go_to(self, arn: str, after: str | None) -> None:
        """Read on after a sequence number; without one, from the oldest record."""
        shards = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        if not shards:
            raise StreamGoneError(arn)
        place = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        answer = self._client.get_shard_iterator(StreamArn=arn, ShardId=shards[0]["ShardId"], **place)
        self._iterator = answer["ShardIterator"]

    def read(self, limit: int) -> list[Record]:
        """Return what came since the last reading."""
        answer = self._client.get_records(ShardIterator=self._iterator, Limit=limit)
        self._iterator = answer["NextShardIterator"]
        records: list[Record] = answer["Records"]
        return records


def lambda_event(records: Sequence[Record], *, stream_arn: str) -> dict[str, object]:
    """Return the event that Lambda makes of records: seconds for instants, base64 for bytes."""
    return {"Records": [{**_plain(record), "eventSourceARN": stream_arn} for record in records]}


class Delivery:
    """Delivers batches to one function as an event source mapping does: each record is taken or put aside.

    A refused batch is halved down to the record that is refused; that one is put aside after some tries, so
    that it does not hold up those behind it. A function may also name what it refuses (`batchItemFailures`).
    """

    def __init__(
        self,
        call: Callable[[Sequence[Record]], object],
        *,
        taken: Callable[[str], None],
        put_aside: Callable[[Record], None],
        pause: Callable[[float], bool],
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._first_pause_s = first_pause_s
        self._call = call
        self._taken = taken
        self._put_aside = put_aside
        self._pause = pause

    def deliver(self, records: Sequence[Record]) -> None:
        """Return when all are taken or put aside, or when `pause` says that the run is over."""
        left, size, tries = list(records), len(records), 0
        while left:
            took, as_a_whole = self._offer(left[:size])
            if not took and as_a_whole and size > 1:
                size //= 2
                continue
            if not took:
                tries += 1
                if tries < _MOST_TRIES:
                    if not self._pause(self._first_pause_s * 2 ** (tries - 1)):
                        return
                    continue
                self._put_aside(left[0])
                took = 1
            self._taken(_number_of(left[took - 1]))
            left, tries = left[took:], 0
            size = len(left)

    def _offer(self, batch: Sequence[Record]) -> tuple[int, bool]:
        """Return how many of the batch were taken, from its beginning, and whether it was refused whole."""
        try:
            answer = self._call(batch)
        except Exception:  # noqa: BLE001 - whatever the function dies of, the batch comes again
            return 0, True
        refused = {str(each["itemIdentifier"]) for each in _failures(answer)}
        numbers = [_number_of(record) for record in batch]
        if not refused <= set(numbers):
            # Lambda takes an unknown name as a refusal of the whole batch.
            return 0, True
        return next((at for at, number in enumerate(numbers) if number in refused), len(batch)), False


def _failures(answer: object) -> Sequence[Mapping[str, object]]:
    failures = answer.get("batchItemFailures") if isinstance(answer, Mapping) else None
    return failures or []


def _number_of(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | set() | tuple():
            return [_plain(each) for each in value]
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return int(value.timestamp())
        case _:
            return value
