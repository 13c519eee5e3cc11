"""WeChat Pay's side of the protocol with keys of its own: any notice and any answer, signed. No tests."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import Merchant, Money, Trade
from chalicelib.integrations.line import Line
from chalicelib.integrations.wechatpay import WechatPayMerchant, WechatPayProvider
from local.simulators import rsa_pairs
from local.simulators.rsa_pairs import is_signed_by
from local.simulators.wechatpay.signing import (
    NamedKey,
    read_authorization,
    sealed,
    signed_headers,
    text_of_call,
)
from tests.integrations.both_sides import NOW, ORDER_ID, StandingClock, order_at
from tests.integrations.stub import Asked, Party, Said

MCHID, APP_ID = "1900000001", "wx2026000000000001"
SERIAL = "4A3B2C1D0E9F8A7B6C5D4E3F2A1B0C9D8E7F6A5B"
KEY_ID, OLD_SERIAL = (
    "PUB_KEY_ID_0119000000012026010100111100000001",
    "1D2C3B4A5F6E7D8C9B0AF1E2D3C4B5A6978899AA",
)
APIV3_KEY = "0123456789abcdef0123456789abcdef"
MERCHANT = Merchant(seller_id=MCHID, app_id=APP_ID)
TRADE_NO = "4200001234202603010000000001"
ORDER = order_at("wechatpay", MERCHANT)
AMOUNT = {"total": 19205, "payer_total": 19105, "currency": "CNY", "payer_currency": "CNY"}
PAID: dict[str, Any] = {
    "mchid": MCHID,
    "appid": APP_ID,
    "out_trade_no": ORDER_ID,
    "transaction_id": TRADE_NO,
    "trade_type": "NATIVE",
    "trade_state": "SUCCESS",
    "trade_state_desc": "支付成功",
    "bank_type": "OTHERS",
    "success_time": "2026-03-01T09:05:10+08:00",
    "payer": {"openid": "o1"},
    "amount": AMOUNT,
}

MONEY = Money(
    order_id=ORDER_ID,
    trade=Trade("wechatpay", TradeNo(TRADE_NO)),
    amount_fen=19205,
    paid_at=datetime(2026, 3, 1, 1, 5, 10, tzinfo=UTC),
    merchant=MERCHANT,
)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """The pair of this name; one made for the purpose is a forger's."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> str:
    """The private half as WeChat Pay gives it out."""
    return rsa_pairs.private_pem(key(name))


def public_pem(name: str) -> str:
    """The public half."""
    return rsa_pairs.public_pem(key(name))


def account(url: str = "https://api.mch.example", **changes: Any) -> WechatPayMerchant:
    """A merchant in the middle of a migration."""
    words: dict[str, Any] = {
        "url": url,
        "mchid": MCHID,
        "app_id": APP_ID,
        "certificate_serial": SERIAL,
        "private_key": private_pem("merchant"),
        "apiv3_key": APIV3_KEY,
        "public_keys": {KEY_ID: public_pem(KEY_ID), OLD_SERIAL: public_pem(OLD_SERIAL)},
    }
    return WechatPayMerchant(**(words | changes))


def provider(url: str = "https://api.mch.example", **changes: Any) -> WechatPayProvider:
    """The adapter with these keys, less patient than in earnest."""
    return WechatPayProvider(
        account(url, **changes), public_url="https://bm.example", clock=StandingClock(), line=Line(read_s=0.5)
    )


@dataclass(frozen=True)
class Notice:
    """A notice as it comes; header names as a gateway hands them over."""

    headers: dict[str, str]
    body: bytes = field(repr=False)

    def but(self, **headers: str | None) -> "Notice":
        """With these of the `Wechatpay-` headers changed, or left out where None."""
        changed = {f"wechatpay-{name.replace('_', '-')}": value for name, value in headers.items()}
        kept = {name: value for name, value in (self.headers | changed).items() if value is not None}
        return Notice(kept, self.body)


def signed(body: str, *, with_key: str = KEY_ID, named: str | None = None, at: datetime = NOW) -> Notice:
    """Any body signed now or then; `named` is what the serial says where it lies."""
    headers = signed_headers(NamedKey(named or with_key, key(with_key)), body, now=at.timestamp())
    return Notice({name.lower(): value for name, value in headers.items()}, body.encode())


def notice_body(
    content: Mapping[str, Any] | str,
    *,
    apiv3_key: str = APIV3_KEY,
    kind: str = "transaction",
    **outer: Any,
) -> str:
    """What a notice says before it is signed; None leaves something out."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    whole = {
        "id": "EV-1",
        "create_time": "2026-03-01T09:05:11+08:00",
        "event_type": "TRANSACTION.SUCCESS",
        "resource_type": "encrypt-resource",
        "summary": "支付成功",
        "resource": dict(sealed(apiv3_key, text, kind=kind)),
    }
    return json.dumps({name: value for name, value in (whole | outer).items() if value is not None})


def paid_notice(**changes: Any) -> Notice:
    """A genuine notice of a payment with these fields changed, or left out where None."""
    return signed(notice_body(content_with(**changes)))


def content_with(**changes: Any) -> dict[str, Any]:
    """What is said of a paid order with these fields changed, or left out where None."""
    return {name: value for name, value in (PAID | changes).items() if value is not None}


def answer(content: Mapping[str, Any] | str, status: int = 200, *, with_key: str = KEY_ID) -> Said:
    """A signed answer."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    headers = signed_headers(NamedKey(with_key, key(with_key)), text, now=NOW.timestamp())
    return Said(text.encode(), status=status, headers={**headers, "Content-Type": "application/json"})


def refusal(status: int, code: str) -> Said:
    """A refusal, which comes unsigned."""
    return Said(json.dumps({"code": code, "message": "说明"}).encode(), status=status)


def says(stub: Party, said: Said) -> None:
    """Every answer from now on; what was asked before is forgotten."""
    stub.asked.clear()
    stub.answer = lambda _: said


def is_ours(asked: Asked) -> bool:
    """Signed by the merchant, with its certificate named and the key for the answer."""
    said = read_authorization(asked.headers["authorization"])
    assert said is not None
    assert (said.mchid, said.serial_no, asked.headers["wechatpay-serial"]) == (MCHID, SERIAL, KEY_ID)
    assert said.timestamp == str(int(NOW.timestamp()))
    text = text_of_call(asked.method, asked.path, said, asked.body.decode())
    return is_signed_by(key("merchant").public_key(), text, said.signature)


_watchers: list[list[str]] = []


@contextmanager
def connections() -> Iterator[list[str]]:
    """The connections that this process tries to open while the block lasts."""
    if not _watchers:
        sys.addaudithook(_notice_connection)
    tried: list[str] = []
    _watchers.append(tried)
    try:
        yield tried
    finally:
        _watchers[-1] = []


def _notice_connection(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo"}:
        _watchers[-1].append(f"{event} {arguments[-1]!r}")
