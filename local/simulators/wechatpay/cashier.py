"""The pages on which a payer scans a code or comes from a phone's browser, pays or gives up."""

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from local.simulators.page import Pages, form_fields, see_other
from local.simulators.wechatpay.gateway import H5_PATH
from local.simulators.wechatpay.ledger import Ledger
from local.simulators.wechatpay.trades import CODE_PREFIX, TradeState, TradeType
from local.simulators.wechatpay.trading import Standing, Step, Trading

_SHOWN = 20


class Cashier:
    """What a payer sees."""

    def __init__(self, trading: Trading, ledger: Ledger, pages: Pages) -> None:
        self._trading = trading
        self._ledger = ledger
        self._pages = pages

    def routes(self) -> list[Route]:
        """The pages and their buttons."""
        return [
            Route("/", self._front),
            Route("/scan", self._scan),
            Route(H5_PATH, self._open_h5),
            Route("/cashier/{token}", self._show),
            Route("/cashier/{token}/pay", self._pay, methods=["POST"]),
            Route("/cashier/{token}/abandon", self._abandon, methods=["POST"]),
        ]

    async def _front(self, request: Request) -> Response:
        trades = self._ledger.latest_trades(_SHOWN)
        codes = [
            {"trade": trade, "token": self._ledger.latest_door(trade.order.out_trade_no)}
            for trade in trades
            if trade.order.trade_type is TradeType.NATIVE and trade.state is TradeState.NOTPAY
        ]
        refunds = self._ledger.latest_refunds(_SHOWN)
        values = {"trades": trades, "codes": codes, "refunds": refunds}
        return self._pages.answer(request, "front.html", values)

    async def _scan(self, request: Request) -> Response:
        code = request.query_params.get("code", "").strip()
        return see_other(request, f"/cashier/{_plain(code.removeprefix(CODE_PREFIX))}")

    async def _open_h5(self, request: Request) -> Response:
        back = urlencode({"redirect_url": request.query_params.get("redirect_url", "")})
        token = _plain(request.query_params.get("prepay_id", ""))
        return see_other(request, f"/cashier/{token}?{back}")

    async def _show(self, request: Request) -> Response:
        back = _web_address(request.query_params.get("redirect_url", ""))
        return self._page(request, self._trading.standing(_token(request)), back)

    async def _pay(self, request: Request) -> Response:
        before = self._trading.standing(_token(request))
        standing = self._trading.pay(_token(request))
        back = _web_address((await form_fields(request)).get("redirect_url", ""))
        if before is not None and before.step is Step.PAY and back:
            # So a phone comes back, whether or not the merchant has been told by then.
            return RedirectResponse(back, status_code=303)
        return self._page(request, standing, back)

    async def _abandon(self, request: Request) -> Response:
        back = _web_address((await form_fields(request)).get("redirect_url", ""))
        return self._pages.answer(request, "abandoned.html", {"back": back})

    def _page(self, request: Request, standing: Standing | None, back: str) -> Response:
        values: dict[str, object] = {
            "step": "unknown" if standing is None else str(standing.step),
            "trade": None if standing is None else standing.trade,
            "token": _token(request),
            "back": back,
        }
        status_code = 404 if standing is None else 200
        return self._pages.answer(request, "cashier.html", values, status_code=status_code)


def _token(request: Request) -> str:
    return _plain(str(request.path_params["token"]))


def _plain(token: str) -> str:
    """A token as we make them; anything else is none of ours."""
    return token if token.isascii() and token.isalnum() else "unknown"


def _web_address(text: str) -> str:
    """Only web addresses become links."""
    return text if urlsplit(text).scheme in {"http", "https"} else ""
