"""The HTTP adapter in front of the Chalice app: plays API Gateway and Lambda for one worker process.

One request at a time, as one Lambda instance has it: Chalice keeps the current request in a plain attribute,
and threads would get one another's. More requests at once want more processes; `front` shares them out.
What an event looks like is in `proxy_events`.
"""

import argparse
import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.lambda_context import LambdaContext
from local.proxy_events import (
    STAGE,
    HttpAnswer,
    HttpRequest,
    MalformedAnswerError,
    find_resource,
    http_answer,
    proxy_event,
)
from local.request_body import limited_body
from local.sockets import LOOPBACK

PATIENCE_S = 29.0
_FUNCTION_NAME = "api_handler"
_log = logging.getLogger("local.gateway")


class ChaliceApi(Protocol):
    """What the gateway asks of a Chalice app."""

    @property
    def routes(self) -> Mapping[str, Mapping[str, Any]]:
        """Views by path and method."""

    @property
    def api(self) -> Any:
        """Knows which types of content are binary."""

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer one API Gateway event."""


class Gateway:
    """An ASGI application that answers every request by calling `api` as Lambda would."""

    def __init__(
        self,
        api: ChaliceApi,
        *,
        patience_s: float = PATIENCE_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        refuse_authorizers(api)
        self._api = api
        self._patience_s = patience_s
        self._now = now
        self._one_at_a_time = ThreadPoolExecutor(max_workers=1, thread_name_prefix="function")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except ClientDisconnect:
            return
        response = Response(answer.body, answer.status)
        response.raw_headers = list(_raw_headers(answer))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> HttpAnswer:
        stage, _, below = request.scope["raw_path"].decode("ascii").lstrip("/").partition("/")
        path = f"/{below}"
        match = find_resource(self._api.routes, path) if stage == STAGE else None
        if match is None or request.method not in self._api.routes[match.resource]:
            # API Gateway's own answer for what it has no method for; the function never hears of it.
            return _own_answer(403, "Missing Authentication Token")
        body = await limited_body(request)
        if body is None:
            return _own_answer(413, "Request Too Long")
        event = proxy_event(
            self._http_request(request, path, body), match, binary_types=self._api.api.binary_types
        )
        return await self._invoke(event)

    def _http_request(self, request: Request, path: str, body: bytes) -> HttpRequest:
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
        )
        return HttpRequest(
            method=request.method,
            path=path,
            query=request.scope["query_string"].decode("ascii"),
            headers=headers,
            body=body,
            source_ip=_source_ip(request),
            received_at=self._now(),
        )

    async def _invoke(self, event: dict[str, object]) -> HttpAnswer:
        context = LambdaContext(_FUNCTION_NAME, self._patience_s)
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._one_at_a_time, self._api, event, context)
        try:
            # Shielded: the function runs on to its end, as it would; only the caller no longer waits.
            return http_answer(await asyncio.wait_for(asyncio.shield(running), self._patience_s))
        except TimeoutError:
            return _own_answer(504, "Endpoint request timed out")
        except MalformedAnswerError:
            _log.exception("The function's answer cannot be sent: %s %s", event["httpMethod"], event["path"])
        except Exception:  # noqa: BLE001 - whatever a function dies of, its caller gets this answer
            _log.exception("The function died: %s %s", event["httpMethod"], event["path"])
        return _own_answer(502, "Internal server error")


def refuse_authorizers(api: ChaliceApi) -> None:
    """Stop at once where a route wears an authorizer: it would run in the cloud and not here."""
    for path, methods in api.routes.items():
        for method, route in methods.items():
            if getattr(route, "authorizer", None) is not None:
                raise NotImplementedError(f"{method} {path} has an authorizer; the local gateway plays none")


def _own_answer(status: int, message: str) -> HttpAnswer:
    return HttpAnswer(
        status, (("Content-Type", "application/json"),), json.dumps({"message": message}).encode()
    )


def _raw_headers(answer: HttpAnswer) -> Iterator[tuple[bytes, bytes]]:
    for name, value in answer.headers:
        yield name.lower().encode("latin-1"), value.encode("latin-1", errors="replace")
    yield b"content-length", str(len(answer.body)).encode()


def _source_ip(request: Request) -> str:
    """The last hop is the one that our own front wrote; what stands before it anybody may have made up."""
    forwarded = request.headers.get("x-forwarded-for")
    if forwarded:
        return forwarded.split(",")[-1].strip()
    return request.client.host if request.client else LOOPBACK


def main() -> None:
    """Serve the product's API on a port of the loopback address."""
    parser = argparse.ArgumentParser(prog="python -m local.gateway", description=main.__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port

    from local.product import load_app

    gateway = Gateway(load_app())
    uvicorn.run(
        gateway,
        host=LOOPBACK,
        port=port,
        lifespan="off",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
