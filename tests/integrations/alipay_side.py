"""Alipay's side of the protocol with keys of its own: signed notices and answers of any content. No tests."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import Merchant, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState, refund_number
from chalicelib.integrations.alipay import AlipayMerchant, AlipayProvider
from chalicelib.integrations.line import READ_S, Line
from chalicelib.usecases.ports import Channel
from local.simulators.alipay.signing import signed_answer, signed_message
from local.simulators.rsa_pairs import private_pem, public_pem
from tests.integrations.both_sides import NOW, ORDER_ID, StandingClock, order_at

APP_ID, SELLER_ID = "2021000000000001", "2088000000000001"
MERCHANT = Merchant(seller_id=SELLER_ID, app_id=APP_ID)
ORDER = order_at("alipay", MERCHANT)
PAID_NOTICE = {
    "app_id": APP_ID,
    "auth_app_id": APP_ID,
    "buyer_id": "2088102169481075",
    "charset": "utf-8",
    "fund_bill_list": '[{"amount":"192.05","fundChannel":"ALIPAYACCOUNT"}]',
    "gmt_create": "2026-03-01 09:05:00",
    "gmt_payment": "2026-03-01 09:05:10",
    "notify_id": "2026030100222090510",
    "notify_time": "2026-03-01 09:05:11",
    "notify_type": "trade_status_sync",
    "out_trade_no": ORDER_ID,
    "receipt_amount": "192.05",
    "seller_id": SELLER_ID,
    "subject": "2026年一级建造师报名费+1%",
    "total_amount": "192.05",
    "trade_no": "2026030122001481070500000001",
    "trade_status": "TRADE_SUCCESS",
    "version": "1.0",
}

REFUND_ID = refund_number(ORDER_ID, 0)
REFUND = Refund(
    id=REFUND_ID,
    order_id=ORDER_ID,
    trade=Trade("alipay", TradeNo(PAID_NOTICE["trade_no"])),
    total_fen=19205,
    amount_fen=6100,
    cause=RefundCause.FINANCE,
    state=RefundState.REQUESTED,
    requested_at=NOW,
)
REFUND_NOTICE = PAID_NOTICE | {
    "gmt_refund": "2026-03-02 10:00:00.123",
    "out_biz_no": REFUND_ID,
    "refund_fee": "61.00",
}
"""Of a part; of a whole one the status is TRADE_CLOSED."""


@cache
def alipay_key() -> rsa.RSAPrivateKey:
    """The key that Alipay signs with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def merchant_key() -> rsa.RSAPrivateKey:
    """The key that we sign with; to Alipay's eyes also a forger's."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def provider(
    gateway_url: str = "https://openapi.example/gateway.do", *, now: datetime = NOW, read_s: float = READ_S
) -> AlipayProvider:
    """The adapter with these keys, as patient as in earnest or less."""
    account = AlipayMerchant(
        gateway_url=gateway_url,
        app_id=APP_ID,
        seller_id=SELLER_ID,
        private_key=private_pem(merchant_key()),
        alipay_public_key=public_pem(alipay_key()),
    )
    return AlipayProvider(
        account, public_url="https://bm.example", clock=StandingClock(now), line=Line(read_s=read_s)
    )


def pay_url(alipay: AlipayProvider, order: PaymentOrder, channel: Channel) -> str:
    """Where the browser goes to pay."""
    door = alipay.begin(order, channel, address="203.0.113.7")
    assert door.url is not None
    assert door.qr_code is None
    return door.url


def form_of(fields: Mapping[str, str]) -> bytes:
    """The body in which a notice comes."""
    return urlencode(fields).encode()


def notice(about: Mapping[str, str] = PAID_NOTICE, /, **changes: str | None) -> bytes:
    """A genuine notice, of a payment unless told, with these fields changed, or left out where None."""
    fields = {name: value for name, value in (dict(about) | changes).items() if value is not None}
    return form_of(signed_message(alipay_key(), fields))


def answer(
    node: str, content: Mapping[str, object], *, signed: bool = True, key: rsa.RSAPrivateKey | None = None
) -> bytes:
    """The body of an answer from the gateway; `key` is a forger's."""
    return signed_answer((key or alipay_key()) if signed else None, node, content).encode()


def not_done(sub_code: str, code: str = "40004") -> dict[str, object]:
    """What an answer says that refuses."""
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "说明{没有结束"}
