"""The three sets of stores: every test of this folder runs on each."""

from collections.abc import Iterator

import pytest
from pynamodb.connection import Connection

from tests.contracts.stores import Stores, stores_in_memory, stores_over
from tests.dynamo import emulated_connection, fresh_tables, moto_connection


@pytest.fixture(scope="session")
def emulated() -> Iterator[Connection]:
    with emulated_connection() as connection:
        yield connection


@pytest.fixture(params=["memory", "moto", pytest.param("emulator", marks=pytest.mark.emulator)])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    match request.param:
        case "memory":
            yield stores_in_memory()
        case "moto":
            with moto_connection() as connection:
                yield stores_over(fresh_tables(connection))
        case _:
            yield stores_over(fresh_tables(request.getfixturevalue("emulated")))
