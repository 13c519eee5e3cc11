"""The bill of a day at the simulated WeChat Pay, as the real library downloads it."""

import gzip
import hashlib
import itertools
import json
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from local.simulators.page import SHANGHAI
from local.simulators.wechatpay.keys import APP_ID, MCHID
from local.simulators.wechatpay.ledger import Ledger
from tests.integrations.wechatpay_bill_side import COLUMNS, TOTALS
from tests.local.simulators.wechatpay_merchant import WechatPayCustomer


@pytest.fixture
def faults(faults: FaultSwitch) -> FaultSwitch:
    """Refunds are done at once unless told."""
    faults.change({"wechatpay": {"refund_delay_s": 0}})
    return faults


# By the clocks of China. Of the day before yesterday there is a bill, whatever hour it is.
TODAY = datetime.now(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
_DAYS_AGO = itertools.count(6, 2)


@pytest.fixture
def noon() -> datetime:
    """Of a past day that no other test pays on."""
    return TODAY - timedelta(days=next(_DAYS_AGO))


def paid_at(customer: WechatPayCustomer, moment: datetime, *, back_fen: int = 0) -> str:
    """An order that was paid at that moment, and of which something was given back an hour later."""
    number = f"B{uuid.uuid4().hex[:24]}"
    customer.pay_order(number, attach="a,b")
    if back_fen:
        assert customer.refund(number, f"{number}R01", back_fen)[0] == 200
    ledger = Ledger(customer.folder)
    (payment,) = ledger.payments_of(number)
    ledger.save_payment(replace(payment, paid_at=moment.timestamp()))
    refund = ledger.refund(f"{number}R01")
    if refund is not None:
        ledger.save_refund(replace(refund, created_at=moment.timestamp() + 3600))
    return number


def ask(customer: WechatPayCustomer, day: object, **words: str) -> tuple[int, Any]:
    status, text = customer.library.trade_bill(str(day), **words)
    return status, json.loads(text)


def bill(customer: WechatPayCustomer, day: date) -> list[str]:
    """The lines of a bill, once its hash is compared."""
    status, said = ask(customer, day)
    assert (status, said["hash_type"]) == (200, "SHA1")
    status, zipped = customer.library.download_bill(said["download_url"])
    assert status == 200
    content = gzip.decompress(zipped)
    assert hashlib.sha1(content).hexdigest() == said["hash_value"]
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines.pop() == ""
    return lines


def values(line: str, columns: tuple[str, ...] = COLUMNS) -> dict[str, str]:
    assert line.startswith("`")
    return dict(zip(columns, line.removeprefix("`").split(",`"), strict=True))


def test_the_bill_has_the_documented_columns_rows_and_totals(
    customer: WechatPayCustomer, faults: FaultSwitch, noon: datetime
) -> None:
    number = paid_at(customer, noon, back_fen=6100)
    head, first, second, foot, sums = bill(customer, noon.date())
    assert (head, foot) == (",".join(COLUMNS), ",".join(TOTALS))
    payment, refund = values(first), values(second)
    assert payment["交易时间"] == f"{noon.date()} 12:00:00"
    assert (payment["公众账号ID"], payment["商户号"], payment["特约商户号"]) == (APP_ID, MCHID, "0")
    assert (payment["商户订单号"], payment["交易状态"], payment["货币种类"]) == (number, "SUCCESS", "CNY")
    assert (payment["应结订单金额"], payment["订单金额"], payment["申请退款金额"]) == (
        "192.00",
        "192.00",
        "0.00",
    )
    assert (payment["商户退款单号"], payment["手续费"], payment["商户数据包"]) == ("0", "1.15000", "a,b")
    assert refund["交易时间"] == f"{noon.date()} 13:00:00"
    assert (refund["微信订单号"], refund["商户订单号"]) == (payment["微信订单号"], number)
    assert (refund["交易状态"], refund["商户退款单号"], refund["退款状态"]) == (
        "REFUND",
        f"{number}R01",
        "SUCCESS",
    )
    assert (refund["订单金额"], refund["退款金额"], refund["申请退款金额"]) == ("0.00", "61.00", "61.00")
    assert list(values(sums, TOTALS).values()) == [
        "2",
        "192.00",
        "61.00",
        "0.00",
        "0.78000",
        "192.00",
        "61.00",
    ]


def test_a_day_begins_and_ends_at_midnight_in_china(customer: WechatPayCustomer, noon: datetime) -> None:
    midnight = noon.replace(hour=0)
    moments = (
        midnight - timedelta(seconds=1),
        midnight,
        midnight + timedelta(seconds=86399.9),
        midnight + timedelta(days=1),
    )
    numbers = [paid_at(customer, moment) for moment in moments]
    listed = [values(line)["商户订单号"] for line in bill(customer, noon.date())[1:-2]]
    assert listed == numbers[1:3]


def test_a_day_without_payments_has_no_bill(customer: WechatPayCustomer, noon: datetime) -> None:
    assert ask(customer, noon.date()) == (400, {"code": "NO_STATEMENT_EXIST", "message": "账单文件不存在"})


def test_a_bill_that_is_late_is_not_made_yet(customer: WechatPayCustomer, faults: FaultSwitch) -> None:
    noon = TODAY - timedelta(days=3)
    paid_at(customer, noon)
    faults.change({"wechatpay": {"bill_late_s": 5 * 86400}})
    assert ask(customer, noon.date())[1]["code"] == "STATEMENT_CREATING"
    faults.change({"wechatpay": {"bill_late_s": 0}})
    assert ask(customer, noon.date())[0] == 200


@pytest.mark.parametrize("days_ago", [-1, -30, 100])
def test_only_past_days_of_three_months_have_bills(customer: WechatPayCustomer, days_ago: int) -> None:
    assert ask(customer, (TODAY - timedelta(days=days_ago)).date())[1]["code"] == "PARAM_ERROR"


@pytest.mark.parametrize("day", ["yesterday", "20260301", "2026-3-1", "2026-02-30", ""])
def test_a_day_is_written_in_one_way(customer: WechatPayCustomer, day: str) -> None:
    assert ask(customer, day)[1]["code"] == "PARAM_ERROR"


def test_the_address_lives_five_minutes_and_only_for_the_merchant(
    customer: WechatPayCustomer, clock: ShiftedClock, noon: datetime
) -> None:
    paid_at(customer, noon)
    clock.shift(-200)
    said = ask(customer, noon.date())[1]
    assert said["download_url"].startswith(f"{customer.url}/v3/billdownload/file?token=")
    assert customer.browser.get(said["download_url"]).status_code == 401
    assert customer.library.download_bill(f"{said['download_url']}x")[0] == 400
    clock.shift(99)
    assert customer.library.download_bill(said["download_url"])[0] == 200
    clock.shift(101)
    assert customer.library.download_bill(said["download_url"])[0] == 400


def test_behind_a_proxy_the_address_keeps_its_prefix(customer: WechatPayCustomer, noon: datetime) -> None:
    paid_at(customer, noon)
    proxied = WechatPayCustomer(f"{customer.url}/simulators/wechatpay", customer.folder, customer.board)
    assert ask(proxied, noon.date())[1]["download_url"].startswith(f"{customer.url}/simulators/wechatpay/v3/")
    assert len(bill(proxied, noon.date())) == 4


def test_a_bill_may_lack_a_row_and_add_up_without_it_or_not_add_up(
    customer: WechatPayCustomer, faults: FaultSwitch, noon: datetime
) -> None:
    numbers = [paid_at(customer, noon + timedelta(seconds=second)) for second in range(2)]
    faults.change({"wechatpay": {"bill_lacks_row": True}})
    lines = bill(customer, noon.date())
    assert [values(line)["商户订单号"] for line in lines[1:-2]] == numbers[:1]
    assert values(lines[-1], TOTALS)["订单总金额"] == "192.00"
    faults.change({"wechatpay": {"bill_lacks_row": False, "bill_wrong_total": True}})
    lines = bill(customer, noon.date())
    assert len(lines) == 5
    assert values(lines[-1], TOTALS)["订单总金额"] == "384.01"


@pytest.mark.parametrize(
    ("fault", "state"),
    [("refund_abnormal", "CHANGE"), ("refund_closed", "FAIL"), ("refund_delay_s", "PROCESSING")],
)
def test_a_refund_is_billed_as_it_stands(
    customer: WechatPayCustomer,
    faults: FaultSwitch,
    fault: str,
    state: str,
    noon: datetime,
) -> None:
    faults.change({"wechatpay": {fault: 600 if fault == "refund_delay_s" else True}})
    paid_at(customer, noon, back_fen=6100)
    assert values(bill(customer, noon.date())[2])["退款状态"] == state


def test_unzipped_it_is_the_same_and_other_kinds_are_not_spoken(
    customer: WechatPayCustomer, noon: datetime
) -> None:
    paid_at(customer, noon)
    said = ask(customer, noon.date(), tar_type="")[1]
    content = customer.library.download_bill(said["download_url"])[1]
    assert content.decode("utf-8-sig").split("\r\n")[:-1] == bill(customer, noon.date())
    assert ask(customer, noon.date(), bill_type="REFUND")[1]["code"] == "PARAM_ERROR"
    assert ask(customer, noon.date(), tar_type="ZIP")[1]["code"] == "PARAM_ERROR"
