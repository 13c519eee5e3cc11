"""Giving money back: what each answer of WeChat Pay comes to, and when a refusal is believed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.ids import RefundId
from chalicelib.domain.payment import Trade
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import (
    FoundRefund,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundAnswer,
    RefundDone,
    RefundPending,
    RefundRefused,
)
from local.sockets import free_port
from tests.integrations.both_sides import NOW, ORDER_ID
from tests.integrations.stub import Asked, Party, Said
from tests.integrations.wechatpay_refund_side import AMOUNT, REFUND, REFUND_ID, refund_answer
from tests.integrations.wechatpay_side import (
    KEY_ID,
    OLD_SERIAL,
    TRADE_NO,
    answer,
    is_ours,
    provider,
    refusal,
    says,
)

PATH = "/v3/refund/domestic/refunds"
UNKNOWN = refusal(404, "RESOURCE_NOT_EXISTS")


@pytest.fixture(scope="module")
def wechatpay(stub: Party) -> WechatPayProvider:
    return provider(stub.url)


def refuses(stub: Party, said: Said, *, known: Said = UNKNOWN) -> None:
    """Asked to refund it says the one, asked about the refund the other."""

    def answered(asked: Asked) -> Said:
        return said if asked.method == "POST" else known

    stub.asked.clear()
    stub.answer = answered


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("SUCCESS", RefundDone()),
        ("PROCESSING", RefundPending()),
        ("ABNORMAL", RefundRefused("ABNORMAL", is_final=True)),
        ("CLOSED", RefundRefused("CLOSED", is_final=True, is_dead=True)),
    ],
)
@pytest.mark.parametrize("key", [KEY_ID, OLD_SERIAL])
def test_an_answer_about_the_refund_is_taken_at_its_word(
    stub: Party, wechatpay: WechatPayProvider, status: str, means: RefundAnswer, key: str
) -> None:
    said = json.loads(refund_answer(status=status).body)
    says(stub, answer(said, with_key=key))
    assert wechatpay.refund(REFUND) == means
    (asked,) = stub.asked
    assert (asked.method, asked.path) == ("POST", PATH)
    assert is_ours(asked)
    assert json.loads(asked.body) == {
        "transaction_id": TRADE_NO,
        "out_refund_no": REFUND_ID,
        "amount": {"refund": 6100, "total": 19205, "currency": "CNY"},
        "notify_url": "https://bm.example/api/webhooks/wechatpay",
    }


def test_asking_again_says_the_same_to_the_letter(stub: Party, wechatpay: WechatPayProvider) -> None:
    says(stub, refund_answer(status="PROCESSING"))
    for attempts in range(2):
        wechatpay.refund(replace(REFUND, attempts=attempts, asked_at=NOW, refusal="NOT_ENOUGH"))
    first, second = stub.asked
    assert first.body == second.body


@pytest.mark.parametrize(
    ("said", "is_final"),
    [
        (refusal(403, "NOT_ENOUGH"), False),
        (refusal(403, "NOTENOUGH"), False),
        (refusal(404, "RESOURCE_NOT_EXISTS"), True),
        (refusal(400, "PARAM_ERROR"), True),
        (refusal(400, "INVALID_REQUEST"), True),
        (refusal(403, "USER_ACCOUNT_ABNORMAL"), True),
        (refusal(403, "TRADE_OVERDUE"), True),
        (refusal(403, "SOMETHING_NEW"), True),
    ],
    ids=lambda said: json.loads(said.body)["code"] if isinstance(said, Said) else "",
)
def test_a_refusal_is_believed_once_they_know_of_no_such_refund(
    stub: Party, wechatpay: WechatPayProvider, said: Said, is_final: bool
) -> None:
    refuses(stub, said)
    code = json.loads(said.body)["code"]
    assert wechatpay.refund(REFUND) == RefundRefused(code, is_final=is_final)
    post, query = stub.asked
    assert (query.method, query.path, query.body) == ("GET", f"{PATH}/{REFUND_ID}", b"")
    assert is_ours(post)
    assert is_ours(query)


@pytest.mark.parametrize("code", ["INVALID_REQUEST", "NOT_ENOUGH", "PARAM_ERROR", "RESOURCE_NOT_EXISTS"])
@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("SUCCESS", RefundDone()),
        ("PROCESSING", RefundPending()),
        ("CLOSED", RefundRefused("CLOSED", is_final=True, is_dead=True)),
    ],
)
def test_a_repeat_that_is_refused_ends_as_the_first_one_did(
    stub: Party, wechatpay: WechatPayProvider, code: str, status: str, means: RefundAnswer
) -> None:
    refuses(stub, refusal(400, code), known=refund_answer(status=status))
    assert wechatpay.refund(REFUND) == means


SILENT: dict[str, Said] = {
    "system error": refusal(500, "SYSTEM_ERROR"),
    "too often": refusal(429, "FREQUENCY_LIMITED"),
    "too often in other words": refusal(403, "FREQUENCY_LIMIT_EXCEED"),
    "try again": refusal(400, "BIZERR_NEED_RETRY"),
    "bank's trouble": refusal(500, "BANK_ERROR"),
    "refused by a proxy": Said(b"<html>404</html>", status=404),
    "unsigned": Said(refund_answer().body),
    "signed by another": answer({"status": "SUCCESS"}, with_key="forger"),
    "altered": replace(refund_answer(), body=refund_answer().body.replace(b"SUCCESS", b"CLOSED.")),
    "another refund": refund_answer(out_refund_no=f"{ORDER_ID}R02"),
    "another order": refund_answer(out_trade_no="t24u0wx9zk3m5p7q8r1s2v4z"),
    "another trade": refund_answer(transaction_id="4200001234202603010000000002"),
    "another amount": refund_answer(amount=AMOUNT | {"refund": 6101}),
    "of another total": refund_answer(amount=AMOUNT | {"total": 19206}),
    "half a fen": refund_answer(amount=AMOUNT | {"refund": 6100.5}),
    "nothing": refund_answer(amount=AMOUNT | {"refund": 0}),
    "no amount": refund_answer(amount=None),
    "no state": refund_answer(status=None),
    "new state": refund_answer(status="SOMETHING_NEW"),
    "no trade": refund_answer(transaction_id=None),
    "a list": answer("[]"),
    "empty": answer(""),
    "deep": answer("[" * 100_000),
}


@pytest.mark.parametrize("said", SILENT.values(), ids=SILENT.keys())
def test_an_answer_that_settles_nothing_counts_as_silence(
    stub: Party, wechatpay: WechatPayProvider, said: Said
) -> None:
    says(stub, said)
    with pytest.raises(ProviderUnavailableError):
        wechatpay.refund(REFUND)
    refuses(stub, refusal(400, "INVALID_REQUEST"), known=said)
    with pytest.raises(ProviderUnavailableError):
        wechatpay.refund(REFUND)


def test_the_signature_under_an_answer_counts_to_its_end(stub: Party, wechatpay: WechatPayProvider) -> None:
    good = refund_answer()
    signature = good.headers["Wechatpay-Signature"]
    # Each place would take long over HTTP; the notices' tests change each.
    for place in (*range(0, len(signature), 20), len(signature) - 1):
        other = "A" if signature[place] != "A" else "B"
        forged = signature[:place] + other + signature[place + 1 :]
        says(stub, replace(good, headers={**good.headers, "Wechatpay-Signature": forged}))
        with pytest.raises(ProviderUnavailableError):
            wechatpay.refund(REFUND)


@pytest.mark.parametrize("code", ["SIGN_ERROR", "NO_AUTH", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH"])
def test_our_keys_and_settings_are_for_a_person_and_say_nothing_of_the_refund(
    stub: Party, wechatpay: WechatPayProvider, code: str
) -> None:
    refuses(stub, refusal(401, code))
    with pytest.raises(ProviderRefusedError, match=code):
        wechatpay.refund(REFUND)
    assert len(stub.asked) == 1
    refuses(stub, refusal(400, "INVALID_REQUEST"), known=refusal(401, code))
    with pytest.raises(ProviderRefusedError, match=code):
        wechatpay.refund(REFUND)


def test_a_query_that_is_refused_in_another_way_leaves_the_refund_open(
    stub: Party, wechatpay: WechatPayProvider
) -> None:
    refuses(stub, refusal(400, "INVALID_REQUEST"), known=refusal(400, "PARAM_ERROR"))
    with pytest.raises(ProviderUnavailableError):
        wechatpay.refund(REFUND)


def test_another_providers_trade_is_not_asked_for(stub: Party, wechatpay: WechatPayProvider) -> None:
    stub.asked.clear()
    with pytest.raises(ProviderRefusedError):
        wechatpay.refund(replace(REFUND, trade=Trade("alipay", REFUND.trade.trade_no)))
    assert stub.asked == []


@pytest.mark.parametrize("changes", [{"after_s": 1.0}, {"promised": 5000}])
def test_a_late_answer_half_an_answer_and_nobody_there_count_as_silence(
    stub: Party, wechatpay: WechatPayProvider, changes: dict[str, Any]
) -> None:
    says(stub, replace(refund_answer(), **changes))
    with pytest.raises(ProviderUnavailableError):
        wechatpay.refund(REFUND)
    with pytest.raises(ProviderUnavailableError):
        provider(f"http://127.0.0.1:{free_port()}").refund(REFUND)


def found(wechatpay: WechatPayProvider, number: RefundId = REFUND_ID) -> FoundRefund | None:
    return wechatpay.find_refund(ORDER_ID, REFUND.trade, number)


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("SUCCESS", RefundDone()),
        ("PROCESSING", RefundPending()),
        ("CLOSED", RefundRefused("CLOSED", is_final=True, is_dead=True)),
    ],
)
def test_any_refund_of_a_trade_is_found_by_its_number(
    stub: Party, wechatpay: WechatPayProvider, status: str, means: RefundAnswer
) -> None:
    refuses(stub, UNKNOWN, known=refund_answer(out_refund_no="console-1", status=status))
    assert found(wechatpay, RefundId("console-1")) == FoundRefund(RefundId("console-1"), 6100, means)
    (asked,) = stub.asked
    assert (asked.method, asked.path) == ("GET", f"{PATH}/console-1")


def test_a_refund_that_they_do_not_know_is_not_found(stub: Party, wechatpay: WechatPayProvider) -> None:
    refuses(stub, UNKNOWN)
    assert found(wechatpay) is None
    stub.asked.clear()
    assert found(wechatpay, RefundId("")) is None, "here every refund has a number"
    assert stub.asked == []


@pytest.mark.parametrize(
    "said",
    [
        refund_answer(out_refund_no="another"),
        refund_answer(transaction_id="another"),
        refund_answer(out_trade_no="another"),
        refund_answer(status="SOMETHING_NEW"),
        refund_answer(amount=None),
        refusal(400, "PARAM_ERROR"),
    ],
)
def test_an_answer_that_does_not_say_which_refund_it_means_finds_none_and_denies_none(
    stub: Party, wechatpay: WechatPayProvider, said: Said
) -> None:
    refuses(stub, UNKNOWN, known=said)
    with pytest.raises(ProviderUnavailableError):
        found(wechatpay)


def test_our_keys_and_settings_say_nothing_of_any_refund(stub: Party, wechatpay: WechatPayProvider) -> None:
    refuses(stub, UNKNOWN, known=refusal(401, "SIGN_ERROR"))
    with pytest.raises(ProviderRefusedError):
        found(wechatpay)
