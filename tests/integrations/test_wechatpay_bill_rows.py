"""What stands in a bill: columns by name, rows, totals, and every form in which nothing of it is believed."""

import gzip
import hashlib
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import islice

import pytest

from chalicelib.domain.bill import BillDamagedError
from chalicelib.domain.ids import RefundId
from chalicelib.integrations.bills import BillFile
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.integrations.wechatpay.bill_rows import Reading
from chalicelib.integrations.wechatpay.bills import LARGEST_UNZIPPED_BYTES, WechatPayBill
from chalicelib.usecases.ports import NoBill
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Party
from tests.integrations.wechatpay_bill_side import (
    BILL,
    COLUMNS,
    DAY,
    FOOT,
    HEAD,
    PAID,
    PAYMENT,
    REFUND,
    SUMS,
    TOTALS,
    WENT_BACK,
    BillParty,
    line,
    row,
    rows,
    text_of,
)
from tests.integrations.wechatpay_side import provider
from tests.local.simulators.running import PROJECT


@pytest.fixture(scope="module")
def bills(stub: Party) -> BillParty:
    return BillParty(stub)


@pytest.fixture(scope="module")
def wechatpay(bills: BillParty) -> WechatPayProvider:
    return provider(bills.stub.url)


def is_damaged(wechatpay: WechatPayProvider) -> bool:
    try:
        rows(wechatpay)
    except BillDamagedError:
        return True
    return False


def test_columns_are_found_by_their_names(bills: BillParty, wechatpay: WechatPayProvider) -> None:
    turned, totals = [*COLUMNS[5:], "新字段", *COLUMNS[:5]], [*TOTALS[::-1], "新合计"]
    bills.has(
        text_of(
            ",".join(turned),
            row(PAYMENT, turned),
            row(REFUND, turned),
            ",".join(totals),
            line([*SUMS[::-1], "x"]),
        )
    )
    assert rows(wechatpay) == [PAID, WENT_BACK]


def test_a_name_of_goods_may_hold_the_sign_between_values(
    bills: BillParty, wechatpay: WechatPayProvider
) -> None:
    bills.has(BILL.replace("一级建造师", "一级,`建造,`师`,"))
    assert rows(wechatpay) == [PAID, WENT_BACK]


def test_a_refund_counts_from_the_day_it_was_taken_and_one_that_failed_does_not(
    bills: BillParty, wechatpay: WechatPayProvider
) -> None:
    for state in ("SUCCESS", "PROCESSING", "CHANGE"):
        bills.has(BILL.replace("PROCESSING", state))
        assert rows(wechatpay) == [PAID, WENT_BACK]
    bills.has(BILL.replace("PROCESSING", "FAIL"))
    assert rows(wechatpay) == [PAID], "it is added up all the same"


def test_a_payment_undone_at_a_till_is_neither_paid_nor_given_back(
    bills: BillParty, wechatpay: WechatPayProvider
) -> None:
    bills.has(BILL.replace("REFUND", "REVOKED"))
    assert rows(wechatpay) == [PAID]


def changed(values: dict[str, str], **changes: str) -> str:
    """The whole bill with one row changed and the totals as they were."""
    lines = [row(values | changes if values is each else each) for each in (PAYMENT, REFUND)]
    return text_of(HEAD, *lines, FOOT, line(SUMS))


WITHOUT = [name for name in COLUMNS if name not in {"公众账号ID", "手续费", "费率", "费率备注"}]
FREE = row(PAYMENT | {"订单金额": "0.00"})
NEGATIVE = row(PAYMENT | {"订单金额": "-192.05"})
NOTHING_BACK = row(REFUND | {"申请退款金额": "0.00"})
DAMAGED = {
    "a payment of nothing": text_of(
        HEAD, FREE, FOOT, line(["1", "191.05", "0.00", "0.00", "1.15000", "0.00", "0.00"])
    ),
    "a payment of less": text_of(
        HEAD, NEGATIVE, FOOT, line(["1", "191.05", "0.00", "0.00", "1.15000", "-192.05", "0.00"])
    ),
    "a refund of nothing": text_of(
        HEAD, NOTHING_BACK, FOOT, line(["1", "0.00", "60.00", "0.00", "-0.36000", "0.00", "0.00"])
    ),
    "empty": "",
    "no rows": text_of(HEAD),
    "no head": text_of(row(PAYMENT), row(REFUND), FOOT, line(SUMS)),
    "no totals": text_of(HEAD, row(PAYMENT), row(REFUND)),
    "half the totals": text_of(HEAD, row(PAYMENT), row(REFUND), FOOT),
    "totals twice": BILL + text_of(FOOT, line(SUMS)),
    "rows after totals": BILL + text_of(row(PAYMENT)),
    "totals without backticks": text_of(HEAD, row(PAYMENT), row(REFUND), FOOT, ",".join(SUMS)),
    "a column twice": BILL.replace("用户标识", "付款银行", 1),
    "a value too few": BILL.replace(",`0.60%", "", 1),
    "a line in the middle of a name": BILL.replace("一级建造师", "一级\r\n建造师", 1),
    "a row lost": text_of(HEAD, row(PAYMENT), FOOT, line(SUMS)),
    "a row twice": text_of(HEAD, row(PAYMENT), row(PAYMENT), row(REFUND), FOOT, line(SUMS)),
    "a line without end": BILL.replace("一级建造师", "长" * 20_000, 1),
    "the form of before 2018": BILL.replace("应结订单金额", "总金额", 1),
    "another merchant": changed(PAYMENT, 商户号="1900000009"),
    "another day": changed(PAYMENT, 交易时间="2026-03-02 00:00:00"),
    "the day before": changed(PAYMENT, 交易时间="2026-02-28 23:59:59"),
    "no time": changed(PAYMENT, 交易时间=""),
    "no such time": changed(PAYMENT, 交易时间="2026-03-01 24:00:00"),
    "a time in another form": changed(PAYMENT, 交易时间="2026-03-01T09:05:10"),
    "a new state": changed(PAYMENT, 交易状态="SOMETHING_NEW"),
    "no trade": changed(PAYMENT, 微信订单号=""),
    "no order": changed(REFUND, 商户订单号=""),
    "no refund": changed(REFUND, 商户退款单号=""),
    "a number with a space": changed(PAYMENT, 商户订单号="a b"),
    **{
        f"amount {text!r}": changed(PAYMENT, 订单金额=text)
        for text in (
            "",
            "192",
            "192.051",
            "192.0",
            "1,92.05",
            "１９２.05",
            "192.05元",
            "+192.05",
            "1e2",
            "NaN",
            "-192.05",
            " 192.05",
            "0.00",
            "9" * 11,
        )
    },
    **{
        f"total {name} {index}": BILL.replace(line(SUMS), line([*SUMS[:index], more, *SUMS[index + 1 :]]))
        for index, name, more in (
            (0, "count", "3"),
            (0, "count no number", "2.0"),
            (1, "due", "191.06"),
            (2, "back", "60.01"),
            (3, "coupons", "0.01"),
            (5, "paid", "192.04"),
            (6, "asked back", "61.01"),
            (6, "no amount", ""),
        )
    },
    **{
        f"without {name}": text_of(
            ",".join(each for each in COLUMNS if each != name),
            *(row(values, [each for each in COLUMNS if each != name]) for values in (PAYMENT, REFUND)),
            FOOT,
            line(SUMS),
        )
        for name in (
            "交易时间",
            "商户号",
            "微信订单号",
            "商户订单号",
            "交易状态",
            "商户退款单号",
            "退款金额",
            "退款状态",
            "应结订单金额",
            "订单金额",
            "申请退款金额",
        )
    },
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_bill_in_another_form_or_with_other_sums_is_damaged_though_its_hash_is_right(
    bills: BillParty, wechatpay: WechatPayProvider, text: str
) -> None:
    bills.has(text)
    assert is_damaged(wechatpay)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
def test_another_encoding_is_damaged_and_only_a_missing_mark_is_not(
    bills: BillParty, wechatpay: WechatPayProvider, encoding: str
) -> None:
    bills.has(BILL.encode(encoding))
    assert is_damaged(wechatpay) is (encoding != "utf-8")


def test_totals_that_differ_are_found_after_the_last_row(
    bills: BillParty, wechatpay: WechatPayProvider
) -> None:
    bills.has(BILL.replace(line(SUMS), line(["2", "191.05", "60.00", "0.00", "0.79000", "192.04", "61.00"])))
    with wechatpay.daily_bill(DAY) as bill:
        assert not isinstance(bill, NoBill)
        reading = bill.rows()
        assert list(islice(reading, 2)) == [PAID, WENT_BACK]
        with pytest.raises(BillDamagedError):
            next(reading)


def test_a_refund_of_the_console_keeps_its_own_number(bills: BillParty, wechatpay: WechatPayProvider) -> None:
    bills.has(BILL.replace(f"{ORDER_ID}R01", "1019000001202603010000000001"))
    assert rows(wechatpay)[1] == replace(WENT_BACK, refund_id=RefundId("1019000001202603010000000001"))


def test_a_bill_of_many_rows_takes_hardly_more_memory_than_a_short_one() -> None:
    command = [sys.executable, "-m", "tests.integrations.large_bill", "30000"]
    said = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    count, _, _, peak_bytes = said.split()
    assert int(count) == 30_000
    assert int(peak_bytes) < 4 << 20, "the rows in a list are ten"


def test_a_bomb_is_damaged_before_it_is_unzipped_whole() -> None:
    content = bytes(64 << 20)
    sha1 = hashlib.sha1(content).hexdigest()
    with tempfile.TemporaryFile() as file:
        file.write(gzip.compress(content, compresslevel=1))
        file.flush()
        bill = WechatPayBill(BillFile(file.tell(), "", file.fileno()), Reading(day=DAY, mchid="1900000001"))
        bill.compare_with(sha1)
        with pytest.raises(BillDamagedError):
            bill.compare_with(sha1, most_bytes=(64 << 20) - 1)
    assert LARGEST_UNZIPPED_BYTES <= 1 << 30
