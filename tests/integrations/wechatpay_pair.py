"""The adapter beside the simulated WeChat Pay, a payer between them, and the notices that came. No tests."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.integrations.line import Line
from chalicelib.integrations.wechatpay import WechatPayMerchant, WechatPayProvider
from chalicelib.usecases.ports import Channel, Notice, Paid, ProbeRefusedError, RefundNews
from local.clock import ShiftedClock
from local.simulators.wechatpay.keys import APP_ID, CERTIFICATE_SERIAL, MCHID, ensure_keys
from tests.integrations.stub import Asked, Party
from tests.local.simulators.running import Service

ADDRESS = "203.0.113.7"


def provider_at(url: str, folder: Path, public_url: str, **changes: Any) -> WechatPayProvider:
    """The adapter with the keys in the folder."""
    keys = ensure_keys(folder)
    words: dict[str, Any] = {
        "url": url,
        "mchid": MCHID,
        "app_id": APP_ID,
        "certificate_serial": CERTIFICATE_SERIAL,
        "private_key": keys.merchant.private.read_text(),
        "apiv3_key": keys.apiv3_key.read_text(),
        "public_keys": dict(part.split(":") for part in keys.public_keys_setting().split(",")),
    }
    clock = ShiftedClock(folder / "clock.json")
    account = WechatPayMerchant(**(words | changes))
    return WechatPayProvider(account, public_url=public_url, clock=clock, line=Line(read_s=1))


class Payer:
    """Somebody with a phone, who scans a code or opens a page."""

    def __init__(
        self, service: Service, wechatpay: WechatPayProvider, order: PaymentOrder, channel: Channel
    ) -> None:
        door = wechatpay.begin(order, channel, address=ADDRESS)
        self._phone = httpx.Client(trust_env=False, follow_redirects=True)
        scan = f"{service.url}/scan?{urlencode({'code': door.qr_code})}"
        self._page = self._phone.get(door.url or scan)

    @property
    def page(self) -> str:
        """What the payer sees."""
        return self._page.text

    def pay(self) -> httpx.Response:
        """Press 支付."""
        cashier = str(self._page.url.copy_with(query=None))
        back = self._page.url.params.get("redirect_url", "")
        return self._phone.post(f"{cashier}/pay", data={"redirect_url": back}, follow_redirects=False)


def is_probe(asked: Asked) -> bool:
    """Sent to see it refused."""
    return asked.headers["wechatpay-signature"].startswith("WECHATPAY/SIGNTEST/")


def notices_of(
    product: Party, wechatpay: WechatPayProvider, order: PaymentOrder, count: int = 1
) -> list[Notice]:
    """The notices of one order as the adapter reads them, once there are so many."""
    give_up_at = time.monotonic() + 5
    while len(found := list(_read(product, wechatpay, order))) < count:
        assert time.monotonic() < give_up_at, f"{len(found)} of {count} notices came"
        time.sleep(0.02)
    return found


def _read(product: Party, wechatpay: WechatPayProvider, order: PaymentOrder) -> Iterator[Notice]:
    for asked in list(product.asked):
        if is_probe(asked):
            with pytest.raises(ProbeRefusedError):
                wechatpay.read_notice(asked.body, asked.headers)
            continue
        notice = wechatpay.read_notice(asked.body, asked.headers)
        if _order_of(notice) == order.id:
            yield notice


def _order_of(notice: Notice) -> OrderId | None:
    match notice:
        case Paid(money):
            return money.order_id
        case RefundNews(order_id=order_id):
            return order_id
        case _:
            return None
