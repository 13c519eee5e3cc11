"""The daily bill as Alipay makes it is read, once Alipay says that there is one."""

import hashlib
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.domain.bill import BilledPayment, BilledRefund
from chalicelib.domain.ids import RefundId, TradeNo
from chalicelib.domain.payment import Trade
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.usecases.ports import ProviderRefusedError, ProviderUnavailableError
from chalicelib.usecases.ports.providers import NoBill
from tests.integrations.alipay_bills import (
    AT_TEN,
    BILL_NODE,
    DAY,
    GENUINE,
    HEAD,
    HEADER,
    NAME,
    SUMMARY,
    bill,
    csv,
    offers,
    refund_row,
    row,
    rows,
    totals,
    write_large,
    zip_of,
)
from tests.integrations.alipay_side import REFUND_ID, answer, merchant_key, provider
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Party, Said

TRADE = Trade("alipay", TradeNo("2026030122001481070500000001"))
PAYMENT = BilledPayment(
    order_id=ORDER_ID, trade=TRADE, amount_fen=19205, paid_at=datetime(2026, 3, 1, 1, 5, 10, tzinfo=UTC)
)
REFUND = BilledRefund(order_id=ORDER_ID, trade=TRADE, refund_id=REFUND_ID, amount_fen=6100)


@pytest.fixture
def alipay(stub: Party) -> AlipayProvider:
    return provider(f"{stub.url}/gateway.do", now=AT_TEN)


def test_payments_and_refunds_of_a_bill_are_read_as_often_as_asked_with_the_raw_file_and_its_hash(
    stub: Party, alipay: AlipayProvider
) -> None:
    offers(stub, bill())
    with alipay.daily_bill(DAY) as found:
        assert not isinstance(found, NoBill)
        assert found.sha256 == hashlib.sha256(bill()).hexdigest()
        reading = found.rows()
        assert next(reading) == PAYMENT
        assert found.raw.read() == bill()
        assert list(reading) == [REFUND]
        assert list(found.rows()) == [PAYMENT, REFUND]
    assert '"bill_date":"2026-03-01"' in stub.asked[0].path.replace("%22", '"').replace("%3A", ":")


@pytest.mark.parametrize(
    "content",
    [
        bill([*HEAD, HEADER, *totals(0, "0.00")]),
        zip_of({f"{NAME}.csv": csv([*HEAD, HEADER, *totals(0, "0.00")], end="\n")}),
        zip_of({"x.csv": csv([*HEAD, HEADER, *totals(0, "0.00")])}, method=zipfile.ZIP_STORED),
    ],
    ids=["no rows", "ends of lines without a return", "not packed"],
)
def test_a_bill_without_rows_is_a_bill(stub: Party, alipay: AlipayProvider, content: bytes) -> None:
    offers(stub, content)
    assert rows(alipay) == []


@pytest.mark.parametrize("claims_utf_8", [True, False])
def test_the_names_of_the_files_and_what_they_claim_to_be_do_not_matter(
    stub: Party, alipay: AlipayProvider, claims_utf_8: bool
) -> None:
    files = {f"{NAME}(汇总).csv": csv([SUMMARY]), f"{NAME}.csv": csv(GENUINE)}
    offers(stub, zip_of(files, claims_utf_8=claims_utf_8))
    assert rows(alipay) == [PAYMENT, REFUND]


def test_columns_are_found_by_their_names_and_a_new_one_disturbs_nothing(
    stub: Party, alipay: AlipayProvider
) -> None:
    def turned(line: str) -> str:
        return line if line.startswith("#") else ",".join(["新", *reversed(line.split(","))])

    offers(stub, bill([turned(line) for line in GENUINE]))
    assert rows(alipay) == [PAYMENT, REFUND]


def test_what_the_buyer_owed_is_billed_though_the_seller_received_less(
    stub: Party, alipay: AlipayProvider
) -> None:
    offers(stub, bill([*HEAD, HEADER, row(received="190.00"), *totals(1, "190.00")]))
    assert rows(alipay) == [PAYMENT]


def test_rows_of_another_kind_are_left_out_and_not_counted(stub: Party, alipay: AlipayProvider) -> None:
    offers(stub, bill([*HEAD, HEADER, row(kind="收费", amount="-1.00"), row(), *totals(1, "192.05")]))
    assert rows(alipay) == [PAYMENT]


def test_a_refund_from_the_console_has_no_number_of_ours(stub: Party, alipay: AlipayProvider) -> None:
    lines = [*HEAD, HEADER, refund_row(refund_id=""), *totals(0, "0.00", 1, "-61.00")]
    offers(stub, bill(lines))
    (refund,) = rows(alipay)
    assert isinstance(refund, BilledRefund)
    assert refund.refund_id == RefundId("")


def test_an_unreadable_sign_in_a_column_that_nobody_reads_harms_nothing(
    stub: Party, alipay: AlipayProvider
) -> None:
    content = csv(GENUINE).replace("*某".encode("gbk"), b"*\xff")
    offers(stub, zip_of({"x.csv": content}))
    assert rows(alipay) == [PAYMENT, REFUND]


@pytest.mark.parametrize("sub_code", ["isp.bill_not_exist", "BILL_NOT_EXIST"])
def test_no_bill_is_believed_only_once_bills_are_made(stub: Party, sub_code: str) -> None:
    refusal: dict[str, object] = {"code": "40004", "msg": "Business Failed", "sub_code": sub_code}
    stub.answer = lambda _: Said(answer(BILL_NODE, refusal))
    with provider(stub.url, now=AT_TEN).daily_bill(DAY) as found:
        assert found == NoBill()
    early = provider(stub.url, now=AT_TEN.replace(hour=1, minute=59, second=59))
    with pytest.raises(ProviderUnavailableError, match="not made yet"), early.daily_bill(DAY):
        pass


def test_a_day_that_is_not_over_in_shanghai_is_not_asked_for(stub: Party) -> None:
    stub.asked.clear()
    for now in (AT_TEN.replace(day=1, hour=15, minute=59, second=59), AT_TEN.replace(day=1)):
        with (
            pytest.raises(ProviderUnavailableError, match="not over"),
            provider(stub.url, now=now).daily_bill(DAY),
        ):
            pass
    assert stub.asked == []


def test_a_bill_that_is_made_before_its_hour_is_taken(stub: Party) -> None:
    offers(stub, bill())
    assert rows(provider(f"{stub.url}/gateway.do", now=AT_TEN.replace(hour=0))) == [PAYMENT, REFUND]


NO_ANSWERS: dict[str, bytes] = {
    "unsigned": answer(BILL_NODE, {"code": "10000", "bill_download_url": "http://x"}, signed=False),
    "unsigned no": answer(BILL_NODE, {"code": "40004", "sub_code": "isp.bill_not_exist"}, signed=False),
    "signed by another": answer(
        BILL_NODE, {"code": "40004", "sub_code": "isp.bill_not_exist"}, key=merchant_key()
    ),
    "no address": answer(BILL_NODE, {"code": "10000"}),
    "an empty address": answer(BILL_NODE, {"code": "10000", "bill_download_url": ""}),
    "an address that is none": answer(
        BILL_NODE, {"code": "10000", "bill_download_url": "file:///etc/passwd"}
    ),
    "their trouble": answer(BILL_NODE, {"code": "20000", "sub_code": "isp.unknow-error"}),
    "their other trouble": answer(BILL_NODE, {"code": "40004", "sub_code": "isp.something"}),
}


@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_what_settles_nothing_about_a_bill_counts_as_silence(
    stub: Party, alipay: AlipayProvider, body: bytes
) -> None:
    stub.answer = lambda _: Said(body)
    with pytest.raises(ProviderUnavailableError), alipay.daily_bill(DAY):
        pass


def test_a_refusal_without_a_meaning_for_us_is_for_a_person(stub: Party, alipay: AlipayProvider) -> None:
    stub.answer = lambda _: Said(answer(BILL_NODE, {"code": "40004", "sub_code": "invalid_arguments"}))
    with pytest.raises(ProviderRefusedError), alipay.daily_bill(DAY):
        pass


@pytest.mark.parametrize("saying", [{"status": 403}, {"status": 302}, {"promised": 100_000}])
def test_an_address_that_is_over_or_half_a_file_counts_as_silence(
    stub: Party, alipay: AlipayProvider, saying: dict[str, int]
) -> None:
    offers(stub, bill(), **saying)
    with pytest.raises(ProviderUnavailableError), alipay.daily_bill(DAY):
        pass


def test_a_large_bill_is_read_in_little_memory(stub: Party, alipay: AlipayProvider, tmp_path: Path) -> None:
    write_large(tmp_path / "bill.zip", 10_000)
    offers(stub, (tmp_path / "bill.zip").read_bytes())
    tracemalloc.start()
    try:
        with alipay.daily_bill(DAY) as found:
            assert not isinstance(found, NoBill)
            assert sum(1 for _ in found.rows()) == 10_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 << 20, "the rows were kept"
