"""What each answer of WeChat Pay comes to, the odd ones included."""

import json
from dataclasses import replace

import pytest

from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import (
    Channel,
    Closed,
    DoorShutError,
    Paid,
    ProviderRefusedError,
    ProviderUnavailableError,
    TradeAnswer,
    Unknown,
    Unpaid,
)
from local.sockets import free_port
from tests.integrations.both_sides import NOW, ORDER_ID
from tests.integrations.stub import Party, Said
from tests.integrations.wechatpay_side import (
    AMOUNT,
    KEY_ID,
    MCHID,
    MONEY,
    OLD_SERIAL,
    ORDER,
    answer,
    content_with,
    is_ours,
    provider,
    refusal,
    says,
)

QUERY = f"/v3/pay/transactions/out-trade-no/{ORDER_ID}?mchid={MCHID}"
CLOSE = f"/v3/pay/transactions/out-trade-no/{ORDER_ID}/close"


@pytest.fixture(scope="module")
def wechatpay(stub: Party) -> WechatPayProvider:
    return provider(stub.url)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "PARAM_ERROR"),
        (401, "SIGN_ERROR"),
        (400, "MCH_NOT_EXISTS"),
        (400, "APPID_MCHID_NOT_MATCH"),
        (403, "NO_AUTH"),
        (404, "SOMETHING_NEW"),
    ],
)
@pytest.mark.parametrize("ask", ["begin", "query", "close"])
def test_other_refusals_are_for_a_person(
    stub: Party, wechatpay: WechatPayProvider, ask: str, status: int, code: str
) -> None:
    says(stub, refusal(status, code))
    with pytest.raises(ProviderRefusedError, match=code) as raised:
        call(wechatpay, ask)
    assert not isinstance(raised.value, DoorShutError)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (answer(content_with()), Paid(MONEY)),
        (answer(content_with(), with_key=OLD_SERIAL), Paid(MONEY)),
        (answer(content_with(trade_state="REFUND")), Paid(replace(MONEY, is_whole=False))),
        (
            answer(content_with(amount=AMOUNT | {"currency": "USD"})),
            Paid(replace(MONEY, currency="USD")),
        ),
        (answer({"out_trade_no": ORDER_ID, "trade_state": "NOTPAY"}), Unpaid()),
        (answer({"out_trade_no": ORDER_ID, "trade_state": "USERPAYING"}), Unpaid()),
        (answer({"out_trade_no": ORDER_ID, "trade_state": "PAYERROR"}), Unpaid()),
        (answer({"out_trade_no": ORDER_ID, "trade_state": "CLOSED"}), Closed()),
        (answer({"out_trade_no": ORDER_ID, "trade_state": "REVOKED"}), Closed()),
        (refusal(404, "ORDERNOTEXIST"), Unknown()),
        (refusal(404, "ORDER_NOT_EXIST"), Unknown()),
    ],
)
def test_an_answer_to_a_query_is_taken_at_its_word(
    stub: Party, wechatpay: WechatPayProvider, said: Said, means: TradeAnswer
) -> None:
    says(stub, said)
    assert wechatpay.query(ORDER_ID) == means
    (asked,) = stub.asked
    assert (asked.method, asked.path, asked.body) == ("GET", QUERY, b"")
    assert is_ours(asked)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (answer("", 204), Closed()),
        (refusal(400, "ORDER_CLOSED"), Closed()),
        (refusal(400, "ORDERPAID"), Unpaid()),
        (refusal(400, "ORDER_PAID"), Unpaid()),
        (answer({"code": "USERPAYING"}, 202), Unpaid()),
        (refusal(404, "ORDERNOTEXIST"), Unknown()),
    ],
)
def test_closing_says_closed_unknown_or_not_to_be_closed(
    stub: Party, wechatpay: WechatPayProvider, said: Said, means: TradeAnswer
) -> None:
    says(stub, said)
    assert wechatpay.close(ORDER_ID) == means
    (asked,) = stub.asked
    assert (asked.method, asked.path, json.loads(asked.body)) == ("POST", CLOSE, {"mchid": MCHID})
    assert is_ours(asked)


def with_header(said: Said, name: str, value: str) -> Said:
    headers = {**said.headers, f"Wechatpay-{name}": value}
    return replace(said, headers={each: text for each, text in headers.items() if text})


GOOD = answer(content_with())
SIGNATURE = GOOD.headers["Wechatpay-Signature"]
SILENT_QUERIES: dict[str, Said] = {
    "system error": refusal(500, "SYSTEM_ERROR"),
    "busy": refusal(429, "FREQUENCY_LIMITED"),
    "busy in other words": refusal(403, "RULE_LIMIT"),
    "bank's trouble": refusal(500, "BANKERROR"),
    "refused without a code": Said(b"{}", status=404),
    "refused by a proxy": Said(b"<html>404</html>", status=404),
    "refused with an odd code": Said(b'{"code":"tel 13800000001"}', status=404),
    "redirected": Said(b"", status=302, headers={"Location": "https://elsewhere.example/"}),
    "unsigned": Said(GOOD.body),
    "signed by another": answer(content_with(), with_key="forger"),
    "signed by another under a known name": with_header(
        answer(content_with(), with_key="forger"), "Serial", KEY_ID
    ),
    "altered": replace(GOOD, body=GOOD.body.replace(b"19205", b"19206")),
    "a probe": with_header(GOOD, "Signature", f"WECHATPAY/SIGNTEST/{SIGNATURE[19:]}"),
    "stale": with_header(GOOD, "Timestamp", str(int(NOW.timestamp()) - 301)),
    "signature no base64": with_header(GOOD, "Signature", f"!{SIGNATURE[1:]}"),
    "refusal with a wrong signature": replace(
        with_header(GOOD, "Nonce", "x"), body=b'{"code":"ORDERNOTEXIST"}', status=404
    ),
    "another order": answer(content_with(out_trade_no="t24u0wx9zk3m5p7q8r1s2v4z")),
    "no state": answer(content_with(trade_state=None)),
    "new state": answer(content_with(trade_state="SOMETHING_NEW")),
    "paid without a time": answer(content_with(success_time=None)),
    "paid without an amount": answer(content_with(amount=None)),
    "paid half a fen": answer(content_with(amount=AMOUNT | {"total": 1.5})),
    "paid without a number": answer(content_with(transaction_id="")),
    "success that is none": answer(content_with(), 201),
    "empty": answer(""),
    "list": answer("[]"),
    "deep": answer("[" * 100_000),
    "not utf-8": Said(b"\xff", status=404),
}


@pytest.mark.parametrize("said", SILENT_QUERIES.values(), ids=SILENT_QUERIES.keys())
def test_an_answer_that_settles_nothing_counts_as_silence(
    stub: Party, wechatpay: WechatPayProvider, said: Said
) -> None:
    says(stub, said)
    with pytest.raises(ProviderUnavailableError) as raised:
        wechatpay.query(ORDER_ID)
    assert "138" not in str(raised.value)


@pytest.mark.parametrize("ask", ["begin", "query", "close"])
def test_a_late_answer_and_nobody_there_count_as_silence(
    stub: Party, wechatpay: WechatPayProvider, ask: str
) -> None:
    says(stub, replace(GOOD, after_s=1.0))
    with pytest.raises(ProviderUnavailableError):
        call(wechatpay, ask)
    with pytest.raises(ProviderUnavailableError):
        call(provider(f"http://127.0.0.1:{free_port()}"), ask)


def call(wechatpay: WechatPayProvider, ask: str) -> object:
    match ask:
        case "begin":
            return wechatpay.begin(ORDER, Channel.PAGE, address="")
        case "query":
            return wechatpay.query(ORDER_ID)
        case _:
            return wechatpay.close(ORDER_ID)
