"""Pairs of tables for tests: on the emulator, which is a program, or on moto, which lives in the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

import pytest
from moto import mock_aws
from pynamodb.connection import Connection

from chalicelib.storage.connection import Item, Tables, connect
from chalicelib.storage.keys import Table
from chalicelib.storage.tables import create_missing_tables
from local.emulator import emulator_binary
from tests.emulator import start_emulator

_REGION = "cn-north-1"
_KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
_numbers = count(1)


@contextmanager
def emulated_connection() -> Iterator[Connection]:
    """A client of an emulator that ends with the block; skips where the emulator cannot be had."""
    try:
        emulator_binary()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    with start_emulator() as address:
        yield _client({"AWS_ENDPOINT_URL_DYNAMODB": address})


@contextmanager
def moto_connection() -> Iterator[Connection]:
    """A client of moto; everything in it is gone with the block."""
    with mock_aws():
        yield _moto_client()


@cache
def _moto_client() -> Connection:
    # Moto answers clients that were made before it began as well, and making one takes longer than a test.
    return _client({})


def fresh_tables(connection: Connection) -> Tables:
    """A new, empty pair of tables."""
    number = next(_numbers)
    records, ephemera = f"records-{number}", f"ephemera-{number}"
    create_missing_tables(records, ephemera, connection=connection)
    return Tables(records=records, ephemera=ephemera, connection=connection)


def whole_table(tables: Tables) -> list[Item]:
    """Everything that lies in both tables. Only tests may look at all of it."""
    found: list[Item] = []
    for table in Table:
        request: dict[str, Any] = {"TableName": tables.name(table), "ConsistentRead": True}
        while True:
            answer = tables.connection.dispatch("Scan", request)
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return found


def _client(environment: dict[str, str]) -> Connection:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**_KEYS, **environment}.items():
            patch.setenv(name, value)
        connection = connect(_REGION)
        # The client reads the environment when it is made, so it is made here.
        connection.client.meta  # noqa: B018
    return connection
