"""Fires the schedules and feeds the stream: what EventBridge and Lambda's mappings do in the cloud.

Each function has a thread of its own and is never called twice at once. When a schedule is due is reckoned in
`schedules`, how records are shaped and delivered is in `stream`.
"""

import argparse
import json
import logging
import os
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from local.clock import ShiftedClock
from local.environment import CLOCK_VARIABLE, FOLDER_VARIABLE
from local.folder import DataFolder
from local.lambda_context import LambdaContext
from local.schedules import Cron, Rate, read_schedule
from local.stream import (
    FIRST_PAUSE_S,
    Delivery,
    Positions,
    Record,
    StreamGoneError,
    StreamReader,
    lambda_event,
)
from local.supervisor import stop_on_signals

_LOOK_EVERY_S = 0.2
_HOUR_S = 3600
_END_WITHIN_S = 3.0
_FUNCTION_PATIENCE_S = 60.0
_log = logging.getLogger("local.pump")


@dataclass(frozen=True)
class Schedule:
    """A function that time starts."""

    function: str
    due: Rate | Cron


@dataclass(frozen=True)
class StreamHandler:
    """A function that the stream starts."""

    function: str
    batch_size: int


@dataclass(frozen=True)
class Pace:
    """How time passes for schedules: the product's clock, and how many real seconds a minute's rate takes.

    A person who waits sees no difference between a rate of one minute and one of five, so both take the same.
    """

    clock: ShiftedClock
    minute_s: float

    def real_s(self, period_s: float) -> float:
        """Return how many real seconds a rate takes here."""
        return self.minute_s if period_s < _HOUR_S else period_s * self.minute_s / 60


@dataclass
class Rhythm:
    """Says when one schedule is due. A move of the product's clock over its time makes it due at once."""

    due: Rate | Cron
    pace: Pace
    fired_at_s: float | None = None
    fired_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.fired_at = self.pace.clock.now()

    def is_due(self) -> bool:
        """Say whether to fire now; the next answer counts from this firing."""
        now_s, now = time.monotonic(), self.pace.clock.now()
        # A clock that was moved back does not stop the schedule until it has caught up.
        self.fired_at = min(self.fired_at, now)
        if not self._is_due(now_s, now):
            return False
        self.fired_at_s, self.fired_at = now_s, now
        return True

    def _is_due(self, now_s: float, now: datetime) -> bool:
        if isinstance(self.due, Cron):
            coming = self.due.next_after(self.fired_at)
            return coming is not None and coming <= now
        if self.fired_at_s is None:
            return True
        period_s = self.due.period_s
        has_passed_here = now_s - self.fired_at_s >= self.pace.real_s(period_s)
        return has_passed_here or now - self.fired_at >= timedelta(seconds=period_s)


def event_functions(app: Any) -> tuple[list[Schedule], list[StreamHandler]]:
    """Return what in a Chalice app is started by time and by the stream."""
    schedules, handlers = [], []
    for source in app.event_sources:
        if hasattr(source, "schedule_expression"):
            expression = source.schedule_expression
            text = expression if isinstance(expression, str) else expression.to_string()
            schedules.append(Schedule(source.name, read_schedule(text)))
        elif hasattr(source, "stream_arn"):
            handlers.append(StreamHandler(source.name, source.batch_size))
        else:
            raise NotImplementedError(f"{source.name} is started by something that is not played here")
    return schedules, handlers


class Pump:
    """Calls the functions of one Chalice app until `stop` is set."""

    def __init__(self, app: Any, *, stop: threading.Event, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._app = app
        self._first_pause_s = first_pause_s
        self._stop = stop

    def keep_time(self, schedule: Schedule, pace: Pace) -> None:
        """Fire one schedule whenever it is due."""
        rhythm = Rhythm(schedule.due, pace)
        while not self._stop.is_set():
            if rhythm.is_due():
                try:
                    self._call(schedule.function, schedule_event(schedule.function, pace.clock.now()))
                except Exception:  # noqa: BLE001 - whatever a function dies of, it comes again
                    _log.exception("%s failed; it comes again in its time", schedule.function)
            self._stop.wait(_LOOK_EVERY_S)

    def follow_stream(self, handler: StreamHandler, reader: StreamReader, folder: DataFolder) -> None:
        """Deliver the stream to one function; after any trouble with the stream, go on where it stopped."""
        positions = Positions(folder.stream_positions)
        is_quiet = False
        while not self._stop.is_set():
            try:
                for arn, records in self._batches(handler, reader, positions):
                    is_quiet = False
                    self._delivery(handler, arn, positions, folder).deliver(records)
            except (StreamGoneError, BotoCoreError, ClientError) as error:
                if not is_quiet:
                    _log.warning("%s: the stream cannot be read now (%s)", handler.function, error)
                is_quiet = True
                self._stop.wait(1)

    def _batches(
        self, handler: StreamHandler, reader: StreamReader, positions: Positions
    ) -> Iterator[tuple[str, list[Record]]]:
        arn = reader.arn()
        reader.go_to(arn, positions.read(handler.function, arn))
        while not self._stop.is_set():
            records = reader.read(handler.batch_size)
            if records:
                yield arn, records
            else:
                self._stop.wait(_LOOK_EVERY_S)

    def _delivery(
        self, handler: StreamHandler, arn: str, positions: Positions, folder: DataFolder
    ) -> Delivery:
        def call(records: Sequence[Record]) -> object:
            try:
                return self._call(handler.function, lambda_event(records, stream_arn=arn))
            except Exception:
                _log.exception("%s refused %d records", handler.function, len(records))
                raise

        def put_aside(record: Record) -> None:
            letter = {"function": handler.function, **lambda_event([record], stream_arn=arn)}
            with folder.dead_letters.open("a") as letters:
                letters.write(json.dumps(letter, ensure_ascii=False) + "\n")
            number = record["dynamodb"]["SequenceNumber"]
            _log.error("%s: record %s is put aside in %s", handler.function, number, folder.dead_letters)

        return Delivery(
            call,
            taken=lambda number: positions.write(handler.function, arn, number),
            put_aside=put_aside,
            pause=lambda seconds: not self._stop.wait(seconds),
            first_pause_s=self._first_pause_s,
        )

    def _call(self, function: str, event: dict[str, object]) -> object:
        return self._app.handler_map[function](event, LambdaContext(function, _FUNCTION_PATIENCE_S))


def schedule_event(function: str, now: datetime) -> dict[str, object]:
    """Return the event that EventBridge sends for a rule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "local",
        "resources": [f"arn:aws:events:local:000000000000:rule/{function}"],
        "detail": {},
    }


def streams_client(endpoint: str, region: str) -> Any:
    """Return a client that takes the emulator's short names."""
    settings = Config(parameter_validation=False, connect_timeout=2, read_timeout=5)
    session = get_session()
    return session.create_client("dynamodbstreams", region, endpoint_url=endpoint, config=settings)


def work_of(app: Any, *, pace: Pace, folder: DataFolder, stop: threading.Event) -> list[threading.Thread]:
    """Return a thread for each function of the app that time or the stream starts."""
    pump = Pump(app, stop=stop)
    schedules, handlers = event_functions(app)
    threads = [threading.Thread(target=pump.keep_time, args=(each, pace), daemon=True) for each in schedules]
    endpoint, region = os.environ["AWS_ENDPOINT_URL_DYNAMODB"], os.environ["AWS_REGION"]
    for handler in handlers:
        reader = StreamReader(streams_client(endpoint, region), table=os.environ["RECORDS_TABLE"])
        threads.append(
            threading.Thread(target=pump.follow_stream, args=(handler, reader, folder), daemon=True)
        )
    return threads


def main() -> int:
    """Call the product's functions as time and the stream demand, until told to end."""
    parser = argparse.ArgumentParser(prog="python -m local.pump", description=main.__doc__)
    parser.add_argument(
        "--minute-s", type=float, default=60.0, help="seconds that a rate of one minute takes"
    )
    minute_s = parser.parse_args().minute_s
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")

    from local.product import load_app

    stop = threading.Event()
    stop_on_signals(stop)
    pace = Pace(ShiftedClock(Path(os.environ[CLOCK_VARIABLE])), minute_s)
    folder = DataFolder(Path(os.environ[FOLDER_VARIABLE]))
    threads = work_of(load_app(), pace=pace, folder=folder, stop=stop)
    for thread in threads:
        thread.start()
    while not stop.wait(_LOOK_EVERY_S):
        if not all(thread.is_alive() for thread in threads):
            # A fault of our own: the supervisor starts the pump again, and it goes on where it stopped.
            return 1
    for thread in threads:
        thread.join(_END_WITHIN_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
