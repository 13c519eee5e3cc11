"""Where the browser goes to pay."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.domain.payment import Merchant
from chalicelib.integrations.alipay import AlipayMerchant, AlipayProvider
from chalicelib.usecases.ports import Channel, PaymentProvider, ProviderRefusedError
from local.simulators.alipay.signing import is_signed_request
from local.simulators.rsa_pairs import private_pem, public_pem
from tests.integrations.alipay_side import (
    APP_ID,
    MERCHANT,
    ORDER,
    alipay_key,
    merchant_key,
    pay_url,
    provider,
)
from tests.integrations.both_sides import ORDER_ID, StandingClock


def opened(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of a signed address and its content, once the signature is found good."""
    fields = dict(parse_qsl(urlsplit(url).query, strict_parsing=True))
    assert is_signed_request(merchant_key().public_key(), fields)
    return fields, json.loads(fields["biz_content"])


def test_the_adapter_serves_its_port() -> None:
    port: PaymentProvider = provider()
    assert (port.name, port.merchant) == ("alipay", MERCHANT)


def test_a_page_payment_says_what_is_paid_until_when_and_where_we_are_told() -> None:
    url = pay_url(provider(), ORDER, Channel.PAGE)
    assert url.startswith("https://openapi.example/gateway.do?")
    fields, content = opened(url)
    assert (fields["method"], fields["app_id"], fields["sign_type"]) == (
        "alipay.trade.page.pay",
        APP_ID,
        "RSA2",
    )
    assert fields["timestamp"] == "2026-03-01 09:02:03"
    assert fields["notify_url"] == "https://bm.example/api/webhooks/alipay"
    assert fields["return_url"] == f"https://bm.example/registrations/r1/payment?order={ORDER_ID}"
    assert content == {
        "out_trade_no": ORDER_ID,
        "total_amount": "192.05",
        "subject": "2026年一级建造师报名费",
        "product_code": "FAST_INSTANT_TRADE_PAY",
        "time_expire": "2026-03-01 09:32:03",
    }


def test_a_payment_on_a_phone_also_says_where_to_go_when_it_is_given_up() -> None:
    fields, content = opened(pay_url(provider(), ORDER, Channel.WAP))
    assert (fields["method"], content["product_code"]) == ("alipay.trade.wap.pay", "QUICK_WAP_WAY")
    assert content["quit_url"] == fields["return_url"]


def test_an_order_opened_for_another_merchant_gets_no_address() -> None:
    order = replace(ORDER, merchant=Merchant(seller_id="2088000000000002", app_id=APP_ID))
    with pytest.raises(ProviderRefusedError):
        pay_url(provider(), order, Channel.PAGE)


def bare(pem: str) -> str:
    """What stands between the first and the last line, in one line as consoles show it."""
    return "".join(pem.strip().splitlines()[1:-1])


def account(private_key: str, public_key: str) -> AlipayProvider:
    merchant = AlipayMerchant(
        gateway_url="https://openapi.example/gateway.do",
        app_id=APP_ID,
        seller_id=MERCHANT.seller_id,
        private_key=private_key,
        alipay_public_key=public_key,
    )
    assert "private_key=" not in repr(merchant)
    return AlipayProvider(merchant, public_url="https://bm.example", clock=StandingClock())


def test_keys_are_taken_as_pem_and_as_bare_base64() -> None:
    bare_keys = account(bare(private_pem(merchant_key())), bare(public_pem(alipay_key())))
    assert pay_url(bare_keys, ORDER, Channel.PAGE) == pay_url(provider(), ORDER, Channel.PAGE)


@pytest.mark.parametrize(
    "key",
    [
        "not a key",
        "",
        "bm90IGEga2V5",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END",
        public_pem(alipay_key()),
    ],
)
def test_keys_that_cannot_be_read_are_said_to_be_wrong_settings_without_showing_them(key: str) -> None:
    with pytest.raises(ProviderRefusedError) as refusal:
        pay_url(account(key, public_pem(alipay_key())), ORDER, Channel.PAGE)
    assert refusal.value.__cause__ is None
