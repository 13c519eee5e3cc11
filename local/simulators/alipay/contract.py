"""What a merchant's call looks like: the common parameters first, then each method's `biz_content`.

What is then done is in `trading.py`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa

from local.simulators.alipay.answers import (
    InvalidArgumentError,
    MissingArgumentError,
    UnknownCallerError,
    invalid_parameter,
)
from local.simulators.alipay.signing import is_signed_request
from local.simulators.alipay.trades import PayRequest
from local.simulators.page import SHANGHAI

PAGE_PAY = "alipay.trade.page.pay"
WAP_PAY = "alipay.trade.wap.pay"
PRODUCT_CODES = {
    PAGE_PAY: frozenset({"FAST_INSTANT_TRADE_PAY"}),
    # The documents say WAY, the library's own shortcut PAY; both are taken.
    WAP_PAY: frozenset({"QUICK_WAP_WAY", "QUICK_WAP_PAY"}),
}
_REQUIRED = ("app_id", "method", "charset", "sign_type", "sign", "timestamp", "version")
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?")
_ORDER_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_RELATIVE_TIME = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_LONGEST_TIME = timedelta(days=15)
_CLOSED_TO_SUBJECTS = frozenset("/=&")


@dataclass(frozen=True, slots=True)
class Call:
    """A merchant's call with its signature checked."""

    method: str
    fields: Mapping[str, str]
    biz: Mapping[str, object]
    base: str = ""
    """Where the caller reaches this simulator, for the addresses in answers."""


def read_call(fields: Mapping[str, str], *, app_id: str, merchant_key: rsa.RSAPublicKey) -> Call:
    """Check who calls and the form of the call. Raises GatewayRefusalError."""
    missing = next((name for name in _REQUIRED if not fields.get(name)), None)
    if missing == "app_id" or (missing is None and fields["app_id"] != app_id):
        raise UnknownCallerError("isv.invalid-app-id", "无效的AppID参数")
    if missing == "sign":
        raise UnknownCallerError("isv.missing-signature", "缺少签名参数")
    if missing is not None:
        raise MissingArgumentError(f"isv.missing-{missing.replace('_', '-')}", f"缺少参数{missing}")
    if fields["sign_type"] != "RSA2":
        raise UnknownCallerError("isv.invalid-signature-type", "无效的签名类型")
    if not is_signed_request(merchant_key, fields):
        raise UnknownCallerError("isv.invalid-signature", "无效签名")
    if fields["charset"].lower() != "utf-8":
        raise InvalidArgumentError("isv.invalid-charset", "字符集错误")
    if fields["version"] != "1.0":
        raise InvalidArgumentError("isv.invalid-version", "无效的版本参数")
    if wall_clock_s(fields["timestamp"]) is None:
        raise InvalidArgumentError("isv.invalid-timestamp", "非法的时间戳参数")
    return Call(fields["method"], fields, _read_biz_content(fields.get("biz_content", "")))


def read_pay_request(call: Call, *, now: float) -> PayRequest:
    """What a page or wap payment asks for. Raises GatewayRefusalError."""
    subject = text_of(call.biz, "subject", longest=256)
    if _CLOSED_TO_SUBJECTS & set(subject):
        raise invalid_parameter("subject")
    if text_of(call.biz, "product_code", longest=64) not in PRODUCT_CODES[call.method]:
        raise invalid_parameter("product_code")
    order_number = text_of(call.biz, "out_trade_no", longest=64)
    if not _ORDER_NUMBER.fullmatch(order_number):
        raise invalid_parameter("out_trade_no")
    return PayRequest(
        method=call.method,
        out_trade_no=order_number,
        subject=subject,
        total_fen=fen_of(call.biz, "total_amount"),
        expires_at=_expiry(call.biz, now),
        return_url=call.fields.get("return_url", ""),
        quit_url=text_of(call.biz, "quit_url", longest=400, required=False),
        notify_url=call.fields.get("notify_url", ""),
        passback_params=text_of(call.biz, "passback_params", longest=512, required=False),
    )


def text_of(biz: Mapping[str, object], name: str, *, longest: int, required: bool = True) -> str:
    """A text parameter; empty only where it need not be there. Raises GatewayRefusalError."""
    value = biz.get(name)
    text = "" if value is None else str(value)
    if (required and not text) or len(text) > longest or isinstance(value, dict | list | bool):
        raise invalid_parameter(name)
    return text


def fen_of(biz: Mapping[str, object], name: str) -> int:
    """An amount written in yuan with at most two decimals, at least one fen. Raises GatewayRefusalError."""
    text = text_of(biz, name, longest=12)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise invalid_parameter(name)
    yuan, _, decimals = text.partition(".")
    fen = int(yuan) * 100 + int(decimals.ljust(2, "0") or 0)
    if fen < 1:
        raise invalid_parameter(name)
    return fen


def wall_clock_s(text: str) -> float | None:
    """The instant that a Chinese wall clock shows as `2026-03-01 09:00:00`; None for any other form."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI).timestamp()
    except ValueError:
        return None


def _expiry(biz: Mapping[str, object], now: float) -> float:
    latest = now + _LONGEST_TIME.total_seconds()
    absolute = text_of(biz, "time_expire", longest=32, required=False)
    if absolute:
        # Minutes alone are a form that older documents have.
        expires_at = wall_clock_s(absolute if absolute.count(":") == 2 else f"{absolute}:00")
        if expires_at is None:
            raise invalid_parameter("time_expire")
        return min(expires_at, latest)
    relative = text_of(biz, "timeout_express", longest=6, required=False)
    if not relative:
        return latest
    match = _RELATIVE_TIME.fullmatch(relative)
    if match is None:
        raise invalid_parameter("timeout_express")
    return min(now + int(match[1]) * _MINUTES[match[2]] * 60, latest)


def _read_biz_content(text: str) -> Mapping[str, object]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise InvalidArgumentError("isv.invalid-parameter", "biz_content不是合法的JSON") from error
    if not isinstance(content, dict):
        raise InvalidArgumentError("isv.invalid-parameter", "biz_content不是JSON对象")
    return content
