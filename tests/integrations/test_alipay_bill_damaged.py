"""A daily bill of Alipay that is damaged in any way is not believed."""

import struct
import tracemalloc
import zipfile
import zlib

import pytest

from chalicelib.domain.bill import BillDamagedError
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.usecases.ports.providers import NoBill
from tests.integrations.alipay_bills import (
    AT_TEN,
    DAY,
    ENDING,
    GENUINE,
    HEAD,
    HEADER,
    SUMMARY,
    bill,
    csv,
    offers,
    refund_row,
    row,
    rows,
    totals,
    zip_of,
)
from tests.integrations.alipay_side import provider
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Party


@pytest.fixture
def alipay(stub: Party) -> AlipayProvider:
    return provider(f"{stub.url}/gateway.do", now=AT_TEN)


def is_damaged(stub: Party, alipay: AlipayProvider, content: bytes) -> bool:
    offers(stub, content)
    try:
        rows(alipay)
    except BillDamagedError:
        return True
    return False


def altered(line: int, before: str, after: str) -> list[str]:
    assert before in GENUINE[line]
    return [text.replace(before, after) if place == line else text for place, text in enumerate(GENUINE)]


PAID, BACK, PAID_TOTAL, BACK_TOTAL = 5, 6, 8, 9
DAMAGED_LINES: dict[str, list[str]] = {
    "nothing": [],
    "another title": altered(0, "业务明细查询", "账务明细查询"),
    "another seller": altered(1, "2088000000000001", "2088000000000002"),
    "another day": altered(2, "2026年03月01日 00", "2026年02月28日 00"),
    "no beginning": altered(3, "业务明细列表", "业务"),
    "a line less before the columns": [*HEAD[:2], *HEAD[3:], HEADER, *GENUINE[5:]],
    "a row lost": [*GENUINE[:PAID], *GENUINE[BACK:]],
    "a refund lost": [*GENUINE[:BACK], *GENUINE[BACK + 1 :]],
    "a row twice": [*GENUINE[:PAID], row(), *GENUINE[PAID:]],
    "another sum": altered(PAID_TOTAL, "192.05", "192.06"),
    "another count": altered(PAID_TOTAL, "1笔", "2笔"),
    "another sum of refunds": altered(BACK_TOTAL, "-61.00", "-61.01"),
    "another count of refunds": altered(BACK_TOTAL, "1笔", "0笔"),
    "a sum that is none": altered(PAID_TOTAL, "192.05", "1.9.2"),
    "no end": [line for line in GENUINE if line != ENDING],
    "an end of something else": [line if line != ENDING else "#业务" for line in GENUINE],
    "no sum": [*GENUINE[:PAID_TOTAL], *GENUINE[PAID_TOTAL + 1 :]],
    "no sum of refunds": [*GENUINE[:BACK_TOTAL], *GENUINE[BACK_TOTAL + 1 :]],
    "two sums": [*GENUINE, GENUINE[PAID_TOTAL]],
    "rows after the end": [*GENUINE, row()],
    "no end of the last lines": [*GENUINE, *["#"] * 100],
    "cut off after a row": GENUINE[: BACK + 1],
    "a comma more": altered(PAID, "报名费", "报名,费"),
    "a column more": altered(PAID, ",-0.12,0.00,", ",-0.12,0.00,,"),
    "a comma less": altered(PAID, ",-0.12,", ",-0.12"),
    "an empty line": [*GENUINE[:PAID], "", *GENUINE[PAID:]],
    "half a fen": altered(PAID, "192.05", "192.055"),
    "an amount in words": altered(PAID, "192.05", "百"),
    "a payment below nothing": altered(PAID, "192.05", "-192.05"),
    "a payment of nothing": [*HEAD, HEADER, row(amount="0.00"), *totals(1, "0.00")],
    "a refund of nothing": [*HEAD, HEADER, refund_row("0.00"), *totals(0, "0.00", 1)],
    "a refund below nothing twice": altered(BACK, "-61.00", "--61.00"),
    "thousands": altered(PAID, "192.05,192.05", "192.05,1e2"),
    "no trade": altered(PAID, "2026030122001481070500000001", ""),
    "no order": altered(PAID, ORDER_ID, ""),
    "an endless order": altered(PAID, ORDER_ID, "t" * 65),
    "no moment": altered(PAID, "2026-03-01 09:05:10", ""),
    "an impossible moment": altered(PAID, "2026-03-01 09:05:10", "2026-02-30 09:05:10"),
    "a moment in another form": altered(PAID, "2026-03-01 09:05:10", "2026/03/01 09:05"),
    "a moment in a shorter form": altered(PAID, "2026-03-01 09:05:10", "20260301T090510.123"),
    "a moment elsewhere": altered(PAID, "2026-03-01 09:05:10", "2026-03-01 09:05:10+09:00"),
    "a column twice": [
        *HEAD,
        f"{HEADER},完成时间",
        f"{row()},",
        f"{refund_row()},",
        *totals(1, "192.05", 1, "-61.00"),
    ],
} | {
    f"without {name}": altered(4, name, "某列")
    for name in (
        "支付宝交易号",
        "商户订单号",
        "业务类型",
        "完成时间",
        "订单金额",
        "商家实收",
        "退款批次号/请求号",
    )
}


@pytest.mark.parametrize("lines", DAMAGED_LINES.values(), ids=DAMAGED_LINES.keys())
def test_a_bill_whose_lines_are_damaged_is_not_believed(
    stub: Party, alipay: AlipayProvider, lines: list[str]
) -> None:
    assert not is_damaged(stub, alipay, bill())
    assert is_damaged(stub, alipay, bill(lines))


def with_list(content: bytes, place: int, form: str, value: int) -> bytes:
    """The same zip with another value in the list's first entry."""
    changed = bytearray(content)
    struct.pack_into(form, changed, content.index(b"PK\1\2") + place, value)
    return bytes(changed)


def bomb(claimed: int) -> bytes:
    """A file that unpacks to a thousand times its size, and claims another."""
    content = csv(HEAD) + b"#" * (1 << 24)
    return with_list(zip_of({"x.csv": content}), 24, "<L", claimed)


DAMAGED_FILES: dict[str, bytes] = {
    "empty": b"",
    "no zip": csv(GENUINE),
    "html": "<html>系统繁忙</html>".encode(),
    "no files": zip_of({}),
    "no details": zip_of({"x.csv": csv([SUMMARY])}),
    "details twice": zip_of({"x.csv": csv(GENUINE), "y.csv": csv(GENUINE)}),
    "many files": zip_of({"x.csv": csv(GENUINE)} | {f"{n}.csv": csv([SUMMARY]) for n in range(16)}),
    "a long list": zip_of({"x.csv": csv(GENUINE), "y" * 20_000: csv([SUMMARY])}),
    "utf-8": zip_of({"x.csv": csv(GENUINE, encoding="utf-8")}),
    "utf-16": zip_of({"x.csv": csv(GENUINE, encoding="utf-16")}),
    "columns not to be read": zip_of({"x.csv": csv(GENUINE).replace("备注".encode("gbk"), b"\xff\xff")}),
    "a kind not to be read": zip_of({"x.csv": csv(GENUINE).replace("交易\t".encode("gbk"), b"\xff\t")}),
    "sums not to be read": zip_of({"x.csv": csv([*GENUINE, "#某"]).replace("#某".encode("gbk"), b"#\xff")}),
    "one endless line": zip_of({"x.csv": csv(HEAD) + b"\0" * (1 << 22)}),
    "a bomb that says so": bomb(1 << 31),
    "a bomb that hides": bomb(100),
    "empty lines without end": zip_of({"x.csv": csv(HEAD) + b"\n" * (1 << 22)}),
    "encrypted": with_list(bill(), 8, "<H", 1),
    "packed in another way": with_list(bill(), 10, "<H", 12),
    "stored in another way": with_list(
        zip_of({"x.csv": csv(GENUINE)}, method=zipfile.ZIP_STORED), 10, "<H", 12
    ),
    "another checksum": with_list(bill(), 16, "<L", 1),
    "another size": with_list(bill(), 24, "<L", 10),
    "a size too large": with_list(zip_of({"x.csv": csv(GENUINE)}), 24, "<L", len(csv(GENUINE)) + 1),
    "packed to nothing": with_list(bill(), 20, "<L", 0),
    "packed beyond the end": with_list(bill(), 20, "<L", 1 << 30),
    "elsewhere": with_list(bill(), 42, "<L", 7),
    "far elsewhere": with_list(bill(), 42, "<L", 0xFFFFFFFF),
    "a list of another length": bill().replace(b"PK\5\6\0\0\0\0\2\0\2\0", b"PK\5\6\0\0\0\0\3\0\3\0"),
    "a second disk": bill().replace(b"PK\5\6\0\0\0\0", b"PK\5\6\1\0\0\0"),
}


@pytest.mark.parametrize("content", DAMAGED_FILES.values(), ids=DAMAGED_FILES.keys())
def test_a_damaged_file_is_not_believed(stub: Party, alipay: AlipayProvider, content: bytes) -> None:
    assert is_damaged(stub, alipay, content)


def test_a_zip_cut_off_anywhere_is_not_believed(stub: Party, alipay: AlipayProvider) -> None:
    whole = bill()
    for length in range(0, len(whole), 41):
        assert is_damaged(stub, alipay, whole[:length]), length
    assert is_damaged(stub, alipay, whole[:-1])
    assert not is_damaged(stub, alipay, whole)


def test_no_changed_byte_of_the_packed_details_goes_unseen(stub: Party, alipay: AlipayProvider) -> None:
    whole = zip_of({"x.csv": csv(GENUINE)})
    packed = len(zlib.compress(csv(GENUINE), wbits=-15))
    for place in range(40, 40 + packed - 10, 37):
        changed = bytearray(whole)
        changed[place] ^= 0x10
        assert is_damaged(stub, alipay, bytes(changed)), place


@pytest.mark.parametrize("claimed", [len(csv(GENUINE)) - 1, (1 << 30) + 1])
def test_a_file_that_holds_more_than_it_claims_or_claims_too_much_gives_no_row(
    stub: Party, alipay: AlipayProvider, claimed: int
) -> None:
    offers(stub, with_list(zip_of({"x.csv": csv(GENUINE)}), 24, "<L", claimed))
    with alipay.daily_bill(DAY) as found:
        assert not isinstance(found, NoBill)
        with pytest.raises(BillDamagedError):
            next(found.rows())


def test_an_endless_line_is_given_up_before_it_fills_the_memory(stub: Party, alipay: AlipayProvider) -> None:
    content = zip_of({"x.csv": csv(HEAD) + b"\0" * (1 << 24)})
    tracemalloc.start()
    try:
        assert is_damaged(stub, alipay, content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20
