"""What a clerk writes: money in yuan, exact to the fen, and the numbers of payments."""

import re
from argparse import ArgumentTypeError

from chalicelib.domain.errors import InvalidInputError

# ASCII digits only, and no sum that a fee could not be: a slip of the finger is refused, not rounded.
_YUAN = re.compile(r"[¥￥]?([0-9]{1,7})(?:\.([0-9]{1,2}))?", re.ASCII)

# That of what waits holds a number of a provider's, whatever signs they like.
_LONGEST_NUMBER = 300


def fen_of(written: str) -> int:
    """6100 for `¥61.00`, `61.0` or `61`. Raises InvalidInputError for what is not whole fen."""
    found = _YUAN.fullmatch(written.strip())
    if found is None:
        raise InvalidInputError(field="amount", detail="金额请写成元，最多两位小数，例如 61.00。")
    yuan, part = found.groups(default="")
    return int(yuan) * 100 + int(part.ljust(2, "0"))


def a_number(written: str) -> str:
    """A number of ours or of a provider, without the blanks around it. Raises ArgumentTypeError."""
    number = written.strip()
    if not (0 < len(number) <= _LONGEST_NUMBER and number.isprintable()):
        raise ArgumentTypeError("not a number of an order, a refund, a trade or of what waits")
    return number


def yuan_of(fen: int) -> str:
    """`¥61.00` for 6100 fen."""
    return f"{'-' if fen < 0 else ''}¥{abs(fen) // 100}.{abs(fen) % 100:02d}"
