"""Opening an order at WeChat Pay: the code to scan, the page on a phone, and the keys that it takes."""

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.payment import Merchant, OrderState
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import (
    Channel,
    DoorShutError,
    PaymentDoor,
    PaymentProvider,
    ProviderRefusedError,
    ProviderUnavailableError,
    Unpaid,
)
from tests.integrations.both_sides import ORDER_ID
from tests.integrations.stub import Party, Said
from tests.integrations.wechatpay_side import (
    KEY_ID,
    MCHID,
    MERCHANT,
    OLD_SERIAL,
    ORDER,
    answer,
    is_ours,
    private_pem,
    provider,
    public_pem,
    refusal,
    says,
)

NATIVE, H5 = "/v3/pay/transactions/native", "/v3/pay/transactions/h5"
CODE = {"code_url": "weixin://wxpay/bizpayurl?pr=abc"}
PAGE = {"h5_url": "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2"}
WAITING = {"out_trade_no": ORDER_ID, "trade_state": "NOTPAY"}


@pytest.fixture(scope="module")
def wechatpay(stub: Party) -> WechatPayProvider:
    return provider(stub.url)


def begin(wechatpay: WechatPayProvider, channel: Channel = Channel.PAGE) -> PaymentDoor:
    return wechatpay.begin(ORDER, channel, address="203.0.113.7")


def test_the_adapter_serves_its_port() -> None:
    port: PaymentProvider = provider()
    assert (port.name, port.merchant) == ("wechatpay", MERCHANT)


def test_at_a_desk_there_is_a_code_to_scan(stub: Party, wechatpay: WechatPayProvider) -> None:
    says(stub, answer(CODE))
    assert begin(wechatpay) == PaymentDoor(qr_code=CODE["code_url"])
    (asked,) = stub.asked
    assert (asked.method, asked.path) == ("POST", NATIVE)
    assert is_ours(asked)
    assert json.loads(asked.body) == {
        "appid": MERCHANT.app_id,
        "mchid": MCHID,
        "description": "2026年一级建造师报名费",
        "out_trade_no": ORDER_ID,
        "amount": {"total": 19205, "currency": "CNY"},
        "time_expire": "2026-03-01T09:32:03+08:00",
        "notify_url": "https://bm.example/api/webhooks/wechatpay",
    }


def test_on_a_phone_there_is_a_page_that_leads_back(stub: Party, wechatpay: WechatPayProvider) -> None:
    says(stub, answer(PAGE))
    door = begin(wechatpay, Channel.WAP)
    assert door.qr_code is None
    assert door.url is not None
    assert door.url.startswith(PAGE["h5_url"])
    back = f"https://bm.example/registrations/r1/payment?order={ORDER_ID}"
    assert parse_qs(urlsplit(door.url).query)["redirect_url"] == [back]
    (asked,) = stub.asked
    assert asked.path == H5
    assert is_ours(asked)
    assert json.loads(asked.body)["scene_info"] == {
        "payer_client_ip": "203.0.113.7",
        "h5_info": {"type": "Wap"},
    }


def test_asking_again_is_asking_the_same(stub: Party, wechatpay: WechatPayProvider) -> None:
    says(stub, answer(CODE))
    begin(wechatpay)
    wechatpay.begin(replace(ORDER, state=OrderState.PENDING, attempts=3), Channel.PAGE, address="::1")
    first, second = stub.asked
    assert first.body == second.body


def test_a_long_subject_is_cut(stub: Party, wechatpay: WechatPayProvider) -> None:
    says(stub, answer(CODE))
    wechatpay.begin(replace(ORDER, subject="长" * 200), Channel.PAGE, address="")
    assert json.loads(stub.asked[0].body)["description"] == "长" * 127


def test_an_order_opened_for_another_merchant_gets_no_door(stub: Party, wechatpay: WechatPayProvider) -> None:
    says(stub, answer(CODE))
    order = replace(ORDER, merchant=Merchant(seller_id="1900000009", app_id=MERCHANT.app_id))
    with pytest.raises(ProviderRefusedError):
        wechatpay.begin(order, Channel.PAGE, address="")
    assert stub.asked == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ORDERPAID"),
        (400, "ORDER_PAID"),
        (400, "ORDER_CLOSED"),
        (403, "OUT_TRADE_NO_USED"),
    ],
)
def test_an_order_that_is_paid_closed_or_begun_otherwise_is_opened_no_more(
    stub: Party, wechatpay: WechatPayProvider, status: int, code: str
) -> None:
    says(stub, refusal(status, code))
    with pytest.raises(DoorShutError):
        begin(wechatpay)


@pytest.mark.parametrize(
    ("known", "error"),
    [
        (answer(WAITING), DoorShutError),
        (refusal(404, "ORDERNOTEXIST"), ProviderRefusedError),
    ],
)
def test_an_invalid_request_is_one_asked_otherwise_only_where_the_order_is_known(
    stub: Party, wechatpay: WechatPayProvider, known: Said, error: type[Exception]
) -> None:
    stub.answer = lambda asked: known if asked.method == "GET" else refusal(400, "INVALID_REQUEST")
    with pytest.raises(ProviderRefusedError) as raised:
        begin(wechatpay)
    assert type(raised.value) is error


@pytest.mark.parametrize("content", [{}, {"code_url": ""}, {"code_url": "javascript:"}, PAGE, "", "[]"])
def test_an_answer_without_a_code_is_silence(
    stub: Party, wechatpay: WechatPayProvider, content: dict[str, str] | str
) -> None:
    says(stub, answer(content))
    with pytest.raises(ProviderUnavailableError):
        begin(wechatpay)


def test_keys_are_taken_as_pem_and_as_bare_base64(stub: Party) -> None:
    bare = provider(
        stub.url,
        private_key=bare_key(private_pem("merchant")),
        public_keys={KEY_ID: bare_key(public_pem(KEY_ID))},
    )
    says(stub, answer(WAITING))
    assert bare.query(ORDER_ID) == Unpaid()
    assert is_ours(stub.asked[0])


WRONG_KEYS: dict[str, dict[str, Any]] = {
    "no private key": {"private_key": ""},
    "a private key that is none": {"private_key": "not a key"},
    "a public key for the private one": {"private_key": public_pem("merchant")},
    "no public keys": {"public_keys": {}},
    "an empty public key": {"public_keys": {KEY_ID: ""}},
    "a public key that is none": {"public_keys": {KEY_ID: "not a key"}},
    "a second public key that is none": {
        "public_keys": {KEY_ID: public_pem(KEY_ID), OLD_SERIAL: base64.b64encode(b"no key").decode()}
    },
    "a short APIv3 key": {"apiv3_key": "too short"},
}


@pytest.mark.parametrize("wrong", WRONG_KEYS.values(), ids=WRONG_KEYS.keys())
def test_keys_that_cannot_be_read_are_wrong_settings_and_nobody_is_asked_for_others(
    stub: Party, wrong: dict[str, Any]
) -> None:
    says(stub, answer(WAITING))
    with pytest.raises(ProviderRefusedError, match="settings") as raised:
        provider(stub.url, **wrong).query(ORDER_ID)
    assert raised.value.__cause__ is None
    assert stub.asked == []


def bare_key(pem: str) -> str:
    """What stands between the first and the last line, in one line as settings have it."""
    return "".join(pem.strip().splitlines()[1:-1])
