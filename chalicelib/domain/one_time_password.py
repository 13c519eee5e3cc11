"""Passwords that a clerk gives out: good for one thing only, the setting of a new one (FAQ 4).

They log nobody in. The fixed one is known to everybody, so it lives shorter and asks for the end of the ID
number besides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.authority import PasswordReset
from chalicelib.domain.errors import DomainError, LoginFailedError
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId

FIXED_PASSWORD = "111111"
RANDOM_DIGITS = 12
MOST_TRIES = 5
ID_TAIL_LENGTH = 6
_LIFETIMES = {PasswordReset.RANDOM: timedelta(hours=24), PasswordReset.FIXED: timedelta(minutes=30)}
_SENTENCES = {
    False: "这是考试机构重置的一次性密码，请马上设置新密码后登录。",
    True: "这是考试机构重置的一次性密码，请填写证件号码后六位，并马上设置新密码后登录。",
}


class PasswordChangeRequiredError(DomainError):
    """The password is a clerk's: right, and good for setting a new one only."""

    code = "password_change_required"
    faq = 4

    def __init__(self, one_time: "OneTimePassword") -> None:
        """`field` names what the page must ask for besides the new password, if anything."""
        super().__init__(
            field="id_number_tail" if one_time.needs_id_tail else None,
            detail=_SENTENCES[one_time.needs_id_tail],
        )


class OneTimePasswordSpentError(LoginFailedError):
    """Used, too old, or tried too often: as wrong as any other wrong password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimePassword:
    """What is kept of a password that a clerk gave out."""

    account_id: AccountId
    fingerprint: str
    needs_id_tail: bool
    expires_at: datetime
    tries: int = 0

    def is_good(self, now: datetime) -> bool:
        """Neither too old nor tried too often."""
        return now < self.expires_at and self.tries < MOST_TRIES


def given_out(
    account_id: AccountId, policy: PasswordReset, fingerprint: str, now: datetime
) -> OneTimePassword:
    """A new one under an authority's policy."""
    return OneTimePassword(
        account_id=account_id,
        fingerprint=fingerprint,
        needs_id_tail=policy is PasswordReset.FIXED,
        expires_at=now + _LIFETIMES[policy],
    )


def is_id_tail(written: str, identity: Identity) -> bool:
    """Whether these are the last six characters of the ID number; x is X."""
    return written.strip().upper() == identity.id_number[-ID_TAIL_LENGTH:].upper()
