"""Accounts: what a candidate logs in with, and the rules of usernames, passwords and security questions."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import (
    PasswordWeakError,
    SecurityQuestionsInvalidError,
    UsernameInvalidError,
)
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId
from chalicelib.domain.verification import Verification

MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER = 5
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,19}")
_LIKE_A_DOCUMENT = re.compile(r"[A-Z]{0,3}[0-9]{7,}[0-9X]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One candidate's account. The identity never changes (FAQ 5)."""

    id: AccountId
    username: str
    identity: Identity
    identity_check: Verification
    phone: str
    password_hash: str
    security_questions: tuple[str, ...]
    security_answers_hash: str
    session_epoch: int
    """Raised to end all sessions: a session of an older epoch is dead."""
    created_at: datetime
    released_at: datetime | None = None
    """When a clerk gave its identity back to the true holder; it serves nobody from then on (FAQ 5)."""


def checked_username(written: str) -> str:
    """The username as written, or UsernameInvalidError."""
    if not _USERNAME.fullmatch(written) or _LIKE_A_DOCUMENT.fullmatch(written.upper()):
        raise UsernameInvalidError(field="username")
    return written


def username_key(username: str) -> str:
    """Usernames that differ only in case are one."""
    return username.casefold()


def checked_password(password: str, *, username: str) -> str:
    """The password itself, or PasswordWeakError."""
    kinds = sum(
        any(test(c) for c in password) for test in (str.isalpha, str.isdigit, lambda c: not c.isalnum())
    )
    if not 8 <= len(password) <= 64 or kinds < 2 or username_key(username) in password.casefold():
        raise PasswordWeakError(field="password")
    return password


def joined_answers(questions: tuple[str, ...], answers: tuple[str, ...]) -> str:
    """The answers as one text to hash: case, width and outer spaces do not count.

    Raises SecurityQuestionsInvalidError when questions repeat, or a question or an answer is empty.
    """
    asked, folded = [_folded(question) for question in questions], [_folded(answer) for answer in answers]
    if len(set(asked)) != len(asked) or len(asked) != len(folded) or not all(asked + folded):
        raise SecurityQuestionsInvalidError(field="security_questions")
    return "\n".join(folded)


def _folded(written: str) -> str:
    return "".join(unicodedata.normalize("NFKC", written).casefold().split())
