"""Where cashiers, trades, refunds and notices are kept: each method is one read or one write.

The rules are in `trading.py`.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, fields
from pathlib import Path

from local.simulators.alipay.trades import Notice, NoticeState, PayRequest, Refund, Trade, TradeStatus
from local.simulators.database import all_or_none, open_database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cashiers (
    token TEXT PRIMARY KEY, method TEXT NOT NULL, out_trade_no TEXT NOT NULL, subject TEXT NOT NULL,
    total_fen INTEGER NOT NULL, expires_at REAL NOT NULL, return_url TEXT NOT NULL, quit_url TEXT NOT NULL,
    notify_url TEXT NOT NULL, passback_params TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS trades (
    trade_no TEXT PRIMARY KEY, out_trade_no TEXT NOT NULL, status TEXT NOT NULL, subject TEXT NOT NULL,
    total_fen INTEGER NOT NULL, refunded_fen INTEGER NOT NULL, created_at REAL NOT NULL,
    expires_at REAL NOT NULL, paid_at REAL, closed_at REAL, closed_by TEXT NOT NULL, notify_url TEXT NOT NULL,
    passback_params TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS trades_of_order ON trades (out_trade_no);
CREATE INDEX IF NOT EXISTS trades_to_expire ON trades (status, expires_at);
CREATE TABLE IF NOT EXISTS refunds (
    trade_no TEXT NOT NULL, out_request_no TEXT NOT NULL, amount_fen INTEGER NOT NULL,
    refunded_at REAL NOT NULL, PRIMARY KEY (trade_no, out_request_no)
) STRICT;
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY, notify_id TEXT NOT NULL, trade_no TEXT NOT NULL, url TEXT NOT NULL,
    fields TEXT NOT NULL, state TEXT NOT NULL, created_at REAL NOT NULL, next_at REAL NOT NULL,
    sends INTEGER NOT NULL, successes INTEGER NOT NULL, by_hand INTEGER NOT NULL, answers TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS notices_due ON notices (state, next_at);
"""
_TRADE_COLUMNS = [field.name for field in fields(Trade)]


class Ledger:
    """The provider's books, in `alipay.sqlite` of the folder."""

    def __init__(self, folder: Path) -> None:
        self._database = open_database(folder / "alipay.sqlite", _SCHEMA)

    def together(self) -> AbstractContextManager[None]:
        """The writes inside happen together or not at all."""
        return all_or_none(self._database)

    def add_cashier(self, token: str, request: PayRequest) -> None:
        """Remember what a cashier page is to be paid for."""
        columns = asdict(request)
        names = ", ".join(["token", *columns])
        marks = ", ".join("?" * (len(columns) + 1))
        self._write(f"INSERT INTO cashiers ({names}) VALUES ({marks})", [token, *columns.values()])  # noqa: S608

    def cashier(self, token: str) -> PayRequest | None:
        """What the cashier page with this token is for."""
        row = self._one("SELECT * FROM cashiers WHERE token = ?", [token])
        return (
            None if row is None else PayRequest(**{name: row[name] for name in dict(row) if name != "token"})
        )

    def save_trade(self, trade: Trade) -> None:
        """Add a trade, or replace what is known of it."""
        names, marks = ", ".join(_TRADE_COLUMNS), ", ".join("?" * len(_TRADE_COLUMNS))
        news = ", ".join(f"{name} = excluded.{name}" for name in _TRADE_COLUMNS)
        self._write(
            f"INSERT INTO trades ({names}) VALUES ({marks}) ON CONFLICT (trade_no) DO UPDATE SET {news}",  # noqa: S608
            [getattr(trade, name) for name in _TRADE_COLUMNS],
        )

    def trade(self, trade_no: str) -> Trade | None:
        """The trade with the provider's number."""
        row = self._one("SELECT * FROM trades WHERE trade_no = ?", [trade_no])
        return None if row is None else _trade(row)

    def trades_of(self, out_trade_no: str) -> list[Trade]:
        """The trades of one order, oldest first; more than one only by the fault `pay_twice`."""
        rows = self._all("SELECT * FROM trades WHERE out_trade_no = ? ORDER BY rowid", [out_trade_no])
        return [_trade(row) for row in rows]

    def trades_to_expire(self, now: float) -> list[Trade]:
        """Unpaid trades whose time is over."""
        sql = "SELECT * FROM trades WHERE status = ? AND expires_at <= ?"
        return [_trade(row) for row in self._all(sql, [TradeStatus.WAIT_BUYER_PAY, now])]

    def latest_trades(self, limit: int) -> list[Trade]:
        """The youngest trades first."""
        return [_trade(row) for row in self._all("SELECT * FROM trades ORDER BY rowid DESC LIMIT ?", [limit])]

    def add_refund(self, refund: Refund) -> None:
        """Remember a refund under the merchant's key."""
        self._write(
            "INSERT INTO refunds VALUES (:trade_no, :out_request_no, :amount_fen, :refunded_at)",
            asdict(refund),
        )

    def refund(self, trade_no: str, out_request_no: str) -> Refund | None:
        """The refund with the merchant's key."""
        sql = "SELECT * FROM refunds WHERE trade_no = ? AND out_request_no = ?"
        row = self._one(sql, [trade_no, out_request_no])
        return None if row is None else Refund(**dict(row))

    def add_notice(
        self, notify_id: str, trade: Trade, content: dict[str, str], *, now: float, next_at: float
    ) -> None:
        """Have the merchant told."""
        self._write(
            "INSERT INTO notices (notify_id, trade_no, url, fields, state, created_at, next_at,"
            " sends, successes, by_hand, answers) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '[]')",
            [notify_id, trade.trade_no, trade.notify_url, json.dumps(content), NoticeState.DUE, now, next_at],
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


def _trade(row: sqlite3.Row) -> Trade:
    return Trade(**{**dict(row), "status": TradeStatus(row["status"])})


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
