"""What a function may do to the tables by its policy, and what it did to them, in the same words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key, Table
from deploy.project import ROOT

Right = tuple[str, str]
"""An action and what it is done to: a table by its name in the template, or an index of it."""

_WRITES = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def rights_of(function: str) -> set[Right]:
    """What the function's own policy allows on the tables."""
    policy = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text())
    return {
        (action.removeprefix("dynamodb:"), _named(resource))
        for statement in policy["Statement"]
        for action in _list(statement["Action"])
        for resource in _list(statement["Resource"])
        if action.startswith("dynamodb:")
    }


@contextmanager
def rights_used(tables: Tables) -> Iterator[set[Right]]:
    """Collect what is done to the tables inside the block. A transaction is allowed by its parts."""
    names = {
        tables.place(Key(table, "", ""))["TableName"]: name
        for table, name in ((Table.RECORDS, "RecordsTable"), (Table.EPHEMERA, "EphemeraTable"))
    }
    used: set[Right] = set()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "TransactWriteItems":
            for item in params["TransactItems"]:
                [(kind, request)] = item.items()
                used.add((_WRITES[kind], names[request["TableName"]]))
        elif "RequestItems" in params:
            used.update((model.name, names[table]) for table in params["RequestItems"])
        else:
            index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
            used.add((model.name, names[params["TableName"]] + index))

    events = tables.connection.client.meta.events
    events.register("provide-client-params.dynamodb", note)
    try:
        yield used
    finally:
        events.unregister("provide-client-params.dynamodb", note)


def _named(resource: dict[str, Any]) -> str:
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return str(resource["Fn::Sub"]).replace("${RecordsTable.Arn}", "RecordsTable")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
