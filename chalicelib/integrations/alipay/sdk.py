"""The only file that touches `python-alipay-sdk`, which comes without types: its RSA2 signing and verifying.

Its HTTP is not used: `server_api` opens a connection for each call, follows redirects, reads without bound,
and finds the signed part of an answer by counting braces, those inside texts too. `gateway.py` does that.
"""

import base64
import binascii
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalicelib.usecases.ports.outside import ProviderRefusedError

_SIGN_TYPE = "RSA2"


class AlipaySdk:
    """One app at Alipay: signs with our key, verifies with theirs."""

    def __init__(self, app_id: str, *, private_key: str, alipay_public_key: str) -> None:
        """Keys are PEM texts or the bare base64 that Alipay's console shows; they are read at first use."""
        self._app_id = app_id
        self._private_key = private_key
        self._alipay_public_key = alipay_public_key

    def signed_call(
        self, method: str, content: Mapping[str, str], *, timestamp: str, addresses: Mapping[str, str]
    ) -> str:
        """The query string of a call: `timestamp` by Shanghai's clock, `addresses` such as `notify_url`."""
        # Given here, because the SDK would take the machine's own time zone for Shanghai's.
        signed: str = self._client.client_api(method, dict(content), timestamp=timestamp, **addresses)
        return signed

    def is_genuine_notice(self, fields: Mapping[str, str]) -> bool:
        """True where Alipay signed these decoded fields, by RSA2 and nothing older."""
        unsigned = dict(fields)  # `verify` takes things out of what it is given
        signature = unsigned.pop("sign", "")
        if unsigned.get("sign_type") != _SIGN_TYPE or not _is_strict_base64(signature):
            return False
        return bool(self._client.verify(unsigned, signature))

    def is_genuine_text(self, text: str, signature: str) -> bool:
        """True where Alipay signed this part of an answer as it stands."""
        if not _is_strict_base64(signature):
            return False
        return bool(self._client._verify(text, signature))  # noqa: SLF001 - no other door takes a text

    @cached_property
    def _client(self) -> Any:
        # Imported late: it takes 0.2 s, and only payments need it.
        from alipay import AliPay

        try:
            client = AliPay(
                appid=self._app_id,
                app_private_key_string=_readable_key(self._private_key),
                alipay_public_key_string=_readable_key(self._alipay_public_key),
                sign_type=_SIGN_TYPE,
            )
            if not client.app_private_key.has_private():
                raise ValueError("a public key where the private one belongs")
            return client
        except (ValueError, IndexError, TypeError):
            # Without the cause: its text could show parts of a key.
            raise ProviderRefusedError("the Alipay keys in the settings cannot be read") from None


def _readable_key(key: str) -> str | bytes:
    """PEM as it is; bare base64 as the DER that it stands for."""
    text = key.strip()
    return text if text.startswith("-----") else base64.b64decode("".join(text.split()), validate=True)


def _is_strict_base64(signature: str) -> bool:
    """The SDK skips over signs that are no base64 and over spare bits; a signature has one spelling only."""
    try:
        return (
            bool(signature)
            and base64.b64encode(base64.b64decode(signature, validate=True)).decode() == signature
        )
    except (binascii.Error, ValueError):
        return False
