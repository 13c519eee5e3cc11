"""Alipay's side of the protocol with keys of its own: signed notices and answers of any content. No tests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.domain.ids import AccountId, OrderId, RegistrationId, TradeNo
from chalicelib.domain.payment import Merchant, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState, refund_number
from chalicelib.integrations.alipay import AlipayMerchant, AlipayProvider
from chalicelib.integrations.line import READ_S, Line
from chalicelib.usecases.ports import Channel
from local.simulators.alipay.signing import signed_answer, signed_message

APP_ID, SELLER_ID = "2021000000000001", "2088000000000001"
MERCHANT = Merchant(seller_id=SELLER_ID, app_id=APP_ID)
ORDER_ID = OrderId("t24u0wx9zk3m5p7q8r1s2v4y")
NOW = datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=UTC)
ORDER = PaymentOrder(
    id=ORDER_ID,
    account_id=AccountId("a1"),
    registration_id=RegistrationId("r1"),
    provider="alipay",
    merchant=MERCHANT,
    amount_fen=19205,
    subject="2026年一级建造师报名费",
    state=OrderState.CREATED,
    created_at=NOW,
    expires_at=datetime(2026, 3, 1, 1, 32, 3, 999999, tzinfo=UTC),
)
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


class StandingClock:
    """A clock that shows one moment."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """That moment."""
        return self.moment


@cache
def alipay_key() -> rsa.RSAPrivateKey:
    """The key that Alipay signs with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def merchant_key() -> rsa.RSAPrivateKey:
    """The key that we sign with; to Alipay's eyes also a forger's."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(key: rsa.RSAPrivateKey) -> str:
    """PKCS#8, as tools make it today."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """The public half."""
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


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
