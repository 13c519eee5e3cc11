"""The daily bill of the simulated Alipay as it comes over the wire, and the console's page."""

import io
import uuid
import zipfile
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from local.clock import ShiftedClock
from local.simulators.page import SHANGHAI, wall_clock
from tests.local.simulators.merchant import Merchant
from tests.local.simulators.running import Service

BILL = "alipay.data.dataservice.bill.downloadurl.query"


@pytest.fixture
def order() -> str:
    return f"B{uuid.uuid4().hex[:24]}"


def fetch(address: str) -> httpx.Response:
    return httpx.get(address, trust_env=False)


def address_of_the_bill(merchant: Merchant, clock: ShiftedClock) -> tuple[str, str]:
    """The bill of the day on which the clock stands, asked for two days later; and that day."""
    day = wall_clock(clock.now())[:10]
    clock.shift(clock.offset_s() + 2 * 86400)
    answer = merchant.call(BILL, bill_type="trade", bill_date=day)
    assert answer["code"] == "10000", answer
    return answer["bill_download_url"], day


def test_the_bill_is_a_zip_of_details_and_summary_in_gbk_with_names_in_gbk(
    merchant: Merchant, clock: ShiftedClock, order: str
) -> None:
    merchant.pay_order(order, subject="2026年度报名费")
    merchant.call("alipay.trade.refund", out_trade_no=order, out_request_no="R1", refund_amount="61.00")
    address, day = address_of_the_bill(merchant, clock)
    answer = fetch(address)
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = [entry.filename.encode("cp437").decode("gbk") for entry in archive.infolist()]
    date = day.replace("-", "")
    assert names == [
        f"20880000000000010156_{date}_业务明细.csv",
        f"20880000000000010156_{date}_业务明细(汇总).csv",
    ]
    details, summary = (archive.read(entry).decode("gbk").split("\r\n") for entry in archive.infolist())
    assert details[0] == "#支付宝业务明细查询"
    assert details[1] == "#账号：[20880000000000010156]"
    year, month, number = day.split("-")
    assert details[2].startswith(f"#起始日期：[{year}年{month}月{number}日 00:00:00]   终止日期：[")
    assert "业务明细列表" in details[3]
    assert len(details[4].split(",")) == 25
    ours = [line.split(",") for line in details if f"{order}\t" in line]
    assert [(row[2], row[11], row[12], row[21]) for row in ours] == [
        ("交易\t", "192.00", "192.00", "\t"),
        ("退款\t", "-61.00", "-61.00", "R1\t"),
    ]
    assert {len(row) for row in ours} == {25}
    assert details[-5].strip("#-") == "业务明细列表结束"
    assert details[-4].startswith("#交易合计：")
    assert details[-3].startswith("#退款合计：")
    assert "-61.00元" in details[-3] or "商家实收退款共-" in details[-3]
    assert details[-2].startswith("#导出时间：[")
    assert summary[0] == "#支付宝业务汇总查询"
    assert "2026年度报名费" in "".join(details)


def test_the_address_of_a_bill_lives_half_a_minute_and_cannot_be_forged(
    merchant: Merchant, clock: ShiftedClock, order: str
) -> None:
    merchant.pay_order(order)
    address, day = address_of_the_bill(merchant, clock)
    date = day.replace("-", "")
    other = (datetime.now(UTC).astimezone(SHANGHAI) - timedelta(days=1)).strftime("%Y%m%d")
    assert fetch(address.replace(date, other)).status_code == 403
    assert fetch(address.split("&token=")[0]).status_code == 403
    assert fetch(address.split("?")[0]).status_code == 403
    clock.shift(clock.offset_s() + 25)
    assert fetch(address).status_code == 200
    clock.shift(clock.offset_s() + 10)
    assert fetch(address).status_code == 403


def test_a_day_without_money_has_no_bill_nor_has_one_that_is_not_over(
    merchant: Merchant, clock: ShiftedClock, order: str
) -> None:
    merchant.pay_order(order)
    for day in (wall_clock(clock.now())[:10], "2020-01-01"):
        answer = merchant.call(BILL, bill_type="trade", bill_date=day)
        assert (answer["code"], answer["sub_code"]) == ("40004", "isp.bill_not_exist")


@pytest.mark.parametrize(
    "biz",
    [
        {"bill_type": "signcustomer", "bill_date": "2026-03-01"},
        {"bill_type": "trade", "bill_date": "2026-03"},
        {"bill_type": "trade", "bill_date": "yesterday"},
    ],
)
def test_a_bill_that_the_protocol_or_this_simulator_does_not_have_is_refused(
    merchant: Merchant, biz: dict[str, str]
) -> None:
    assert merchant.call(BILL, **biz)["sub_code"] == "invalid_arguments"


def test_the_console_shows_trades_and_gives_money_back(
    merchant: Merchant, alipay_service: Service, order: str
) -> None:
    merchant.pay_order(order)
    trade_no = merchant.query(order)["trade_no"]
    page = fetch(alipay_service.url).text
    button = f"/trades/{trade_no}/refund"
    assert f'action="{button}"' in page
    assert fetch(f"{alipay_service.url}/simulators/alipay/").text.count(f"/simulators/alipay{button}") == 1
    for _ in range(2):
        post = httpx.post(f"{alipay_service.url}{button}", data={"amount": "96.00"}, trust_env=False)
        assert post.status_code == 303
    assert merchant.query(order)["trade_status"] == "TRADE_CLOSED"
    assert f'action="{button}"' not in fetch(alipay_service.url).text
    post = httpx.post(f"{alipay_service.url}{button}", data={"amount": "1"}, trust_env=False)
    assert (post.status_code, "退款金额超限" in post.text) == (400, True)
