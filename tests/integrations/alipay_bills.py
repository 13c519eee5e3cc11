"""Bills as Alipay makes them, and as nobody should: zips of any content. No tests here."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from chalicelib.domain.bill import BillRow
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.usecases.ports.providers import NoBill
from tests.integrations.alipay_side import REFUND_ID, SELLER_ID, answer
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Asked, Party, Said

DAY = date(2026, 3, 1)
AT_TEN = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""When its bill is made."""
BILL_NODE = "alipay_data_dataservice_bill_downloadurl_query_response"
HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
HEAD = (
    "#支付宝业务明细查询",
    f"#账号：[{SELLER_ID}0156]",
    "#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年03月02日 00:00:00]",
    "#-----------------------------------------业务明细列表----------------------------------------",
)
ENDING = "#-----------------------------------------业务明细列表结束------------------------------------"
MADE = "#导出时间：[2026年03月02日 05:46:49]"
NAME = f"{SELLER_ID}0156_20260301_业务明细"
SUMMARY = "#支付宝业务汇总查询\r\n#账号：[x]\r\n"


def row(
    trade_no: str = "2026030122001481070500000001",
    order_id: str = ORDER_ID,
    kind: str = "交易",
    amount: str = "192.05",
    *,
    received: str | None = None,
    at: str = "2026-03-01 09:05:10",
    refund_id: str = "",
) -> str:
    """A row as it is documented; a refund's amount is below nothing."""
    return (
        f"{trade_no}\t,{order_id}\t,{kind}\t,2026年一级建造师报名费,2026-03-01 09:05:00,{at},\t,\t,\t,\t,"
        f"*某(138****01)\t,{amount},{amount if received is None else received},"
        f"0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,{refund_id}\t,-0.12,0.00,"
    )


def refund_row(amount: str = "-61.00", refund_id: str = REFUND_ID) -> str:
    """A row of a refund of the same trade."""
    return row(kind="退款", amount=amount, refund_id=refund_id, at="2026-03-01 23:59:59")


def totals(payments: int, paid: str, refunds: int = 0, back: str = "0.00") -> list[str]:
    """What the last lines say."""
    return [
        ENDING,
        f"#交易合计：{payments}笔，商家实收共{paid}元，商家优惠共0.00元",
        f"#退款合计：{refunds}笔，商家实收退款共{back}元，商家优惠退款共0.00元",
        MADE,
    ]


GENUINE = [*HEAD, HEADER, row(), refund_row(), *totals(1, "192.05", 1, "-61.00")]


def csv(lines: Iterable[str], *, encoding: str = "gbk", end: str = "\r\n") -> bytes:
    """Lines as a file."""
    return "".join(f"{line}{end}" for line in lines).encode(encoding)


class RawName(zipfile.ZipInfo):
    """A name in GBK; whether it claims to be UTF-8 is not for us to believe."""

    claims_utf_8 = False

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's name
        return self.filename.encode("gbk"), self.flag_bits | (0x800 if self.claims_utf_8 else 0)


def zip_of(
    files: Mapping[str, bytes], *, claims_utf_8: bool = False, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = RawName(name)
            entry.claims_utf_8 = claims_utf_8
            archive.writestr(entry, content, method)
    return packed.getvalue()


def bill(lines: Sequence[str] = GENUINE) -> bytes:
    """The zip with these details and a summary."""
    return zip_of({f"{NAME}.csv": csv(lines), f"{NAME}(汇总).csv": csv([SUMMARY])})


def write_large(path: Path, payments: int) -> None:
    """A genuine bill of so many payments, written piece by piece."""

    def lines() -> Iterator[str]:
        yield from (*HEAD, HEADER)
        for number in range(payments):
            yield row(f"2026030122001481{number:012d}", f"t{number:023d}", amount="61.00")
        yield from totals(payments, f"{payments * 61}.00")

    entry = RawName(f"{NAME}.csv")
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive, archive.open(entry, "w") as file:
        for line in lines():
            file.write(f"{line}\r\n".encode("gbk"))


def offers(stub: Party, content: bytes, *, status: int = 200, promised: int | None = None) -> None:
    """The gateway gives an address, and this lies there."""
    address = f"{stub.url}/downloadBillFile.resource?bizType=trade"

    def said(asked: Asked) -> Said:
        if asked.path.startswith("/gateway.do"):
            return Said(answer(BILL_NODE, {"code": "10000", "bill_download_url": address}))
        return Said(content, status=status, promised=promised)

    stub.asked.clear()
    stub.answer = said


def rows(alipay: AlipayProvider, day: date = DAY) -> list[BillRow]:
    """What stands in the bill."""
    with alipay.daily_bill(day) as found:
        assert not isinstance(found, NoBill)
        return list(found.rows())
