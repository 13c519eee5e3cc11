"""Notices: the genuine are read, everything else is refused, and nobody is called meanwhile."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Merchant
from chalicelib.integrations.wechatpay.guard import LONGEST_AGE_S
from chalicelib.usecases.ports import (
    NotAboutPayment,
    NoticeRefusedError,
    Paid,
    ProbeRefusedError,
    ProviderRefusedError,
)
from local.simulators.wechatpay.signing import sealed
from tests.integrations.both_sides import NOW, ORDER_ID
from tests.integrations.wechatpay_reading import nobody_is_called, read, refused
from tests.integrations.wechatpay_side import (
    AMOUNT,
    APIV3_KEY,
    KEY_ID,
    MONEY,
    OLD_SERIAL,
    Notice,
    content_with,
    notice_body,
    paid_notice,
    signed,
)


@pytest.fixture(scope="module", autouse=True)
def _nobody_is_called() -> Iterator[None]:
    with nobody_is_called(after=paid_notice()):
        yield


def test_a_genuine_notice_of_a_payment_is_evidence_of_the_whole_price_whatever_the_payer_gave() -> None:
    assert AMOUNT["payer_total"] != AMOUNT["total"]
    assert read(paid_notice()) == Paid(MONEY)


def test_both_keys_are_good_while_one_takes_over_from_the_other() -> None:
    body = notice_body(content_with())
    assert read(signed(body, with_key=KEY_ID)) == Paid(MONEY)
    assert read(signed(body, with_key=OLD_SERIAL)) == Paid(MONEY)
    assert refused(signed(body, with_key=KEY_ID, named=OLD_SERIAL))


def test_names_of_headers_may_come_in_any_case() -> None:
    notice = paid_notice()
    assert read(Notice({name.title(): value for name, value in notice.headers.items()}, notice.body))


def test_another_merchant_app_or_currency_reaches_the_domain_which_compares_them() -> None:
    found = read(paid_notice(mchid="1900000009", appid="wx9", amount=AMOUNT | {"currency": "USD"}))
    assert isinstance(found, Paid)
    assert found.money.merchant == Merchant(seller_id="1900000009", app_id="wx9")
    assert found.money.currency == "USD"
    unsaid = read(paid_notice(amount={"total": 19205}))
    assert isinstance(unsaid, Paid)
    assert unsaid.money.currency == ""


OTHER_BODIES = {
    "something new": notice_body({}, event_type="SOMETHING.NEW"),
    "something new of a refund": notice_body({}, event_type="REFUND.SOMETHING_NEW"),
    "refunded meanwhile": notice_body(content_with(trade_state="REFUND")),
    "closed": notice_body(content_with(trade_state="CLOSED")),
}


# By name: what is sealed differs in each process, and with it a name made of it.
@pytest.mark.parametrize("body", OTHER_BODIES.values(), ids=OTHER_BODIES.keys())
def test_what_tells_of_no_payment_and_of_no_refund_is_neither(body: str) -> None:
    assert read(signed(body)) == NotAboutPayment()


@pytest.mark.parametrize("name", ["timestamp", "nonce", "serial", "signature"])
def test_each_of_the_four_headers_is_needed_and_counts(name: str) -> None:
    notice = paid_notice()
    value = notice.headers[f"wechatpay-{name}"]
    assert refused(notice.but(**{name: None}))
    assert refused(notice.but(**{name: ""}))
    assert refused(notice.but(**{name: f"{value}1"}))
    assert refused(notice.but(**{name: f" {value}"}))
    assert refused(notice.but(**{name: f"{value}\n"}))
    assert refused(notice.but(**{name: value[:-1] + ("0" if value[-1] != "0" else "1")}))


def test_another_kind_of_signature_is_refused() -> None:
    assert refused(paid_notice().but(signature_type="WECHATPAY2-SM2-WITH-SM3"))
    assert read(paid_notice().but(signature_type=None)) == Paid(MONEY)


def test_every_single_character_of_the_signature_counts() -> None:
    notice = paid_notice()
    signature = notice.headers["wechatpay-signature"]
    for place, sign in enumerate(signature):
        for other in {"A", "B", "!", " ", "=", "\n"} - {sign}:
            forged = signature[:place] + other + signature[place + 1 :]
            assert refused(notice.but(signature=forged)), place
    for forged in (signature[:-4], f"{signature}=", f"{signature}====", signature.rstrip("="), "A" * 344):
        assert refused(notice.but(signature=forged))


def test_every_single_bit_of_the_body_counts() -> None:
    notice = paid_notice()
    for place in range(len(notice.body)):
        body = bytearray(notice.body)
        body[place] ^= 1 << place % 8
        assert refused(Notice(notice.headers, bytes(body))), place
    assert refused(Notice(notice.headers, notice.body + b" "))
    assert refused(Notice(notice.headers, notice.body[:-1]))


def test_what_is_signed_cannot_be_divided_in_another_way() -> None:
    notice = paid_notice()
    first, rest = notice.body[:10].decode(), notice.body[10:]
    nonce = notice.headers["wechatpay-nonce"]
    assert refused(Notice(notice.but(nonce=f"{nonce}\n{first}").headers, rest))
    assert refused(Notice(notice.but(nonce=nonce[:5]).headers, f"{nonce[5:]}\n".encode() + notice.body))


@pytest.mark.parametrize("away_s", [LONGEST_AGE_S, -LONGEST_AGE_S, 86400, -86400 * 365])
def test_a_notice_that_is_replayed_or_from_the_future_is_refused(away_s: int) -> None:
    assert refused(signed(notice_body(content_with()), at=NOW + timedelta(seconds=away_s)))


@pytest.mark.parametrize("away_s", [0, LONGEST_AGE_S - 1, 1 - LONGEST_AGE_S])
def test_clocks_may_differ_a_little(away_s: int) -> None:
    assert read(signed(notice_body(content_with()), at=NOW + timedelta(seconds=away_s))) == Paid(MONEY)


@pytest.mark.parametrize(
    "timestamp",
    ["now", "1e9", "-1772326923", "１７７２３２６９２３", "1772326923.0", "9" * 400, "0x69a39acb"],
)
def test_a_timestamp_is_a_number_of_seconds(timestamp: str) -> None:
    assert refused(paid_notice().but(timestamp=timestamp))


@pytest.mark.parametrize("serial", ["PUB_KEY_ID_9", "ABCDEF", "../../key", "", "0", KEY_ID.lower()])
def test_a_key_that_is_not_known_is_refused_and_not_looked_for(serial: str) -> None:
    body = notice_body(content_with())
    assert refused(signed(body).but(serial=serial))
    assert refused(signed(body, with_key="forger", named=KEY_ID))
    assert refused(signed(body, with_key="forger"))


def test_a_probe_is_refused_and_known_for_one() -> None:
    notice = paid_notice()
    probe = "WECHATPAY/SIGNTEST/" + notice.headers["wechatpay-signature"][19:]
    with pytest.raises(ProbeRefusedError):
        read(notice.but(signature=probe))
    with pytest.raises(NoticeRefusedError) as refusal:
        read(notice.but(signature="AAAA"))
    assert not isinstance(refusal.value, ProbeRefusedError)


def test_a_genuine_notice_that_our_key_does_not_open_is_a_fault_of_ours() -> None:
    with pytest.raises(ProviderRefusedError):
        read(signed(notice_body(content_with(), apiv3_key="f" * 32)))


RESOURCE = dict(sealed(APIV3_KEY, json.dumps(content_with()), kind="transaction"))


@pytest.mark.parametrize("name", ["ciphertext", "nonce", "associated_data"])
def test_what_is_sealed_is_opened_only_as_it_was_sealed(name: str) -> None:
    value = RESOURCE[name]
    changed = value[:-2] + ("AA" if not value.endswith("AA") else "BB")
    with pytest.raises((NoticeRefusedError, ProviderRefusedError)):
        read(signed(notice_body({}, resource=RESOURCE | {name: changed})))


@pytest.mark.parametrize(
    "resource",
    [
        None,
        "text",
        {},
        RESOURCE | {"algorithm": "AEAD_AES_128_GCM"},
        RESOURCE | {"nonce": ""},
        RESOURCE | {"ciphertext": "!"},
        RESOURCE | {"ciphertext": 1},
        RESOURCE | {"ciphertext": base64.b64encode(b"short").decode() + "="},
    ],
)
def test_a_genuine_notice_in_another_form_is_refused(resource: object) -> None:
    with pytest.raises((NoticeRefusedError, ProviderRefusedError)):
        read(signed(notice_body({}, resource=resource)))


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {name: None}
            for name in ("mchid", "appid", "out_trade_no", "transaction_id", "success_time", "amount")
        ),
        *({name: ""} for name in ("mchid", "appid", "out_trade_no", "transaction_id", "success_time")),
        {"amount": AMOUNT | {"total": 192.05}},
        {"amount": AMOUNT | {"total": "19205"}},
        {"amount": AMOUNT | {"total": True}},
        {"amount": AMOUNT | {"total": 0}},
        {"amount": AMOUNT | {"total": -1}},
        {"amount": {"currency": "CNY"}},
        {"success_time": "2026-03-01T09:05:10"},
        {"success_time": "yesterday"},
        {"trade_state": None},
    ],
    ids=str,
)
def test_a_signed_payment_that_lacks_what_every_payment_has_is_refused(changes: dict[str, Any]) -> None:
    assert refused(paid_notice(**changes))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "\x00", "[" * 10_000])
def test_what_is_sealed_must_be_an_order(text: str) -> None:
    assert refused(signed(notice_body(text)))


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", "{", "[" * 20_000], ids=lambda body: body[:4])
def test_a_signed_body_that_is_no_notice_is_refused(body: str) -> None:
    assert refused(signed(body))
    assert refused(signed(notice_body({}, event_type=None)))


@pytest.mark.parametrize("body", [b"", b"hello", b"{}", b"\xff\xfe", b"x" * 40_000])
def test_what_is_not_signed_is_refused(body: bytes) -> None:
    assert refused(Notice({}, body))
    assert refused(Notice(paid_notice().headers, body))


def test_a_huge_notice_is_refused_though_it_is_signed() -> None:
    assert refused(signed(notice_body(content_with(attach="x" * 40_000))))


@given(st.dictionaries(st.sampled_from(sorted(paid_notice().headers)), st.text(max_size=60)), st.binary())
def test_no_headers_and_bytes_do_more_than_be_refused(headers: dict[str, str], body: bytes) -> None:
    assert refused(Notice(headers, body))
    assert refused(Notice(paid_notice().headers | headers, body))


def test_a_refusal_does_not_repeat_what_came() -> None:
    notice = paid_notice(amount={"currency": "CNY"})
    for forged in (notice, notice.but(serial="PUB_KEY_ID_9"), notice.but(nonce="x\ny")):
        with pytest.raises(NoticeRefusedError) as refusal:
            read(forged)
        assert not any(said in str(refusal.value) for said in (ORDER_ID, "PUB_KEY", "19205", "x\ny"))
