"""The signatures of the protocol: HMAC-SHA256 over the request, and over nonce and body of the answer."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping

LONGEST_SKEW_S = 300
_NONCE = re.compile(r"[0-9a-f]{32}")


def request_signature(key: str, method: str, path: str, timestamp: str, *, nonce: str, body: bytes) -> str:
    """What the caller puts into `X-Signature`."""
    text = "\n".join([method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()])
    return _hmac(key, text)


def answer_signature(key: str, *, nonce: str, body: bytes) -> str:
    """What the service puts into `X-Signature`; the nonce binds the answer to its request."""
    return _hmac(key, f"{nonce}\n{hashlib.sha256(body).hexdigest()}")


def is_rightly_signed(
    headers: Mapping[str, str], body: bytes, *, method: str, path: str, key: str, now_s: Iterable[float]
) -> bool:
    """True where the request is the key holder's and fresh by one of the clocks given."""
    timestamp, nonce = headers.get("x-timestamp", ""), headers.get("x-nonce", "")
    if not re.fullmatch(r"[0-9]{1,11}", timestamp) or not _NONCE.fullmatch(nonce):
        return False
    if all(abs(now - int(timestamp)) > LONGEST_SKEW_S for now in now_s):
        return False
    expected = request_signature(key, method, path, timestamp, nonce=nonce, body=body)
    return hmac.compare_digest(expected.encode(), headers.get("x-signature", "").encode())


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
