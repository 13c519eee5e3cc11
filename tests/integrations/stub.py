"""A tiny HTTP party for odd answers: it says what the test wrote down and remembers what it was asked."""

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; header names in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """One answer; `promised` is the length in its header where it is not the true one."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float = 0
    promised: int | None = None
    trickle_s: float = 0


@dataclass
class Party:
    """Where it listens, what it was asked, how it answers."""

    url: str
    answer: Callable[[Asked], Said]
    asked: list[Asked] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)


@contextmanager
def party() -> Iterator[Party]:
    """Listen on a free port while the block lasts; every answer is an empty 200 until told otherwise."""
    stub = Party("", lambda _: Said())

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            stub.asked.append(asked)
            stub.connections.add(self.client_address)
            _send(self, stub.answer(asked))

        do_GET = do_POST = _serve  # noqa: N815 - the library looks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


def _send(handler: http.server.BaseHTTPRequestHandler, said: Said) -> None:
    time.sleep(said.after_s)
    try:
        handler.send_response(said.status)
        for name, value in said.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(said.body) if said.promised is None else said.promised))
        handler.end_headers()
        pieces = [said.body] if not said.trickle_s else [bytes([byte]) for byte in said.body]
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(said.trickle_s)
        if said.promised is not None:
            handler.close_connection = True
    except OSError:
        handler.close_connection = True
