"""Asks ASGI applications in this process, without a server."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class Browser:
    """One caller; each request has an event loop of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, path: str, **words: Any) -> httpx.Response:
        return self.request("GET", path, **words)

    def post(self, path: str, **words: Any) -> httpx.Response:
        return self.request("POST", path, **words)

    def request(self, method: str, path: str, **words: Any) -> httpx.Response:
        return asyncio.run(self._request(method, path, words))

    async def _request(self, method: str, path: str, words: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://product.test") as client:
            return await client.request(method, path, **words)
