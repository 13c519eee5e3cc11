"""The daily bill as Alipay makes it: a zip with the details of a day and their summary, CSV in GBK.

Which day is asked for and whether its bill is there yet is in `billing.py`.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from local.simulators.alipay.notices import buyer_fields
from local.simulators.alipay.trades import Refund, Trade
from local.simulators.page import wall_clock, yuan

ACCOUNT_SUFFIX = "0156"
COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
SUMMARY_COLUMNS = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,"
    "卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
)


@dataclass(frozen=True, slots=True)
class Billed:
    """A payment, or the refund of one."""

    trade: Trade
    refund: Refund | None = None

    @property
    def at(self) -> float:
        """When the money moved."""
        return self.refund.refunded_at if self.refund else self.trade.paid_at or 0

    @property
    def fen(self) -> int:
        """What moved, below nothing where it went back."""
        return -self.refund.amount_fen if self.refund else self.trade.total_fen


def bill_zip(
    seller_id: str, day: date, rows: Sequence[Billed], *, made_at: float, total_is_off_fen: int = 0
) -> bytes:
    """The zip; `total_is_off_fen` is a fault in what the payments are said to add up to."""
    account = seller_id + ACCOUNT_SUFFIX
    name = f"{account}_{day:%Y%m%d}_业务明细"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry, lines in (
            (f"{name}.csv", _details(account, day, rows, made_at, total_is_off_fen)),
            (f"{name}(汇总).csv", _summary(account, day, rows, made_at)),
        ):
            content = "".join(f"{line}\r\n" for line in lines).encode("gbk", errors="replace")
            packed.writestr(_GbkName(entry), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


class _GbkName(zipfile.ZipInfo):
    """A name written in GBK without saying so, which the library does not offer."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's name
        return self.filename.encode("gbk"), self.flag_bits


def _details(
    account: str, day: date, rows: Sequence[Billed], made_at: float, total_is_off_fen: int
) -> list[str]:
    paid = [row.fen for row in rows if row.refund is None]
    back = [row.fen for row in rows if row.refund is not None]
    return [
        "#支付宝业务明细查询",
        *_head(account, day),
        f"#{'-' * 41}业务明细列表{'-' * 40}",
        COLUMNS,
        *(_row(row) for row in rows),
        f"#{'-' * 41}业务明细列表结束{'-' * 36}",
        f"#交易合计：{len(paid)}笔，商家实收共{_signed(sum(paid) + total_is_off_fen)}元，商家优惠共0.00元",
        f"#退款合计：{len(back)}笔，商家实收退款共{_signed(sum(back))}元，商家优惠退款共0.00元",
        _made(made_at),
    ]


def _summary(account: str, day: date, rows: Sequence[Billed], made_at: float) -> list[str]:
    payments, refunds = (sum((row.refund is None) is kind for row in rows) for kind in (True, False))
    total = _signed(sum(row.fen for row in rows))
    values = f"{payments},{refunds},{total},{total},0.00,0.00,0.00,0.00,0.00,{total}"
    return [
        "#支付宝业务汇总查询",
        *_head(account, day),
        f"#{'-' * 41}业务汇总列表{'-' * 40}",
        SUMMARY_COLUMNS,
        f"\t,\t,{values}",
        f"合计,,{values}",
        f"#{'-' * 40}业务汇总列表结束{'-' * 37}",
        _made(made_at),
    ]


def _head(account: str, day: date) -> list[str]:
    first, last = (f"{moment:%Y年%m月%d日} 00:00:00" for moment in (day, day + timedelta(days=1)))
    return [f"#账号：[{account}]", f"#起始日期：[{first}]   终止日期：[{last}]"]


def _row(row: Billed) -> str:
    trade, amount = row.trade, _signed(row.fen)
    return ",".join(
        [
            f"{trade.trade_no}\t",
            f"{trade.out_trade_no}\t",
            "交易\t" if row.refund is None else "退款\t",
            trade.subject,
            wall_clock(trade.created_at),
            wall_clock(row.at),
            *["\t"] * 4,
            f"{buyer_fields(trade)['buyer_logon_id']}\t",
            amount,
            amount,
            *["0.00"] * 5,
            "",
            "0.00\t",
            "0.00",
            "\t" if row.refund is None else f"{row.refund.out_request_no}\t",
            "0.00",
            "0.00",
            "",
        ]
    )


def _made(at: float) -> str:
    day, clock = wall_clock(at).split()
    year, month, number = day.split("-")
    return f"#导出时间：[{year}年{month}月{number}日 {clock}]"


def _signed(fen: int) -> str:
    return f"-{yuan(-fen)}" if fen < 0 else yuan(fen)
