"""Money as a clerk writes and reads it: yuan, exact to the fen."""

import re

from chalicelib.domain.errors import InvalidInputError

# ASCII digits only, and no sum that a fee could not be: a slip of the finger is refused, not rounded.
_YUAN = re.compile(r"[¥￥]?([0-9]{1,7})(?:\.([0-9]{1,2}))?", re.ASCII)


def fen_of(written: str) -> int:
    """6100 for `¥61.00`, `61.0` or `61`. Raises InvalidInputError for what is not whole fen."""
    found = _YUAN.fullmatch(written.strip())
    if found is None:
        raise InvalidInputError(field="amount", detail="金额请写成元，最多两位小数，例如 61.00。")
    yuan, part = found.groups(default="")
    return int(yuan) * 100 + int(part.ljust(2, "0"))


def yuan_of(fen: int) -> str:
    """`¥61.00` for 6100 fen."""
    return f"{'-' if fen < 0 else ''}¥{abs(fen) // 100}.{abs(fen) % 100:02d}"
