"""The only file that touches `wechatpayv3`, which has no types: its calls, signing, verifying, opening.

Its HTTP is replaced by our line: it opens a connection for each call, follows redirects and reads without
bound. Its check of signatures stands behind `guard.py`.
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from chalicelib.integrations.bills import BillFile, downloaded
from chalicelib.integrations.line import Line
from chalicelib.integrations.wechatpay.guard import SIGNATURE_TYPE, guarded
from chalicelib.usecases.ports.means import Clock
from chalicelib.usecases.ports.outside import (
    NoticeRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)

_APIV3_KEY_BYTES = 32
_LARGEST_FILE_BYTES = 1 << 28
_TARGET = re.compile(r"/[\x21-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatPayMerchant:
    """Who we are at WeChat Pay, and where it is. Keys are PEM texts or the base64 in them."""

    url: str
    mchid: str
    app_id: str
    certificate_serial: str
    private_key: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    public_keys: Mapping[str, str]
    """Their keys by name; two while one takes over from the other. The first is asked for in answers."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: signed by WeChat Pay where it is a success."""

    status: int
    text: str


class WechatPaySdk:
    """One merchant at WeChat Pay."""

    def __init__(self, merchant: WechatPayMerchant, *, clock: Clock, line: Line) -> None:
        """Keys are read at first use."""
        self._merchant = merchant
        self._clock = clock
        self._line = line

    def native(self, order: Mapping[str, Any]) -> Reply:
        """Open an order that is paid by scanning a code. Every call raises as `_request`."""
        return self._reply(lambda client, kinds: client.pay(**order, pay_type=kinds.NATIVE))

    def h5(self, order: Mapping[str, Any]) -> Reply:
        """Open an order that is paid on a phone."""
        return self._reply(lambda client, kinds: client.pay(**order, pay_type=kinds.H5))

    def query(self, out_trade_no: str) -> Reply:
        """Ask about an order."""
        return self._reply(lambda client, _: client.query(out_trade_no=out_trade_no))

    def close(self, out_trade_no: str) -> Reply:
        """Close an order."""
        return self._reply(lambda client, _: client.close(out_trade_no=out_trade_no))

    def refund(self, refund: Mapping[str, Any]) -> Reply:
        """Give money back."""
        return self._reply(lambda client, _: client.refund(**refund))

    def query_refund(self, out_refund_no: str) -> Reply:
        """Ask about a refund."""
        return self._reply(lambda client, _: client.query_refund(out_refund_no=out_refund_no))

    def trade_bill(self, day: date) -> Reply:
        """Ask where the bill of a day can be downloaded."""
        return self._reply(lambda client, _: client.trade_bill(bill_date=day.isoformat()))

    def downloaded(self, download_url: str) -> AbstractContextManager[BillFile]:
        """A file of theirs, which comes unsigned. Raises ProviderUnavailableError.

        Nobody is asked but the address in the settings, whatever host is named: to another we would sign
        requests that somebody else chose.
        """
        target = self._target(download_url)
        headers = self._headers("GET", target, "")
        return downloaded(
            self._line, self._merchant.url + target, headers=headers, most_bytes=_LARGEST_FILE_BYTES
        )

    def verified(self, headers: Mapping[str, str], body: bytes) -> str:
        """The body as text, once WeChat Pay is found to have signed it. Raises NoticeRefusedError."""
        from wechatpayv3.utils import rsa_verify

        keys = self._public_keys
        signed = guarded(headers, body, serials=keys, now=self._clock.now())
        key = keys[signed.serial]
        if not rsa_verify(signed.timestamp, signed.nonce, signed.text, signed.signature, key):
            raise NoticeRefusedError("not signed by WeChat Pay")
        return signed.text

    def opened(self, *, nonce: str, ciphertext: str, associated_data: str) -> str:
        """What is sealed in a notice. Raises NoticeRefusedError, and ProviderRefusedError for a wrong key."""
        from wechatpayv3.utils import aes_decrypt

        try:
            text = aes_decrypt(nonce, ciphertext, associated_data, self._merchant.apiv3_key)
        except ValueError:
            raise NoticeRefusedError("what is sealed is malformed") from None
        if not isinstance(text, str):
            # It was signed by WeChat Pay, so the fault is ours.
            raise ProviderRefusedError("the APIv3 key in the settings does not open a genuine notice")
        return text

    def _reply(self, call: Callable[[Any, Any], tuple[int, str]]) -> Reply:
        from wechatpayv3 import WeChatPayType

        return Reply(*call(self._client, WeChatPayType))

    def _request(
        self, path: str, method: Any = None, data: Mapping[str, Any] | None = None
    ) -> tuple[int, str]:
        """What the SDK sends a call by. Raises ProviderUnavailableError, ProviderRefusedError."""
        verb = "GET" if method is None else str(method.value)
        body = "" if data is None else json.dumps(data, ensure_ascii=False)
        answer = self._line.call(
            verb, self._merchant.url + path, headers=self._headers(verb, path, body), body=body.encode()
        )
        try:
            if 200 <= answer.status < 300 or "wechatpay-signature" in answer.headers:
                return answer.status, self.verified(answer.headers, answer.body)
            # Refusals come unsigned. They settle nothing that money does not settle otherwise.
            return answer.status, answer.body.decode()
        except (NoticeRefusedError, UnicodeDecodeError):
            raise ProviderUnavailableError("the answer is not signed by WeChat Pay") from None

    def _target(self, address: str) -> str:
        """The path and query, without the path that our own address has before them."""
        try:
            named, ours = urlsplit(address), urlsplit(self._merchant.url)
        except ValueError:
            raise ProviderUnavailableError("WeChat Pay's answer names no file") from None
        target = urlunsplit(("", "", named.path.removeprefix(ours.path), named.query, ""))
        if not _TARGET.fullmatch(target):
            raise ProviderUnavailableError("WeChat Pay's answer names no file")
        return target

    def _headers(self, verb: str, path: str, body: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock.now().timestamp())), secrets.token_hex(16)
        signature = self._client.sign([verb, path, timestamp, nonce, body])
        parts = {
            "mchid": self._merchant.mchid,
            "nonce_str": nonce,
            "signature": signature,
            "timestamp": timestamp,
            "serial_no": self._merchant.certificate_serial,
        }
        said = ",".join(f'{name}="{value}"' for name, value in parts.items())
        return {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "baokao",
            "Authorization": f"{SIGNATURE_TYPE} {said}",
            "Wechatpay-Serial": next(iter(self._merchant.public_keys)),
        }

    @cached_property
    def _public_keys(self) -> dict[str, Any]:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from wechatpayv3.utils import load_public_key

        keys: dict[str, Any] = _read(
            lambda: {name: load_public_key(key) for name, key in self._merchant.public_keys.items()}
        )
        if not keys or not all(isinstance(key, RSAPublicKey) for key in keys.values()):
            raise _unreadable_keys()
        return keys

    @cached_property
    def _client(self) -> Any:
        # Imported late: it takes 0.2 s, and only payments need it.
        from wechatpayv3 import WeChatPay, WeChatPayType

        merchant = self._merchant
        if not self._public_keys or not merchant.private_key.strip():
            # Without a public key the SDK would go and fetch certificates.
            raise _unreadable_keys()
        if len(merchant.apiv3_key.encode()) != _APIV3_KEY_BYTES:
            raise _unreadable_keys()
        name, key = next(iter(merchant.public_keys.items()))
        client = _read(
            lambda: WeChatPay(
                wechatpay_type=WeChatPayType.NATIVE,
                mchid=merchant.mchid,
                private_key=merchant.private_key,
                cert_serial_no=merchant.certificate_serial,
                appid=merchant.app_id,
                apiv3_key=merchant.apiv3_key,
                public_key=key,
                public_key_id=name,
            )
        )
        client._core.request = self._request  # noqa: SLF001 - no other door for a transport
        return client


def _read(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except Exception:  # noqa: BLE001 - the SDK raises nothing narrower
        # Without the cause: its text could show parts of a key.
        raise _unreadable_keys() from None


def _unreadable_keys() -> ProviderRefusedError:
    return ProviderRefusedError("the WeChat Pay keys in the settings cannot be read")
