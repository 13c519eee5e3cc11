"""HTTP as API Gateway (REST, Lambda proxy) hands it to a function, and the function's answer back as HTTP.

Values in, values out: no server, no function is called here. `gateway` does that.
"""

import base64
import binascii
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, unquote

STAGE = "api"
LARGEST_REQUEST_BYTES = 10 * 1024 * 1024
LARGEST_ANSWER_BYTES = 6 * 1024 * 1024
_API_ID = "baokaolocal"
_SET_BY_THE_SERVER = {"content-length", "transfer-encoding", "connection", "date", "server"}


@dataclass(frozen=True)
class HttpRequest:
    """One request as it came in; `path` still has its percent signs and starts below the stage."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    received_at: datetime


@dataclass(frozen=True)
class HttpAnswer:
    """One answer as it goes out."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Match:
    """The resource that a path belongs to, with the values in the path, their percent signs resolved."""

    resource: str
    path_parameters: dict[str, str]


class MalformedAnswerError(Exception):
    """The function's answer is not one that API Gateway takes."""


def find_resource(resources: Iterable[str], path: str) -> Match | None:
    """Return the resource for `path`: fixed words win over values, from the left to the right."""
    segments = path.rstrip("/").split("/")
    fitting = [resource for resource in resources if _fits(_segments(resource), segments)]
    if not fitting:
        return None
    best = min(fitting, key=lambda resource: [_is_value(word) for word in _segments(resource)])
    values = {
        word[1:-1]: unquote(segment)
        for word, segment in zip(_segments(best), segments, strict=True)
        if _is_value(word)
    }
    return Match(best, values)


def proxy_event(request: HttpRequest, match: Match, *, binary_types: Iterable[str]) -> dict[str, object]:
    """Return the event that API Gateway would make of `request`."""
    headers = _by_name(request.headers)
    query = _by_name(parse_qsl(request.query, keep_blank_values=True))
    body, is_base64 = _event_body(request, binary_types)
    return {
        "resource": match.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": match.path_parameters or None,
        "stageVariables": None,
        "requestContext": _request_context(request, match),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def http_answer(answer: object) -> HttpAnswer:
    """Read a function's answer as API Gateway does, or raise MalformedAnswerError."""
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise MalformedAnswerError("the answer has no statusCode")
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise MalformedAnswerError(f"the body is a {type(body).__name__}, not a text")
    try:
        content = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode()
    except binascii.Error as error:
        raise MalformedAnswerError("the body is not base64") from error
    if len(content) > LARGEST_ANSWER_BYTES:
        raise MalformedAnswerError(f"the body has {len(content)} bytes, Lambda takes {LARGEST_ANSWER_BYTES}")
    return HttpAnswer(answer["statusCode"], tuple(_answer_headers(answer)), content)


def _segments(resource: str) -> list[str]:
    return resource.rstrip("/").split("/")


def _is_value(word: str) -> bool:
    return word.startswith("{")


def _fits(words: list[str], segments: list[str]) -> bool:
    return len(words) == len(segments) and all(
        bool(segment) if _is_value(word) else word == unquote(segment)
        for word, segment in zip(words, segments, strict=True)
    )


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _event_body(request: HttpRequest, binary_types: Iterable[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    if _media_type(request) in binary_types:
        return base64.b64encode(request.body).decode(), True
    # Bytes that are no UTF-8 reach the function as U+FFFD, as they do behind API Gateway.
    return request.body.decode("utf-8", errors="replace"), False


def _media_type(request: HttpRequest) -> str:
    values = [value for name, value in request.headers if name.lower() == "content-type"]
    return values[-1].split(";")[0].strip().lower() if values else ""


def _request_context(request: HttpRequest, match: Match) -> dict[str, object]:
    agents = [value for name, value in request.headers if name.lower() == "user-agent"]
    return {
        "resourcePath": match.resource,
        "httpMethod": request.method,
        "path": f"/{STAGE}{request.path}",
        "stage": STAGE,
        "requestId": str(uuid.uuid4()),
        "extendedRequestId": uuid.uuid4().hex,
        "requestTime": request.received_at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(request.received_at.timestamp() * 1000),
        "protocol": "HTTP/1.1",
        "accountId": "000000000000",
        "apiId": _API_ID,
        "domainName": f"{_API_ID}.execute-api.local",
        "identity": {"sourceIp": request.source_ip, "userAgent": agents[-1] if agents else None},
    }


def _answer_headers(answer: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    single, multi = answer.get("headers") or {}, answer.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multi, dict):
        raise MalformedAnswerError("headers are no object")
    several = {str(name): values for name, values in multi.items()}
    pairs = [(str(name), value) for name, value in single.items() if name not in several]
    pairs += [(name, value) for name, values in several.items() for value in values]
    if not any(name.lower() == "content-type" for name, _ in pairs):
        pairs.append(("Content-Type", "application/json"))
    for name, value in pairs:
        if not isinstance(value, str | int | float):
            raise MalformedAnswerError(f"the header {name} is a {type(value).__name__}, not a text")
        if "\n" in str(value) or "\r" in str(value):
            raise MalformedAnswerError(f"the header {name} has a line break")
        if name.lower() not in _SET_BY_THE_SERVER:
            yield name, str(value)
