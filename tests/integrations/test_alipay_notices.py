"""Notices: the genuine are read, everything else is refused."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import Merchant, Money, Trade
from chalicelib.integrations.alipay.notices import read_form
from chalicelib.usecases.ports import NotAboutPayment, NoticeRefusedError, Paid
from local.simulators.alipay.signing import signed_message
from tests.integrations.alipay_side import (
    APP_ID,
    MERCHANT,
    PAID_NOTICE,
    form_of,
    merchant_key,
    notice,
    provider,
)
from tests.integrations.both_sides import ORDER_ID

PROVIDER = provider()


def fields_of(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def refused(body: bytes) -> bool:
    try:
        PROVIDER.read_notice(body, {})
    except NoticeRefusedError:
        return True
    return False


@pytest.mark.parametrize("status", ["TRADE_SUCCESS", "TRADE_FINISHED"])
def test_a_genuine_notice_of_a_payment_is_evidence_of_money(status: str) -> None:
    assert PROVIDER.read_notice(notice(trade_status=status), {}) == Paid(
        Money(
            order_id=ORDER_ID,
            trade=Trade("alipay", TradeNo("2026030122001481070500000001")),
            amount_fen=19205,
            paid_at=datetime(2026, 3, 1, 1, 5, 10, tzinfo=UTC),
            merchant=MERCHANT,
        )
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_status": "WAIT_BUYER_PAY", "gmt_payment": None},
        {"trade_status": "TRADE_CLOSED", "gmt_payment": None},
        {"trade_status": "SOMETHING_NEW"},
        {"trade_status": None},
        {"notify_type": "something_else"},
        {"notify_type": None},
    ],
)
def test_closings_and_waiting_buyers_are_no_payments(changes: dict[str, str | None]) -> None:
    assert PROVIDER.read_notice(notice(**changes), {}) == NotAboutPayment()


def test_another_seller_or_app_reaches_the_domain_which_compares_them() -> None:
    read = PROVIDER.read_notice(notice(seller_id="2088999", app_id="2021999"), {})
    assert isinstance(read, Paid)
    assert read.money.merchant == Merchant(seller_id="2088999", app_id="2021999")


@pytest.mark.parametrize("name", sorted(fields_of(notice())))
def test_changing_removing_or_emptying_any_field_is_refused(name: str) -> None:
    fields = fields_of(notice())
    assert not refused(form_of(fields))
    last = fields[name][-1]
    assert refused(form_of(fields | {name: fields[name] + "1"}))
    assert refused(form_of(fields | {name: fields[name][:-1] + ("0" if last != "0" else "1")}))
    assert refused(form_of(fields | {name: ""}))
    assert refused(form_of({other: value for other, value in fields.items() if other != name}))


def test_an_added_field_is_refused() -> None:
    assert refused(notice() + b"&a=1")
    assert refused(notice() + b"&a=")


def test_every_single_character_of_the_signature_counts() -> None:
    fields = fields_of(notice())
    signature = fields["sign"]
    for place, sign in enumerate(signature):
        for other in {"A", "B", "!", " ", "=", "\n"} - {sign}:
            assert refused(form_of(fields | {"sign": signature[:place] + other + signature[place + 1 :]})), (
                place
            )
    assert refused(form_of(fields | {"sign": signature[:-4]}))
    assert refused(form_of(fields | {"sign": signature + "="}))
    assert refused(form_of(fields | {"sign": f" {signature}"}))


@pytest.mark.parametrize("signature", ["", "=", "AAAA", "签名", "A" * 344, "A" * 5])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert refused(form_of(fields_of(notice()) | {"sign": signature}))


def test_another_key_or_the_old_kind_of_signature_is_refused() -> None:
    assert refused(form_of(signed_message(merchant_key(), PAID_NOTICE)))
    fields = fields_of(notice())
    assert refused(form_of(fields | {"sign_type": "RSA"}))
    assert refused(form_of({name: value for name, value in fields.items() if name != "sign_type"}))


@pytest.mark.parametrize(
    "name", ["out_trade_no", "trade_no", "total_amount", "gmt_payment", "seller_id", "app_id"]
)
def test_a_signed_payment_that_lacks_what_every_payment_has_is_refused(name: str) -> None:
    assert refused(notice(**{name: None}))


@pytest.mark.parametrize(
    "changes",
    [
        {"total_amount": "192.055"},
        {"total_amount": "-1.00"},
        {"gmt_payment": "yesterday"},
        {"charset": "gbk"},
    ],
)
def test_a_signed_payment_in_another_form_is_refused(changes: dict[str, str]) -> None:
    assert refused(notice(**changes))


def test_a_field_that_occurs_twice_is_refused_even_with_the_same_value() -> None:
    assert refused(notice() + b"&total_amount=192.05")
    assert refused(b"total_amount=0.01&" + notice())


def test_fields_hidden_in_the_value_before_them_are_refused_though_the_signed_text_is_the_same() -> None:
    fields = fields_of(notice(refund_fee="1.00"))
    hidden = {name: value for name, value in fields.items() if name != "refund_fee"}
    # Sorted, `refund_fee` follows `receipt_amount`: the signed text does not change.
    hidden["receipt_amount"] += f"&refund_fee={fields['refund_fee']}"
    assert refused(form_of(hidden))
    names = {name: value for name, value in fields.items() if name != "receipt_amount"}
    names["receipt_amount=192.05&refund_fee"] = names.pop("refund_fee")
    assert refused(form_of(names))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"{}",
        b"\xff\xfe",
        "名=值".encode(),
        b"subject=%ff&charset=utf-8",
        b"a=1&&b=2",
        b"&".join(b"f%d=1" % n for n in range(100)),
        b"a=" + b"x" * 40_000,
    ],
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    assert refused(body)


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    assert refused(body)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,10}", fullmatch=True), st.text(), max_size=10))
def test_a_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    written = {**{name: value.replace("&", "") for name, value in fields.items()}, "charset": "UTF-8"}
    assert read_form(form_of(written)) == written


def test_a_refusal_does_not_repeat_what_came() -> None:
    with pytest.raises(NoticeRefusedError) as refusal:
        PROVIDER.read_notice(notice() + f"&app_id={APP_ID}".encode(), {})
    assert not any(value in str(refusal.value) for value in (ORDER_ID, APP_ID, "192.05"))
