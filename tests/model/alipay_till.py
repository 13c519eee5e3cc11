"""Alipay in this process: the real adapter over the simulator's gateway, cashier rules and ledger."""

from collections.abc import Sequence
from pathlib import Path

from starlette.routing import Route, Router

from chalicelib.domain.ids import OrderId, TradeNo
from chalicelib.domain.payment import Trade
from chalicelib.integrations.alipay import AlipayMerchant, AlipayProvider
from chalicelib.usecases.ports import PaymentDoor
from local.simulators import page
from local.simulators.alipay.answers import GatewayRefusalError
from local.simulators.alipay.billing import Billing
from local.simulators.alipay.gateway import Gateway, Keys
from local.simulators.alipay.keys import APP_ID, SELLER_ID, KeyPaths, ensure_keys
from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.notices import AlipayNotices, Merchant
from local.simulators.alipay.trading import Trading
from local.simulators.outbox import Notice
from local.simulators.rsa_pairs import read_private_key, read_public_key
from local.simulators.sending import Letter
from tests.model.line import InProcess, asked
from tests.model.tills import PUBLIC_URL, HandSwitch, SameClock, Taken, moment

GATEWAY = "https://openapi.example/gateway.do"
_TEMPLATES = Path(page.__file__).parent / "alipay" / "templates"
_ALWAYS = 1e12


class AlipayTill:
    """`Till`."""

    def __init__(self, folder: Path, clock: SameClock, faults: HandSwitch) -> None:
        paths, merchant = ensure_keys(folder), Merchant(APP_ID, SELLER_ID)
        keys = Keys(read_private_key(paths.alipay_private), read_public_key(paths.merchant_public))
        self.outbox = self._ledger = Ledger(folder)
        self._trading = Trading(self._ledger, merchant, clock=clock, faults=faults)
        self._form = AlipayNotices(keys.alipay, clock=clock)
        billing = Billing(self._ledger, merchant, keys.alipay, clock, faults)
        gateway = Gateway(self._trading, billing, keys, merchant, faults=faults, pages=page.Pages(_TEMPLATES))
        way_in = Route("/gateway.do", gateway.answer, methods=["GET", "POST"])
        self._app = Router([way_in, *billing.routes()])
        self.line = InProcess(self._app)
        self.provider = _adapter(paths, clock, self.line)

    def come_in(self, door: PaymentDoor) -> str | None:
        answer = asked(self._app, "GET", door.url or "", {})
        return answer.headers["location"].removeprefix("/cashier/") if answer.status == 303 else None

    def pay(self, page: str) -> None:
        self._trading.log_in(page)
        self._trading.pay(page)

    def log_in(self, page: str) -> None:
        """From now on there is a trade."""
        self._trading.log_in(page)

    def taken(self) -> Sequence[Taken]:
        back: dict[str, dict[str, int]] = {}
        for trade, refund in self._ledger.refunds_made(0, _ALWAYS):
            back.setdefault(trade.trade_no, {})[refund.out_request_no] = refund.amount_fen
        return [
            Taken(
                order_id=OrderId(trade.out_trade_no),
                trade=Trade("alipay", TradeNo(trade.trade_no)),
                amount_fen=trade.total_fen,
                paid_at=moment(trade.paid_at or 0),
                given_back=back.get(trade.trade_no, {}),
            )
            for trade in self._ledger.trades_paid(0, _ALWAYS)
        ]

    def letters(self, notice: Notice) -> Sequence[Letter]:
        return self._form.letters(notice)

    def refund_on_console(self, taken: Taken, amount_fen: int) -> None:
        try:
            self._trading.refund_from_console(taken.trade.trade_no, amount_fen)
        except GatewayRefusalError:
            return

    def help_out(self) -> None:
        """Nothing is ever stuck here."""

    def go_on(self) -> None:
        self._trading.close_expired()


def _adapter(paths: KeyPaths, clock: SameClock, line: InProcess) -> AlipayProvider:
    account = AlipayMerchant(
        gateway_url=GATEWAY,
        app_id=APP_ID,
        seller_id=SELLER_ID,
        private_key=paths.merchant_private.read_text(),
        alipay_public_key=paths.alipay_public.read_text(),
    )
    return AlipayProvider(account, public_url=PUBLIC_URL, clock=clock, line=line)
