"""The OpenAPI 3.1 document, made from the contracts of the routes: what validates is what is documented.

`python -m chalicelib.api.openapi FILE` writes it; `--check FILE` fails when the file is stale.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.api.routing import CONTRACTS, SESSION_COOKIE, Audience, Contract
from chalicelib.api.views import Problem

_REF = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """The whole document. Every route must have been imported before: see `app.py`."""
    used = {shape for contract in CONTRACTS for shape in (contract.body, contract.answer)}
    shapes = sorted({shape for shape in used if _is_struct(shape)} | {Problem}, key=_name)
    references, schemas = msgspec.json.schema_components(shapes, ref_template=_REF)
    of = dict(zip(shapes, references, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for contract in CONTRACTS:
        paths.setdefault(contract.path, {})[contract.method.lower()] = _operation(contract, of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "报考 Baokao",
            "version": "1",
            "description": "资格考试网上报名。金额以分为单位；时间为带时区的 RFC 3339。",
        },
        "servers": [{"url": "/api"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
            "responses": {
                "Problem": {"description": "拒绝及其原因", "content": _content(of[Problem], _PROBLEM)}
            },
        },
    }


_PROBLEM = "application/problem+json"


def _is_struct(shape: type | None) -> bool:
    return shape is not None and issubclass(shape, msgspec.Struct)


def _name(shape: type | None) -> str:
    return shape.__name__ if shape else ""


def _content(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": schema}}


def _operation(contract: Contract, of: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": contract.name,
        "summary": contract.summary,
        "tags": [contract.tag],
        "security": _security(contract),
        "parameters": _parameters(contract),
        "responses": {str(contract.status): _answer(contract, of), "default": _PROBLEM_RESPONSE},
    }
    if contract.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(of[contract.body])}
    return operation


_PROBLEM_RESPONSE = {"$ref": "#/components/responses/Problem"}


def _security(contract: Contract) -> list[dict[str, list[str]]]:
    if contract.audience is not Audience.CANDIDATE:
        return []
    return [{"session": []} if contract.method == "GET" else {"session": [], "csrf": []}]


def _parameters(contract: Contract) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", contract.path)
    ]
    in_header = [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string", "maxLength": 100}}
        for name in contract.headers
    ]
    return in_path + in_header


def _answer(contract: Contract, of: dict[Any, Any]) -> dict[str, Any]:
    if contract.answer is None:
        return {"description": "完成"}
    if contract.answer is str:
        return {"description": "完成", "content": _content({"type": "string"}, "text/plain")}
    return {"description": "完成", "content": _content(of[contract.answer])}


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check a file; 1 when it is stale."""
    import app  # noqa: F401  # hangs every route, which is what registers the contracts

    target = Path(arguments[-1])
    if "--check" not in arguments:
        target.write_text(text(), encoding="utf-8")
        return 0
    if not target.exists() or target.read_text(encoding="utf-8") != text():
        sys.stderr.write(f"{target} is stale: make fix writes it anew\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
