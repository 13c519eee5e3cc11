"""The document is the routes: committed, valid, and every reference leads somewhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

import app
from chalicelib.api import openapi
from chalicelib.api.routing import CONTRACTS, Audience

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def document() -> dict[str, Any]:
    assert app.app.routes, "importing the app hangs every route"
    made: dict[str, Any] = json.loads(openapi.text())
    return made


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def test_the_committed_document_is_the_one_that_the_routes_make() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi.text()


def test_the_document_is_valid_openapi_3_1() -> None:
    made = document()
    assert made["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(made).iter_errors()) == []


def test_every_reference_leads_somewhere() -> None:
    made = document()
    found = set(references(made))
    assert found
    for reference in found:
        node: Any = made
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_route_is_described_with_its_refusals_and_who_may_call_it() -> None:
    made = document()
    for contract in CONTRACTS:
        described = made["paths"][contract.path][contract.method.lower()]
        assert described["operationId"] == contract.name
        assert described["summary"]
        assert set(described["responses"]) == {str(contract.status), "default"}
        assert ("requestBody" in described) is (contract.body is not None)
        assert bool(described["security"]) is (contract.audience is Audience.CANDIDATE)


def test_no_body_takes_fields_that_it_does_not_name() -> None:
    made = document()
    for contract in CONTRACTS:
        if contract.body is not None:
            schema = made["components"]["schemas"][contract.body.__name__]
            assert schema["additionalProperties"] is False
