"""One bench for all modules: an emulator, a pair of tables, and a client that wastes no time on itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import UNSIGNED
from pynamodb.connection import Connection

from chalicelib.storage.keys import Table
from local.stream import StreamReader
from tests.dynamo import emulated_connection, fresh_tables
from tests.faults.bench import Bench
from tests.faults.house import Ground
from tests.faults.raw import SIGNATURE, RawDynamo, RawStreams
from tests.faults.stream import Stream


@pytest.fixture
def every_read(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--every-read", default=False))


@pytest.fixture(scope="session")
def emulated() -> Iterator[Connection]:
    with emulated_connection() as connection:
        yield connection


@pytest.fixture(scope="session")
def bench(emulated: Connection) -> Bench:
    client: Any = emulated.client
    # For each call the client says anew who it is, which takes a seventh of its time.
    client._user_agent_creator._client_config._supplied_user_agent = "tests"
    # The emulator wants a signature, whatever it says; a true one takes another seventh.
    client.meta.events.register_first("choose-signer.dynamodb", _unsigned)
    client.meta.events.register_first("request-created.dynamodb", _as_if_signed)
    raw = RawDynamo(client.meta.endpoint_url)
    tables = fresh_tables(emulated)
    stream = Stream(StreamReader(RawStreams(raw), table=tables.name(Table.RECORDS)))
    return Bench(Ground(tables, raw, stream))


def _unsigned(**_: Any) -> Any:
    return UNSIGNED


def _as_if_signed(request: Any, **_: Any) -> None:
    for name, value in SIGNATURE.items():
        request.headers[name] = value
