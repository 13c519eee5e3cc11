"""A line to a simulator that does not leave the process: the real adapter asks, the real application answers.

What may go wrong on it is given beforehand, call by call; other things may happen while a call is under way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message

from chalicelib.integrations.line import Answer, Line
from chalicelib.usecases.ports import ProviderUnavailableError


class Fault(StrEnum):
    """What becomes of a call."""

    NONE = "none"
    NEVER_SENT = "never sent"
    ANSWERED_500 = "answered 500, nothing done"
    ANSWER_LOST = "done, and the answer lost"


@dataclass(frozen=True)
class Trouble:
    """One call that does not go as it should."""

    fault: Fault = Fault.NONE
    before: Callable[[], None] | None = None
    """What happens elsewhere before the call arrives."""
    after: Callable[[], None] | None = None
    """What happens elsewhere before its answer arrives."""


class InProcess(Line):
    """Answers from an application in this process."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app
        self.troubles: list[Trouble] = []
        """Those of the next calls, the next one first."""

    def call(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Ask the application, unless the call is in trouble."""
        trouble = self.troubles.pop(0) if self.troubles else Trouble()
        if trouble.before:
            trouble.before()
        if trouble.fault is Fault.NEVER_SENT:
            raise ProviderUnavailableError("never sent")
        if trouble.fault is Fault.ANSWERED_500:
            return Answer(500, {}, b"")
        answer = asked(self._app, method, url, headers or {}, body)
        if trouble.after:
            trouble.after()
        if trouble.fault is Fault.ANSWER_LOST:
            raise ProviderUnavailableError("the answer was lost")
        return answer

    def download(
        self,
        url: str,
        write: Callable[[bytes], object],
        *,
        headers: Mapping[str, str] | None = None,
        most_bytes: int,
        longest_s: float,
    ) -> Answer:
        """A bill, at once; it is in trouble like any call."""
        del most_bytes, longest_s
        answer = self.call("GET", url, headers=headers)
        if answer.status == 200:
            write(answer.body)
        return Answer(answer.status, answer.headers, b"")


def asked(app: ASGIApp, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """One request to an application that waits for nothing: without a loop, so that it takes no time."""
    parts = urlsplit(url)
    told = {"host": parts.netloc, **{name.lower(): value for name, value in headers.items()}}
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "scheme": parts.scheme,
        "method": method,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "server": (parts.hostname, 443),
    }
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    running = app(scope, receive, send).__await__()
    try:
        next(running)
    except StopIteration:
        pass
    else:
        raise AssertionError("the simulator waits for something, and nobody is there to wake it")
    start = said[0]
    heard = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], heard, b"".join(part.get("body", b"") for part in said[1:]))
