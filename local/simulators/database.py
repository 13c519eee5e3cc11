"""How a simulator keeps its state: one SQLite file each, which a `kill -9` does not harm.

The control page reads the same files meanwhile. The tables are in the simulators' own folders.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BUSY_S = 5.0


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """Open a simulator's database and make its tables where they are missing."""
    database = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    database.row_factory = sqlite3.Row
    # With a write-ahead log the control page reads while the simulator writes.
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.executescript(schema)
    return database


@contextmanager
def all_or_none(database: sqlite3.Connection) -> Iterator[None]:
    """The writes inside happen together or not at all."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
