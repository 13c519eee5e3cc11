"""The bill of a day: when there is one, what is written in it, and for how long it can be downloaded."""

import gzip
import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from local.simulators.faults import FaultSwitch
from local.simulators.page import SHANGHAI, wall_clock, yuan
from local.simulators.wechatpay.answers import (
    no_statement,
    param_error,
    statement_creating,
)
from local.simulators.wechatpay.ledger import Ledger
from local.simulators.wechatpay.notices import PAYER, Names
from local.simulators.wechatpay.trades import Order, Refund, RefundStatus, Trade
from local.simulators.wechatpay.trading import Trading

_MADE_AFTER = timedelta(days=1, hours=10)
_KEPT = timedelta(days=92)
_DOWNLOADED_WITHIN_S = 300
_FEE_IN_10000 = 60
_COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_REFUND_STATES = {RefundStatus.ABNORMAL: "CHANGE", RefundStatus.CLOSED: "FAIL"}


@dataclass(frozen=True, slots=True)
class BillLink:
    """Under which token a bill can be downloaded, and the SHA-1 of what is in it."""

    token: str
    sha1: str


@dataclass(frozen=True, slots=True)
class _Row:
    at: float
    values: tuple[str, ...]
    paid_fen: int = 0
    refunded_fen: int = 0
    fee_fen: int = 0

    @property
    def line(self) -> str:
        return _line(self.values)


class Billing:
    """Bills over the ledger, at the product's present moment."""

    def __init__(self, ledger: Ledger, names: Names, *, trading: Trading, faults: FaultSwitch) -> None:
        self._ledger = ledger
        self._names = names
        self._trading = trading
        self._faults = faults

    def ask(self, bill_date: str, *, bill_type: str, tar_type: str) -> BillLink:
        """Make the bill of a day for download. Raises ApiRefusalError."""
        if bill_type != "ALL" or tar_type not in {"", "GZIP"}:
            raise param_error("bill_type或tar_type不支持")
        text = self._written(self._day(bill_date))
        content = text.encode("utf-8-sig")
        link = BillLink(secrets.token_urlsafe(32), hashlib.sha1(content, usedforsecurity=False).hexdigest())
        now = self._trading.now()
        self._ledger.add_bill_file(
            link.token,
            gzip.compress(content) if tar_type else content,
            now=now,
            shuts_at=now + _DOWNLOADED_WITHIN_S,
        )
        return link

    def file(self, token: str) -> bytes:
        """What can be downloaded under a token. Raises ApiRefusalError."""
        found = self._ledger.bill_file(token)
        if found is None or found[1] <= self._trading.now():
            raise param_error("账单下载地址无效或已过期")
        return found[0]

    def _day(self, bill_date: str) -> datetime:
        """The beginning of the day in China, once its bill is made."""
        try:
            day = datetime.combine(date.fromisoformat(bill_date), datetime.min.time(), SHANGHAI)
        except ValueError:
            raise param_error("bill_date格式错误") from None
        now = datetime.fromtimestamp(self._trading.now(), SHANGHAI)
        if len(bill_date) != 10 or day > now - timedelta(days=1) or day < now - _KEPT:
            raise param_error("bill_date须为三个月内、今天以前的日期")
        if now < day + _MADE_AFTER + timedelta(seconds=self._faults.read().wechatpay.bill_late_s):
            raise statement_creating()
        return day

    def _written(self, day: datetime) -> str:
        start, end = day.timestamp(), (day + timedelta(days=1)).timestamp()
        rows = [self._payment(trade) for trade in self._ledger.payments_between(start, end)]
        rows += [self._refund(*each) for each in self._ledger.refunds_between(start, end)]
        rows.sort(key=lambda row: row.at)
        if not rows:
            raise no_statement()
        faults = self._faults.read().wechatpay
        if faults.bill_lacks_row:
            rows.pop()
        paid_fen = sum(row.paid_fen for row in rows) + (1 if faults.bill_wrong_total else 0)
        back_fen, fee_fen = sum(row.refunded_fen for row in rows), sum(row.fee_fen for row in rows)
        totals = (str(len(rows)), *_sums(paid_fen, back_fen), _fee(fee_fen), yuan(paid_fen), yuan(back_fen))
        return "".join(
            f"{line}\r\n" for line in (_COLUMNS, *(row.line for row in rows), _TOTALS, _line(totals))
        )

    def _payment(self, trade: Trade) -> _Row:
        order, payment = trade.order, trade.payment
        if payment is None:
            raise LookupError(order.out_trade_no)
        price_fen, fee_fen = order.total_fen, _fee_of(order.total_fen)
        values = (
            *self._beginning(order, payment.transaction_id, at=payment.paid_at, state="SUCCESS"),
            *(yuan(price_fen), "0.00", "0", "0", "0.00", "0.00", "", ""),
            *(order.description, order.attach, _fee(fee_fen), "0.60%", yuan(price_fen), "0.00", ""),
        )
        return _Row(payment.paid_at, values, paid_fen=price_fen, fee_fen=fee_fen)

    def _refund(self, order: Order, refund: Refund) -> _Row:
        back, fee_fen = yuan(refund.amount_fen), -_fee_of(refund.amount_fen)
        state = _REFUND_STATES.get(refund.status, str(refund.status))
        values = (
            *self._beginning(order, refund.transaction_id, at=refund.created_at, state="REFUND"),
            *("0.00", "0.00", refund.refund_id, refund.out_refund_no, back, "0.00", "ORIGINAL", state),
            *(order.description, order.attach, _fee(fee_fen), "0.60%", "0.00", back, ""),
        )
        return _Row(refund.created_at, values, refunded_fen=refund.amount_fen, fee_fen=fee_fen)

    def _beginning(self, order: Order, transaction_id: str, *, at: float, state: str) -> tuple[str, ...]:
        return (
            *(wall_clock(at), self._names.app_id, self._names.mchid, "0", ""),
            *(transaction_id, order.out_trade_no, PAYER, str(order.trade_type), state),
            *("OTHERS", self._trading.currency()),
        )


def _line(values: tuple[str, ...]) -> str:
    return ",".join(f"`{value}" for value in values)


def _sums(paid_fen: int, back_fen: int) -> tuple[str, str, str]:
    """What is due for payments, what goes back, and what of it in coupons."""
    return yuan(paid_fen), yuan(back_fen), "0.00"


def _fee_of(fen: int) -> int:
    """Six in a thousand, rounded as at school."""
    return (fen * _FEE_IN_10000 + 5000) // 10000


def _fee(fen: int) -> str:
    """Rounded to fen, and yet written with three digits more."""
    return f"{'-' if fen < 0 else ''}{yuan(abs(fen))}000"
