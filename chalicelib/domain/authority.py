"""An authority (考试机构) itself: who it is, and what it settles for its own help desk."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.ids import AuthorityId


class PasswordReset(StrEnum):
    """What a clerk gives to who has lost the password (FAQ 4)."""

    RANDOM = "random"
    FIXED = "fixed"
    """The 111111 of the FAQ, made safe: `one_time_password.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One authority. Windows, fees and policy of an exam are with its offering."""

    id: AuthorityId
    name: str
    password_reset: PasswordReset = PasswordReset.RANDOM
    version: int = 1
    """Raised by every change of what is stored; a change of an older one is refused."""
