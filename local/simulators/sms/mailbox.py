"""Where messages are kept: those that arrived and those that did not, with the reason."""

import sqlite3
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from local.simulators.database import open_database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, phone TEXT NOT NULL, text TEXT NOT NULL, code TEXT NOT NULL,
    template_id TEXT NOT NULL, outcome TEXT NOT NULL, has_arrived INTEGER NOT NULL, sent_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_of_phone ON messages (phone, id);
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one phone; `code` is the verification code in it, empty where there is none."""

    phone: str
    text: str
    code: str
    template_id: str
    outcome: str
    has_arrived: bool
    sent_at: float
    id: int = 0


class Mailbox:
    """All messages, in `sms.sqlite` of the folder."""

    def __init__(self, folder: Path) -> None:
        self._database = open_database(folder / "sms.sqlite", _SCHEMA)

    def add(self, message: Message) -> None:
        """Keep one message."""
        columns = {name: value for name, value in asdict(message).items() if name != "id"}
        names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
        self._database.execute(f"INSERT INTO messages ({names}) VALUES ({marks})", columns)  # noqa: S608

    def latest(self, phone: str = "", *, arrived_only: bool = True, limit: int = 100) -> list[Message]:
        """The youngest messages first, of one phone or of all."""
        rows = self._database.execute(
            "SELECT * FROM messages WHERE (:phone = '' OR phone = :phone)"
            " AND (has_arrived OR NOT :arrived_only) ORDER BY id DESC LIMIT :limit",
            {"phone": phone, "arrived_only": arrived_only, "limit": limit},
        )
        return [_message(row) for row in rows]


def _message(row: sqlite3.Row) -> Message:
    values = {field.name: row[field.name] for field in fields(Message)}
    return Message(**{**values, "has_arrived": bool(row["has_arrived"])})
