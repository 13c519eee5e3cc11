"""Notices of refunds, which come to the payment's own address: the genuine are told apart, others refused."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from chalicelib.domain.ids import RefundId
from chalicelib.usecases.ports import NotAboutPayment, Notice, NoticeRefusedError
from chalicelib.usecases.ports.providers import Paid, RefundDone, RefundNews
from local.simulators.alipay.signing import signed_message
from tests.integrations.alipay_side import (
    PAID_NOTICE,
    REFUND,
    REFUND_ID,
    REFUND_NOTICE,
    form_of,
    merchant_key,
    notice,
    provider,
)
from tests.integrations.both_sides import ORDER_ID

PROVIDER = provider()
NEWS = RefundNews(order_id=ORDER_ID, refund_id=REFUND_ID, answer=RefundDone(), trade_no=REFUND.trade.trade_no)
FIELDS = dict(parse_qsl(notice(REFUND_NOTICE).decode()))


def read(body: bytes) -> Notice:
    return PROVIDER.read_notice(body, {})


def refused(body: bytes) -> bool:
    try:
        read(body)
    except NoticeRefusedError:
        return True
    return False


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"trade_status": "TRADE_CLOSED", "refund_fee": "192.05", "gmt_close": "2026-03-02 10:00:00"},
        {"gmt_refund": None},
    ],
)
def test_a_genuine_notice_of_a_part_or_of_all_tells_which_refund_is_done(changes: dict[str, str]) -> None:
    assert read(notice(REFUND_NOTICE, **changes)) == NEWS


@pytest.mark.parametrize("number", [None, ""])
def test_a_refund_made_at_the_provider_has_no_number_of_ours(number: str | None) -> None:
    news = read(notice(REFUND_NOTICE, out_biz_no=number))
    assert isinstance(news, RefundNews)
    assert replace(news, mark="") == RefundNews(
        order_id=ORDER_ID, refund_id=RefundId(""), answer=RefundDone(), trade_no=REFUND.trade.trade_no
    )


@pytest.mark.parametrize("other", [{"refund_fee": "100.00"}, {"gmt_refund": "2026-03-02 10:00:01.000"}])
def test_two_refunds_made_at_the_provider_are_told_apart(other: dict[str, str]) -> None:
    first, again, second = (
        read(notice(REFUND_NOTICE, out_biz_no="", **changes)) for changes in ({}, {}, other)
    )
    assert first == again != second


@pytest.mark.parametrize("status", ["TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED", "SOMETHING_NEW"])
@pytest.mark.parametrize("sign", ["refund_fee", "gmt_refund", "out_biz_no"])
def test_a_notice_with_one_sign_of_a_refund_is_never_a_new_payment(status: str, sign: str) -> None:
    body = notice(PAID_NOTICE, trade_status=status, **{sign: REFUND_NOTICE[sign]})
    assert not isinstance(read(body), Paid)
    if status not in {"TRADE_SUCCESS", "TRADE_CLOSED"}:
        assert read(notice(REFUND_NOTICE, trade_status=status)) == NotAboutPayment()
    without_amount = notice(REFUND_NOTICE, trade_status=status, refund_fee=None)
    assert read(without_amount) == NotAboutPayment()


@pytest.mark.parametrize(
    "changes",
    [
        {"seller_id": "2088000000000009"},
        {"app_id": "2021000000000009"},
        {"seller_id": None},
        {"app_id": None},
        {"out_trade_no": None},
        {"trade_no": None},
        {"refund_fee": "61.005"},
        {"refund_fee": "-61.00"},
        {"refund_fee": "0.00"},
        {"refund_fee": "all"},
        {"charset": "gbk"},
    ],
)
def test_a_signed_refund_of_another_merchant_or_in_another_form_is_refused(
    changes: dict[str, str | None],
) -> None:
    assert refused(notice(REFUND_NOTICE, **changes))


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_changing_removing_or_emptying_any_field_of_a_refund_is_refused(name: str) -> None:
    assert not refused(form_of(FIELDS))
    last = FIELDS[name][-1]
    assert refused(form_of(FIELDS | {name: FIELDS[name] + "1"}))
    assert refused(form_of(FIELDS | {name: FIELDS[name][:-1] + ("0" if last != "0" else "1")}))
    assert refused(form_of(FIELDS | {name: ""}))
    assert refused(form_of({other: value for other, value in FIELDS.items() if other != name}))


def test_a_refund_cannot_be_made_a_payment_by_taking_its_signs_away() -> None:
    signs = {"refund_fee", "gmt_refund", "out_biz_no"}
    assert refused(form_of({name: value for name, value in FIELDS.items() if name not in signs}))
    # Sorted, `gmt_refund` follows `gmt_payment` and `refund_fee` follows `receipt_amount`.
    for sign, before in (("gmt_refund", "gmt_payment"), ("refund_fee", "receipt_amount")):
        hidden = {name: value for name, value in FIELDS.items() if name != sign}
        hidden[before] += f"&{sign}={FIELDS[sign]}"
        assert refused(form_of(hidden))


def test_every_single_character_of_the_signature_of_a_refund_counts() -> None:
    signature = FIELDS["sign"]
    for place, sign in enumerate(signature):
        for other in {"A", "B", "!", " ", "=", "\n"} - {sign}:
            forged = signature[:place] + other + signature[place + 1 :]
            assert refused(form_of(FIELDS | {"sign": forged})), place


def test_a_refund_signed_by_another_or_in_the_old_way_is_refused() -> None:
    assert refused(form_of(signed_message(merchant_key(), REFUND_NOTICE)))
    assert refused(form_of(FIELDS | {"sign_type": "RSA"}))
