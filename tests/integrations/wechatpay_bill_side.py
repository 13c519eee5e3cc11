"""WeChat Pay's side of a bill: its text in the documented form, zipped, and two answers. No tests."""

import gzip
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from chalicelib.domain.bill import BilledPayment, BilledRefund, BillRow
from chalicelib.domain.ids import RefundId
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import NoBill
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Asked, Party, Said
from tests.integrations.wechatpay_side import APP_ID, MCHID, MONEY, TRADE_NO, answer

DAY = date(2026, 3, 1)
COLUMNS = tuple(
    re.split(
        ",",
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
        "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
        "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
    )
)
TOTALS = tuple(
    re.split(
        ",", "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    )
)
PAYMENT = {
    "交易时间": "2026-03-01 09:05:10",
    "公众账号ID": APP_ID,
    "商户号": MCHID,
    "特约商户号": "0",
    "微信订单号": TRADE_NO,
    "商户订单号": str(ORDER_ID),
    "用户标识": "oPayer",
    "交易类型": "NATIVE",
    "交易状态": "SUCCESS",
    "付款银行": "OTHERS",
    "货币种类": "CNY",
    "应结订单金额": "191.05",
    "代金券金额": "1.00",
    "微信退款单号": "0",
    "商户退款单号": "0",
    "退款金额": "0.00",
    "充值券退款金额": "0.00",
    "商品名称": "2026年一级建造师报名费",
    "手续费": "1.15000",
    "费率": "0.60%",
    "订单金额": "192.05",
    "申请退款金额": "0.00",
}
REFUND = PAYMENT | {
    "交易时间": "2026-03-01 23:59:59",
    "交易状态": "REFUND",
    "应结订单金额": "0.00",
    "代金券金额": "0.00",
    "微信退款单号": "50300012342026030100000000001",
    "商户退款单号": f"{ORDER_ID}R01",
    "退款金额": "60.00",
    "退款类型": "ORIGINAL",
    "退款状态": "PROCESSING",
    "手续费": "-0.36000",
    "订单金额": "0.00",
    "申请退款金额": "61.00",
}
PAID = BilledPayment(
    order_id=ORDER_ID,
    trade=MONEY.trade,
    amount_fen=19205,
    paid_at=datetime(2026, 3, 1, 1, 5, 10, tzinfo=UTC),
)
WENT_BACK = BilledRefund(
    order_id=ORDER_ID, trade=MONEY.trade, refund_id=RefundId(f"{ORDER_ID}R01"), amount_fen=6100
)
HEAD, FOOT = ",".join(COLUMNS), ",".join(TOTALS)
SUMS = ["2", "191.05", "60.00", "0.00", "0.79000", "192.05", "61.00"]


def line(values: Iterable[str]) -> str:
    """Each value after a backtick."""
    return ",".join(f"`{value}" for value in values)


def row(values: dict[str, str], columns: Sequence[str] = COLUMNS) -> str:
    """One payment or refund; what is not named is empty."""
    return line(values.get(name, "") for name in columns)


def text_of(*lines: str) -> str:
    """A file's text, each line ended as theirs are."""
    return "".join(f"{each}\r\n" for each in lines)


BILL = text_of(HEAD, row(PAYMENT), row(REFUND), FOOT, line(SUMS))


@dataclass
class BillParty:
    """Answers with a bill; what is asked of the stub is recorded there."""

    stub: Party
    zipped: bytes = b""
    pointer: dict[str, str] = field(default_factory=dict)
    pointed: Said | None = None
    downloaded: Said | None = None

    def has(self, text: str | bytes) -> None:
        """This is the bill of the day from now on."""
        content = text if isinstance(text, bytes) else text.encode("utf-8-sig")
        self.offers(gzip.compress(content, compresslevel=1), sha1=hashlib.sha1(content).hexdigest())

    def offers(self, zipped: bytes, *, sha1: str) -> None:
        """This is the file, and this is said of it."""
        self.zipped = zipped
        self.pointer = {
            "hash_type": "SHA1",
            "hash_value": sha1,
            "download_url": f"{self.stub.url}/v3/billdownload/file?token=T-1_x",
        }
        self.pointed = self.downloaded = None
        self.stub.asked.clear()
        self.stub.answer = self._answer

    def _answer(self, asked: Asked) -> Said:
        if asked.path.startswith("/v3/bill/tradebill"):
            return self.pointed or answer(self.pointer)
        return self.downloaded or Said(self.zipped)


def rows(wechatpay: WechatPayProvider) -> list[BillRow]:
    """All that the bill of the day says."""
    with wechatpay.daily_bill(DAY) as bill:
        assert not isinstance(bill, NoBill)
        return list(bill.rows())
