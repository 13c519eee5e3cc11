"""What the store of files holds, in one database file: a `kill -9` loses no object and halves none."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from local.simulators.database import open_database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    key TEXT PRIMARY KEY,
    content BLOB NOT NULL,
    headers TEXT NOT NULL,
    stored_at REAL NOT NULL
) STRICT;
"""
_UPLOADS = "incoming/"
_UPLOADS_LIVE = timedelta(days=1)


@dataclass(frozen=True)
class StoredObject:
    """An object with the headers that are given out with it."""

    content: bytes
    headers: Mapping[str, str]
    stored_at: datetime

    @property
    def etag(self) -> str:
        """What stands for the content."""
        return etag_of(self.content)

    @property
    def modified(self) -> str:
        """When it was stored, as headers say it."""
        return format_datetime(self.stored_at.replace(microsecond=0), usegmt=True)


def etag_of(content: bytes) -> str:
    """S3's own: MD5 in quotes."""
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


class Shelf:
    """The objects of one bucket."""

    def __init__(self, folder: Path) -> None:
        self._database = open_database(folder / "objects.db", _SCHEMA)

    def put(self, key: str, content: bytes, headers: Mapping[str, str], *, now: datetime) -> None:
        """Store an object in place of the one that lies there."""
        self._database.execute(
            "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)",
            (key, content, json.dumps(dict(headers)), now.timestamp()),
        )

    def get(self, key: str) -> StoredObject | None:
        """The object of that key."""
        row = self._database.execute("SELECT * FROM objects WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        stored_at = datetime.fromtimestamp(row["stored_at"], UTC)
        return StoredObject(row["content"], json.loads(row["headers"]), stored_at)

    def delete(self, key: str) -> None:
        """Remove it; nothing there is fine."""
        self._database.execute("DELETE FROM objects WHERE key = ?", (key,))

    def sizes(self, prefix: str) -> list[tuple[str, int]]:
        """Keys that begin so, in order, and how large the objects are."""
        rows = self._database.execute(
            "SELECT key, length(content) AS size FROM objects WHERE substr(key, 1, ?) = ? ORDER BY key",
            (len(prefix), prefix),
        )
        return [(row["key"], row["size"]) for row in rows]

    def sweep(self, *, now: datetime) -> None:
        """Remove uploads that nobody came back for."""
        self._database.execute(
            "DELETE FROM objects WHERE substr(key, 1, ?) = ? AND stored_at <= ?",
            (len(_UPLOADS), _UPLOADS, (now - _UPLOADS_LIVE).timestamp()),
        )
