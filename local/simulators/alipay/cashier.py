"""The cashier: the pages on which the buyer logs in, pays or gives up, and the way back to the merchant."""

from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from local.simulators.alipay.notices import Merchant
from local.simulators.alipay.signing import signed_message
from local.simulators.alipay.trades import PayRequest, Trade
from local.simulators.alipay.trading import Standing, Step, Trading
from local.simulators.page import Pages, see_other, wall_clock, yuan


class Cashier:
    """The pages behind a pay URL."""

    def __init__(self, trading: Trading, key: rsa.RSAPrivateKey, merchant: Merchant, pages: Pages) -> None:
        self._trading = trading
        self._key = key
        self._merchant = merchant
        self._pages = pages

    def routes(self) -> list[Route]:
        """The pages and their buttons."""
        return [
            Route("/cashier/{token}", self._show),
            Route("/cashier/{token}/login", self._log_in, methods=["POST"]),
            Route("/cashier/{token}/pay", self._pay, methods=["POST"]),
            Route("/cashier/{token}/abandon", self._abandon, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        return self._page(request, self._trading.standing(_token(request)))

    async def _log_in(self, request: Request) -> Response:
        standing = self._trading.log_in(_token(request))
        return (
            self._page(request, None)
            if standing is None
            else see_other(request, f"/cashier/{_token(request)}")
        )

    async def _pay(self, request: Request) -> Response:
        before = self._trading.standing(_token(request))
        standing = self._trading.pay(_token(request))
        if before is None or standing is None:
            return self._page(request, None)
        if before.step is not Step.PAY or standing.trade is None or not standing.request.return_url:
            return see_other(request, f"/cashier/{_token(request)}")
        return RedirectResponse(self._way_back(standing.request, standing.trade), status_code=303)

    async def _abandon(self, request: Request) -> Response:
        standing = self._trading.standing(_token(request))
        if standing is None:
            return self._page(request, None)
        return self._pages.answer(request, "abandoned.html", {"back": _plain_way_back(standing.request)})

    def _page(self, request: Request, standing: Standing | None) -> Response:
        if standing is None:
            nothing: dict[str, object] = {
                "step": "unknown",
                "request": None,
                "trade": None,
                "back": "",
                "token": "",
            }
            return self._pages.answer(request, "cashier.html", nothing, status_code=404)
        back = _plain_way_back(standing.request)
        if standing.step is Step.PAID and standing.trade is not None and standing.request.return_url:
            back = self._way_back(standing.request, standing.trade)
        minutes = max(0, int((standing.request.expires_at - self._trading.now()) // 60))
        values: dict[str, object] = {
            "step": str(standing.step),
            "request": standing.request,
            "trade": standing.trade,
            "minutes": minutes,
            "back": back,
            "token": _token(request),
        }
        return self._pages.answer(request, "cashier.html", values)

    def _way_back(self, request: PayRequest, trade: Trade) -> str:
        """The merchant's return URL with the signed fields: the buyer is back, which proves no money."""
        fields = signed_message(
            self._key,
            {
                "app_id": self._merchant.app_id,
                "auth_app_id": self._merchant.app_id,
                "charset": "utf-8",
                "method": f"{request.method}.return",
                "out_trade_no": trade.out_trade_no,
                "seller_id": self._merchant.seller_id,
                "timestamp": wall_clock(self._trading.now()),
                "total_amount": yuan(trade.total_fen),
                "trade_no": trade.trade_no,
                "version": "1.0",
            },
        )
        joint = "&" if urlsplit(request.return_url).query else "?"
        return f"{request.return_url}{joint}{urlencode(fields)}"


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _plain_way_back(request: PayRequest) -> str:
    """Where a buyer who did not pay finds the merchant again; only web addresses become links."""
    address = request.quit_url or request.return_url
    return address if urlsplit(address).scheme in {"http", "https"} else ""
