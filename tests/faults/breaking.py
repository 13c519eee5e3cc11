"""One fault at one call that leaves the process: to DynamoDB, a payment provider, SMS or verification.

`injection.py` has the faults of the store alone; here all calls are counted together, in the order in which a
flow makes them, so that a flow can be broken at each of them in turn.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar

from botocore.exceptions import ReadTimeoutError
from pynamodb.connection import Connection

from tests.faults.injection import Crash

_T = TypeVar("_T")
_BEFORE_SEND = "before-send.dynamodb.*"
_NEEDS_RETRY = "needs-retry.dynamodb"


class Way(StrEnum):
    """How a call goes wrong."""

    NEVER_SENT = "never sent"
    """The process dies before the call is sent."""
    APPLIED_THEN_DEAD = "applied, then dead"
    """The call takes effect, then the process dies."""
    ANSWER_LOST = "answer lost"
    """The call takes effect and its answer is lost: the client of DynamoDB sends it again, others give up."""
    OVERTAKEN = "overtaken"
    """Somebody else's whole act comes in just before the call."""


READS = frozenset({"GetItem", "Query", "BatchGetItem", "TransactGetItems"})
"""Calls of the store that leave nothing behind: whether the process dies before one or after is the same."""


class Breaking:
    """Counts the calls while armed; breaks one of them, the `at`-th, or none where there are not so many."""

    def __init__(
        self,
        connection: Connection,
        at: int,
        way: Way,
        *,
        rival: Callable[[], None] | None = None,
        passing_over: frozenset[str] = frozenset(),
    ) -> None:
        """`passing_over` names the calls that are not counted."""
        self._connection = connection
        self._at = at
        self.way = way
        self._rival = rival
        self._passing_over = passing_over
        self._is_armed = False
        self._calls = 0
        self.where: str | None = None
        """The call that was broken."""
        self.is_to_the_store = False

    def __str__(self) -> str:
        return f"call {self._at} ({self.where}): {self.way}"

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Count and break within the block."""
        # A handler of this event may answer in place of DynamoDB, which botocore's types do not know.
        events: Any = self._connection.client.meta.events
        events.register_first(_BEFORE_SEND, self._before_send)
        events.register_first(_NEEDS_RETRY, _again_at_once)
        self._is_armed = True
        try:
            yield
        finally:
            self._is_armed = False
            events.unregister(_BEFORE_SEND, self._before_send)
            events.unregister(_NEEDS_RETRY, _again_at_once)

    def call(self, name: str, send: Callable[[], _T], lost: Callable[[], _T]) -> _T:
        """Make a call of a port; `lost` says or raises what the port does when no answer comes."""
        if not self._is_the_one(name):
            return send()
        match self.way:
            case Way.NEVER_SENT:
                raise Crash
            case Way.APPLIED_THEN_DEAD:
                send()
                raise Crash
            case Way.ANSWER_LOST:
                send()
                return lost()
            case Way.OVERTAKEN:
                self._overtake()
                return send()

    def _before_send(self, request: Any, event_name: str, **_: Any) -> None:
        if not self._is_the_one(event_name.rsplit(".", 1)[-1]):
            return
        self.is_to_the_store = True
        match self.way:
            case Way.NEVER_SENT:
                raise Crash
            case Way.OVERTAKEN:
                self._overtake()
            case Way.APPLIED_THEN_DEAD:
                self._send(request)
                raise Crash
            case Way.ANSWER_LOST:
                self._send(request)
                raise ReadTimeoutError(endpoint_url=request.url)

    def _is_the_one(self, name: str) -> bool:
        if not self._is_armed or name in self._passing_over:
            return False
        self._calls += 1
        if self._calls != self._at:
            return False
        self.where = name
        return True

    def _send(self, request: Any) -> None:
        client: Any = self._connection.client
        answer = client._endpoint.http_session.send(request)
        assert answer.status_code == 200 or b"ConditionalCheckFailed" in answer.content, answer.content

    def _overtake(self) -> None:
        assert self._rival is not None
        self._is_armed = False
        self._rival()
        self._is_armed = True


def _again_at_once(caught_exception: Exception | None, **_: Any) -> float | None:
    """The pause after a lost answer: none. In earnest the client waits."""
    return 0.0 if isinstance(caught_exception, ReadTimeoutError) else None
