"""The form of a notice, read strictly. Who sent it is for the SDK to say, what it means for `provider.py`."""

import re
from urllib.parse import parse_qsl

from chalicelib.usecases.ports.outside import NoticeRefusedError
from chalicelib.usecases.ports.providers import Acknowledgement, Receipt

_LONGEST_BODY_BYTES = 1 << 15
_MOST_FIELDS = 64
_NAME = re.compile(r"[a-z0-9_]{1,64}")
# Alipay signs `a=1&b=2` without escapes. A value that looks like more fields could be fields hidden from us.
_HIDES_A_FIELD = re.compile(r"&[^&=]*=")


def read_form(body: bytes) -> dict[str, str]:
    """The decoded fields, each once. Raises NoticeRefusedError."""
    if len(body) > _LONGEST_BODY_BYTES:
        raise NoticeRefusedError("too long")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise NoticeRefusedError("not a form in UTF-8") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NoticeRefusedError("a field occurs twice")
    if not all(_NAME.fullmatch(name) for name in fields):
        raise NoticeRefusedError("a field has an impossible name")
    if any(_HIDES_A_FIELD.search(value) for value in fields.values()):
        raise NoticeRefusedError("a value hides a field")
    if fields.get("charset", "").lower() != "utf-8":
        raise NoticeRefusedError("not declared as UTF-8")
    return fields


def acknowledged(receipt: Receipt) -> Acknowledgement:
    """`success` and nothing else ends the sending."""
    status = {Receipt.TAKEN: 200, Receipt.REFUSED: 400, Receipt.UNKNOWN: 500}[receipt]
    text = "success" if receipt is Receipt.TAKEN else "failure"
    return Acknowledgement(status=status, text=text, content_type="text/plain; charset=utf-8")
