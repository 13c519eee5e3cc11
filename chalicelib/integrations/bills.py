"""Daily bills on their way in: a provider's file lies on disk with its hash and is never whole in memory.

What stands in a bill is in the providers' own folders.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from chalicelib.integrations.line import Line
from chalicelib.usecases.ports.outside import ProviderUnavailableError

LARGEST_BILL_BYTES = 1 << 30
LONGEST_DOWNLOAD_S = 300.0


@dataclass(frozen=True, slots=True)
class BillFile:
    """A file as it was downloaded, for as long as its context lasts."""

    size: int
    sha256: str
    _descriptor: int

    def opened(self) -> BinaryIO:
        """The file at its beginning. Each reader has a place of its own, and closing one closes no other."""
        return cast("BinaryIO", io.BufferedReader(_Reading(self._descriptor, self.size)))


@contextmanager
def downloaded(
    line: Line,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    most_bytes: int = LARGEST_BILL_BYTES,
    longest_s: float = LONGEST_DOWNLOAD_S,
) -> Iterator[BillFile]:
    """Download into a file that has no name, so that it is gone afterwards however this process ends.

    Raises ProviderUnavailableError for silence, for half a file, for one that is too large or too slow and
    for any status but 200; redirects are not followed.
    """
    with tempfile.TemporaryFile(prefix="bill-") as file:
        sha256 = hashlib.sha256()

        def write(piece: bytes) -> None:
            sha256.update(piece)
            file.write(piece)

        answer = line.download(url, write, headers=headers, most_bytes=most_bytes, longest_s=longest_s)
        if answer.status != 200:
            raise ProviderUnavailableError(f"instead of a bill came status {answer.status}")
        file.flush()
        yield BillFile(file.tell(), sha256.hexdigest(), file.fileno())


class _Reading(io.RawIOBase):
    """Reads a file by position, whoever else reads it."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = os.dup(descriptor)
        self._size = size
        self._place = 0

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, never before the beginning."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as the file goes."""
        piece = os.pread(self._descriptor, len(buffer), self._place)
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)
