"""The one port for people: what is passed on and how, and which page is given out for which address."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.front import build_front
from local.passing_on import Backends
from local.web_pages import WebPages
from tests.local.runner.browser import Browser

Program = Callable[[httpx.Request], httpx.Response]


def browser_for(program: Program, *addresses: str) -> Browser:
    async def pass_on(request: Request) -> Response:
        async with httpx.AsyncClient(transport=httpx.MockTransport(program)) as client:
            return await Backends(addresses or ("http://one",), client=client).pass_on(request)

    return Browser(Starlette(routes=[Route("/{rest:path}", pass_on, methods=["GET", "POST"])]))


def test_a_request_and_its_answer_pass_as_they_are() -> None:
    asked: list[httpx.Request] = []

    def program(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        cookies = [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("connection", "close")]
        return httpx.Response(
            303, headers=[*cookies, ("location", "/there")], stream=httpx.ByteStream(b"body")
        )

    headers = {"X-Forwarded-For": "198.51.100.9", "Host": "baokao.test", "Connection": "keep-alive"}
    answer = browser_for(program).post("/a%2Fb/%E4%B8%AD?x=%20y", content=b"question", headers=headers)
    assert (answer.status_code, answer.content) == (303, b"body")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "connection" not in answer.headers
    (question,) = asked
    assert question.url.raw_path == b"/a%2Fb/%E4%B8%AD?x=%20y"
    assert question.content == b"question"
    assert question.headers["host"] == "baokao.test"
    assert question.headers["x-forwarded-for"] == "198.51.100.9, 127.0.0.1"


def test_nobody_is_given_the_cookies_of_the_visitor_before() -> None:
    asked: list[httpx.Request] = []

    def program(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, headers={"set-cookie": "session=first"}, stream=httpx.ByteStream(b""))

    backends = Backends(("http://one",), client=httpx.AsyncClient(transport=httpx.MockTransport(program)))
    browser = Browser(Starlette(routes=[Route("/{rest:path}", backends.pass_on, methods=["GET"])]))
    browser.get("/log-in")
    browser.get("/who-am-i")
    assert ["cookie" in question.headers for question in asked] == [False, False]


def test_another_worker_answers_while_one_is_started_again() -> None:
    def program(request: httpx.Request) -> httpx.Response:
        if request.url.host == "one":
            raise httpx.ConnectError("refused")
        return httpx.Response(200, stream=httpx.ByteStream(request.url.host.encode()))

    assert browser_for(program, "http://one", "http://two").get("/x").text == "two"
    assert browser_for(program, "http://one").get("/x").status_code == 503


@pytest.mark.parametrize(
    ("trouble", "status"), [(httpx.ReadError("gone"), 502), (httpx.ReadTimeout("silent"), 504)]
)
def test_a_request_that_may_have_had_effect_is_not_sent_twice(trouble: Exception, status: int) -> None:
    asked: list[str] = []

    def program(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        raise trouble

    assert browser_for(program, "http://one", "http://two").post("/x").status_code == status
    assert asked == ["one"]


@pytest.fixture
def pages(tmp_path: Path) -> Browser:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>page</p>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("run()")
    (tmp_path / "robots.txt").write_text("none")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return Browser(WebPages(tmp_path))


@pytest.mark.parametrize(
    ("path", "status", "text", "cached"),
    [
        ("/", 200, "<p>page</p>", "no-cache"),
        ("/registrations/7/payment", 200, "<p>page</p>", "no-cache"),
        ("/assets", 200, "<p>page</p>", "no-cache"),
        ("/assets/app-1a2b.js", 200, "run()", "public, max-age=31536000, immutable"),
        ("/robots.txt", 200, "none", "no-cache"),
        ("/assets/app-gone.js", 404, "Not Found", None),
        ("/../secret.txt", 404, "Not Found", None),
        ("/..%2Fsecret.txt", 404, "Not Found", None),
        ("/%00", 200, "<p>page</p>", "no-cache"),
        ("/docs/%00", 200, "<p>page</p>", "no-cache"),
        ("/assets/%00.js", 404, "Not Found", None),
        ("/" + "a" * 5000, 200, "<p>page</p>", "no-cache"),
        ("/" + "a/" * 5000 + "a.js", 404, "Not Found", None),
    ],
)
def test_an_address_is_given_its_page(
    pages: Browser, path: str, status: int, text: str, cached: str | None
) -> None:
    answer = pages.get(path)
    assert (answer.status_code, answer.text, answer.headers.get("cache-control")) == (status, text, cached)


def test_pages_are_only_read(pages: Browser) -> None:
    assert pages.post("/").status_code == 405


def test_pages_that_are_not_built_say_so(tmp_path: Path) -> None:
    answer = Browser(WebPages(tmp_path)).get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text


def test_the_description_of_the_api_can_be_read() -> None:
    front = Browser(build_front([], {}))
    assert front.get("/docs").status_code == 200
    assert "/docs/openapi.json" in front.get("/docs").text


def test_without_workers_the_api_is_unavailable() -> None:
    assert Browser(build_front([], {})).get("/api/exams").status_code == 503
