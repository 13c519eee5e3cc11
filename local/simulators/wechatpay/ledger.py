"""Where orders, their doors, payments and refunds are kept: each method is one read or one write.

The rules are in `trading.py`.
"""

import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local.simulators.outbox import Outbox
from local.simulators.wechatpay.trades import Order, Payment, Refund, RefundStatus, Trade, TradeType

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    out_trade_no TEXT PRIMARY KEY, trade_type TEXT NOT NULL, description TEXT NOT NULL,
    total_fen INTEGER NOT NULL, attach TEXT NOT NULL, notify_url TEXT NOT NULL, request TEXT NOT NULL,
    created_at REAL NOT NULL, expires_at REAL NOT NULL, closed_at REAL
) STRICT;
CREATE TABLE IF NOT EXISTS doors (
    token TEXT PRIMARY KEY, out_trade_no TEXT NOT NULL, shuts_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS payments (
    transaction_id TEXT PRIMARY KEY, out_trade_no TEXT NOT NULL, paid_at REAL NOT NULL,
    refunded_fen INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS payments_of_order ON payments (out_trade_no);
CREATE TABLE IF NOT EXISTS refunds (
    out_refund_no TEXT PRIMARY KEY, refund_id TEXT NOT NULL, transaction_id TEXT NOT NULL,
    out_trade_no TEXT NOT NULL, amount_fen INTEGER NOT NULL, total_fen INTEGER NOT NULL,
    notify_url TEXT NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL, ready_at REAL NOT NULL,
    done_at REAL
) STRICT;
CREATE INDEX IF NOT EXISTS refunds_under_way ON refunds (status, ready_at);
CREATE TABLE IF NOT EXISTS bill_files (
    token TEXT PRIMARY KEY, content BLOB NOT NULL, shuts_at REAL NOT NULL
) STRICT;
"""


class Ledger(Outbox):
    """The provider's books, in `wechatpay.sqlite` of the folder; the notices in them are the outbox's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "wechatpay.sqlite", _SCHEMA)

    def save_order(self, order: Order) -> None:
        """Add an order, or replace what is known of it."""
        self._save("orders", asdict(order))

    def order(self, out_trade_no: str) -> Order | None:
        """The order with the merchant's number."""
        row = self._one("SELECT * FROM orders WHERE out_trade_no = ?", [out_trade_no])
        return None if row is None else _order(row)

    def latest_trades(self, limit: int) -> list[Trade]:
        """The youngest orders first, one that was paid twice with each payment."""
        rows = self._all("SELECT * FROM orders ORDER BY created_at DESC, rowid DESC LIMIT ?", [limit])
        trades: list[Trade] = []
        for order in map(_order, rows):
            payments = self.payments_of(order.out_trade_no)
            trades += [Trade(order, payment) for payment in reversed(payments)] or [Trade(order, None)]
        return trades

    def add_door(self, token: str, out_trade_no: str, shuts_at: float) -> None:
        """Remember where an order can be paid, and until when."""
        self._write("INSERT INTO doors VALUES (?, ?, ?)", [token, out_trade_no, shuts_at])

    def door(self, token: str) -> tuple[Order, float] | None:
        """The order behind a door, and when the door shuts."""
        row = self._one("SELECT * FROM doors WHERE token = ?", [token])
        order = None if row is None else self.order(row["out_trade_no"])
        return None if row is None or order is None else (order, row["shuts_at"])

    def latest_door(self, out_trade_no: str) -> str | None:
        """The youngest door to an order."""
        sql = "SELECT token FROM doors WHERE out_trade_no = ? ORDER BY rowid DESC LIMIT 1"
        row = self._one(sql, [out_trade_no])
        return None if row is None else str(row["token"])

    def save_payment(self, payment: Payment) -> None:
        """Add a payment, or replace what is known of it."""
        self._save("payments", asdict(payment))

    def payment(self, transaction_id: str) -> Payment | None:
        """The payment with the provider's number."""
        row = self._one("SELECT * FROM payments WHERE transaction_id = ?", [transaction_id])
        return None if row is None else Payment(**dict(row))

    def payments_of(self, out_trade_no: str) -> list[Payment]:
        """The payments of an order, oldest first."""
        rows = self._all("SELECT * FROM payments WHERE out_trade_no = ? ORDER BY rowid", [out_trade_no])
        return [Payment(**dict(row)) for row in rows]

    def save_refund(self, refund: Refund) -> None:
        """Add a refund, or replace what is known of it."""
        self._save("refunds", asdict(refund))

    def refund(self, out_refund_no: str) -> Refund | None:
        """The refund with the merchant's key."""
        row = self._one("SELECT * FROM refunds WHERE out_refund_no = ?", [out_refund_no])
        return None if row is None else _refund(row)

    def refunds_ready(self, now: float) -> list[Refund]:
        """Refunds under way whose time has come."""
        sql = "SELECT * FROM refunds WHERE status = ? AND ready_at <= ? ORDER BY ready_at"
        return [_refund(row) for row in self._all(sql, [RefundStatus.PROCESSING, now])]

    def latest_refunds(self, limit: int) -> list[Refund]:
        """The youngest refunds first."""
        sql = "SELECT * FROM refunds ORDER BY created_at DESC, rowid DESC LIMIT ?"
        return [_refund(row) for row in self._all(sql, [limit])]

    def payments_between(self, start: float, end: float) -> list[Trade]:
        """What was paid from `start` to before `end`, oldest first."""
        sql = "SELECT * FROM payments WHERE paid_at >= ? AND paid_at < ? ORDER BY paid_at, rowid"
        found = (Payment(**dict(row)) for row in self._all(sql, [start, end]))
        trades = ((self.order(payment.out_trade_no), payment) for payment in found)
        return [Trade(order, payment) for order, payment in trades if order is not None]

    def refunds_between(self, start: float, end: float) -> list[tuple[Order, Refund]]:
        """The refunds that were taken from `start` to before `end`, oldest first, with their orders."""
        sql = "SELECT * FROM refunds WHERE created_at >= ? AND created_at < ? ORDER BY created_at, rowid"
        found = map(_refund, self._all(sql, [start, end]))
        refunds = ((self.order(refund.out_trade_no), refund) for refund in found)
        return [(order, refund) for order, refund in refunds if order is not None]

    def add_bill_file(self, token: str, content: bytes, *, now: float, shuts_at: float) -> None:
        """Keep a file to be downloaded, and throw away those that no longer are."""
        self._write("DELETE FROM bill_files WHERE shuts_at < ?", [now])
        self._write("INSERT INTO bill_files VALUES (?, ?, ?)", [token, content, shuts_at])

    def bill_file(self, token: str) -> tuple[bytes, float] | None:
        """A file, and until when it can be downloaded."""
        row = self._one("SELECT * FROM bill_files WHERE token = ?", [token])
        return None if row is None else (row["content"], row["shuts_at"])

    def _save(self, table: str, columns: dict[str, Any]) -> None:
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        key = next(iter(columns))
        news = ", ".join(f"{name} = excluded.{name}" for name in columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {news}"  # noqa: S608
        self._write(sql, list(columns.values()))


def _order(row: sqlite3.Row) -> Order:
    return Order(**{**dict(row), "trade_type": TradeType(row["trade_type"])})


def _refund(row: sqlite3.Row) -> Refund:
    return Refund(**{**dict(row), "status": RefundStatus(row["status"])})
