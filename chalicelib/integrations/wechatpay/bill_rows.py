"""What stands in a bill of WeChat Pay: columns by their names, rows, and the two lines of totals at the end.

Each value begins with a backtick; only names of goods are free text, which may hold the sign between values.
Amounts are yuan. A payment is billed with the order's price, a refund with what was asked back of it, as both
are here, whatever a coupon took over. A refund is billed on the day it was taken, mostly before it has ended.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache

from chalicelib.domain.bill import BillDamagedError, BilledPayment, BilledRefund, BillRow
from chalicelib.domain.china import CHINA
from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Trade

_NAME = "wechatpay"
_MARK, _BETWEEN = "`", ",`"
_PAID_AT, _MCHID, _TRADE_NO, _ORDER_ID = "交易时间", "商户号", "微信订单号", "商户订单号"
_STATE, _REFUND_ID, _REFUND_STATE = "交易状态", "商户退款单号", "退款状态"
_PRICE, _ASKED_BACK, _FREE_TEXT = "订单金额", "申请退款金额", "商品名称"
_ADDED_UP = {
    "应结订单金额": "应结订单总金额",
    "退款金额": "退款总金额",
    "充值券退款金额": "充值券退款总金额",
    _PRICE: "订单总金额",
    _ASKED_BACK: "申请退款总金额",
}
"""The columns of money with the names of their sums. Fees are left out: they are rounded, and not ours."""
_COUNT = "总交易单数"
_NEEDED = (_PAID_AT, _MCHID, _TRADE_NO, _ORDER_ID, _STATE, _REFUND_ID, _REFUND_STATE, _FREE_TEXT, *_ADDED_UP)
_NOTHING_WENT_BACK = frozenset({"FAIL", "CLOSED"})
_UNDONE_AT_THE_TILL = "REVOKED"
_YUAN = re.compile(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,2})0*)?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_NUMBER = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Of whom and of when a bill must be."""

    day: date
    mchid: str


@dataclass(slots=True)
class _Sums:
    count: int = 0
    fen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ADDED_UP, 0))


def rows_in(lines: Iterator[bytes], reading: Reading) -> Iterator[BillRow]:
    """The payments and refunds. Raises BillDamagedError as the port says."""
    columns = _columns(_text(next(lines, b""), "utf-8-sig"), _NEEDED)
    sums = _Sums()
    for line in lines:
        text = _text(line)
        if not text.startswith(_MARK):
            _compare(sums, text, lines)
            return
        values = dict(zip(columns, _values(text, columns), strict=True))
        sums.count += 1
        for name in _ADDED_UP:
            sums.fen[name] += _fen(values[name])
        row = _row(values, reading)
        if row is not None:
            yield row
    # Cut off before its totals.
    raise BillDamagedError


def _columns(text: str, needed: tuple[str, ...]) -> tuple[str, ...]:
    columns = tuple(text.split(","))
    if len(set(columns)) != len(columns) or not set(needed) <= set(columns):
        raise BillDamagedError
    return columns


def _values(text: str, columns: tuple[str, ...]) -> list[str]:
    values = text.removeprefix(_MARK).split(_BETWEEN)
    too_many = len(values) - len(columns)
    if too_many > 0 and _FREE_TEXT in columns:
        start = columns.index(_FREE_TEXT)
        values[start : start + too_many + 1] = [_BETWEEN.join(values[start : start + too_many + 1])]
    if len(values) != len(columns):
        raise BillDamagedError
    return values


def _row(values: dict[str, str], reading: Reading) -> BillRow | None:
    if values[_MCHID] != reading.mchid:
        raise BillDamagedError
    match values[_STATE]:
        case "SUCCESS":
            return BilledPayment(
                order_id=OrderId(_number(values[_ORDER_ID])),
                trade=Trade(_NAME, TradeNo(_number(values[_TRADE_NO]))),
                amount_fen=_some(_fen(values[_PRICE])),
                paid_at=_moment(values[_PAID_AT], reading.day),
            )
        case "REFUND":
            if values[_REFUND_STATE] in _NOTHING_WENT_BACK:
                return None
            return BilledRefund(
                order_id=OrderId(_number(values[_ORDER_ID])),
                trade=Trade(_NAME, TradeNo(_number(values[_TRADE_NO]))),
                refund_id=RefundId(_number(values[_REFUND_ID])),
                amount_fen=_some(_fen(values[_ASKED_BACK])),
            )
        case state if state == _UNDONE_AT_THE_TILL:
            return None
        case _:
            raise BillDamagedError


def _compare(sums: _Sums, names: str, rest: Iterator[bytes]) -> None:
    """Raises BillDamagedError where the totals differ from the rows, or are not the end."""
    needed = (_COUNT, *_ADDED_UP.values())
    columns = _columns(names, needed)
    text = _text(next(rest, b""))
    if not text.startswith(_MARK) or any(_text(line) for line in rest):
        raise BillDamagedError
    totals = dict(zip(columns, _values(text, columns), strict=True))
    if totals[_COUNT] != str(sums.count):
        raise BillDamagedError
    if any(_fen(totals[total]) != sums.fen[name] for name, total in _ADDED_UP.items()):
        raise BillDamagedError


def _text(line: bytes, encoding: str = "utf-8") -> str:
    try:
        return line.decode(encoding).rstrip("\r\n")
    except UnicodeDecodeError:
        raise BillDamagedError from None


@lru_cache(maxsize=1024)
def _fen(yuan: str) -> int:
    """Remembered, for a day has few different fees to pay."""
    found = _YUAN.fullmatch(yuan)
    if found is None:
        raise BillDamagedError
    sign, whole, part = found.groups()
    fen = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return -fen if sign else fen


def _some(fen: int) -> int:
    if fen <= 0:
        raise BillDamagedError
    return fen


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise BillDamagedError
    return text


def _moment(shown: str, day: date) -> datetime:
    """By a clock in China, on the day of the bill."""
    if not _MOMENT.fullmatch(shown):
        raise BillDamagedError
    try:
        moment = datetime.fromisoformat(shown).replace(tzinfo=CHINA)
    except ValueError:
        raise BillDamagedError from None
    if moment.date() != day:
        raise BillDamagedError
    return moment.astimezone(UTC)
