"""Where a payment provider keeps the notices it owes its merchant. When they are sent is in `sending.py`."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from local.simulators.database import all_or_none, open_database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY, notify_id TEXT NOT NULL, trade_no TEXT NOT NULL, url TEXT NOT NULL,
    fields TEXT NOT NULL, state TEXT NOT NULL, created_at REAL NOT NULL, next_at REAL NOT NULL,
    sends INTEGER NOT NULL, successes INTEGER NOT NULL, by_hand INTEGER NOT NULL, answers TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS notices_due ON notices (state, next_at);
"""


class NoticeState(StrEnum):
    """What is to become of a notice."""

    DUE = "due"
    """It will be sent at `next_at`."""
    WITHHELD = "withheld"
    """Lost by a fault; only a person sends it now."""
    DONE = "done"
    """Answered as the provider wants it."""
    GIVEN_UP = "given_up"
    """Sent as often as the schedule has it, never answered so."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the merchant is to be told, and how telling it has gone."""

    id: int
    notify_id: str
    trade_no: str
    url: str
    fields: dict[str, Any]
    state: NoticeState
    created_at: float
    next_at: float
    sends: int
    successes: int
    by_hand: bool
    answers: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice before it is kept: its number, what it is about, where it goes, what it says."""

    notify_id: str
    trade_no: str
    url: str
    fields: dict[str, Any]


class Outbox:
    """The notices in a provider's database; its other books are in the class that builds on this."""

    def __init__(self, path: Path, schema: str) -> None:
        """`schema` makes the other tables."""
        self._database = open_database(path, _SCHEMA + schema)

    def together(self) -> AbstractContextManager[None]:
        """The writes inside happen together or not at all."""
        return all_or_none(self._database)

    def add_notice(self, draft: Draft, *, now: float, next_at: float) -> None:
        """Have the merchant told."""
        self._write(
            "INSERT INTO notices (notify_id, trade_no, url, fields, state, created_at, next_at,"
            " sends, successes, by_hand, answers) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '[]')",
            [
                draft.notify_id,
                draft.trade_no,
                draft.url,
                json.dumps(draft.fields),
                NoticeState.DUE,
                now,
                next_at,
            ],
        )

    def due_notices(self, now: float) -> list[Notice]:
        """The notices whose moment has come, the longest due first."""
        sql = "SELECT * FROM notices WHERE state = ? AND next_at <= ? ORDER BY next_at, id"
        return [_notice(row) for row in self._all(sql, [NoticeState.DUE, now])]

    def unsent_notices(self) -> list[Notice]:
        """Notices that are due or will be and have not been sent once."""
        sql = "SELECT * FROM notices WHERE state = ? AND sends = 0 ORDER BY id"
        return [_notice(row) for row in self._all(sql, [NoticeState.DUE])]

    def latest_notices(self, limit: int) -> list[Notice]:
        """The youngest notices first."""
        return [_notice(row) for row in self._all("SELECT * FROM notices ORDER BY id DESC LIMIT ?", [limit])]

    def postpone_notice(self, notice_id: int, next_at: float) -> None:
        """Set when a notice that is due is sent."""
        sql = "UPDATE notices SET next_at = ? WHERE id = ? AND state = ?"
        self._write(sql, [next_at, notice_id, NoticeState.DUE])

    def withhold_notice(self, notice_id: int) -> None:
        """Lose a notice."""
        self._write("UPDATE notices SET state = ? WHERE id = ?", [NoticeState.WITHHELD, notice_id])

    def send_notice_now(self, notice_id: int, now: float) -> bool:
        """A person has it sent, whatever became of it before; False where there is no such notice."""
        sql = "UPDATE notices SET state = ?, next_at = ?, by_hand = 1 WHERE id = ?"
        return self._write(sql, [NoticeState.DUE, now, notice_id]) == 1

    def record_send(self, notice: Notice) -> None:
        """Remember what the merchant answered and what follows from it."""
        self._write(
            "UPDATE notices SET state = ?, next_at = ?, sends = ?, successes = ?, by_hand = 0, answers = ?"
            " WHERE id = ?",
            [
                notice.state,
                notice.next_at,
                notice.sends,
                notice.successes,
                json.dumps(notice.answers),
                notice.id,
            ],
        )

    def _write(self, sql: str, values: Sequence[object] | dict[str, object]) -> int:
        return self._database.execute(sql, values).rowcount

    def _one(self, sql: str, values: Sequence[object]) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._database.execute(sql, values).fetchone()
        return row

    def _all(self, sql: str, values: Sequence[object]) -> list[sqlite3.Row]:
        return self._database.execute(sql, values).fetchall()


def _notice(row: sqlite3.Row) -> Notice:
    return Notice(
        **{
            **dict(row),
            "fields": json.loads(row["fields"]),
            "state": NoticeState(row["state"]),
            "by_hand": bool(row["by_hand"]),
            "answers": json.loads(row["answers"]),
        }
    )
