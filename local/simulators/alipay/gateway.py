"""`gateway.do`: merchants' calls, answered as the real gateway answers them.

The two pay methods are opened by the buyer's browser and lead to the cashier (`cashier.py`); the others are
answered here. `silent`, `error_500` and `answer_late_s` hold for the others only, so that a payment can be
made while the gateway is out of order for the merchant.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from local.simulators.alipay.answers import GatewayRefusalError, InvalidArgumentError
from local.simulators.alipay.billing import Billing
from local.simulators.alipay.contract import PRODUCT_CODES, Call, read_call, read_pay_request
from local.simulators.alipay.notices import Merchant, buyer_fields
from local.simulators.alipay.signing import signed_answer
from local.simulators.alipay.trades import Refund, Trade
from local.simulators.alipay.trading import Trading
from local.simulators.faults import FaultSwitch
from local.simulators.page import Pages, form_fields, root_of, see_other, wall_clock, yuan
from local.simulators.service import keep_silent


@dataclass(frozen=True, slots=True)
class Keys:
    """The provider's own key and the merchant's public one."""

    alipay: rsa.RSAPrivateKey
    merchant: rsa.RSAPublicKey


class Gateway:
    """One merchant's gateway."""

    def __init__(
        self,
        trading: Trading,
        billing: Billing,
        keys: Keys,
        merchant: Merchant,
        *,
        faults: FaultSwitch,
        pages: Pages,
    ) -> None:
        self._trading = trading
        self._keys = keys
        self._merchant = merchant
        self._faults = faults
        self._pages = pages
        self._methods: Mapping[str, Callable[[Call], dict[str, object]]] = {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
            "alipay.data.dataservice.bill.downloadurl.query": billing.address,
        }

    async def answer(self, request: Request) -> Response:
        """GET and POST: the parameters may stand in the query, in the form, or in both."""
        fields = {**request.query_params, **(await form_fields(request))}
        method = fields.get("method", "")
        if method in PRODUCT_CODES:
            return self._open_cashier(request, fields)
        faults = self._faults.read().alipay
        if faults.error_500:
            return PlainTextResponse("Internal Server Error", status_code=500)
        if faults.silent:
            return await keep_silent(request, lambda: self._faults.read().alipay.silent)
        body = self._answer_merchant(method, fields, base=_base_of(request))
        if faults.answer_late_s:
            await asyncio.sleep(faults.answer_late_s)
        # So labelled by the real gateway, though it is JSON.
        return HTMLResponse(body)

    def _open_cashier(self, request: Request, fields: Mapping[str, str]) -> Response:
        try:
            call = self._read(fields)
            token = self._trading.open_cashier(read_pay_request(call, now=self._trading.now()))
        except GatewayRefusalError as refusal:
            return self._pages.answer(request, "refused.html", {"refusal": refusal}, status_code=400)
        return see_other(request, f"/cashier/{token}")

    def _answer_merchant(self, method: str, fields: Mapping[str, str], *, base: str) -> str:
        node = f"{method.replace('.', '_')}_response" if method in self._methods else "error_response"
        try:
            call = replace(self._read(fields), base=base)
            if method not in self._methods:
                raise InvalidArgumentError("isv.invalid-method", "不存在的方法名")
            content = {"code": "10000", "msg": "Success", **self._methods[method](call)}
        except GatewayRefusalError as refusal:
            content = {
                "code": refusal.code,
                "msg": refusal.msg,
                "sub_code": refusal.sub_code,
                "sub_msg": refusal.sub_msg,
            }
            return signed_answer(self._keys.alipay if refusal.is_signed else None, node, content)
        return signed_answer(self._keys.alipay, node, content)

    def _read(self, fields: Mapping[str, str]) -> Call:
        return read_call(fields, app_id=self._merchant.app_id, merchant_key=self._keys.merchant)

    def _query(self, call: Call) -> dict[str, object]:
        trade = self._trading.find(call.biz)
        paid = yuan(trade.total_fen if trade.is_paid else 0)
        content: dict[str, object] = {
            **_named(trade),
            "trade_status": trade.status,
            "total_amount": yuan(trade.total_fen),
            "subject": trade.subject,
            "buyer_pay_amount": paid,
            "invoice_amount": paid,
            "point_amount": "0.00",
            "receipt_amount": paid,
        }
        if trade.paid_at is not None:
            content["send_pay_date"] = wall_clock(trade.paid_at)
            content["fund_bill_list"] = [{"amount": paid, "fund_channel": "ALIPAYACCOUNT"}]
        return content

    def _close(self, call: Call) -> dict[str, object]:
        trade = self._trading.close(call.biz)
        return {"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no}

    def _refund(self, call: Call) -> dict[str, object]:
        trade, refund, moved = self._trading.refund(call.biz)
        return {
            **_named(trade),
            "fund_change": "Y" if moved else "N",
            "gmt_refund_pay": wall_clock(refund.refunded_at),
            "refund_fee": yuan(trade.refunded_fen),
            "send_back_fee": yuan(refund.amount_fen if moved else 0),
        }

    def _refund_query(self, call: Call) -> dict[str, object]:
        trade, refund = self._trading.find_refund(call.biz)
        # For an unknown number the real gateway answers Success and nothing else.
        return {} if refund is None else _refund_content(trade, refund, _query_options(call))


def _base_of(request: Request) -> str:
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme)
    return f"{scheme}://{request.url.netloc}{root_of(request)}"


def _named(trade: Trade) -> dict[str, object]:
    buyer = buyer_fields(trade)
    return {
        "buyer_logon_id": buyer["buyer_logon_id"],
        "buyer_user_id": buyer["buyer_id"],
        "out_trade_no": trade.out_trade_no,
        "trade_no": trade.trade_no,
    }


def _refund_content(trade: Trade, refund: Refund, options: frozenset[str]) -> dict[str, object]:
    content: dict[str, object] = {
        "out_request_no": refund.out_request_no,
        "out_trade_no": trade.out_trade_no,
        "refund_amount": yuan(refund.amount_fen),
        "refund_status": "REFUND_SUCCESS",
        "total_amount": yuan(trade.total_fen),
        "trade_no": trade.trade_no,
    }
    if "gmt_refund_pay" in options:
        content["gmt_refund_pay"] = wall_clock(refund.refunded_at)
    return content


def _query_options(call: Call) -> frozenset[str]:
    wanted = call.biz.get("query_options")
    return frozenset(map(str, wanted)) if isinstance(wanted, list) else frozenset()
