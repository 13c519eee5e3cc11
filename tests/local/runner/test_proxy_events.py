"""What reaches a function for a request, and what reaches the browser for the function's answer."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from local.proxy_events import (
    LARGEST_ANSWER_BYTES,
    HttpRequest,
    MalformedAnswerError,
    Match,
    find_resource,
    http_answer,
    proxy_event,
)

RESOURCES = [
    "/",
    "/exams",
    "/exams/{exam_id}",
    "/exams/open",
    "/exams/{exam_id}/sites/{site_id}",
    "/staff/{rest}/open",
]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", Match("/", {})),
        ("/exams", Match("/exams", {})),
        ("/exams/", Match("/exams", {})),
        ("/exams/7", Match("/exams/{exam_id}", {"exam_id": "7"})),
        ("/exams/open", Match("/exams/open", {})),
        ("/exams/a%20b%2Fc", Match("/exams/{exam_id}", {"exam_id": "a b/c"})),
        ("/exams/%E4%B8%AD", Match("/exams/{exam_id}", {"exam_id": "中"})),
        ("/exams/1/sites/2", Match("/exams/{exam_id}/sites/{site_id}", {"exam_id": "1", "site_id": "2"})),
        ("/exams//sites/2", None),
        ("/exams/1/sites", None),
        ("/nothing", None),
        ("/exams/1/sites/2/3", None),
    ],
)
def test_a_path_finds_its_resource(path: str, expected: Match | None) -> None:
    assert find_resource(RESOURCES, path) == expected


def request(**other: Any) -> HttpRequest:
    given: dict[str, Any] = {
        "method": "POST",
        "path": "/exams/7",
        "query": "",
        "headers": (("content-type", "application/json"),),
        "body": b"",
        "source_ip": "192.0.2.7",
        "received_at": datetime(2026, 4, 9, 12, 34, 56, tzinfo=UTC),
    }
    return HttpRequest(**{**given, **other})


def event_of(**other: Any) -> dict[str, Any]:
    match = Match("/exams/{exam_id}", {"exam_id": "7"})
    return proxy_event(request(**other), match, binary_types=["image/png"])


def test_an_event_has_the_fields_of_api_gateway() -> None:
    event = event_of()
    assert event["resource"] == "/exams/{exam_id}"
    assert event["path"] == "/exams/7"
    assert event["httpMethod"] == "POST"
    assert event["pathParameters"] == {"exam_id": "7"}
    assert event["stageVariables"] is None
    context = event["requestContext"]
    assert context["resourcePath"] == "/exams/{exam_id}"
    assert context["path"] == "/api/exams/7"
    assert context["stage"] == "api"
    assert context["requestTime"] == "09/Apr/2026:12:34:56 +0000"
    assert context["requestTimeEpoch"] == 1775738096000
    assert context["identity"]["sourceIp"] == "192.0.2.7"
    assert context["requestId"] != event_of()["requestContext"]["requestId"]


def test_of_repeated_names_the_last_counts_and_all_are_told() -> None:
    event = event_of(query="a=1&a=2&b=%E4%B8%AD+x&c=", headers=(("cookie", "x=1"), ("cookie", "y=2")))
    assert event["queryStringParameters"] == {"a": "2", "b": "中 x", "c": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["中 x"], "c": [""]}
    assert event["headers"] == {"cookie": "y=2"}
    assert event["multiValueHeaders"] == {"cookie": ["x=1", "y=2"]}


def test_what_is_absent_is_none() -> None:
    event = event_of()
    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None
    assert event["body"] is None


@pytest.mark.parametrize(
    ("content_type", "body", "expected", "is_base64"),
    [
        ("application/json", '{"名":1}'.encode(), '{"名":1}', False),
        ("image/png", b"\x89PNG", base64.b64encode(b"\x89PNG").decode(), True),
        ("IMAGE/PNG; a=b", b"\x89", base64.b64encode(b"\x89").decode(), True),
        ("text/plain", b"\xff!", "\ufffd!", False),
    ],
)
def test_a_body_is_text_unless_its_type_is_binary(
    content_type: str, body: bytes, expected: str, is_base64: bool
) -> None:
    event = event_of(body=body, headers=(("content-type", content_type),))
    assert (event["body"], event["isBase64Encoded"]) == (expected, is_base64)


def test_an_answer_keeps_each_of_its_cookies() -> None:
    answer = http_answer(
        {
            "statusCode": 200,
            "headers": {"X-One": "1", "Set-Cookie": "lost"},
            "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
            "body": "好",
        }
    )
    assert answer.headers == (
        ("X-One", "1"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Content-Type", "application/json"),
    )
    assert answer.body == "好".encode()


def test_base64_is_resolved() -> None:
    assert http_answer({"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}).body == b"\x00\x01"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"body": "no status"},
        {"statusCode": "200"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "***", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"X": ["a list"]}},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b"}},
        {"statusCode": 200, "multiValueHeaders": ["x"]},
        {"statusCode": 200, "body": "x" * (LARGEST_ANSWER_BYTES + 1)},
    ],
)
def test_what_api_gateway_does_not_take_is_malformed(answer: object) -> None:
    with pytest.raises(MalformedAnswerError):
        http_answer(answer)
