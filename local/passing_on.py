"""Passes requests on to the programs behind the front, each to the one that is least busy."""

from collections.abc import Iterator, Sequence
from http.cookiejar import DefaultCookiePolicy

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from local.request_body import limited_body
from local.sockets import LOOPBACK

# These speak of one connection, so they end at it (RFC 9110, 7.6.1).
_OF_ONE_CONNECTION = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}
_OURS = {b"content-length", b"x-forwarded-for", b"x-forwarded-proto"}


class Backends:
    """Programs that do the same work, by their addresses."""

    def __init__(self, addresses: Sequence[str], *, client: httpx.AsyncClient) -> None:
        self._busy = dict.fromkeys(addresses, 0)
        self._client = client
        # A cookie belongs to its browser: kept here, it would log the next visitor in as the last one.
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def pass_on(self, request: Request) -> Response:
        """Answer `request` with what one of the programs answers."""
        try:
            body = await limited_body(request)
        except ClientDisconnect:
            return Response(status_code=499)
        if body is None:
            return _own_answer(413, "Request Too Long")
        for address in sorted(self._busy, key=lambda each: self._busy[each]):
            try:
                return await self._ask(address, request, body)
            except httpx.ConnectError:
                # It is being started again; nothing was sent, so another may have the request.
                continue
            except httpx.TimeoutException:
                return _own_answer(504, "Endpoint request timed out")
            except httpx.TransportError:
                return _own_answer(502, "Internal server error")
        return _own_answer(503, "Service Unavailable")

    async def _ask(self, address: str, request: Request, body: bytes) -> Response:
        path = request.scope["raw_path"].decode("ascii")
        query = request.scope["query_string"].decode("ascii")
        question = self._client.build_request(
            request.method,
            httpx.URL(address + path + (f"?{query}" if query else "")),
            headers=list(_passed_on(request)),
            content=body,
        )
        self._busy[address] += 1
        try:
            # Undecoded: what the program compressed goes on as it is.
            answer = await self._client.send(question, stream=True)
            try:
                content = b"".join([part async for part in answer.aiter_raw()])
            finally:
                await answer.aclose()
        finally:
            self._busy[address] -= 1
        return _as_it_came(answer, content)


def _passed_on(request: Request) -> Iterator[tuple[bytes, bytes]]:
    for name, value in request.headers.raw:
        if name.lower() not in _OF_ONE_CONNECTION | _OURS:
            yield name, value
    peer = request.client.host if request.client else LOOPBACK
    before = request.headers.get("x-forwarded-for")
    yield b"x-forwarded-for", (f"{before}, {peer}" if before else peer).encode("latin-1")
    yield b"x-forwarded-proto", request.url.scheme.encode()


def _as_it_came(answer: httpx.Response, content: bytes) -> Response:
    response = Response(content, answer.status_code)
    kept = [
        (name.lower(), value)
        for name, value in answer.headers.raw
        if name.lower() not in _OF_ONE_CONNECTION | {b"date", b"server"}
    ]
    response.raw_headers = kept
    return response


def _own_answer(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)
