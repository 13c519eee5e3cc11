"""Cookies, sessions and what is told of an account."""

import pytest

from chalicelib import wiring
from chalicelib.api.routing import session_token
from chalicelib.usecases.ports import Session
from tests.api.browser import Browser, header, problem_code, services_of
from tests.api.story import Story, new_account
from tests.builders import a_phone, an_id_number
from tests.fakes.ephemera import FakeSessions
from tests.usecases.joining import PASSWORD

LOGIN = {"login": "wangming", "password": PASSWORD}


def attributes(cookie: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in cookie.split(";"))
    return {name.lower(): value for name, _, value in pairs}


@pytest.mark.parametrize("secure", [True, False])
def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(story: Story, secure: bool) -> None:
    wiring.install(services_of(story.world, cookie_secure=secure))
    cookie = attributes(header(story.anyone.send("POST", "/session", LOGIN), "Set-Cookie"))
    assert cookie.pop("baokao_session")
    expected = {"httponly": "", "samesite": "Lax", "path": "/", "max-age": "43200"}
    assert cookie == (expected | {"secure": ""} if secure else expected)


def test_logging_in_and_registering_open_a_session_that_serves(story: Story) -> None:
    for path, body, name in (
        ("/session", LOGIN, "wangming"),
        ("/accounts", new_account(story), "newcomer_3"),
    ):
        answer = story.anyone.send("POST", path, body)
        token = attributes(header(answer, "Set-Cookie"))["baokao_session"]
        browser = Browser(story.world, token)
        assert browser.own_headers["X-CSRF-Token"] == answer.json_body["csrf_token"]
        assert browser.send("GET", "/session").json_body["account"]["username"] == name


def test_logging_out_ends_the_session_and_takes_the_cookie_back(story: Story) -> None:
    answer = story.candidate.send("DELETE", "/session")
    cookie = attributes(header(answer, "Set-Cookie"))
    assert (cookie["baokao_session"].strip('"'), cookie["max-age"]) == ("", "0")
    assert problem_code(story.candidate.send("GET", "/session")) == "not_logged_in"


def test_logging_out_leaves_other_sessions_alone(story: Story) -> None:
    other = story.anyone.log_in(story.account)
    story.candidate.send("DELETE", "/session")
    assert other.send("GET", "/session").status_code == 200


def test_a_session_ends_after_twelve_hours(story: Story) -> None:
    story.world.clock.advance(hours=12)
    assert problem_code(story.candidate.send("GET", "/session")) == "not_logged_in"


class _CountedSessions(FakeSessions):
    """Counts how often one is read."""

    reads = 0

    def get(self, token_hash: str) -> Session | None:
        self.reads += 1
        return super().get(token_hash)


def test_who_asks_who_they_are_has_their_session_read_once(story: Story) -> None:
    counted = story.world.sessions = _CountedSessions(story.world.memory)
    wiring.install(services_of(story.world))
    answer = story.candidate.send("GET", "/session")
    # The story logged in ten minutes ago.
    assert answer.json_body["expires_at"] == "2026-09-01T14:00:00.123456Z"
    assert counted.reads == 1


def test_a_new_password_ends_the_session(story: Story) -> None:
    story.world.accounts.change_password(story.account, "another hash")
    assert problem_code(story.candidate.send("GET", "/session")) == "not_logged_in"


COOKIES = [
    ("baokao_session=t", "t"),
    ("theme=dark; baokao_session=t", "t"),
    ("baokao_session=t; theme=dark", "t"),
    ('baokao_session="t"', "t"),
    ("flag; baokao_session=t", "t"),
    ('a={"x":1}; baokao_session=t', "t"),
    ("path=/; baokao_session=t", "t"),
    ("名=值; baokao_session=t", "t"),
    ("=x; ;; baokao_session=t", "t"),
    ("", None),
    ("baokao_session=", None),
    ("baokao_session", None),
    ("not_baokao_session=t", None),
]


@pytest.mark.parametrize(("cookies", "token"), COOKIES)
def test_the_session_is_found_among_whatever_cookies(cookies: str, token: str | None) -> None:
    assert session_token(cookies) == token


def test_an_account_is_shown_masked(story: Story) -> None:
    answer = story.candidate.send("GET", "/session")
    account = answer.json_body["account"]
    assert (account["phone_hint"], account["id_number_hint"]) == (
        "138****0001",
        "210" + "*" * 13 + an_id_number()[-2:],
    )
    text = answer.body.decode()
    assert a_phone(1) not in text
    assert an_id_number(1) not in text


def test_a_code_and_a_recovery_show_the_phone_masked(story: Story) -> None:
    code = story.anyone.send("POST", "/sms-codes", {"phone": a_phone(7)})
    body = {"name": "王晓明", "id_type": "resident_id", "id_number": an_id_number(1)}
    recovery = story.anyone.send("POST", "/recoveries", body)
    for answer in (code, recovery):
        assert answer.json_body["phone_hint"].startswith("138****")
        assert b"13800000" not in answer.body


def test_too_many_requests_say_when_to_come_back(story: Story) -> None:
    body = {"phone": a_phone(7)}
    story.anyone.send("POST", "/sms-codes", body)
    story.world.clock.advance(seconds=20)
    again = story.anyone.send("POST", "/sms-codes", body)
    assert (again.status_code, problem_code(again)) == (429, "too_many_requests")
    assert header(again, "Retry-After") == "40"
    assert again.json_body["faq"] == 3
