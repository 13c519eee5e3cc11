"""The signatures of the protocol: HMAC-SHA256 over the request, and over nonce and body of the answer."""

import hashlib
import hmac


def request_signature(key: bytes, *, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """What goes into `X-Signature` of a POST."""
    return _signature(key, "POST", path, timestamp, nonce, hashlib.sha256(body).hexdigest())


def is_genuine_answer(key: bytes, signature: str, *, nonce: str, body: bytes) -> bool:
    """True where the answer is the service's own and answers the request with this nonce."""
    expected = _signature(key, nonce, hashlib.sha256(body).hexdigest())
    return hmac.compare_digest(expected.encode(), signature.encode())


def _signature(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\n".join(parts).encode(), "sha256").hex()
