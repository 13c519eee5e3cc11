"""One emulator for all races, and new tables for each."""

from collections.abc import Iterator

import pytest
from pynamodb.connection import Connection

from chalicelib.storage.connection import Tables
from tests.contracts.stores import Stores, stores_over
from tests.dynamo import emulated_connection, fresh_tables


@pytest.fixture(scope="session")
def emulated() -> Iterator[Connection]:
    with emulated_connection() as connection:
        yield connection


@pytest.fixture
def tables(emulated: Connection) -> Tables:
    return fresh_tables(emulated)


@pytest.fixture
def stores(tables: Tables) -> Stores:
    return stores_over(tables)
