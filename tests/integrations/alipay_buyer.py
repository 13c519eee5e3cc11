"""The adapter at the simulated Alipay, and a buyer with a browser. No tests here."""

import time
from pathlib import Path

import httpx

from chalicelib.domain.payment import PaymentOrder
from chalicelib.integrations.alipay import AlipayMerchant, AlipayProvider
from chalicelib.integrations.line import READ_S, Line
from chalicelib.usecases.ports import Channel
from local.clock import ShiftedClock
from local.simulators.alipay.keys import APP_ID, SELLER_ID, ensure_keys
from tests.integrations.alipay_side import pay_url
from tests.integrations.stub import Party


def provider_at(
    gateway: str, folder: Path, public_url: str, *, app_id: str = APP_ID, read_s: float = READ_S
) -> AlipayProvider:
    """The adapter with the keys in the folder, as patient as in earnest or less."""
    keys = ensure_keys(folder)
    account = AlipayMerchant(
        gateway_url=gateway,
        app_id=app_id,
        seller_id=SELLER_ID,
        private_key=keys.merchant_private.read_text(),
        alipay_public_key=keys.alipay_public.read_text(),
    )
    clock = ShiftedClock(folder / "clock.json")
    return AlipayProvider(account, public_url=public_url, clock=clock, line=Line(read_s=read_s))


class Buyer:
    """Somebody with a browser at the cashier."""

    def __init__(self, address: str) -> None:
        self._browser = httpx.Client(trust_env=False)
        opened = self._browser.get(address)
        assert opened.status_code == 303, opened.text
        self._cashier = str(opened.url.join(opened.headers["Location"]))

    def page(self) -> str:
        return self._browser.get(self._cashier).text

    def log_in(self) -> None:
        self._browser.post(f"{self._cashier}/login")

    def pay(self) -> str:
        return str(self._browser.post(f"{self._cashier}/pay").headers["Location"])


def notices_of(product: Party, order: PaymentOrder) -> list[bytes]:
    give_up_at = time.monotonic() + 5
    while not (found := [asked.body for asked in product.asked if order.id.encode() in asked.body]):
        assert time.monotonic() < give_up_at, "no notice came"
        time.sleep(0.02)
    return found


def pay(alipay: AlipayProvider, order: PaymentOrder) -> None:
    """The whole way of a buyer who pays."""
    buyer = Buyer(pay_url(alipay, order, Channel.PAGE))
    buyer.log_in()
    buyer.pay()
