"""What each answer of the gateway comes to, the odd ones included."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import Money, Trade
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.usecases.ports import (
    Closed,
    Paid,
    ProviderRefusedError,
    ProviderUnavailableError,
    TradeAnswer,
    Unknown,
    Unpaid,
)
from local.simulators.alipay.signing import is_signed_request
from local.sockets import free_port
from tests.integrations.alipay_side import MERCHANT, answer, merchant_key, not_done, provider
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Party, Said

QUERY, CLOSE = "alipay_trade_query_response", "alipay_trade_close_response"
TRADE_NO = "2026030122001481070500000001"
DONE: dict[str, object] = {"code": "10000", "msg": "Success", "out_trade_no": ORDER_ID, "trade_no": TRADE_NO}
PAID: dict[str, object] = DONE | {
    "trade_status": "TRADE_SUCCESS",
    "total_amount": "192.05",
    "send_pay_date": "2026-03-01 09:05:10",
    "fund_bill_list": [{"amount": "192.05", "fund_channel": "ALIPAYACCOUNT"}],
}
MONEY = Money(
    order_id=ORDER_ID,
    trade=Trade("alipay", TradeNo(TRADE_NO)),
    amount_fen=19205,
    paid_at=datetime(2026, 3, 1, 1, 5, 10, tzinfo=UTC),
    merchant=MERCHANT,
)


@pytest.fixture(scope="module")
def alipay(stub: Party) -> AlipayProvider:
    return provider(f"{stub.url}/gateway.do")


def says(stub: Party, body: bytes, *, status: int = 200, after_s: float = 0) -> None:
    said = Said(body, status=status, after_s=after_s)
    stub.answer = lambda _: said


@pytest.mark.parametrize(
    ("content", "means"),
    [
        (PAID, Paid(MONEY)),
        (PAID | {"trade_status": "TRADE_FINISHED"}, Paid(MONEY)),
        (DONE | {"trade_status": "WAIT_BUYER_PAY", "total_amount": "192.05"}, Unpaid()),
        (DONE | {"trade_status": "TRADE_CLOSED", "total_amount": "192.05"}, Closed()),
        (not_done("ACQ.TRADE_NOT_EXIST"), Unknown()),
        (PAID | {"buyer_user_name": '}{"alipay_trade_query_response":{}'}, Paid(MONEY)),
    ],
)
def test_a_signed_answer_to_a_query_is_taken_at_its_word(
    stub: Party, alipay: AlipayProvider, content: dict[str, object], means: TradeAnswer
) -> None:
    says(stub, answer(QUERY, content))
    assert alipay.query(ORDER_ID) == means


def test_a_query_is_signed_by_us_and_names_the_order_only(stub: Party, alipay: AlipayProvider) -> None:
    says(stub, answer(QUERY, PAID))
    stub.asked.clear()
    alipay.query(ORDER_ID)
    fields = dict(parse_qsl(urlsplit(stub.asked[0].path).query, strict_parsing=True))
    assert is_signed_request(merchant_key().public_key(), fields)
    assert (fields["method"], fields["timestamp"]) == ("alipay.trade.query", "2026-03-01 09:02:03")
    assert fields["biz_content"] == f'{{"out_trade_no":"{ORDER_ID}"}}'


@pytest.mark.parametrize(
    ("content", "means"),
    [
        (DONE, Closed()),
        (not_done("ACQ.TRADE_NOT_EXIST"), Unknown()),
        (not_done("ACQ.TRADE_STATUS_ERROR"), Unpaid()),
        (not_done("ACQ.REASON_TRADE_STATUS_INVALID"), Unpaid()),
    ],
)
def test_closing_says_closed_unknown_or_not_to_be_closed(
    stub: Party, alipay: AlipayProvider, content: dict[str, object], means: TradeAnswer
) -> None:
    says(stub, answer(CLOSE, content))
    assert alipay.close(ORDER_ID) == means


SILENT_QUERIES: dict[str, bytes] = {
    "system error": answer(QUERY, not_done("ACQ.SYSTEM_ERROR")),
    "gateway's trouble": answer(QUERY, not_done("isp.unknow-error", "20000")),
    "gateway's trouble, unsigned": answer(QUERY, not_done("aop.unknow-error", "20000"), signed=False),
    "too many calls": answer(QUERY, not_done("isv.app-call-limited", "40005")),
    "too many calls, older code": answer(QUERY, not_done("isv.app-call-limited", "40002")),
    "unsigned success": answer(QUERY, PAID, signed=False),
    "unsigned not exist": answer(QUERY, not_done("ACQ.TRADE_NOT_EXIST"), signed=False),
    "signed by another": answer(QUERY, PAID, key=merchant_key()),
    "not exist signed by another": answer(QUERY, not_done("ACQ.TRADE_NOT_EXIST"), key=merchant_key()),
    "altered": answer(QUERY, PAID).replace(b"192.05", b"192.06", 1),
    "signature no base64": answer(QUERY, PAID).replace(b'"sign":"', b'"sign":"!'),
    "signature no text": b'{"alipay_trade_query_response":{"code":"10000"},"sign":1}',
    "another order": answer(QUERY, PAID | {"out_trade_no": "t24u0wx9zk3m5p7q8r1s2v4z"}),
    "answer to another question": answer(CLOSE, DONE),
    "two answers": answer(QUERY, not_done("ACQ.TRADE_NOT_EXIST"))[:-1]
    + b',"alipay_trade_query_response":{"code":"10000"}}',
    "no state": answer(QUERY, DONE),
    "new state": answer(QUERY, PAID | {"trade_status": "SOMETHING_NEW"}),
    "paid without a time": answer(QUERY, PAID | {"send_pay_date": ""}),
    "paid without an amount": answer(QUERY, PAID | {"total_amount": None}),
    "paid half a fen": answer(QUERY, PAID | {"total_amount": "192.055"}),
    "paid without a number": answer(QUERY, PAID | {"trade_no": ""}),
    "new code": answer(QUERY, {"code": "99999"}),
    "no code": answer(QUERY, {}),
    "empty": b"",
    "html": "<html>系统繁忙</html>".encode(),
    "list": b"[]",
    "null inside": b'{"alipay_trade_query_response":null}',
    "text inside": b'{"alipay_trade_query_response":"","sign":""}',
    "not utf-8": b'{"alipay_trade_query_response":"\xff"}',
    "deep": b"[" * 200_000,
}


@pytest.mark.parametrize("body", SILENT_QUERIES.values(), ids=SILENT_QUERIES.keys())
def test_an_answer_that_settles_nothing_counts_as_silence(
    stub: Party, alipay: AlipayProvider, body: bytes
) -> None:
    says(stub, body)
    with pytest.raises(ProviderUnavailableError):
        alipay.query(ORDER_ID)


@pytest.mark.parametrize("ask", ["query", "close"])
@pytest.mark.parametrize("status", [204, 302, 400, 404, 500, 502, 503])
def test_any_status_but_200_counts_as_silence(
    stub: Party, alipay: AlipayProvider, ask: str, status: int
) -> None:
    says(stub, answer(QUERY, PAID) if status != 204 else b"", status=status)
    with pytest.raises(ProviderUnavailableError):
        getattr(alipay, ask)(ORDER_ID)


@pytest.mark.parametrize("ask", ["query", "close"])
def test_a_late_answer_and_nobody_there_count_as_silence(stub: Party, ask: str) -> None:
    says(stub, answer(QUERY, PAID), after_s=1.0)
    with pytest.raises(ProviderUnavailableError):
        getattr(provider(f"{stub.url}/gateway.do", read_s=0.5), ask)(ORDER_ID)
    with pytest.raises(ProviderUnavailableError):
        getattr(provider(f"http://127.0.0.1:{free_port()}/gateway.do"), ask)(ORDER_ID)


@pytest.mark.parametrize("ask", ["query", "close"])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(
    ("code", "sub_code"),
    [
        ("40002", "isv.invalid-app-id"),
        ("40002", "isv.invalid-signature"),
        ("40001", "isv.missing-signature"),
        ("40003", "isv.insufficient-conditions"),
        ("40006", "isv.insufficient-isv-permissions"),
        ("20001", "aop.invalid-auth-token"),
    ],
)
def test_a_refusal_of_our_keys_or_rights_is_final_even_unsigned(
    stub: Party, alipay: AlipayProvider, ask: str, signed: bool, code: str, sub_code: str
) -> None:
    says(stub, answer("error_response", not_done(sub_code, code), signed=signed))
    with pytest.raises(ProviderRefusedError, match=sub_code):
        getattr(alipay, ask)(ORDER_ID)


@pytest.mark.parametrize(("ask", "node"), [("query", QUERY), ("close", CLOSE)])
@pytest.mark.parametrize("sub_code", ["ACQ.INVALID_PARAMETER", "ACQ.SOMETHING_NEW", ""])
def test_a_signed_business_refusal_without_a_meaning_for_us_is_for_a_person(
    stub: Party, alipay: AlipayProvider, ask: str, node: str, sub_code: str
) -> None:
    says(stub, answer(node, not_done(sub_code)))
    with pytest.raises(ProviderRefusedError):
        getattr(alipay, ask)(ORDER_ID)


def test_words_of_the_provider_do_not_reach_our_lines(stub: Party, alipay: AlipayProvider) -> None:
    says(stub, answer(QUERY, not_done("isv.x 13800000001", "40002")))
    with pytest.raises(ProviderRefusedError) as refusal:
        alipay.query(ORDER_ID)
    assert "138" not in str(refusal.value)


def test_a_closed_answer_about_another_order_closes_nothing(stub: Party, alipay: AlipayProvider) -> None:
    says(stub, answer(CLOSE, DONE | {"out_trade_no": "another"}))
    with pytest.raises(ProviderUnavailableError):
        alipay.close(ORDER_ID)
