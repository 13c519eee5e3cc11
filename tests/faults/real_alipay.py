"""The real Alipay adapter and the simulated Alipay as the outside: signatures, HTTP, a payer's browser."""

import time
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import urllib3

from chalicelib.domain.payment import Money, PaymentOrder
from chalicelib.integrations.alipay import AlipayMerchant, AlipayProvider
from chalicelib.usecases.ports import Channel, Paid
from local.clock import ShiftedClock
from local.simulators.alipay.keys import APP_ID, SELLER_ID, ensure_keys
from tests.builders import NOW
from tests.faults.house import ADDRESS, Outside
from tests.integrations.stub import Party


class SharedClock:
    """The product's clock, which the simulator is set to before each call."""

    def __init__(self, folder: Path) -> None:
        self._simulated = ShiftedClock(folder / "clock.json")
        self._now: Callable[[], datetime] = lambda: NOW

    def follow(self, now: Callable[[], datetime]) -> None:
        """Show what this shows."""
        self._now = now

    def now(self) -> datetime:
        """The moment, and the simulator's too."""
        moment = self._now()
        self._simulated.shift((moment - datetime.now(UTC)).total_seconds())
        return moment


class RealAlipay(Outside):
    """Payers at the simulated cashier, whose notices arrive at a stub, to be handed on by tests."""

    def __init__(self, gateway: str, folder: Path, product: Party) -> None:
        super().__init__()
        keys = ensure_keys(folder)
        self._clock = SharedClock(folder)
        self._product = product
        self._browser = urllib3.PoolManager()
        self._alipay = AlipayProvider(
            AlipayMerchant(
                gateway_url=gateway,
                app_id=APP_ID,
                seller_id=SELLER_ID,
                private_key=keys.merchant_private.read_text(),
                alipay_public_key=keys.alipay_public.read_text(),
            ),
            public_url=product.url,
            clock=self._clock,
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> "RealAlipay":
        """Alipay itself is the same for every case; what happened there stays."""
        another = object.__new__(RealAlipay)
        kept = {"_clock", "_product", "_browser", "_alipay"}
        for name, value in vars(self).items():
            setattr(another, name, value if name in kept else deepcopy(value, memo))
        return another

    @property
    def provider(self) -> AlipayProvider:
        return self._alipay

    def follow(self, now: Callable[[], datetime]) -> None:
        self._clock.follow(now)

    def visit(self, order: PaymentOrder) -> None:
        self._come(order)

    def pay(self, order: PaymentOrder, **changes: Any) -> Money:
        assert not changes, "the real thing takes what it was asked to take"
        self._press(f"{self._come(order)}/pay")
        answer = self._alipay.query(order.id)
        assert isinstance(answer, Paid), answer
        self.taken.append(answer.money)
        return answer.money

    def notice_of(self, money: Money) -> bytes:
        """The body that came, once it has come."""
        give_up_at = time.monotonic() + 10
        while time.monotonic() < give_up_at:
            for asked in self._product.asked:
                if money.trade.trade_no.encode() in asked.body:
                    return asked.body
            time.sleep(0.01)
        raise AssertionError("no notice came")

    def _come(self, order: PaymentOrder) -> str:
        door = self._alipay.begin(order, Channel.PAGE, address=ADDRESS)
        assert door.url is not None
        opened = self._browser.request("GET", door.url, redirect=False)
        assert opened.status == 303, opened.data
        cashier = urljoin(door.url, opened.headers["Location"])
        self._press(f"{cashier}/login")
        return cashier

    def _press(self, address: str) -> None:
        self._browser.request("POST", address, redirect=False)
