"""What each answer to a refund comes to, and what queries say of money that went back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.domain.ids import RefundId
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.usecases.ports import Closed, Paid, ProviderRefusedError, ProviderUnavailableError
from chalicelib.usecases.ports.providers import FoundRefund, RefundDone, RefundPending, RefundRefused
from tests.integrations.alipay_side import REFUND, REFUND_ID, answer, merchant_key, not_done, provider
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Asked, Party, Said

Content = Mapping[str, object] | bytes

REFUND_NODE, ASK_NODE = "alipay_trade_refund_response", "alipay_trade_fastpay_refund_query_response"
QUERY_NODE = "alipay_trade_query_response"
NAMED: dict[str, object] = {
    "code": "10000",
    "msg": "Success",
    "out_trade_no": ORDER_ID,
    "trade_no": REFUND.trade.trade_no,
}
MOVED = NAMED | {"fund_change": "Y", "refund_fee": "61.00"}
NOT_MOVED = NAMED | {"fund_change": "N", "refund_fee": "61.00"}
KNOWN = NAMED | {
    "out_request_no": REFUND_ID,
    "refund_amount": "61.00",
    "refund_status": "REFUND_SUCCESS",
    "total_amount": "192.05",
}
NOT_KNOWN: dict[str, object] = {"code": "10000", "msg": "Success"}
BALANCE = "ACQ.SELLER_BALANCE_NOT_ENOUGH"
FINAL = [
    "ACQ.TRADE_NOT_EXIST",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_STATUS_ERROR",
    "ACQ.TRADE_HAS_CLOSE",
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.TRADE_NOT_ALLOW_REFUND",
    "ACQ.DISCORDANT_REPEAT_REQUEST",
    "ACQ.BUYER_ERROR",
    "ACQ.INVALID_PARAMETER",
    "ACQ.SOMETHING_NEW",
]


@pytest.fixture(scope="module")
def alipay(stub: Party) -> AlipayProvider:
    return provider(f"{stub.url}/gateway.do")


def fields_of(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(asked.path).query, strict_parsing=True))


def says(
    stub: Party, to_refund: Mapping[str, object] | bytes, to_question: Mapping[str, object] | bytes
) -> None:
    """What the gateway says to a refund and to the question what became of it."""
    bodies = {
        "alipay.trade.refund": (REFUND_NODE, to_refund),
        "alipay.trade.fastpay.refund.query": (ASK_NODE, to_question),
    }

    def said(asked: Asked) -> Said:
        node, content = bodies[fields_of(asked)["method"]]
        return Said(content if isinstance(content, bytes) else answer(node, content))

    stub.asked.clear()
    stub.answer = said


def methods(stub: Party) -> list[str]:
    return [fields_of(asked)["method"] for asked in stub.asked]


def test_money_that_moved_now_is_done_and_nothing_more_is_asked(stub: Party, alipay: AlipayProvider) -> None:
    says(stub, MOVED, NOT_KNOWN)
    assert alipay.refund(REFUND) == RefundDone()
    assert methods(stub) == ["alipay.trade.refund"]
    assert json.loads(fields_of(stub.asked[0])["biz_content"]) == {
        "trade_no": REFUND.trade.trade_no,
        "out_request_no": REFUND_ID,
        "refund_amount": "61.00",
    }


@pytest.mark.parametrize("first", [NOT_MOVED, NAMED], ids=["not now", "does not say"])
@pytest.mark.parametrize(
    ("then", "comes_to"),
    [
        (KNOWN, RefundDone()),
        (NOT_KNOWN, RefundPending()),
        ({name: value for name, value in KNOWN.items() if name != "refund_status"}, RefundPending()),
        (KNOWN | {"refund_status": "REFUND_PROCESSING"}, RefundPending()),
        (not_done("ACQ.TRADE_NOT_EXIST"), RefundPending()),
        (KNOWN | {"refund_amount": "60.00"}, RefundRefused("ACQ.DISCORDANT_REPEAT_REQUEST", is_final=True)),
    ],
    ids=["done", "not known", "no state", "under way", "no trade", "another amount"],
)
def test_what_did_not_move_now_is_asked_after_by_its_number(
    stub: Party, alipay: AlipayProvider, first: dict[str, object], then: dict[str, object], comes_to: object
) -> None:
    says(stub, first, then)
    assert alipay.refund(REFUND) == comes_to
    assert json.loads(fields_of(stub.asked[1])["biz_content"]) == {
        "trade_no": REFUND.trade.trade_no,
        "out_request_no": REFUND_ID,
    }


@pytest.mark.parametrize("sub_code", FINAL)
def test_a_final_no_is_believed_only_where_no_earlier_try_moved_the_money(
    stub: Party, alipay: AlipayProvider, sub_code: str
) -> None:
    refusal = RefundRefused(sub_code, is_final=True)
    for then in (NOT_KNOWN, KNOWN | {"refund_amount": "60.00"}, not_done("ACQ.TRADE_NOT_EXIST")):
        says(stub, not_done(sub_code), then)
        assert alipay.refund(REFUND) == refusal
    says(stub, not_done(sub_code), KNOWN)
    assert alipay.refund(REFUND) == RefundDone()
    says(stub, not_done(sub_code), not_done("ACQ.SYSTEM_ERROR"))
    with pytest.raises(ProviderUnavailableError):
        alipay.refund(REFUND)


@pytest.mark.parametrize("sub_code", [BALANCE, "ACQ.REASON_TRADE_BEEN_FREEZEN", "ACQ.REFUND_CHARGE_ERROR"])
def test_too_little_on_our_account_is_no_for_now_only(
    stub: Party, alipay: AlipayProvider, sub_code: str
) -> None:
    says(stub, not_done(sub_code), NOT_KNOWN)
    assert alipay.refund(REFUND) == RefundRefused(sub_code, is_final=False)
    assert methods(stub) == ["alipay.trade.refund"]


NO_ANSWERS: dict[str, tuple[Content, Content]] = {
    "their trouble": (not_done("ACQ.SYSTEM_ERROR"), KNOWN),
    "their trouble, older": (not_done("aop.ACQ.SYSTEM_ERROR"), KNOWN),
    "gateway's trouble": (not_done("isp.unknow-error", "20000"), KNOWN),
    "unsigned": (answer(REFUND_NODE, MOVED, signed=False), KNOWN),
    "unsigned refusal": (answer(REFUND_NODE, not_done(BALANCE), signed=False), KNOWN),
    "signed by another": (answer(REFUND_NODE, MOVED, key=merchant_key()), KNOWN),
    "altered": (answer(REFUND_NODE, NOT_MOVED).replace(b'"N"', b'"Y"'), KNOWN),
    "another trade": (MOVED | {"trade_no": "2026030122001481070500000002"}, KNOWN),
    "another order": (MOVED | {"out_trade_no": "t24u0wx9zk3m5p7q8r1s2v4z"}, KNOWN),
    "no trade": ({"code": "10000", "fund_change": "Y"}, KNOWN),
    "an answer to another question": (answer(ASK_NODE, KNOWN), KNOWN),
    "then another trade": (NOT_MOVED, KNOWN | {"trade_no": "2026030122001481070500000002"}),
    "then another order": (NOT_MOVED, KNOWN | {"out_trade_no": "t24u0wx9zk3m5p7q8r1s2v4z"}),
    "then another refund": (NOT_MOVED, KNOWN | {"out_request_no": f"{ORDER_ID}R02"}),
    "then no amount": (NOT_MOVED, KNOWN | {"refund_amount": None}),
    "then unsigned": (NOT_MOVED, answer(ASK_NODE, KNOWN, signed=False)),
    "empty": (b"", KNOWN),
}


@pytest.mark.parametrize(("first", "then"), NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_what_settles_nothing_about_a_refund_counts_as_silence(
    stub: Party,
    alipay: AlipayProvider,
    first: Content,
    then: Content,
) -> None:
    says(stub, first, then)
    with pytest.raises(ProviderUnavailableError):
        alipay.refund(REFUND)


def test_wrong_keys_or_rights_are_not_a_refusal_of_this_refund(stub: Party, alipay: AlipayProvider) -> None:
    says(stub, answer("error_response", not_done("isv.invalid-signature", "40002"), signed=False), KNOWN)
    with pytest.raises(ProviderRefusedError):
        alipay.refund(replace(REFUND, amount_fen=1))


PAID = NAMED | {
    "trade_status": "TRADE_SUCCESS",
    "total_amount": "192.05",
    "send_pay_date": "2026-03-01 09:05:10",
}
GONE = PAID | {"trade_status": "TRADE_CLOSED"}


@pytest.mark.parametrize(
    ("content", "is_whole"),
    [
        (PAID, True),
        (PAID | {"refund_fee": "0.00"}, True),
        (PAID | {"refund_fee": "61.00"}, False),
        (PAID | {"gmt_refund": "2026-03-02 10:00:00"}, False),
        (GONE, False),
        (GONE | {"refund_fee": "192.05"}, False),
    ],
)
def test_money_that_came_and_went_is_in_the_answer_and_is_not_whole(
    stub: Party, alipay: AlipayProvider, content: dict[str, object], is_whole: bool
) -> None:
    stub.answer = lambda _: Said(answer(QUERY_NODE, content))
    paid = alipay.query(ORDER_ID)
    assert isinstance(paid, Paid)
    assert (paid.money.amount_fen, paid.money.is_whole) == (19205, is_whole)


def test_a_trade_that_was_closed_unpaid_had_no_money(stub: Party, alipay: AlipayProvider) -> None:
    content = {name: value for name, value in GONE.items() if name != "send_pay_date"}
    for more in ({}, {"send_pay_date": ""}, {"refund_fee": "0.00"}):
        stub.answer = lambda _, more=more: Said(answer(QUERY_NODE, content | more))  # type: ignore[misc]
        assert alipay.query(ORDER_ID) == Closed()


def test_a_refund_of_a_payment_without_its_moment_is_no_answer(stub: Party, alipay: AlipayProvider) -> None:
    stub.answer = lambda _: Said(answer(QUERY_NODE, GONE | {"send_pay_date": "", "refund_fee": "192.05"}))
    with pytest.raises(ProviderUnavailableError):
        alipay.query(ORDER_ID)


def found(alipay: AlipayProvider, number: RefundId = REFUND_ID) -> FoundRefund | None:
    return alipay.find_refund(ORDER_ID, REFUND.trade, number)


def test_any_refund_of_a_trade_is_found_by_its_number(stub: Party, alipay: AlipayProvider) -> None:
    says(stub, NOT_KNOWN, KNOWN | {"out_request_no": "console-1"})
    assert found(alipay, RefundId("console-1")) == FoundRefund(RefundId("console-1"), 6100, RefundDone())
    (asked,) = stub.asked
    assert fields_of(asked)["method"] == "alipay.trade.fastpay.refund.query"
    content = json.loads(fields_of(asked)["biz_content"])
    assert content == {"trade_no": REFUND.trade.trade_no, "out_request_no": "console-1"}


def test_one_that_was_made_without_a_number_has_that_of_its_order(
    stub: Party, alipay: AlipayProvider
) -> None:
    says(stub, NOT_KNOWN, KNOWN | {"out_request_no": ORDER_ID})
    assert found(alipay, RefundId("")) == FoundRefund(RefundId(ORDER_ID), 6100, RefundDone())


@pytest.mark.parametrize("content", [NOT_KNOWN, NAMED, not_done("ACQ.TRADE_NOT_EXIST")])
def test_a_refund_that_they_do_not_know_is_not_found(
    stub: Party, alipay: AlipayProvider, content: Content
) -> None:
    says(stub, NOT_KNOWN, content)
    assert found(alipay) is None


@pytest.mark.parametrize(
    "content",
    [
        KNOWN | {"trade_no": "another"},
        KNOWN | {"out_trade_no": "another"},
        KNOWN | {"out_request_no": "another"},
        KNOWN | {"refund_amount": "a lot"},
        KNOWN | {"refund_status": "SOMETHING_NEW"},
        not_done("ACQ.SYSTEM_ERROR"),
        not_done("ACQ.INVALID_PARAMETER"),
        b"{}",
    ],
)
def test_an_answer_that_does_not_say_which_refund_it_means_finds_none_and_denies_none(
    stub: Party, alipay: AlipayProvider, content: Content
) -> None:
    says(stub, NOT_KNOWN, content)
    with pytest.raises(ProviderUnavailableError):
        found(alipay)
