"""The tables in the cloud are the tables that storage makes on one machine."""

from typing import Any

import pytest
from botocore.session import Session
from moto import mock_aws

from chalicelib.storage.connection import connect
from chalicelib.storage.tables import create_missing_tables
from deploy.tables import tables

REGION = "cn-north-1"


@pytest.fixture(scope="module")
def made() -> Any:
    """A client that knows both tables as storage makes them."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_ACCESS_KEY_ID", "key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        create_missing_tables("RecordsTable", "EphemeraTable", connection=connect(REGION))
        yield Session().create_client("dynamodb", REGION)


def indexes(described: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    found = described.get("GlobalSecondaryIndexes", [])
    return sorted((i["IndexName"], i["KeySchema"], i["Projection"]["ProjectionType"]) for i in found)


def attributes(described: dict[str, Any]) -> dict[str, str]:
    return {a["AttributeName"]: a["AttributeType"] for a in described["AttributeDefinitions"]}


@pytest.mark.parametrize("name", ["RecordsTable", "EphemeraTable"])
def test_keys_indexes_stream_and_expiry_are_those_of_storage(made: Any, name: str) -> None:
    templates = tables()[name]["Properties"]
    storages = made.describe_table(TableName=name)["Table"]
    assert templates["KeySchema"] == storages["KeySchema"]
    assert attributes(templates) == attributes(storages)
    assert indexes(templates) == indexes(storages)
    assert templates.get("StreamSpecification", {}).get("StreamViewType") == storages.get(
        "StreamSpecification", {}
    ).get("StreamViewType")
    expiry = made.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert templates["TimeToLiveSpecification"]["AttributeName"] == expiry["AttributeName"]
