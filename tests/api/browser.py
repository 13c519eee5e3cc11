"""A browser in front of the whole API, over a world in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import msgspec
from chalice.test import Client, HTTPResponse

import app
from chalicelib import wiring
from chalicelib.domain.account import Account
from chalicelib.usecases.accounts import sessions
from tests.fakes import World

JSON = "application/json"
PLAN_S = (900, 3600)


def services_of(world: World, *, cookie_secure: bool = True) -> wiring.Services:
    """Services whose every port is the world's one of that name."""
    named: dict[str, Any] = {
        port.name: getattr(world, port.name) for port in fields(wiring.Services) if hasattr(world, port.name)
    }
    named |= {
        "providers": {"alipay": world.provider, "wechatpay": world.wechatpay},
        "verification_poll_s": PLAN_S,
        "cookie_secure": cookie_secure,
    }
    return wiring.Services(**named)


@dataclass
class Browser:
    """Sends requests, with the session of whoever is logged in."""

    world: World
    token: str | None = None
    client: Client = field(default_factory=lambda: Client(app.app))

    def log_in(self, account: Account) -> "Browser":
        """Another browser, in which this account is logged in."""
        token, _ = sessions.open_session(
            account,
            sessions=self.world.sessions,
            randomness=self.world.randomness,
            now=self.world.clock.now(),
        )
        return Browser(self.world, token, self.client)

    @property
    def own_headers(self) -> dict[str, str]:
        """What the page sends by itself."""
        if self.token is None:
            return {}
        cookie = f"baokao_session={self.token}"
        return {"Cookie": cookie, "X-CSRF-Token": sessions.csrf_token(self.token)}

    def send(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str | None] | None = None
    ) -> HTTPResponse:
        """One request; a header that is None is left out, a body of bytes goes out as it is."""
        wanted: dict[str, str | None] = {"Content-Type": JSON, **self.own_headers, **(headers or {})}
        raw = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        return self.client.http.request(
            method,
            path,
            headers={name: value for name, value in wanted.items() if value is not None},
            body=raw,
        )


def header(response: HTTPResponse, name: str) -> str:
    """A header of an answer, whatever its case; empty where there is none."""
    values: dict[str, object] = {key.lower(): value for key, value in response.headers.items()}
    found = values.get(name.lower(), "")
    return str(found[0] if isinstance(found, list) else found)


def problem_code(response: HTTPResponse) -> str:
    """The code of a refusal, which has the form that all refusals have."""
    assert header(response, "Content-Type").startswith("application/problem+json"), response.body
    problem = response.json_body
    assert problem["status"] == response.status_code
    assert {"title", "status", "code", "detail"} <= set(problem)  # without a type it is about:blank
    assert "no-store" in header(response, "Cache-Control")
    return str(problem["code"])
