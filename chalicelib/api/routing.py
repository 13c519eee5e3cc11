"""The edge: every route says who may call it and what goes in and out, and wears the same map of refusals.

Chalice turns an exception of a view into a 500 before its middleware sees it, so the mapping happens here,
around each view. What each refusal becomes stands in `problems.py`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from chalice.app import Blueprint, Request, Response

from chalicelib import wiring
from chalicelib.api import problems
from chalicelib.domain.account import Account
from chalicelib.domain.errors import CsrfTokenWrongError, NotFoundError, NotLoggedInError
from chalicelib.usecases.accounts import sessions

SESSION_COOKIE = "baokao_session"
LARGEST_BODY = 64 * 1024
_AN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
B = TypeVar("B")


class Audience(StrEnum):
    """Who may call a route."""

    ANYONE = "anyone"
    CANDIDATE = "candidate"
    """A logged-in candidate, about what is theirs."""
    PROVIDER = "provider"
    """A payment provider, proved by the signature of the notice itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a route promises: source of its validation, of its tests and of the OpenAPI document."""

    name: str
    method: str
    path: str
    summary: str
    tag: str
    audience: Audience
    body: type | None
    answer: type | None
    status: int
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """One request, read and checked."""

    services: wiring.Services
    body: B
    raw_body: bytes
    headers: Mapping[str, str]
    address: str
    token: str | None
    caller: sessions.LoggedIn | None

    @property
    def account(self) -> Account:
        """The logged-in candidate. Raises NotLoggedInError."""
        return self.logged_in.account

    @property
    def logged_in(self) -> sessions.LoggedIn:
        """The logged-in candidate with the session. Raises NotLoggedInError."""
        if self.caller is None:
            raise NotLoggedInError
        return self.caller


View = Callable[..., Any]
CONTRACTS: list[Contract] = []


class Resource(Blueprint):
    """A blueprint whose routes each carry a contract."""

    def __init__(self, import_name: str, *, tag: str) -> None:
        """`tag` groups the routes in the OpenAPI document."""
        super().__init__(import_name)
        self._tag = tag

    def serves(
        self,
        method: str,
        path: str,
        *,
        audience: Audience,
        answer: type | None,
        body: type | None = None,
        status: int = 200,
        headers: tuple[str, ...] = (),
    ) -> Callable[[View], View]:
        """Hang a view on a route together with its contract."""

        def register(view: View) -> View:
            contract = Contract(
                name=view.__name__,
                method=method,
                path=path,
                summary=(view.__doc__ or "").strip().split("\n")[0],
                tag=self._tag,
                audience=audience,
                body=body,
                answer=answer,
                status=status,
                headers=headers,
            )
            CONTRACTS.append(contract)

            def answers_refusals(**path_parameters: str) -> Response:
                return answer_for(contract, view, self.current_request, path_parameters)

            answers_refusals.__name__ = view.__name__
            # Every content type is let in here and refused below, in the form that all refusals have.
            self.route(path, methods=[method], name=view.__name__, content_types=["*/*"])(answers_refusals)
            return view

        return register


def answer_for(contract: Contract, view: View, request: Request, path: Mapping[str, str]) -> Response:
    """Read, check, call the view and answer; whatever goes wrong becomes a problem.

    Every answer says what time it is here: a page counts down by that, not by a clock that may be wrong.
    """
    response = _answer_for(contract, view, request, path)
    response.headers["X-Server-Time"] = wiring.services().clock.now().isoformat()
    return response


def _answer_for(contract: Contract, view: View, request: Request, path: Mapping[str, str]) -> Response:
    try:
        call = read_call(contract, request)
        check_path(path)
        answer = view(call, **path)
    except Exception as error:  # noqa: BLE001  # the edge: nothing may pass it unanswered
        return problems.response_to(error)
    return answer if isinstance(answer, Response) else rendered(answer, contract.status)


def rendered(
    view: object, status: int = 200, headers: Mapping[str, str | list[str]] | None = None
) -> Response:
    """A JSON answer; None is an empty one."""
    text = "" if view is None else msgspec.json.encode(view).decode()
    base = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
    return Response(
        body=text, status_code=204 if view is None else status, headers={**base, **(headers or {})}
    )


def read_call(contract: Contract, request: Request) -> Call[Any]:
    """Everything of a request that a view may need. Raises a refusal where it is not acceptable."""
    services = wiring.services()
    headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
    token = session_token(headers.get("cookie", ""))
    caller = None
    if contract.audience is Audience.CANDIDATE:
        caller = sessions.logged_in(
            token, sessions=services.sessions, accounts=services.accounts, now=services.clock.now()
        )
        check_csrf(contract.method, token, headers.get("x-csrf-token"))
    raw_body = bytes_of(request.raw_body)
    return Call(
        services=services,
        body=read_body(contract.body, raw_body, headers.get("content-type", "")),
        raw_body=raw_body,
        headers=headers,
        address=request.context.get("identity", {}).get("sourceIp") or "",
        token=token,
        caller=caller,
    )


def check_path(parameters: Mapping[str, str]) -> None:
    """What cannot be an id of ours is not looked for. Raises NotFoundError."""
    if not all(_AN_ID.fullmatch(value) for value in parameters.values()):
        raise NotFoundError


def bytes_of(raw: bytes | str | None) -> bytes:
    """A body as bytes: API Gateway hands over text unless a type is declared binary."""
    return raw.encode() if isinstance(raw, str) else raw or b""


def session_token(cookies: str) -> str | None:
    """The session's token from a Cookie header, however broken the rest of it may be.

    By hand: SimpleCookie forgets every cookie beside one that it cannot read.
    """
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == SESSION_COOKIE:
            return value.strip('"') or None
    return None


def check_csrf(method: str, token: str | None, sent: str | None) -> None:
    """A changing request carries the token of its own session. Raises CsrfTokenWrongError."""
    if method != "GET" and (token is None or not sessions.is_csrf_token(sent or "", token)):
        raise CsrfTokenWrongError


def read_body(shape: type[B] | None, raw: bytes, content_type: str) -> B | None:
    """Decode and validate a JSON body. Raises a problem with the field at fault."""
    if shape is None:
        return None
    if content_type.split(";", maxsplit=1)[0].strip().lower() != "application/json":
        raise problems.UnsupportedContentTypeError
    if len(raw) > LARGEST_BODY:
        raise problems.BodyTooLargeError
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise problems.body_error(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise problems.InvalidBodyError(detail="请求内容不是有效的 JSON。") from error
