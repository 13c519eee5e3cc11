"""Calls to Alipay's gateway: signed on the way out, verified on the way in, sorted into what can follow.

An answer counts only with Alipay's signature. The one exception is a refusal of our keys or settings, which
the gateway cannot always sign; it changes no state.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.integrations.alipay.forms import wall_clock
from chalicelib.integrations.alipay.sdk import AlipaySdk
from chalicelib.integrations.line import Line
from chalicelib.usecases.ports.means import Clock
from chalicelib.usecases.ports.outside import ProviderRefusedError, ProviderUnavailableError

_DONE = "10000"
_BUSINESS_REFUSED = "40004"
_OUR_FAULT = frozenset({"20001", "40001", "40002", "40003", "40006"})
"""Authorisation, missing or wrong parameters, wrong signature, missing rights."""
NO_BILL = frozenset({"isp.bill_not_exist", "BILL_NOT_EXIST"})
"""As it is said and as it is documented: an answer, though it looks like trouble of theirs."""
_ERROR_NODE = "error_response"
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Done:
    """Alipay did what was asked; this is what it says."""

    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NotDone:
    """A signed refusal for a business reason, such as `ACQ.TRADE_NOT_EXIST`."""

    sub_code: str


class Gateway:
    """The gateway as one app sees it."""

    def __init__(self, url: str, sdk: AlipaySdk, *, clock: Clock, line: Line) -> None:
        self._url = url
        self._sdk = sdk
        self._clock = clock
        self._line = line

    def address(
        self, method: str, content: Mapping[str, str], addresses: Mapping[str, str] | None = None
    ) -> str:
        """The address of a signed call, for us or for a browser."""
        signed = self._sdk.signed_call(
            method, content, timestamp=wall_clock(self._clock.now()), addresses=addresses or {}
        )
        return f"{self._url}?{signed}"

    def call(self, method: str, content: Mapping[str, str]) -> Done | NotDone:
        """Ask now. Raises ProviderUnavailableError, ProviderRefusedError."""
        answer = self._line.call("GET", self.address(method, content))
        if answer.status != 200:
            raise ProviderUnavailableError(f"Alipay answered with status {answer.status}")
        try:
            said, is_signed = self._open(answer.body.decode(), f"{method.replace('.', '_')}_response")
        except (ValueError, RecursionError):
            raise ProviderUnavailableError("Alipay answered something that is no answer") from None
        return _sorted_out(said, is_signed=is_signed)

    def _open(self, text: str, node: str) -> tuple[Mapping[str, object], bool]:
        """The inner object and whether it is signed. Raises ValueError, ProviderUnavailableError."""
        outer = json.loads(text)
        if not isinstance(outer, dict):
            raise ValueError("no object")
        node = _ERROR_NODE if node not in outer and _ERROR_NODE in outer else node
        found = re.search(rf'"{node}"\s*:\s*', text)
        if found is None:
            raise ValueError("no answer in it")
        content, end = _DECODER.raw_decode(text, found.end())
        if not isinstance(content, dict) or content != outer.get(node):
            raise ValueError("more than one answer in it")
        signature = outer.get("sign")
        if signature is None:
            return content, False
        if not isinstance(signature, str) or not self._sdk.is_genuine_text(
            text[found.end() : end], signature
        ):
            raise ProviderUnavailableError("the answer is not signed by Alipay")
        return content, True


def _sorted_out(said: Mapping[str, object], *, is_signed: bool) -> Done | NotDone:
    code, sub_code = _code_in(said, "code"), _code_in(said, "sub_code")
    if code in _OUR_FAULT and not _is_their_trouble(sub_code):
        raise ProviderRefusedError(f"Alipay refuses us: {code} {sub_code}")
    if is_signed and code == _DONE:
        return Done(said)
    if is_signed and code == _BUSINESS_REFUSED and not _is_their_trouble(sub_code):
        return NotDone(sub_code)
    raise ProviderUnavailableError(f"Alipay cannot say: {code} {sub_code}")


def _is_their_trouble(sub_code: str) -> bool:
    if sub_code in NO_BILL:
        return False
    return sub_code.startswith("isp.") or sub_code.endswith(("SYSTEM_ERROR", "call-limited"))


def _code_in(said: Mapping[str, object], name: str) -> str:
    """A code that may stand in a log line; anything else is left out."""
    value = said.get(name)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else ""
