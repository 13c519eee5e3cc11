"""The bill of a day: how it is asked for, when it is believed, and what its rows say."""

import gzip
import hashlib

import pytest

from chalicelib.domain.bill import BillDamagedError
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import NoBill, ProviderRefusedError, ProviderUnavailableError
from tests.integrations.stub import Party, Said
from tests.integrations.wechatpay_bill_side import (
    BILL,
    DAY,
    FOOT,
    HEAD,
    PAID,
    WENT_BACK,
    BillParty,
    line,
    rows,
    text_of,
)
from tests.integrations.wechatpay_side import answer, is_ours, provider, refusal


@pytest.fixture(scope="module")
def bills(stub: Party) -> BillParty:
    return BillParty(stub)


@pytest.fixture(scope="module")
def wechatpay(bills: BillParty) -> WechatPayProvider:
    return provider(bills.stub.url)


def test_a_bill_says_what_was_paid_and_what_went_back_as_often_as_one_asks(
    bills: BillParty, wechatpay: WechatPayProvider
) -> None:
    bills.has(BILL)
    with wechatpay.daily_bill(DAY) as bill:
        assert not isinstance(bill, NoBill)
        first, second = bill.rows(), bill.rows()
        assert next(first) == next(second) == PAID
        assert list(first) == list(second) == [WENT_BACK]
        assert list(bill.rows()) == [PAID, WENT_BACK]
        assert bill.raw.read() == bills.zipped
        assert bill.sha256 == hashlib.sha256(bills.zipped).hexdigest()
    ask, download = bills.stub.asked
    assert (ask.method, ask.path) == (
        "GET",
        "/v3/bill/tradebill?bill_date=2026-03-01&bill_type=ALL&tar_type=GZIP",
    )
    assert (download.method, download.path) == ("GET", "/v3/billdownload/file?token=T-1_x")
    assert is_ours(ask)
    assert is_ours(download)


def test_the_file_is_gone_after_its_context(bills: BillParty, wechatpay: WechatPayProvider) -> None:
    bills.has(BILL)
    with wechatpay.daily_bill(DAY) as bill:
        pass
    assert not isinstance(bill, NoBill)
    with pytest.raises(OSError, match=r"file descriptor|Bad"):
        bill.raw.read()


def test_a_day_without_payments_has_no_bill(bills: BillParty, wechatpay: WechatPayProvider) -> None:
    bills.has(BILL)
    bills.pointed = refusal(400, "NO_STATEMENT_EXIST")
    with wechatpay.daily_bill(DAY) as bill:
        assert isinstance(bill, NoBill)
    bills.has(text_of(HEAD, FOOT, line(["0", *["0.00"] * 6])))
    assert rows(wechatpay) == []


@pytest.mark.parametrize(
    "said",
    [
        refusal(400, "STATEMENT_CREATING"),
        refusal(500, "SYSTEM_ERROR"),
        refusal(429, "FREQUENCY_LIMITED"),
        Said(b"{}", status=404),
        answer({}),
        answer(""),
        answer("[]"),
        answer({"hash_type": "SHA1", "hash_value": "0" * 40}),
        answer({"hash_type": "MD5", "hash_value": "0" * 40, "download_url": "https://x/y"}),
        answer({"hash_type": "SHA1", "hash_value": "0" * 39, "download_url": "https://x/y"}),
        answer({"hash_type": "SHA1", "hash_value": "0" * 40, "download_url": ""}),
        answer({"hash_type": "SHA1", "hash_value": "0" * 40, "download_url": "https://[x"}),
        answer({"hash_type": "SHA1", "hash_value": "0" * 40, "download_url": "file?token=1"}),
        answer({"hash_type": "SHA1", "hash_value": "0" * 40, "download_url": "https://x/a b"}),
        answer(
            {"hash_type": "SHA1", "hash_value": "0" * 40, "download_url": "https://x/y"}, with_key="forger"
        ),
        Said(b'{"hash_type":"SHA1"}'),
    ],
    ids=lambda said: said.body.decode()[:80] or "empty",
)
def test_a_bill_that_is_not_there_yet_is_asked_for_again(
    bills: BillParty, wechatpay: WechatPayProvider, said: Said
) -> None:
    bills.has(BILL)
    bills.pointed = said
    with pytest.raises(ProviderUnavailableError):
        rows(wechatpay)
    assert len(bills.stub.asked) == 1, "nothing was downloaded"


@pytest.mark.parametrize("code", ["SIGN_ERROR", "NO_AUTH", "PARAM_ERROR", "INVALID_REQUEST", "SOMETHING_NEW"])
def test_other_refusals_are_for_a_person(bills: BillParty, wechatpay: WechatPayProvider, code: str) -> None:
    bills.has(BILL)
    bills.pointed = refusal(400, code)
    with pytest.raises(ProviderRefusedError, match=code):
        rows(wechatpay)


def test_whatever_host_is_named_only_our_own_gateway_is_asked(
    bills: BillParty, wechatpay: WechatPayProvider
) -> None:
    bills.has(BILL)
    for host in (
        "https://api2.mch.example",
        "http://169.254.169.254",
        "",
        "https://user:pass@evil.example:99",
    ):
        bills.pointer["download_url"] = f"{host}/v3/billdownload/file?token=T-1_x"
        assert rows(wechatpay) == [PAID, WENT_BACK]
        assert is_ours(bills.stub.asked[-1])


@pytest.mark.parametrize(
    "said",
    [
        refusal(400, "PARAM_ERROR"),
        Said(b"", status=302, headers={"Location": "https://elsewhere.example/"}),
        Said(b"half", promised=100),
        Said(b"late", after_s=1.0),
    ],
    ids=["expired", "elsewhere", "half", "late"],
)
def test_a_download_that_does_not_come_whole_is_tried_again(
    bills: BillParty, wechatpay: WechatPayProvider, said: Said
) -> None:
    bills.has(BILL)
    bills.downloaded = said
    with pytest.raises(ProviderUnavailableError):
        rows(wechatpay)


GOOD = gzip.compress(BILL.encode("utf-8-sig"))
SHA1 = hashlib.sha1(BILL.encode("utf-8-sig")).hexdigest()


@pytest.mark.parametrize(
    "zipped",
    [
        b"",
        BILL.encode(),
        GOOD[:10] + b"\xff" * 20 + GOOD[30:],
        GOOD[:-9],
        GOOD[:40],
        GOOD[: len(GOOD) // 2] + b"\0" * 20 + GOOD[len(GOOD) // 2 :],
        GOOD[:-8] + b"\0" * 8,
        GOOD + b"more",
        GOOD + gzip.compress(b"more"),
        gzip.compress(BILL.encode()),
        gzip.compress(BILL.replace("192.05", "192.06").encode("utf-8-sig")),
    ],
    ids=[
        "empty",
        "unzipped",
        "torn open",
        "cut off",
        "cut short",
        "torn",
        "wrong sum",
        "more",
        "more zipped",
        "no mark",
        "altered",
    ],
)
def test_a_file_that_is_not_what_was_signed_for_is_damaged_before_a_row_is_read(
    bills: BillParty, wechatpay: WechatPayProvider, zipped: bytes
) -> None:
    bills.offers(zipped, sha1=SHA1)
    with pytest.raises(BillDamagedError), wechatpay.daily_bill(DAY):
        pytest.fail("nothing of it may be believed")


def test_the_hash_may_be_written_in_capitals(bills: BillParty, wechatpay: WechatPayProvider) -> None:
    bills.offers(GOOD, sha1=SHA1.upper())
    assert rows(wechatpay) == [PAID, WENT_BACK]
