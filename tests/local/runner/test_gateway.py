"""The gateway in front of a tiny app: what is answered by API Gateway itself and what by the function."""

import threading
from typing import Any

import pytest

from local.gateway import Gateway, refuse_authorizers
from local.proxy_events import LARGEST_REQUEST_BYTES
from tests.local.runner.browser import Browser
from tests.local.runner.tiny_app import make_app


@pytest.fixture
def browser() -> Browser:
    return Browser(Gateway(make_app()))


def test_a_request_reaches_the_view_with_all_its_parts(browser: Browser) -> None:
    answer = browser.post(
        "/api/things/a%2Fb?x=1", content="正文".encode(), headers={"X-Forwarded-For": "10.0.0.1, 192.0.2.7"}
    )
    assert answer.status_code == 200
    assert answer.json() == {
        "thing": "a/b",
        "query": {"x": "1"},
        "body": "正文",
        "ip": "192.0.2.7",
        "stage": "api",
    }


def test_fixed_words_win_and_both_cookies_arrive(browser: Browser) -> None:
    answer = browser.get("/api/things/new")
    assert answer.status_code == 201
    assert answer.text == "新"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/nothing"),
        ("GET", "/things/new"),
        ("GET", "/api"),
        ("DELETE", "/api/things/1"),
        ("OPTIONS", "/api/things/1"),
        ("HEAD", "/api/things/1"),
    ],
)
def test_what_has_no_route_never_reaches_the_function(browser: Browser, method: str, path: str) -> None:
    answer = browser.request(method, path)
    assert answer.status_code == 403
    if method != "HEAD":
        assert answer.json() == {"message": "Missing Authentication Token"}


def test_a_view_that_fails_is_answered_by_chalice(browser: Browser) -> None:
    assert browser.get("/api/fails").status_code == 500


def test_a_body_that_is_too_long_is_refused(browser: Browser) -> None:
    answer = browser.post("/api/things/1", content=b"x" * (LARGEST_REQUEST_BYTES + 1))
    assert answer.status_code == 413


class StubbornApi:
    """Answers every event with the same thing, when it is let."""

    def __init__(self, answer: object, *, let: threading.Event | None = None) -> None:
        self.routes: dict[str, dict[str, Any]] = {"/": {"GET": object()}}
        self.api = type("Api", (), {"binary_types": []})
        self._answer = answer
        self._let = let

    def __call__(self, event: Any, context: Any) -> Any:
        assert context.get_remaining_time_in_millis() > 0
        if self._let is not None:
            self._let.wait(10)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize("answer", [{"statusCode": None}, ValueError("died")])
def test_a_function_that_dies_or_answers_nonsense_is_a_502(answer: object) -> None:
    assert Browser(Gateway(StubbornApi(answer))).get("/api/").status_code == 502


def test_a_function_that_takes_too_long_is_a_504() -> None:
    let = threading.Event()
    gateway = Gateway(StubbornApi({"statusCode": 200}, let=let), patience_s=0.1)
    try:
        assert Browser(gateway).get("/api/").status_code == 504
    finally:
        let.set()


def test_an_app_with_an_authorizer_is_refused_at_the_start() -> None:
    api = StubbornApi({})
    api.routes["/"]["GET"] = type("Route", (), {"authorizer": "someone"})
    with pytest.raises(NotImplementedError, match="GET /"):
        refuse_authorizers(api)
