"""The clock of the product on one machine: real time plus an offset kept in a file, which people may move.

The product, its jobs and the simulators read the same file, so that one move takes all of them along.
"""

import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path


class ClockFileDamagedError(Exception):
    """The offset file exists but cannot be understood."""


class ShiftedClock:
    """Real time plus the offset in `path`; no file means no offset."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset_s = 0.0

    def now(self) -> datetime:
        """The product's present moment, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s())

    def offset_s(self) -> float:
        """How far the product's clock is ahead of real time."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._seen, self._offset_s = None, 0.0
            return 0.0
        # Every write makes a new inode, so that two writes in one tick of the file system are told apart.
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._seen:
            self._offset_s = _read_offset(self._path)
            self._seen = seen
        return self._offset_s

    def shift(self, offset_s: float) -> None:
        """Set the clock to real time plus `offset_s`, for every process that reads the file."""
        datetime.now(UTC) + timedelta(seconds=offset_s)  # an offset that leaves the calendar is refused here
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".clock-")
        with os.fdopen(handle, "w") as file:
            json.dump({"offset_s": offset_s}, file)
        Path(temporary).replace(self._path)


def _read_offset(path: Path) -> float:
    try:
        content = json.loads(path.read_text())
        offset_s = content["offset_s"]
    except (ValueError, KeyError, TypeError) as error:
        raise ClockFileDamagedError(f"{path} should hold {{'offset_s': number}}") from error
    if isinstance(offset_s, bool) or not isinstance(offset_s, int | float):
        raise ClockFileDamagedError(f"{path}: offset_s is not a number")
    return float(offset_s)
