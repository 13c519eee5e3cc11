"""The bench for each module, and the count of everything that was broken, printed at the end of the run."""

from collections.abc import Iterator
from typing import Any

import pytest
from pynamodb.connection import Connection

from chalicelib.storage.keys import Key, Table
from local.pump import streams_client
from local.stream import StreamReader
from tests.dynamo import emulated_connection, fresh_tables
from tests.faults.bench import Bench
from tests.faults.stream import Stream

BROKEN = "calls broken"


@pytest.fixture(scope="session")
def emulated() -> Iterator[Connection]:
    with emulated_connection() as connection:
        yield connection


@pytest.fixture(scope="session")
def bench(emulated: Connection) -> Bench:
    tables = fresh_tables(emulated)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        client = streams_client(emulated.client.meta.endpoint_url, str(emulated.region))
        client.meta  # noqa: B018
    name = tables.place(Key(Table.RECORDS, "", ""))["TableName"]
    return Bench(tables, Stream(StreamReader(client, table=name)))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many calls were broken, in which flows; under xdist the reports of all workers arrive here."""
    counted: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == BROKEN:
                flow, broken = value
                counted[flow] = counted.get(flow, 0) + broken
    if counted:
        terminalreporter.section("faults")
        for flow, broken in sorted(counted.items()):
            terminalreporter.write_line(f"{broken:5}  {flow}")
        terminalreporter.write_line(f"{sum(counted.values()):5}  calls broken, no violation")
