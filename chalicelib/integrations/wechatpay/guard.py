"""What must hold of an answer or a notice before its signature is looked at at all.

The SDK itself takes a notice of any age, looks for a key that it does not know over the network, and skips
over signs in a signature that are no base64.
"""

import base64
import binascii
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.usecases.ports.outside import NoticeRefusedError
from chalicelib.usecases.ports.providers import (
    ProbeRefusedError,
)

SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
LONGEST_AGE_S = 300
_HEADERS = ("wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "wechatpay-signature")
_PROBE = "WECHATPAY/SIGNTEST/"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
# No line break: else what is signed could be divided between nonce and body in another way.
_NONCE = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed, how, and with which key."""

    timestamp: str
    nonce: str
    serial: str
    signature: str
    text: str


def guarded(headers: Mapping[str, str], body: bytes, *, serials: Container[str], now: datetime) -> Signed:
    """The parts whose signature is worth checking. Raises NoticeRefusedError, ProbeRefusedError.

    Names of headers are in small letters.
    """
    timestamp, nonce, serial, signature = (headers.get(name, "") for name in _HEADERS)
    if not (timestamp and nonce and serial and signature):
        raise NoticeRefusedError("a header is missing")
    if signature.startswith(_PROBE):
        raise ProbeRefusedError("a probe")
    if headers.get("wechatpay-signature-type", SIGNATURE_TYPE) != SIGNATURE_TYPE:
        raise NoticeRefusedError("another kind of signature")
    if serial not in serials:
        raise NoticeRefusedError("signed with a key that is not known here")
    if not _TIMESTAMP.fullmatch(timestamp) or abs(int(now.timestamp()) - int(timestamp)) >= LONGEST_AGE_S:
        raise NoticeRefusedError("too old, or from the future")
    if not _NONCE.fullmatch(nonce) or not _is_strict_base64(signature):
        raise NoticeRefusedError("a header is malformed")
    try:
        return Signed(timestamp, nonce, serial, signature, body.decode())
    except UnicodeDecodeError:
        raise NoticeRefusedError("not in UTF-8") from None


def _is_strict_base64(text: str) -> bool:
    """A signature has one spelling only."""
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except (binascii.Error, ValueError):
        return False
