"""WeChat Pay in this process: the real adapter over the simulator's interfaces, rules and ledger."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.routing import Router

from chalicelib.domain.ids import OrderId, TradeNo
from chalicelib.domain.payment import Trade
from chalicelib.integrations.wechatpay import WechatPayMerchant, WechatPayProvider
from chalicelib.usecases.ports import PaymentDoor
from local.simulators.outbox import Notice
from local.simulators.rsa_pairs import read_private_key, read_public_key
from local.simulators.sending import Letter
from local.simulators.wechatpay.answers import ApiRefusalError
from local.simulators.wechatpay.billing import Billing
from local.simulators.wechatpay.contract import Merchant
from local.simulators.wechatpay.gateway import Books, Gateway
from local.simulators.wechatpay.keys import (
    APP_ID,
    CERTIFICATE_SERIAL,
    MCHID,
    OLD_SERIAL,
    PUBLIC_KEY_ID,
    KeyPaths,
    ensure_keys,
)
from local.simulators.wechatpay.ledger import Ledger
from local.simulators.wechatpay.notices import Keys, Names, WechatPayNotices
from local.simulators.wechatpay.refunding import Refunding
from local.simulators.wechatpay.signing import NamedKey
from local.simulators.wechatpay.trades import CODE_PREFIX, RefundStatus
from local.simulators.wechatpay.trading import Trading
from tests.model.line import InProcess
from tests.model.tills import PUBLIC_URL, HandSwitch, SameClock, Taken, moment

ADDRESS = "https://api.mch.example"
_ALWAYS = 1e12
_STUCK = (RefundStatus.PROCESSING, RefundStatus.ABNORMAL)


class WechatPayTill:
    """`Till`."""

    def __init__(self, folder: Path, clock: SameClock, faults: HandSwitch) -> None:
        paths, names = ensure_keys(folder), Names(MCHID, APP_ID)
        keys = Keys(
            NamedKey(PUBLIC_KEY_ID, read_private_key(paths.wechatpay.private)),
            NamedKey(OLD_SERIAL, read_private_key(paths.old.private)),
            paths.apiv3_key.read_text(),
        )
        merchant = Merchant(MCHID, APP_ID, CERTIFICATE_SERIAL, read_public_key(paths.merchant.public))
        self.outbox = self._ledger = Ledger(folder)
        self._trading = Trading(self._ledger, names, clock=clock, faults=faults)
        self._refunding = Refunding(self._ledger, names, trading=self._trading, faults=faults)
        self._form = WechatPayNotices(keys, clock=clock, faults=lambda: faults.read().wechatpay)
        billing = Billing(self._ledger, names, trading=self._trading, faults=faults)
        books = Books(self._trading, self._refunding, billing)
        self.line = InProcess(Router(Gateway(books, keys, merchant, faults=faults).routes()))
        self.provider = _adapter(paths, clock, self.line)

    def come_in(self, door: PaymentDoor) -> str | None:
        if door.qr_code is not None:
            return door.qr_code.removeprefix(CODE_PREFIX)
        return parse_qs(urlsplit(door.url or "").query)["prepay_id"][0]

    def log_in(self, page: str) -> None:
        """They know the order already."""

    def pay(self, page: str) -> None:
        self._trading.pay(page)

    def taken(self) -> Sequence[Taken]:
        back: dict[str, dict[str, int]] = {}
        stuck: dict[str, dict[str, int]] = {}
        for _, refund in self._ledger.refunds_between(0, _ALWAYS):
            kept = back if refund.status is RefundStatus.SUCCESS else stuck
            if refund.status in (RefundStatus.SUCCESS, *_STUCK):
                kept.setdefault(refund.transaction_id, {})[refund.out_refund_no] = refund.amount_fen
        return [
            Taken(
                order_id=OrderId(each.order.out_trade_no),
                trade=Trade("wechatpay", TradeNo(each.payment.transaction_id)),
                amount_fen=each.order.total_fen,
                paid_at=moment(each.payment.paid_at),
                given_back=back.get(each.payment.transaction_id, {}),
                stuck=stuck.get(each.payment.transaction_id, {}),
            )
            for each in self._ledger.payments_between(0, _ALWAYS)
            if each.payment is not None
        ]

    def letters(self, notice: Notice) -> Sequence[Letter]:
        return self._form.letters(notice)

    def refund_on_console(self, taken: Taken, amount_fen: int) -> None:
        try:
            self._refunding.refund_on_console(taken.trade.trade_no, amount_fen, is_told=True)
        except ApiRefusalError:
            return

    def help_out(self) -> None:
        for refund in self._ledger.latest_refunds(100):
            if refund.status is RefundStatus.ABNORMAL:
                self._refunding.help_abnormal(refund.out_refund_no)

    def go_on(self) -> None:
        self._refunding.finish_refunds()


def _adapter(paths: KeyPaths, clock: SameClock, line: InProcess) -> WechatPayProvider:
    account = WechatPayMerchant(
        url=ADDRESS,
        mchid=MCHID,
        app_id=APP_ID,
        certificate_serial=CERTIFICATE_SERIAL,
        private_key=paths.merchant.private.read_text(),
        apiv3_key=paths.apiv3_key.read_text(),
        public_keys=dict(part.split(":") for part in paths.public_keys_setting().split(",")),
    )
    return WechatPayProvider(account, public_url=PUBLIC_URL, clock=clock, line=line)
