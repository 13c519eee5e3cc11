"""Where requests are kept from the moment they are submitted, and what has been answered to them so far."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.simulators.database import all_or_none, open_database
from local.simulators.verification.people import Kind

_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT PRIMARY KEY, kind TEXT NOT NULL, facts TEXT NOT NULL, received_at REAL NOT NULL,
    errors_told INTEGER NOT NULL, answer TEXT NOT NULL
) STRICT;
"""


class FactsDifferError(Exception):
    """One request id came with two different sets of facts."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is to be checked; `answer` is the last one given, empty before the first."""

    request_id: str
    kind: Kind
    facts: Mapping[str, str]
    received_at: float
    errors_told: int = 0
    answer: str = ""


class Desk:
    """All requests, in `verification.sqlite` of the folder."""

    def __init__(self, folder: Path) -> None:
        self._database = open_database(folder / "verification.sqlite", _SCHEMA)

    def take(self, requests: list[CheckRequest]) -> None:
        """Keep the new ones, all or none; a known one stays as it is. Raises FactsDifferError."""
        with all_or_none(self._database):
            for request in requests:
                known = self.find(request.request_id)
                if known is None:
                    self._add(request)
                elif (known.kind, known.facts) != (request.kind, request.facts):
                    raise FactsDifferError(request.request_id)

    def find(self, request_id: str) -> CheckRequest | None:
        """The request with this id."""
        row = self._database.execute("SELECT * FROM requests WHERE request_id = ?", [request_id]).fetchone()
        return None if row is None else _request(row)

    def record_answer(self, request_id: str, answer: str, *, errors_told: int) -> None:
        """Remember what was answered."""
        self._database.execute(
            "UPDATE requests SET answer = ?, errors_told = ? WHERE request_id = ?",
            [answer, errors_told, request_id],
        )

    def latest(self, limit: int) -> list[CheckRequest]:
        """The youngest requests first."""
        rows = self._database.execute("SELECT * FROM requests ORDER BY rowid DESC LIMIT ?", [limit])
        return [_request(row) for row in rows]

    def _add(self, request: CheckRequest) -> None:
        facts = json.dumps(dict(request.facts), ensure_ascii=False, sort_keys=True)
        self._database.execute(
            "INSERT INTO requests VALUES (?, ?, ?, ?, 0, '')",
            [request.request_id, request.kind, facts, request.received_at],
        )


def _request(row: sqlite3.Row) -> CheckRequest:
    return CheckRequest(**{**dict(row), "facts": json.loads(row["facts"])})
