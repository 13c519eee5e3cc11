"""A merchant made of the real library at WeChat Pay, and the address at which it is told. No tests here."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from wechatpayv3 import WeChatPay, WeChatPayType

from local.simulators.wechatpay.keys import APP_ID, CERTIFICATE_SERIAL, MCHID, PUBLIC_KEY_ID, ensure_keys
from tests.integrations.stub import Asked, Said, party
from tests.local.simulators.merchant import unused_path

ADDRESS = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}


@dataclass
class SealedNotices:
    """The notices that came as they came, and the status they are answered with."""

    url: str
    status: int = 204
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)


@contextmanager
def sealed_notices() -> Iterator[SealedNotices]:
    """A web server that takes notices."""

    with party() as shop:
        board = SealedNotices(f"{shop.url}{unused_path()}")

        def taken(told: Asked) -> Said:
            if not board.url.endswith(told.path):
                return Said(status=404)
            board.came.append((told.headers, told.body.decode()))
            return Said(status=board.status)

        shop.answer = taken
        yield board


class WechatPayCustomer:
    """The real library pointed at the simulator, with its own HTTP, and a browser for its payers."""

    def __init__(self, url: str, folder: Path, board: SealedNotices, *, timeout_s: float = 5) -> None:
        keys = ensure_keys(folder)
        self.url = url
        self.folder = folder
        self.board = board
        self.library = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=MCHID,
            private_key=keys.merchant.private.read_text(),
            cert_serial_no=CERTIFICATE_SERIAL,
            appid=APP_ID,
            apiv3_key=keys.apiv3_key.read_text(),
            notify_url=board.url,
            timeout=timeout_s,
            public_key=keys.wechatpay.public.read_text(),
            public_key_id=PUBLIC_KEY_ID,
        )
        self.library._core._gate_way = url
        self.browser = httpx.Client(follow_redirects=True, trust_env=False, verify=False)

    def open(self, number: str, kind: WeChatPayType = WeChatPayType.NATIVE, **words: Any) -> tuple[int, Any]:
        """Open an order; what is answered."""
        order = {
            "description": "2026年一级建造师报名费",
            "amount": {"total": 19200, "currency": "CNY"},
            **words,
        }
        if kind is WeChatPayType.H5:
            order.setdefault("scene_info", ADDRESS)
        return _read(self.library.pay(out_trade_no=number, pay_type=kind, **order))

    def cashier(self, number: str, **words: Any) -> str:
        """Open an order and scan its code: the page's address."""
        status, said = self.open(number, **words)
        assert status == 200, said
        return str(self.browser.get(f"{self.url}/scan", params={"code": said["code_url"]}).url)

    def page(self, cashier: str) -> str:
        """What the payer sees."""
        return self.browser.get(cashier).text

    def pay(self, cashier: str) -> str:
        """Press 支付; what the payer sees then."""
        return self.browser.post(f"{cashier}/pay").text

    def pay_order(self, number: str, **words: Any) -> str:
        """The whole way of a payer who pays."""
        return self.pay(self.cashier(number, **words))

    def query(self, number: str) -> tuple[int, Any]:
        """What is known of an order."""
        return _read(self.library.query(out_trade_no=number))

    def close(self, number: str) -> tuple[int, Any]:
        """Close an order."""
        return _read(self.library.close(out_trade_no=number))

    def refund(self, number: str, refund_number: str, fen: int, **words: Any) -> tuple[int, Any]:
        """Ask for money to go back."""
        amount = {"refund": fen, "total": 19200, "currency": "CNY"}
        named = {"out_trade_no": number, "out_refund_no": refund_number, "amount": amount, **words}
        return _read(self.library.refund(**named))

    def query_refund(self, refund_number: str) -> tuple[int, Any]:
        """What is known of a refund."""
        return _read(self.library.query_refund(refund_number))

    def refund_on_console(self, number: str, **form: str) -> httpx.Response:
        """A person at the merchant gives money back without the program."""
        transaction_id = self.query(number)[1]["transaction_id"]
        return self.browser.post(f"{self.url}/console/payments/{transaction_id}/refund", data=form)

    def notices(self, number: str) -> list[dict[str, Any]]:
        """The genuine notices of one order so far, opened by the library."""
        opened = []
        for headers, body in list(self.board.came):
            if not headers["wechatpay-signature"].startswith("WECHATPAY/SIGNTEST/"):
                notice = self.library.callback(headers, body)
                assert notice, "not genuine"
                opened.append(notice)
        return [notice for notice in opened if notice["resource"]["out_trade_no"] == number]

    def wait_for(self, number: str, count: int = 1, *, within_s: float = 5) -> list[dict[str, Any]]:
        """The notices of one order, once there are so many."""
        give_up_at = time.monotonic() + within_s
        while len(found := self.notices(number)) < count:
            assert time.monotonic() < give_up_at, f"{len(found)} of {count} notices came"
            time.sleep(0.03)
        return found


def _read(answer: tuple[int, Any]) -> tuple[int, Any]:
    status, text = answer
    return status, json.loads(text) if text else None
