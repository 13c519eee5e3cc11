"""The two tables as CloudFormation makes them; what is in them is said in `chalicelib/storage/tables.py`.

A test makes the tables from both and compares keys, indexes, stream and expiry.
"""

from typing import Any

_S, _N = "S", "N"


def tables() -> dict[str, Any]:
    """Return the resources of both tables."""
    records = _table(
        attributes={"due_shard": _S, "due_at": _N, "review_shard": _S, "review_since": _N},
        indexes={"due": ("due_shard", "due_at"), "review": ("review_shard", "review_since")},
    )
    records["Properties"]["StreamSpecification"] = {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"RecordsTable": records, "EphemeraTable": _table(attributes={}, indexes={})}


def _table(*, attributes: dict[str, str], indexes: dict[str, tuple[str, str]]) -> dict[str, Any]:
    # No name of its own: a table that was retained would stand in the way of a second stack's.
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": _keys("pk", "sk"),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind}
                for name, kind in ({"pk": _S, "sk": _S} | attributes).items()
            ],
            "SSESpecification": {"SSEEnabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            "DeletionProtectionEnabled": True,
        }
        | (
            {"GlobalSecondaryIndexes": [_index(name, *keys) for name, keys in indexes.items()]}
            if indexes
            else {}
        ),
    }


def _index(name: str, partition: str, sort: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": _keys(partition, sort),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
