"""Personal data at rest: AES-256-GCM for what must be read again, keyed hashes where only equality is needed.

A sealed value is one byte of key version, a nonce of 12 bytes, then the ciphertext with its tag. Version and
context are authenticated with it, so that a value copied to another place does not open there.
"""

import base64
import hmac
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
# 192 bits: beyond any chance of two texts meeting, and 32 characters of base64 without padding.
_FINGERPRINT_BYTES = 24


class SealBrokenError(Exception):
    """What should be unsealed was not sealed in this context with a key that we have."""


class FieldSealer:
    """The `Sealer` port. The highest key version seals; every version that is given still unseals."""

    def __init__(self, *, sealing_keys: Mapping[int, bytes], fingerprint_key: bytes) -> None:
        """Take keys of 32 bytes each, the sealing keys by their version (1 to 255). Raises ValueError."""
        if not sealing_keys or not all(1 <= version <= 255 for version in sealing_keys):
            raise ValueError("sealing keys need versions from 1 to 255")
        if any(len(key) != _KEY_BYTES for key in (*sealing_keys.values(), fingerprint_key)):
            raise ValueError(f"each key must be {_KEY_BYTES} bytes long")
        self._sealing_keys = dict(sealing_keys)
        self._version = max(sealing_keys)
        self._fingerprint_key = fingerprint_key
        self._ciphers: dict[int, AESGCM] = {}

    def seal(self, text: str, *, context: str) -> bytes:
        """Encrypt; `context` binds the result to its place."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher(self._version).encrypt(nonce, text.encode(), _bound_to(self._version, context))
        return bytes([self._version]) + nonce + sealed

    def unseal(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what `seal` made in the same context. Raises SealBrokenError."""
        from cryptography.exceptions import InvalidTag

        if len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES or sealed[0] not in self._sealing_keys:
            raise SealBrokenError(f"no sealed text of a known key version ({context})")
        version, nonce, rest = sealed[0], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher(version).decrypt(nonce, rest, _bound_to(version, context)).decode()
        except InvalidTag as error:
            raise SealBrokenError(f"altered, or sealed elsewhere ({context})") from error

    def fingerprint(self, text: str, *, context: str) -> str:
        """32 URL-safe characters by a key: equal for equal texts in one context, telling nothing else."""
        scope = context.encode()
        # The length goes first, so that no context can run into the text of another.
        message = len(scope).to_bytes(2, "big") + scope + text.encode()
        digest = hmac.digest(self._fingerprint_key, message, "sha256")
        return base64.urlsafe_b64encode(digest[:_FINGERPRINT_BYTES]).decode()

    def _cipher(self, version: int) -> "AESGCM":
        cipher = self._ciphers.get(version)
        if cipher is None:
            # Imported late: requests that touch no personal data do not pay for it.
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            cipher = self._ciphers[version] = AESGCM(self._sealing_keys[version])
        return cipher


def _bound_to(version: int, context: str) -> bytes:
    return bytes([version]) + context.encode()
