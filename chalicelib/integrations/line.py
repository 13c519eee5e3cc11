"""One HTTP call to an outside party: it ends in time, its answer is bounded, and it follows no redirect.

What is said and what an answer means is in the parties' own folders.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import certifi
import urllib3

from chalicelib.usecases.ports.outside import ProviderUnavailableError

CONNECT_S = 2.0
READ_S = 3.0
LONGEST_ANSWER_S = 8.0
LONGEST_ANSWER_BYTES = 1 << 20
# A function that slept may hold connections that a gateway on the way dropped without a word.
_LONGEST_IDLE_S = 50.0
_PIECE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Line:
    """A line to one outside party, kept open between calls that follow each other soon."""

    def __init__(self, *, read_s: float = READ_S, longest_answer_s: float = LONGEST_ANSWER_S) -> None:
        """`read_s` bounds a silence, `longest_answer_s` the whole answer; both are shorter in tests."""
        self._timeout = urllib3.Timeout(connect=CONNECT_S, read=read_s)
        self._longest_answer_s = longest_answer_s
        self._pool: urllib3.PoolManager | None = None
        self._used_at_s = 0.0

    def call(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send once. Raises ProviderUnavailableError where no whole answer comes in time."""
        ends_at_s = time.monotonic() + self._longest_answer_s
        with self._asked(method, url, headers, body) as response:
            content = b"".join(_pieces(response, LONGEST_ANSWER_BYTES, ends_at_s))
        return Answer(response.status, _in_small_letters(response.headers), content)

    def download(
        self,
        url: str,
        write: Callable[[bytes], object],
        *,
        headers: Mapping[str, str] | None = None,
        most_bytes: int,
        longest_s: float,
    ) -> Answer:
        """Write a file piece by piece, of a 200 only; the answer given back has no body.

        Raises ProviderUnavailableError as `call` does; what was written until then is no whole file.
        """
        ends_at_s = time.monotonic() + longest_s
        with self._asked("GET", url, headers, b"") as response:
            if response.status == 200:
                for piece in _pieces(response, most_bytes, ends_at_s):
                    write(piece)
            else:
                response.close()
        return Answer(response.status, _in_small_letters(response.headers), b"")

    @contextmanager
    def _asked(
        self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """One request and its answer, not yet read."""
        with _silence():
            response = self._connections().request(
                method, url, body=body or None, headers=headers, redirect=False, preload_content=False
            )
        try:
            yield response
        except BaseException:
            # Half read, so that nothing else may come over it.
            response.close()
            raise
        finally:
            # A connection that was read to its end is kept; any other is closed.
            response.release_conn()

    def _connections(self) -> urllib3.PoolManager:
        now_s = time.monotonic()
        if self._pool is None:
            self._pool = urllib3.PoolManager(
                retries=False,
                timeout=self._timeout,
                ca_certs=certifi.where(),
            )
        elif now_s - self._used_at_s > _LONGEST_IDLE_S:
            self._pool.clear()
        self._used_at_s = now_s
        return self._pool


@contextmanager
def _silence() -> Iterator[None]:
    """Whatever goes wrong on the way is no answer."""
    try:
        yield
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        # The text of the error would carry the address with all that is in it.
        raise ProviderUnavailableError(f"no answer: {type(error).__name__}") from None


def _pieces(response: urllib3.BaseHTTPResponse, most_bytes: int, ends_at_s: float) -> Iterator[bytes]:
    """The whole body, piece by piece, so that neither a flood nor a trickle holds us."""
    size = 0
    while True:
        with _silence():
            piece = response.read1(_PIECE_BYTES, decode_content=False)
        if not piece:
            return
        size += len(piece)
        if size > most_bytes or time.monotonic() > ends_at_s:
            raise ProviderUnavailableError("the answer is too long or too slow")
        yield piece


def _in_small_letters(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
