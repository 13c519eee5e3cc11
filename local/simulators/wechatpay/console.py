"""The merchant's console: what a person there does to a payment without the merchant's program."""

import re
from collections.abc import Awaitable, Callable
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators.page import Pages, form_fields, see_other
from local.simulators.wechatpay.answers import ApiRefusalError, param_error
from local.simulators.wechatpay.refunding import Refunding

_YUAN = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")


class Console:
    """The buttons beside payments and refunds on the front page."""

    def __init__(self, refunding: Refunding, pages: Pages) -> None:
        self._refunding = refunding
        self._pages = pages

    def routes(self) -> list[Route]:
        """Where the buttons go."""
        return [
            Route("/console/payments/{number}/refund", self._button(self._refund), methods=["POST"]),
            Route("/console/refunds/{number}/help", self._button(self._help), methods=["POST"]),
        ]

    def _button(self, act: Callable[[str, dict[str, str]], None]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                act(str(request.path_params["number"]), await form_fields(request))
            except ApiRefusalError as refusal:
                values = {"code": refusal.code, "message": refusal.message}
                return self._pages.answer(request, "refused.html", values, status_code=refusal.status)
            return see_other(request, "/")

        return endpoint

    def _refund(self, transaction_id: str, form: dict[str, str]) -> None:
        self._refunding.refund_on_console(
            transaction_id, _amount_fen(form.get("amount", "")), is_told=bool(form.get("told"))
        )

    def _help(self, out_refund_no: str, _: dict[str, str]) -> None:
        self._refunding.help_abnormal(out_refund_no)


def _amount_fen(text: str) -> int | None:
    """Yuan as a person writes them; nothing means all that is left."""
    if not text.strip():
        return None
    if not _YUAN.fullmatch(text.strip()):
        raise param_error("退款金额格式错误")
    return int(Decimal(text.strip()) * 100)
