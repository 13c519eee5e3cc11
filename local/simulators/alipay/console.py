"""The merchant's console at the provider: the latest trades, and refunds without the merchant's system."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators.alipay.answers import GatewayRefusalError
from local.simulators.alipay.contract import fen_of
from local.simulators.alipay.trades import Trade
from local.simulators.alipay.trading import Trading
from local.simulators.page import Pages, form_fields, see_other

_SHOWN = 20


class Console:
    """The front page and its buttons."""

    def __init__(self, trading: Trading, latest: Callable[[int], Sequence[Trade]], pages: Pages) -> None:
        self._trading = trading
        self._latest = latest
        self._pages = pages

    def routes(self) -> list[Route]:
        """The page and what its forms do."""
        return [
            Route("/", self._show),
            Route("/trades/{trade_no}/refund", self._refund, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        return self._page(request, None)

    async def _refund(self, request: Request) -> Response:
        try:
            amount_fen = fen_of(await form_fields(request), "amount")
            self._trading.refund_from_console(str(request.path_params["trade_no"]), amount_fen)
        except GatewayRefusalError as refusal:
            return self._page(request, refusal)
        return see_other(request, "/")

    def _page(self, request: Request, refusal: GatewayRefusalError | None) -> Response:
        values: dict[str, object] = {"trades": self._latest(_SHOWN), "refusal": refusal}
        return self._pages.answer(request, "front.html", values, status_code=400 if refusal else 200)
