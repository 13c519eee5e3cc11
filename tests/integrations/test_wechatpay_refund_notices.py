"""Notices of refunds: never a payment, read only when every part of them is WeChat Pay's and ours."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.integrations.wechatpay.guard import LONGEST_AGE_S
from chalicelib.usecases.ports import (
    NoticeRefusedError,
    ProbeRefusedError,
    ProviderRefusedError,
    RefundAnswer,
    RefundDone,
    RefundNews,
    RefundRefused,
)
from local.simulators.wechatpay.signing import sealed
from tests.integrations.both_sides import NOW, ORDER_ID
from tests.integrations.wechatpay_reading import nobody_is_called, read, refused
from tests.integrations.wechatpay_refund_side import (
    AMOUNT,
    REFUND,
    REFUND_ID,
    TOLD,
    refund_body,
    refund_notice,
)
from tests.integrations.wechatpay_side import APIV3_KEY, KEY_ID, OLD_SERIAL, PAID, Notice, notice_body, signed

DONE = RefundNews(
    order_id=ORDER_ID,
    refund_id=REFUND_ID,
    answer=RefundDone(),
    trade_no=REFUND.trade.trade_no,
    amount_fen=REFUND.amount_fen,
)


@pytest.fixture(scope="module", autouse=True)
def _nobody_is_called() -> Iterator[None]:
    with nobody_is_called(after=refund_notice()):
        yield


@pytest.mark.parametrize(
    ("event", "means"),
    [
        ("SUCCESS", RefundDone()),
        ("ABNORMAL", RefundRefused("ABNORMAL", is_final=True)),
        ("CLOSED", RefundRefused("CLOSED", is_final=True, is_dead=True)),
    ],
)
def test_a_genuine_notice_says_how_the_refund_ended(event: str, means: RefundAnswer) -> None:
    expected = replace(DONE, answer=means)
    assert read(refund_notice(event)) == expected
    assert read(signed(refund_body(event), with_key=OLD_SERIAL)) == expected


def test_told_again_it_says_the_same() -> None:
    notice = refund_notice()
    assert [read(notice) for _ in range(3)] == [DONE] * 3


def test_a_refund_under_a_number_that_is_not_ours_keeps_its_number() -> None:
    news = read(refund_notice(out_refund_no="1019000001202603010000000001"))
    assert isinstance(news, RefundNews)
    assert news.refund_id == "1019000001202603010000000001"


def test_a_notice_of_another_merchant_is_refused() -> None:
    assert refused(refund_notice(mchid="1900000009"))


@pytest.mark.parametrize("name", ["timestamp", "nonce", "serial", "signature"])
def test_each_of_the_four_headers_is_needed_and_counts(name: str) -> None:
    notice = refund_notice()
    value = notice.headers[f"wechatpay-{name}"]
    for forged in (None, "", f"{value}1", f" {value}", value[:-1] + ("0" if value[-1] != "0" else "1")):
        assert refused(notice.but(**{name: forged}))


def test_every_single_character_of_the_signature_counts() -> None:
    notice = refund_notice()
    signature = notice.headers["wechatpay-signature"]
    for place, sign in enumerate(signature):
        for other in {"A", "B", "!"} - {sign}:
            assert refused(notice.but(signature=signature[:place] + other + signature[place + 1 :])), place


def test_every_single_bit_of_the_body_counts() -> None:
    notice = refund_notice()
    for place in range(len(notice.body)):
        body = bytearray(notice.body)
        body[place] ^= 1 << place % 8
        assert refused(Notice(notice.headers, bytes(body))), place


@pytest.mark.parametrize("away_s", [LONGEST_AGE_S, -LONGEST_AGE_S, 86400, -86400 * 365])
def test_a_notice_that_is_replayed_or_from_the_future_is_refused(away_s: int) -> None:
    assert refused(signed(refund_body(), at=NOW + timedelta(seconds=away_s)))


def test_a_forger_and_a_key_that_is_not_known_are_refused() -> None:
    assert refused(signed(refund_body(), with_key="forger", named=KEY_ID))
    assert refused(signed(refund_body(), with_key=KEY_ID, named=OLD_SERIAL))
    assert refused(refund_notice().but(serial="PUB_KEY_ID_9"))


def test_a_probe_is_refused_and_known_for_one() -> None:
    notice = refund_notice()
    with pytest.raises(ProbeRefusedError):
        read(notice.but(signature="WECHATPAY/SIGNTEST/" + notice.headers["wechatpay-signature"][19:]))


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in TOLD if name not in {"success_time", "user_received_account"}),
        *({name: ""} for name in ("mchid", "out_trade_no", "transaction_id", "out_refund_no", "refund_id")),
        *({name: 1} for name in ("mchid", "out_trade_no", "out_refund_no")),
        {"refund_status": "ABNORMAL"},
        {"refund_status": "PROCESSING"},
        {"refund_status": "success"},
        {"amount": AMOUNT | {"refund": 61.5}},
        {"amount": AMOUNT | {"refund": "6100"}},
        {"amount": AMOUNT | {"refund": 0}},
        {"amount": AMOUNT | {"refund": -6100}},
        {"amount": AMOUNT | {"refund": 19206}},
        {"amount": AMOUNT | {"total": 0}},
        {"amount": {"refund": 6100}},
    ],
    ids=str,
)
def test_a_signed_refund_that_lacks_or_contradicts_what_every_refund_has_is_refused(
    changes: dict[str, Any],
) -> None:
    assert refused(refund_notice(**changes))


def test_a_payment_is_not_sold_as_a_refund_nor_a_refund_as_a_payment() -> None:
    refund, payment = json.dumps(TOLD), json.dumps(PAID)
    assert refused(signed(notice_body(refund, kind="transaction", event_type="REFUND.SUCCESS")))
    assert refused(signed(notice_body(payment, kind="transaction", event_type="REFUND.SUCCESS")))
    assert refused(signed(notice_body(payment, kind="refund", event_type="REFUND.SUCCESS")))
    assert refused(signed(notice_body(refund, kind="refund", event_type="TRANSACTION.SUCCESS")))
    assert refused(signed(notice_body(refund, kind="transaction", event_type="TRANSACTION.SUCCESS")))


def test_what_is_sealed_is_opened_only_with_our_key_and_as_it_was_sealed() -> None:
    with pytest.raises(ProviderRefusedError):
        read(signed(notice_body(TOLD, apiv3_key="f" * 32, kind="refund", event_type="REFUND.SUCCESS")))
    resource = dict(sealed(APIV3_KEY, json.dumps(TOLD), kind="refund"))
    for name in ("ciphertext", "nonce", "associated_data", "algorithm", "original_type"):
        changed = resource | {name: resource[name][:-2] + "AA"}
        with pytest.raises((NoticeRefusedError, ProviderRefusedError)):
            read(signed(notice_body({}, resource=changed, event_type="REFUND.SUCCESS")))


def test_a_refusal_does_not_repeat_what_came() -> None:
    for forged in (refund_notice(mchid="1900000009"), refund_notice(amount={}), refund_notice(refund_id="")):
        with pytest.raises(NoticeRefusedError) as refusal:
            read(forged)
        assert not any(said in str(refusal.value) for said in (ORDER_ID, REFUND_ID, "1900000009", "6100"))
