"""What a file says of one person, exam and year more than once: the same again, or something else.

Kept in a temporary database of SQLite's, so that memory does not grow with the file. It holds hashes under
a key of this run only, and is gone with it.
"""

import hashlib
import hmac
import os
import sqlite3
from dataclasses import astuple
from enum import Enum, auto

from chalicelib.domain.archive import ArchiveEntry

_CACHE_KIB = 4096


class Said(Enum):
    """How a line stands to the others about the same person, exam and year."""

    ONCE = auto()
    AGAIN = auto()
    """The same as an earlier line."""
    DIFFERENTLY = auto()
    """Some other line says something else, so neither is believed."""


class Doubles:
    """Fill it with every entry of a file, then ask it about each."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        # "" is a database of its own on disk that nobody else can open.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE said (place BLOB PRIMARY KEY, content BLOB, line INTEGER, contradicted INTEGER)"
            " WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def note(self, line: int, entry: ArchiveEntry) -> None:
        """Remember what a line says."""
        self._database.execute(
            "INSERT INTO said VALUES (?, ?, ?, 0) ON CONFLICT (place) DO UPDATE"
            " SET contradicted = contradicted OR content != excluded.content",
            (self._place(entry), self._content(entry), line),
        )

    def judge(self, line: int, entry: ArchiveEntry) -> Said:
        """How a line stands to the others, once all were noted."""
        first, contradicted = self._database.execute(
            "SELECT line, contradicted FROM said WHERE place = ?", (self._place(entry),)
        ).fetchone()
        if contradicted:
            return Said.DIFFERENTLY
        return Said.ONCE if first == line else Said.AGAIN

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def _place(self, entry: ArchiveEntry) -> bytes:
        record = entry.record
        return self._hash(f"{record.exam_code}|{record.year}|{entry.identity.id_key}")

    def _content(self, entry: ArchiveEntry) -> bytes:
        return self._hash(repr(astuple(entry.record)))

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), hashlib.sha256)[:16]
