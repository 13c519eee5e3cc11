"""A merchant made of the real library, and the address at which it is told of payments. No tests here."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from alipay import AliPay
from alipay.utils import AliPayConfig

from local.simulators.alipay.keys import APP_ID, ensure_keys
from tests.integrations.stub import Asked, Said, party

PAGE_PAY = "alipay.trade.page.pay"
WAP_PAY = "alipay.trade.wap.pay"


@dataclass
class NoticeBoard:
    """The notices that came, and what they are answered with."""

    url: str
    answer: str = "success"
    notices: list[dict[str, str]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def pin(self, notice: dict[str, str]) -> None:
        """Keep a notice that came."""
        with self._changed:
            self.notices.append(notice)
            self._changed.notify_all()

    def of(self, out_trade_no: str) -> list[dict[str, str]]:
        """The notices of one order so far."""
        return [notice for notice in self.notices if notice["out_trade_no"] == out_trade_no]

    def wait_for(self, out_trade_no: str, count: int = 1, *, within_s: float = 5) -> list[dict[str, str]]:
        """The notices of one order, once there are so many."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.of(out_trade_no)) >= count, timeout=within_s)
        assert len(self.of(out_trade_no)) >= count, f"{len(self.of(out_trade_no))} of {count} notices came"
        return self.of(out_trade_no)


@contextmanager
def notice_board() -> Iterator[NoticeBoard]:
    """A web server that takes notices."""

    with party() as shop:
        board = NoticeBoard(f"{shop.url}{unused_path()}")

        def pinned(told: Asked) -> Said:
            if not board.url.endswith(told.path):
                return Said(status=404)
            board.pin(dict(parse_qsl(told.body.decode(), strict_parsing=True)))
            return Said(board.answer.encode())

        shop.answer = pinned
        yield board


def unused_path() -> str:
    """For notices of one test: what is still sent to the port of a test that is over reaches no other."""
    return f"/notify/{uuid.uuid4().hex}"


class Merchant:
    """The real library pointed at the simulator, and a browser for its buyers."""

    def __init__(self, gateway: str, folder: Path, notify_url: str, *, timeout_s: float = 5) -> None:
        paths = ensure_keys(folder)
        self.library = AliPay(
            appid=APP_ID,
            app_notify_url=notify_url,
            app_private_key_string=paths.merchant_private.read_text(),
            alipay_public_key_string=paths.alipay_public.read_text(),
            sign_type="RSA2",
            config=AliPayConfig(timeout=timeout_s),
        )
        self.library._gateway = gateway
        self.browser = httpx.Client(follow_redirects=False, trust_env=False, verify=False)

    def pay_url(self, out_trade_no: str, method: str = PAGE_PAY, **biz: object) -> str:
        """The signed URL at which the buyer pays."""
        code = {PAGE_PAY: "FAST_INSTANT_TRADE_PAY", WAP_PAY: "QUICK_WAP_WAY"}[method]
        content = {
            "out_trade_no": out_trade_no,
            "subject": "2026年一级建造师报名费",
            "total_amount": "192.00",
            "product_code": code,
            **biz,
        }
        query = self.library.client_api(method, content, return_url="http://shop.invalid/paid?order=1")
        return f"{self.library._gateway}?{query}"

    def call(self, method: str, **biz: object) -> dict[str, Any]:
        """Ask the gateway; the library checks the answer's signature."""
        answer: dict[str, Any] = self.library.server_api(method, biz)
        return answer

    def query(self, out_trade_no: str) -> dict[str, Any]:
        """What the gateway says of an order."""
        return self.call("alipay.trade.query", out_trade_no=out_trade_no)

    def open_cashier(self, pay_url: str) -> str:
        """Follow the signed URL to the cashier page."""
        answer = self.browser.get(pay_url)
        assert answer.status_code == 303, answer.text
        return str(answer.url.join(answer.headers["Location"]))

    def log_in(self, cashier: str) -> str:
        """Press 登录并付款; gives the page that follows."""
        self.browser.post(f"{cashier}/login")
        return self.browser.get(cashier).text

    def pay(self, cashier: str) -> str:
        """Press 支付; gives the address one is sent to."""
        return self.browser.post(f"{cashier}/pay").headers["Location"]

    def pay_order(self, out_trade_no: str, method: str = PAGE_PAY, **biz: object) -> str:
        """The whole way of a buyer who pays."""
        cashier = self.open_cashier(self.pay_url(out_trade_no, method, **biz))
        self.log_in(cashier)
        return self.pay(cashier)

    def is_genuine(self, notice: dict[str, str]) -> bool:
        """Check a notice as the library has it."""
        fields = dict(notice)
        signature = fields.pop("sign")
        return bool(self.library.verify(fields, signature))


def eventually(is_so: Callable[[], bool], *, within_s: float = 5) -> None:
    """Wait until something holds."""
    give_up_at = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < give_up_at, "it did not come about"
        time.sleep(0.03)
