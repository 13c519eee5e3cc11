"""Faults on the way to DynamoDB: a crash before or after a call took effect, a lost answer, busy items.

Only the tool is here. It works on the client that all stores share, below everything that could notice.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from itertools import count
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ReadTimeoutError
from pynamodb.connection import Connection

_BEFORE_SEND = "before-send.dynamodb.*"


class Crash(BaseException):  # no Exception: nothing catches the death of a process
    """The process dies here."""


class Mode(StrEnum):
    """What goes wrong with a call."""

    BEFORE = "before"
    """The process dies before the call is sent."""
    AFTER = "after"
    """The call takes effect, then the process dies."""
    LOST = "lost"
    """The call takes effect, its answer is lost, and the client sends it again."""


class Fault:
    """One fault at one call; `happened` says whether there were so many calls."""

    def __init__(self, connection: Connection, call: int, mode: Mode) -> None:
        self._connection = connection
        self._call = call
        self._calls_left = call
        self.mode = mode
        self.happened = False

    def __str__(self) -> str:
        return f"{self.mode} at call {self._call}"

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Let it happen within the block; a crash ends the block and no more."""
        events = self._connection.client.meta.events
        events.register_first(_BEFORE_SEND, self._strike)
        try:
            with suppress(Crash):
                yield
        finally:
            events.unregister(_BEFORE_SEND, self._strike)

    def _strike(self, request: Any, **_: Any) -> None:
        self._calls_left -= 1
        if self._calls_left != 0:
            return
        self.happened = True
        if self.mode is Mode.BEFORE:
            raise Crash
        session: Any = self._connection.client._endpoint.http_session
        answer = session.send(request)
        assert answer.status_code in (200, 400), answer.content
        if self.mode is Mode.AFTER:
            raise Crash
        raise ReadTimeoutError(endpoint_url=request.url)


def every_fault(connection: Connection, scenario: Callable[[Fault], None]) -> int:
    """Run a scenario with a fault at each of its calls, in each mode; returns how many faults happened.

    The scenario makes its own fresh start, runs its flow inside `fault.armed()`, lets the jobs run, and
    checks what must hold.
    """
    happened = 0
    for mode in Mode:
        for call in count(1):
            fault = Fault(connection, call, mode)
            scenario(fault)
            if not fault.happened:
                break
            happened += 1
    return happened


@contextmanager
def cancelled(connection: Connection, code: str, *, times: int) -> Iterator[list[str]]:
    """Cancel so many transactions with this reason, as the emulator never does; yields what was cancelled."""
    cancelled_bodies: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        if len(cancelled_bodies) >= times:
            return None
        cancelled_bodies.append(request.body)
        return _cancellation(request, code)

    # A handler of this event may answer in place of DynamoDB, which botocore's types do not know.
    events: Any = connection.client.meta.events
    events.register_first("before-send.dynamodb.TransactWriteItems", answer)
    try:
        yield cancelled_bodies
    finally:
        events.unregister("before-send.dynamodb.TransactWriteItems", answer)


class _Raw:
    """The body of an answer, as the client reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def _cancellation(request: Any, code: str) -> AWSResponse:
    items = len(json.loads(request.body)["TransactItems"])
    reasons = [{"Code": code, "Message": code}] + [{"Code": "None"}] * (items - 1)
    content = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": f"Transaction cancelled, please refer cancellation reasons [{code}]",
        "CancellationReasons": reasons,
    }
    headers: Any = HeadersDict()
    return AWSResponse(request.url, 400, headers, _Raw(json.dumps(content).encode()))
