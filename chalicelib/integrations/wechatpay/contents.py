"""What WeChat Pay says: answers sorted into what can follow, and the shapes of what they and notices hold.

What they mean for a payment is in `provider.py`, for a refund in `refunds.py`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from chalicelib.integrations.wechatpay.sdk import Reply
from chalicelib.usecases.ports.outside import ProviderUnavailableError

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_DONE = frozenset({200, 204})
_THEIR_TROUBLE = frozenset(
    {
        "SYSTEM_ERROR",
        "SYSTEMERROR",
        "BANK_ERROR",
        "BANKERROR",
        "FREQUENCY_LIMITED",
        "FREQUENCY_LIMIT_EXCEED",
        "RATELIMIT_EXCEEDED",
        "RULE_LIMIT",
        "RULELIMIT",
        "BIZERR_NEED_RETRY",
    }
)

Shape = TypeVar("Shape")
Number = Annotated[str, Meta(min_length=1, max_length=64)]


class Amount(msgspec.Struct, frozen=True):
    """`total` is what the order was for; with a coupon the payer gave less, and we are paid the whole."""

    total: Annotated[int, Meta(ge=1)]
    currency: str = ""


class Standing(msgspec.Struct, frozen=True):
    """How an order stands, whatever else is said of it."""

    out_trade_no: str
    trade_state: str


class Transaction(msgspec.Struct, frozen=True):
    """A paid order."""

    mchid: Number
    appid: Number
    out_trade_no: Number
    transaction_id: Number
    success_time: Annotated[datetime, Meta(tz=True)]
    amount: Amount


class RefundAmount(msgspec.Struct, frozen=True):
    """How much of how much goes back, in the order's own money."""

    total: Annotated[int, Meta(ge=1)]
    refund: Annotated[int, Meta(ge=1)]


class Refund(msgspec.Struct, frozen=True):
    """How a refund stands, as it is answered."""

    out_refund_no: Number
    out_trade_no: Number
    transaction_id: Number
    status: str
    amount: RefundAmount


class RefundNotice(msgspec.Struct, frozen=True):
    """How a refund ended, as it is told unasked."""

    mchid: Number
    out_trade_no: Number
    transaction_id: Number
    out_refund_no: Number
    refund_id: Number
    refund_status: str
    amount: RefundAmount


class BillPointer(msgspec.Struct, frozen=True):
    """Where a bill can be downloaded for five minutes, and what it must hash to once it is unzipped."""

    hash_type: Literal["SHA1"]
    hash_value: Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{40}$")]
    download_url: Annotated[str, Meta(min_length=1, max_length=2048)]


class Resource(msgspec.Struct, frozen=True):
    """The sealed part of a notice."""

    original_type: str
    algorithm: str
    ciphertext: str
    nonce: str
    associated_data: str = ""


class Notice(msgspec.Struct, frozen=True):
    """A notice before it is opened."""

    event_type: str
    resource_type: str
    resource: Resource


class Doors(msgspec.Struct, frozen=True):
    """Where an order that was opened is paid."""

    code_url: str = ""
    h5_url: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    code: str


@dataclass(frozen=True, slots=True)
class Done:
    """WeChat Pay did what was asked; this is what it says, signed."""

    text: str


@dataclass(frozen=True, slots=True)
class NotDone:
    """A refusal that is none of their own trouble, such as `ORDERNOTEXIST`."""

    code: str


def decoded(text: str, shape: type[Shape]) -> Shape:
    """Raises ValueError."""
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.MsgspecError, RecursionError):
        raise ValueError("in another form") from None


def sorted_out(reply: Reply) -> Done | NotDone:
    """Raises ProviderUnavailableError where nothing is known."""
    if reply.status in _DONE:
        return Done(reply.text)
    code = _code_in(reply.text)
    if reply.status >= 500 or reply.status == 429 or not code or code in _THEIR_TROUBLE:
        raise ProviderUnavailableError(f"WeChat Pay cannot say: {reply.status} {code}")
    return NotDone(code)


def _code_in(text: str) -> str:
    """The code where it may stand in a log line."""
    try:
        code = msgspec.json.decode(text, type=_Refusal).code
    except (msgspec.MsgspecError, RecursionError):
        return ""
    return code if _CODE.fullmatch(code) else ""
