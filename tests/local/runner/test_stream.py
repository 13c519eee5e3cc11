"""The stream: nothing is lost, nothing is out of order, and one bad record does not hold up the others."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.folder import DataFolder
from local.pump import Pump, StreamHandler, event_functions, streams_client
from local.stream import Delivery, Positions, Record, StreamReader, lambda_event
from tests.emulator import start_emulator
from tests.local.runner.tiny_app import make_app

TABLE = "things"
TakesBatch = Callable[[Sequence[Record]], object]
TakesRecords = Callable[[list[dict[str, Any]]], object]


def name_of(each: dict[str, Any]) -> str:
    return str(each["dynamodb"]["Keys"]["pk"]["S"])


def record(number: int) -> Record:
    return {"dynamodb": {"SequenceNumber": str(number)}}


class Function:
    """A stream function that refuses the numbers it is told to."""

    def __init__(self, *, refuses: set[str], names_them: bool = False) -> None:
        self.refuses = refuses
        self.names_them = names_them
        self.took: list[str] = []

    def __call__(self, records: Sequence[Record]) -> object:
        for each in records:
            number = each["dynamodb"]["SequenceNumber"]
            if number in self.refuses:
                if not self.names_them:
                    raise ValueError(number)
                return {"batchItemFailures": [{"itemIdentifier": number}]}
            self.took.append(number)
        return {"batchItemFailures": []} if self.names_them else None


class Outcome:
    def __init__(self) -> None:
        self.taken: list[str] = []
        self.put_aside: list[Record] = []
        self.pauses: list[float] = []

    def deliver(
        self, function: Callable[[Sequence[Record]], object], count: int, *, goes_on: bool = True
    ) -> None:
        def pause(seconds: float) -> bool:
            self.pauses.append(seconds)
            return goes_on

        delivery = Delivery(function, taken=self.taken.append, put_aside=self.put_aside.append, pause=pause)
        delivery.deliver([record(number) for number in range(1, count + 1)])


def test_a_batch_that_is_taken_is_done_with() -> None:
    outcome, function = Outcome(), Function(refuses=set())
    outcome.deliver(function, 3)
    assert function.took == ["1", "2", "3"]
    assert (outcome.taken, outcome.put_aside, outcome.pauses) == (["3"], [], [])


@pytest.mark.parametrize("names_them", [False, True])
def test_one_bad_record_is_put_aside_and_the_others_are_taken_in_order(names_them: bool) -> None:
    outcome, function = Outcome(), Function(refuses={"4"}, names_them=names_them)
    outcome.deliver(function, 9)
    in_order = list(dict.fromkeys(function.took))
    assert in_order == ["1", "2", "3", "5", "6", "7", "8", "9"]
    assert outcome.put_aside == [record(4)]
    assert outcome.taken[-1] == "9"
    assert outcome.pauses == [0.5, 1, 2, 4]


def test_a_passing_trouble_loses_nothing() -> None:
    outcome, function = Outcome(), Function(refuses={"1"})

    def recovering(records: Sequence[Record]) -> object:
        if len(outcome.pauses) == 2:
            function.refuses.clear()
        return function(records)

    outcome.deliver(recovering, 2)
    assert outcome.put_aside == []
    assert function.took == ["1", "2"]


def test_when_the_run_ends_the_refused_record_is_left_for_the_next_run() -> None:
    outcome, function = Outcome(), Function(refuses={"2"}, names_them=True)
    outcome.deliver(function, 3, goes_on=False)
    assert (outcome.taken, outcome.put_aside) == (["1"], [])


def test_an_unknown_name_refuses_the_whole_batch() -> None:
    outcome = Outcome()
    outcome.deliver(lambda records: {"batchItemFailures": [{"itemIdentifier": "other"}]}, 1)
    assert outcome.put_aside == [record(1)]


def test_an_event_has_base64_for_bytes_and_seconds_for_instants() -> None:
    came: Record = {
        "eventID": "1",
        "dynamodb": {
            "ApproximateCreationDateTime": datetime(2026, 1, 1, tzinfo=UTC),
            "NewImage": {"b": {"B": b"\x00"}, "l": {"L": [{"BS": [b"\x01"]}]}, "n": {"N": "1"}},
        },
    }
    shaped = {
        "eventID": "1",
        "eventSourceARN": "arn",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767225600,
            "NewImage": {"b": {"B": "AA=="}, "l": {"L": [{"BS": ["AQ=="]}]}, "n": {"N": "1"}},
        },
    }
    assert lambda_event([came], stream_arn="arn") == {"Records": [shaped]}


def test_a_position_of_another_stream_does_not_count(tmp_path: Path) -> None:
    positions = Positions(tmp_path / "positions.json")
    positions.write("follow", "arn:1", "7")
    positions.write("other", "arn:1", "9")
    assert positions.read("follow", "arn:1") == "7"
    assert positions.read("follow", "arn:2") is None


def test_an_app_says_what_starts_its_functions() -> None:
    schedules, handlers = event_functions(make_app())
    assert [schedule.function for schedule in schedules] == ["tick"]
    assert handlers == [StreamHandler("follow", batch_size=10)]


class Store:
    """A table with a stream, and a pump that follows it until the block ends."""

    def __init__(self, endpoint: str, folder: DataFolder) -> None:
        self.endpoint = endpoint
        self.folder = folder
        self.client: Any = boto3.client("dynamodb", endpoint_url=endpoint, region_name="cn-north-1")

    def make_table(self) -> None:
        self.client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )

    def put(self, *names: str) -> None:
        for name in names:
            self.client.put_item(TableName=TABLE, Item={"pk": {"S": name}})

    def follow(
        self, function: Callable[[list[dict[str, Any]]], object], *, until: Callable[[], bool]
    ) -> None:
        stop = threading.Event()
        app = make_app(on_batch=function)
        (handler,) = event_functions(app)[1]
        reader = StreamReader(streams_client(self.endpoint, "cn-north-1"), table=TABLE)
        words = (handler, reader, self.folder)
        follower = threading.Thread(target=Pump(app, stop=stop, first_pause_s=0.02).follow_stream, args=words)
        follower.start()
        ends_at = time.monotonic() + 20
        while not until() and time.monotonic() < ends_at:
            time.sleep(0.02)
        stop.set()
        follower.join(10)
        assert until()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with start_emulator() as endpoint:
        yield Store(endpoint, DataFolder(tmp_path))


@pytest.mark.emulator
def test_a_function_gets_each_write_once_and_in_order_over_two_runs(store: Store) -> None:
    got: list[str] = []

    def take(records: list[dict[str, Any]]) -> None:
        got.extend(name_of(each) for each in records)

    store.make_table()
    store.put(*"abc")
    store.follow(take, until=lambda: len(got) == 3)
    store.put(*"de")
    store.follow(take, until=lambda: len(got) == 5)
    assert got == list("abcde")


@pytest.mark.emulator
def test_a_stream_that_comes_later_is_followed_from_its_beginning(store: Store) -> None:
    got: list[dict[str, Any]] = []

    def come_late() -> None:
        store.make_table()
        store.put("a")

    late = threading.Timer(0.3, come_late)
    late.start()
    store.follow(got.extend, until=lambda: len(got) == 1)
    late.join()
    assert got[0]["eventName"] == "INSERT"
    assert got[0]["eventSourceARN"].startswith("arn:aws:dynamodb:")


@pytest.mark.emulator
def test_what_a_function_never_takes_lies_among_the_dead_letters(store: Store) -> None:
    got: list[str] = []

    def take(records: list[dict[str, Any]]) -> object:
        numbers = {
            each["dynamodb"]["Keys"]["pk"]["S"]: each["dynamodb"]["SequenceNumber"] for each in records
        }
        if "bad" in numbers:
            return {"batchItemFailures": [{"itemIdentifier": numbers["bad"]}]}
        got.extend(numbers)
        return None

    store.make_table()
    store.put("bad", "good")
    store.follow(take, until=lambda: got == ["good"])
    assert '"pk": {"S": "bad"}' in store.folder.dead_letters.read_text()
