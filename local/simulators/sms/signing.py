"""Tencent Cloud's signature, TC3-HMAC-SHA256, as the operator checks it. What a call says is elsewhere."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

LONGEST_SKEW_S = 300
_ALGORITHM = "TC3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} Credential=(?P<id>[^/]+)/(?P<date>[0-9-]{{10}})/(?P<service>[a-z]+)/tc3_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class SignatureRefusedError(Exception):
    """The caller is not who they say, in the operator's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def check_signature(
    headers: Mapping[str, str], body: bytes, *, secret_id: str, secret_key: str, now_s: float
) -> None:
    """Check a POST to `/` whose header names are in small letters. Raises SignatureRefusedError."""
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if match is None:
        raise SignatureRefusedError(
            "AuthFailure.InvalidAuthorization", "Authorization is missing or malformed"
        )
    if match["id"] != secret_id:
        raise SignatureRefusedError("AuthFailure.SecretIdNotFound", "The SecretId is not found")
    timestamp = headers.get("x-tc-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,11}", timestamp) or abs(now_s - int(timestamp)) > LONGEST_SKEW_S:
        raise SignatureRefusedError("AuthFailure.SignatureExpire", "The signature is expired")
    signed_names = match["headers"].split(";")
    date = datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d")
    right = (
        match["date"] == date and match["service"] == "sms" and {"content-type", "host"} <= set(signed_names)
    )
    text = _text_to_sign(headers, body, signed_names, scope=f"{date}/sms/tc3_request")
    expected = hmac.new(_signing_key(secret_key, date), text.encode(), hashlib.sha256).hexdigest()
    if not right or not hmac.compare_digest(expected, match["signature"]):
        raise SignatureRefusedError(
            "AuthFailure.SignatureFailure", "The provided credentials could not be validated"
        )


def _text_to_sign(headers: Mapping[str, str], body: bytes, signed_names: list[str], *, scope: str) -> str:
    canonical_headers = "".join(
        f"{name}:{_canonical(name, headers.get(name, ''))}\n" for name in signed_names
    )
    canonical_request = "\n".join(
        ["POST", "/", "", canonical_headers, ";".join(signed_names), hashlib.sha256(body).hexdigest()]
    )
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    return "\n".join([_ALGORITHM, headers["x-tc-timestamp"], scope, digest])


def _canonical(name: str, value: str) -> str:
    # The SDK signs these two as it sends them and everything else in small letters.
    return value.strip() if name in {"content-type", "host"} else value.strip().lower()


def _signing_key(secret_key: str, date: str) -> bytes:
    key = f"TC3{secret_key}".encode()
    for part in (date, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
