"""How Alipay writes money, moments and subjects. What they mean is not here."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

# Without summer time since 1991, so a fixed zone is right for every payment and needs no zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_MOMENT = "%Y-%m-%d %H:%M:%S"
_YUAN = re.compile(r"[0-9]{1,11}(\.[0-9]{1,2})?")
# Alipay refuses the first three; braces would confuse whoever finds the signed part by counting; bills know
# no quotation marks, so that commas and line ends would tear a row apart.
_SUBJECT_SIGNS = str.maketrans(
    {"/": "／", "=": "＝", "&": "＆", "{": "（", "}": "）", ",": "，", "\n": " ", "\r": " ", "\t": " "}
)
_LONGEST_SUBJECT = 128


def yuan_from_fen(fen: int) -> str:
    """6100 fen are written `61.00`."""
    if fen < 0:
        raise ValueError("money that is asked for is not negative")
    return f"{fen // 100}.{fen % 100:02d}"


def fen_from_yuan(yuan: str) -> int:
    """Exactly as many fen as `61.00` says. Raises ValueError for anything that is not whole fen."""
    if not _YUAN.fullmatch(yuan):
        raise ValueError("not an amount in yuan")
    return int(Decimal(yuan) * 100)


def wall_clock(moment: datetime) -> str:
    """The moment as Shanghai's clocks show it; what is left of a second is cut off, so it is never later."""
    return moment.astimezone(SHANGHAI).strftime(_MOMENT)


def moment_of(shown: str) -> datetime:
    """The moment, in UTC, at which Shanghai's clocks show this. Raises ValueError."""
    return datetime.strptime(shown, _MOMENT).replace(tzinfo=SHANGHAI).astimezone(UTC)


def subject_text(subject: str) -> str:
    """A subject that Alipay takes and repeats unharmed."""
    return subject.translate(_SUBJECT_SIGNS)[:_LONGEST_SUBJECT]
