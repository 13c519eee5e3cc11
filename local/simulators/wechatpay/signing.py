"""What API v3 signs and seals: a merchant's call, an answer, a notice, and the sealed part of a notice."""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from local.simulators.rsa_pairs import sign

SCHEMA = "WECHATPAY2-SHA256-RSA2048"
PROBE_PREFIX = "WECHATPAY/SIGNTEST/"
_FIELD = re.compile(r'\s*([a-z_]+)="([^"]*)"\s*')
_FIELDS = frozenset({"mchid", "nonce_str", "signature", "timestamp", "serial_no"})


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a merchant says of itself in the `Authorization` header."""

    mchid: str
    nonce_str: str
    signature: str
    timestamp: str
    serial_no: str


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key of WeChat Pay with the name under which merchants know it."""

    name: str
    private: rsa.RSAPrivateKey


def read_authorization(header: str) -> Authorization | None:
    """The header's parts; None for any other form."""
    schema, _, rest = header.partition(" ")
    matches = [_FIELD.fullmatch(part) for part in rest.split(",")]
    fields = {match[1]: match[2] for match in matches if match is not None}
    if schema != SCHEMA or None in matches or fields.keys() != _FIELDS or len(matches) != len(_FIELDS):
        return None
    return Authorization(**fields)


def text_of_call(method: str, target: str, said: Authorization, body: str) -> str:
    """What a merchant signs; `target` is the path with the query."""
    return f"{method}\n{target}\n{said.timestamp}\n{said.nonce_str}\n{body}\n"


def signed_headers(key: NamedKey, body: str, *, now: float, is_probe: bool = False) -> dict[str, str]:
    """The headers of an answer or a notice with this body; a probe's signature is wrong on purpose."""
    timestamp, nonce = str(int(now)), secrets.token_hex(16)
    signature = sign(key.private, f"{timestamp}\n{nonce}\n{body}\n")
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": key.name,
        "Wechatpay-Signature": PROBE_PREFIX + signature[len(PROBE_PREFIX) :] if is_probe else signature,
        "Wechatpay-Signature-Type": SCHEMA,
    }


def sealed(apiv3_key: str, text: str, *, kind: str) -> Mapping[str, str]:
    """The `resource` of a notice: AES-256-GCM under the key that both sides hold."""
    nonce = secrets.token_urlsafe(9)
    ciphertext = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), text.encode(), kind.encode())
    return {
        "original_type": kind,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(ciphertext).decode(),
        "associated_data": kind,
        "nonce": nonce,
    }
