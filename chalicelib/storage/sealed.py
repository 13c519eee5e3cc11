"""Personal data on its way into and out of a row: values of the domain as sealed JSON."""

from typing import TypeVar

import msgspec

from chalicelib.usecases.ports import Sealer

_T = TypeVar("_T")


def seal(value: object, *, context: str, sealer: Sealer) -> bytes:
    """Encrypt a value; `context` names the row and the attribute, so that it opens nowhere else."""
    return sealer.seal(msgspec.json.encode(value).decode(), context=context)


def unseal(sealed: bytes, of: type[_T], *, context: str, sealer: Sealer) -> _T:
    """The value again."""
    return msgspec.json.decode(sealer.unseal(sealed, context=context), type=of)
