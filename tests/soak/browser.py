"""One candidate's browser: a cookie, a CSRF token, patience with outages, and an address of its own."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from tests.soak.figures import Figures

_TRIES = 8
_FIRST_PAUSE_S = 0.3
_LONGEST_PAUSE_S = 4.0
_PATIENCE_S = 35.0


class RefusedError(Exception):
    """The product said no, with a code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class GoneError(Exception):
    """Nobody answered, however often it was tried."""


class Browser:
    """Sends requests as the pages do. What was not answered is sent again, as people press again."""

    def __init__(self, address: str, number: int, figures: Figures) -> None:
        # Each candidate comes from an address of its own, so that limits per address mean what they mean.
        own = f"127.{1 + number // 62500 % 250}.{number // 250 % 250}.{1 + number % 250}"
        transport = httpx.AsyncHTTPTransport(local_address=own)
        self.http = httpx.AsyncClient(base_url=address, transport=transport, timeout=_PATIENCE_S)
        self.csrf = ""
        self._figures = figures

    async def close(self) -> None:
        """Leave."""
        await self.http.aclose()

    async def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The answer's content. Raises RefusedError, GoneError."""
        sent = {"X-CSRF-Token": self.csrf} | dict(headers or {})
        answer = await self.ask(method, f"/api{path}", json=body, headers=sent)
        content = answer.json() if answer.content else {}
        if answer.is_success:
            return content
        code = str(content.get("code", "none"))
        self._figures.errors[code] += 1
        raise RefusedError(answer.status_code, code)

    async def ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        """Whatever comes, unless it is an outage: then again, a few times. Raises GoneError."""
        pause_s = _FIRST_PAUSE_S
        for _ in range(_TRIES):
            answer = await self._once(method, url, **more)
            if answer is not None and answer.status_code < 500:
                return answer
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        raise GoneError(f"{method} {url}")

    async def _once(self, method: str, url: str, **more: Any) -> httpx.Response | None:
        self._figures.requests += 1
        try:
            answer = await self.http.request(method, url, **more)
        except httpx.TransportError as error:
            self._figures.errors[type(error).__name__] += 1
            return None
        self._figures.answers[str(answer.status_code)] += 1
        if answer.status_code >= 500:
            self._figures.errors[_code_of(answer)] += 1
        return answer


def _code_of(answer: httpx.Response) -> str:
    """The product's code, or the words of the front where a program behind it was dead."""
    try:
        content = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    return str(content.get("code") or content.get("message") or answer.status_code)
