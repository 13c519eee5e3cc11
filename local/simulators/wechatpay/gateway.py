"""The interfaces of API v3: merchants' calls, each signed, answered and signed as the real one does.

Answers are signed with the key that the caller names in `Wechatpay-Serial`; refusals are not signed.
`silent`, `error_500` and `answer_late_s` hold for merchants' calls only, so that a payment can be made while
the interfaces are out of order.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators.faults import FaultSwitch, WechatPayFaults
from local.simulators.page import root_of
from local.simulators.service import keep_silent
from local.simulators.wechatpay.answers import ApiRefusalError
from local.simulators.wechatpay.billing import Billing
from local.simulators.wechatpay.contract import (
    Close,
    Merchant,
    RefundRequest,
    check_caller,
    check_mchid,
    read_body,
    read_prepay,
)
from local.simulators.wechatpay.notices import Keys, Names, refund_content, transaction
from local.simulators.wechatpay.refunding import Refunding
from local.simulators.wechatpay.signing import NamedKey, signed_headers
from local.simulators.wechatpay.trades import CODE_PREFIX, TradeType
from local.simulators.wechatpay.trading import Trading

BILL_PATH = "/v3/billdownload/file"
H5_PATH = "/cgi-bin/mmpayweb-bin/checkmweb"
Content = dict[str, Any] | bytes | None
_Interface = Callable[[Request, str], Content]


@dataclass(frozen=True, slots=True)
class Books:
    """The rules of what is asked for."""

    trading: Trading
    refunding: Refunding
    billing: Billing


class Gateway:
    """One merchant's interfaces."""

    def __init__(
        self,
        books: Books,
        keys: Keys,
        merchant: Merchant,
        *,
        faults: FaultSwitch,
    ) -> None:
        self._trading = books.trading
        self._refunding = books.refunding
        self._billing = books.billing
        self._keys = keys
        self._merchant = merchant
        self._names = Names(merchant.mchid, merchant.app_id)
        self._faults = faults

    def routes(self) -> list[Route]:
        """The interfaces."""
        pay, refunds = "/v3/pay/transactions", "/v3/refund/domestic/refunds"
        return [
            self._route("POST", f"{pay}/native", self._native),
            self._route("POST", f"{pay}/h5", self._h5),
            self._route("GET", f"{pay}/out-trade-no/{{number}}", self._query),
            self._route("GET", f"{pay}/id/{{number}}", self._query_payment),
            self._route("POST", f"{pay}/out-trade-no/{{number}}/close", self._close),
            self._route("POST", refunds, self._refund),
            self._route("GET", f"{refunds}/{{number}}", self._refund_query),
            self._route("GET", "/v3/bill/tradebill", self._bill),
            self._route("GET", BILL_PATH, self._bill_file),
        ]

    def _route(self, method: str, path: str, interface: _Interface) -> Route:
        async def endpoint(request: Request) -> Response:
            faults = self._faults_now()
            if faults.error_500:
                return _refused(ApiRefusalError(500, "SYSTEM_ERROR", "系统异常，请稍后重试"))
            if faults.silent:
                return await keep_silent(request, lambda: self._faults_now().silent)
            answer = self._answer(request, (await request.body()).decode(errors="replace"), interface)
            if faults.answer_late_s:
                await asyncio.sleep(faults.answer_late_s)
            return answer

        return Route(path, endpoint, methods=[method])

    def _answer(self, request: Request, body: str, interface: _Interface) -> Response:
        try:
            check_caller(
                self._merchant,
                request.method,
                _target(request),
                body=body,
                authorization=request.headers.get("authorization", ""),
                now=self._trading.now(),
            )
            content = interface(request, body)
        except ApiRefusalError as refusal:
            return _refused(refusal)
        if isinstance(content, bytes):
            # A file comes as it is; what it must hash to was signed before.
            return Response(content, media_type="application/octet-stream")
        return self._signed(request, content)

    def _signed(self, request: Request, content: dict[str, Any] | None) -> Response:
        text = "" if content is None else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        headers = signed_headers(
            self._key_for(request.headers.get("wechatpay-serial", "")),
            text,
            now=self._trading.now(),
            is_probe=self._faults_now().probe_answers,
        )
        if content is None:
            return Response(status_code=204, headers=headers)
        return Response(text, headers=headers, media_type="application/json; charset=utf-8")

    def _key_for(self, name: str) -> NamedKey:
        # A caller that names no key is taken for one from before the migration.
        return self._keys.present if name == self._keys.present.name else self._keys.old

    def _native(self, _: Request, body: str) -> Content:
        asked = read_prepay(body, self._merchant, is_h5=False)
        return {"code_url": CODE_PREFIX + self._trading.prepay(TradeType.NATIVE, asked, body)}

    def _h5(self, request: Request, body: str) -> Content:
        asked = read_prepay(body, self._merchant, is_h5=True)
        token = self._trading.prepay(TradeType.MWEB, asked, body)
        return {"h5_url": f"{_here(request)}{H5_PATH}?prepay_id={token}&package=1037687096"}

    def _query(self, request: Request, _: str) -> Content:
        check_mchid(self._merchant, request.query_params.get("mchid", ""))
        trade = self._trading.find(request.path_params["number"])
        return transaction(trade, self._names, currency=self._trading.currency())

    def _query_payment(self, request: Request, _: str) -> Content:
        check_mchid(self._merchant, request.query_params.get("mchid", ""))
        trade = self._trading.find_payment(request.path_params["number"])
        return transaction(trade, self._names, currency=self._trading.currency())

    def _close(self, request: Request, body: str) -> Content:
        check_mchid(self._merchant, read_body(body, Close).mchid)
        self._trading.close(request.path_params["number"])
        return None

    def _refund(self, _: Request, body: str) -> Content:
        return refund_content(self._refunding.refund(read_body(body, RefundRequest)))

    def _refund_query(self, request: Request, _: str) -> Content:
        return refund_content(self._refunding.find_refund(request.path_params["number"]))

    def _bill(self, request: Request, _: str) -> Content:
        said = request.query_params
        link = self._billing.ask(
            said.get("bill_date", ""),
            bill_type=said.get("bill_type", "ALL"),
            tar_type=said.get("tar_type", ""),
        )
        return {
            "hash_type": "SHA1",
            "hash_value": link.sha1,
            "download_url": f"{_here(request)}{BILL_PATH}?token={link.token}",
        }

    def _bill_file(self, request: Request, _: str) -> Content:
        return self._billing.file(request.query_params.get("token", ""))

    def _faults_now(self) -> WechatPayFaults:
        return self._faults.read().wechatpay


def _here(request: Request) -> str:
    """The address under which the caller reached us."""
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme)
    return f"{scheme}://{request.headers['host']}{root_of(request)}"


def _target(request: Request) -> str:
    """The path and query as the merchant signed them: without the prefix of a proxy."""
    path = request.scope["raw_path"].decode("ascii").removeprefix(root_of(request))
    query = request.scope["query_string"].decode("ascii")
    return f"{path}?{query}" if query else path


def _refused(refusal: ApiRefusalError) -> Response:
    content = {"code": refusal.code, "message": refusal.message}
    return Response(
        json.dumps(content, ensure_ascii=False),
        refusal.status,
        media_type="application/json; charset=utf-8",
    )
