"""Where cashiers, trades and refunds are kept: each method is one read or one write.

The rules are in `trading.py`.
"""

import sqlite3
from dataclasses import asdict, fields
from pathlib import Path

from local.simulators.alipay.trades import PayRequest, Refund, Trade, TradeStatus
from local.simulators.outbox import Outbox

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
CREATE INDEX IF NOT EXISTS trades_paid ON trades (paid_at);
CREATE TABLE IF NOT EXISTS refunds (
    trade_no TEXT NOT NULL, out_request_no TEXT NOT NULL, amount_fen INTEGER NOT NULL,
    refunded_at REAL NOT NULL, PRIMARY KEY (trade_no, out_request_no)
) STRICT;
CREATE INDEX IF NOT EXISTS refunds_made ON refunds (refunded_at);
"""
_TRADE_COLUMNS = [field.name for field in fields(Trade)]


class Ledger(Outbox):
    """The provider's books, in `alipay.sqlite` of the folder; the notices in them are the outbox's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "alipay.sqlite", _SCHEMA)

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

    def trades_paid(self, start: float, end: float) -> list[Trade]:
        """The trades that were paid from `start` on and before `end`."""
        sql = "SELECT * FROM trades WHERE paid_at >= ? AND paid_at < ? ORDER BY paid_at, rowid"
        return [_trade(row) for row in self._all(sql, [start, end])]

    def refunds_made(self, start: float, end: float) -> list[tuple[Trade, Refund]]:
        """The refunds from `start` on and before `end`, each with its trade."""
        sql = (
            "SELECT trades.*, refunds.out_request_no, refunds.amount_fen, refunds.refunded_at FROM refunds"
            " JOIN trades USING (trade_no) WHERE refunded_at >= ? AND refunded_at < ? ORDER BY refunded_at"
        )
        return [
            (
                _trade(row),
                Refund(row["trade_no"], row["out_request_no"], row["amount_fen"], row["refunded_at"]),
            )
            for row in self._all(sql, [start, end])
        ]


def _trade(row: sqlite3.Row) -> Trade:
    columns = {name: row[name] for name in _TRADE_COLUMNS}
    return Trade(**columns | {"status": TradeStatus(row["status"])})
