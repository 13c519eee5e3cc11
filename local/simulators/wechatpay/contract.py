"""What a merchant's call looks like: who signed it, and the body of each interface.

What is then done is in `trading.py`.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Meta

from local.simulators.rsa_pairs import is_signed_by
from local.simulators.wechatpay.answers import ApiRefusalError, param_error, sign_error
from local.simulators.wechatpay.signing import read_authorization, text_of_call

_LARGEST_TIME_DIFFERENCE_S = 300
Body = TypeVar("Body")
OrderNumber = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_\-|*]{6,32}$")]
# Without a query, as the interface wants it; one machine has no https.
NotifyUrl = Annotated[str, Meta(pattern=r"^https?://[^\s?#]+$", max_length=255)]
Fen = Annotated[int, Meta(ge=1, le=10**10)]


@dataclass(frozen=True, slots=True)
class Merchant:
    """The one merchant: its names and the key that signs its calls."""

    mchid: str
    app_id: str
    certificate_serial: str
    key: rsa.RSAPublicKey


class OrderAmount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be paid."""

    total: Fen
    currency: Literal["CNY"] = "CNY"


class H5Info(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From what kind of page the payer comes."""

    type: Literal["Wap", "iOS", "Android"]


class SceneInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the payer is."""

    payer_client_ip: Annotated[str, Meta(max_length=45)]
    h5_info: H5Info | None = None


class Prepay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order to be paid."""

    appid: str
    mchid: str
    description: Annotated[str, Meta(min_length=1, max_length=127)]
    out_trade_no: OrderNumber
    notify_url: NotifyUrl
    amount: OrderAmount
    time_expire: str | None = None
    attach: Annotated[str, Meta(max_length=128)] = ""
    scene_info: SceneInfo | None = None


class Close(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a closing."""

    mchid: str


class RefundAmount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to go back of what."""

    refund: Fen
    total: Fen
    currency: Literal["CNY"]


class RefundRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that is to go back."""

    out_refund_no: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_\-|*@]{1,64}$")]
    amount: RefundAmount
    transaction_id: str = ""
    out_trade_no: str = ""
    reason: Annotated[str, Meta(max_length=80)] = ""
    notify_url: NotifyUrl | None = None


def check_caller(
    merchant: Merchant, method: str, target: str, *, body: str, authorization: str, now: float
) -> None:
    """The call is the merchant's, signed within five minutes. Raises ApiRefusalError."""
    said = read_authorization(authorization)
    if said is None:
        raise sign_error("Http头Authorization值格式错误")
    if said.mchid != merchant.mchid or said.serial_no != merchant.certificate_serial:
        raise sign_error("商户号或商户证书序列号有误")
    if not said.timestamp.isdigit() or abs(int(said.timestamp) - now) > _LARGEST_TIME_DIFFERENCE_S:
        raise sign_error("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
    if not is_signed_by(merchant.key, text_of_call(method, target, said, body), said.signature):
        raise sign_error("签名错误")


def read_body(body: str, shape: type[Body]) -> Body:
    """The body in its shape. Raises ApiRefusalError."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise param_error(str(error)) from error


def read_prepay(body: str, merchant: Merchant, *, is_h5: bool) -> Prepay:
    """An order for this merchant; one paid on a phone says where the payer is. Raises ApiRefusalError."""
    prepay = read_body(body, Prepay)
    check_mchid(merchant, prepay.mchid)
    if prepay.appid != merchant.app_id:
        raise ApiRefusalError(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
    scene = prepay.scene_info
    if is_h5 and (scene is None or scene.h5_info is None):
        raise param_error("scene_info.h5_info缺失")
    if scene is not None:
        _check_address(scene.payer_client_ip)
    return prepay


def check_mchid(merchant: Merchant, mchid: str) -> None:
    """The call is about the merchant that signed it. Raises ApiRefusalError."""
    if mchid != merchant.mchid:
        raise param_error("商户号与签名的商户不一致")


def instant_of(text: str) -> float:
    """The instant in RFC 3339 with its zone. Raises ApiRefusalError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise param_error("time_expire格式错误") from error
    if moment.tzinfo is None or "T" not in text:
        raise param_error("time_expire格式错误")
    return moment.timestamp()


def _check_address(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        raise param_error("payer_client_ip格式错误") from error
