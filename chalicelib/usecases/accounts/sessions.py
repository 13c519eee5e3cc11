"""Log in, know again, log out. The browser holds the token; the store only its hash."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.china import china_date
from chalicelib.domain.errors import (
    AccountReleasedError,
    LoginAmbiguousError,
    LoginFailedError,
    NotLoggedInError,
    PhoneInvalidError,
    TooManyLoginsError,
    TooManyRequestsError,
)
from chalicelib.domain.identity import normal_phone, possible_id_numbers
from chalicelib.domain.ids import AccountId
from chalicelib.domain.one_time_password import OneTimePassword, PasswordChangeRequiredError
from chalicelib.domain.sms import Limit
from chalicelib.usecases.ports import (
    Accounts,
    Limits,
    OneTimePasswords,
    Passwords,
    Randomness,
    Sealer,
    Session,
    Sessions,
)

SESSION_LIFETIME = timedelta(hours=12)
_TRIES_FROM_ONE_ADDRESS = Limit("login-name-address", 10, 900)
"""At one account: whoever tries from elsewhere keeps its owner out no more."""
_TRIES_PER_LOGIN = Limit("login-name", 60, 900)
_TRIES_PER_ADDRESS = Limit("login-address", 200, 900)


def token_hash(token: str) -> str:
    """What the store knows of a token. Tokens are 256 random bits, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(token: str) -> str:
    """The value that a page must send beside the cookie; another site cannot read it."""
    return hashlib.sha256(f"csrf {token}".encode()).hexdigest()


def is_csrf_token(sent: str, token: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(sent.encode(), csrf_token(token).encode())


def open_session(
    account: Account, *, sessions: Sessions, randomness: Randomness, now: datetime
) -> tuple[str, Session]:
    """Give the account a new session: its token, and what is stored of it."""
    token = randomness.token()
    session = Session(
        token_hash=token_hash(token),
        account_id=account.id,
        epoch=account.session_epoch,
        expires_at=now + SESSION_LIFETIME,
    )
    sessions.put(session)
    return token, session


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who is logged in, and by which session."""

    account: Account
    session: Session


def logged_in(token: str | None, *, sessions: Sessions, accounts: Accounts, now: datetime) -> LoggedIn:
    """Who is logged in; a session older than the last new password is dead. Raises NotLoggedInError."""
    session = sessions.get(token_hash(token)) if token else None
    if session is None or now >= session.expires_at:
        raise NotLoggedInError
    account = accounts.get(session.account_id)
    if account is None or account.session_epoch != session.epoch or account.released_at:
        raise NotLoggedInError
    return LoggedIn(account, session)


def log_in(
    login: str,
    password: str,
    *,
    address: str,
    accounts: Accounts,
    limits: Limits,
    passwords: Passwords,
    one_time_passwords: OneTimePasswords,
    sealer: Sealer,
    now: datetime,
) -> Account:
    """Find the account by username, phone or ID number and check the password.

    Raises LoginFailedError (unknown and wrong are not told apart), LoginAmbiguousError, AccountReleasedError,
    PasswordChangeRequiredError (it is a clerk's: FAQ 4), TooManyRequestsError.
    """
    candidates = accounts_at_login(login, address, accounts=accounts, limits=limits, now=now)
    matching = [account for account in candidates if passwords.matches(account.password_hash, password)]
    if not candidates:
        passwords.matches_nothing(password)
    if len(matching) > 1:
        raise LoginAmbiguousError(field="login")
    if not matching:
        for account in candidates:
            one_time = one_time_passwords.get(account.id, now=now)
            if one_time and is_one_time(password, one_time, sealer):
                raise PasswordChangeRequiredError(one_time)
        raise LoginFailedError(field="password")
    if matching[0].released_at:
        raise AccountReleasedError(field="login")
    return matching[0]


def is_one_time(written: str, one_time: OneTimePassword, sealer: Sealer) -> bool:
    """Whether this is the password that a clerk gave out; compared in constant time."""
    expected = one_time_fingerprint(written, one_time.account_id, sealer)
    return hmac.compare_digest(one_time.fingerprint, expected)


def one_time_fingerprint(word: str, account_id: AccountId, sealer: Sealer) -> str:
    """What is kept of a clerk's password. It lives for hours and few tries: a keyed hash is enough."""
    return sealer.fingerprint(word.strip(), context=f"one-time password#{account_id}")


def accounts_at_login(
    login: str, address: str, *, accounts: Accounts, limits: Limits, now: datetime
) -> Sequence[Account]:
    """The accounts of a username, a phone or an ID number. Raises TooManyRequestsError."""
    try:
        limits.take(_TRIES_PER_ADDRESS, address, now=now)
        found = accounts_named(login.strip(), accounts, now)
        # By the account, not by what was written: one ID number can be written in many ways.
        for whose in [_tried(account) for account in found] or possible_id_numbers(
            login, today=china_date(now)
        )[:1]:
            # In this order: what one address is refused counts against nobody else.
            limits.take(_TRIES_FROM_ONE_ADDRESS, f"{whose} {address}", now=now)
            limits.take(_TRIES_PER_LOGIN, whose, now=now)
    except TooManyRequestsError as limit:
        raise TooManyLoginsError(changes_at=limit.changes_at) from limit
    return found


def _tried(account: Account) -> str:
    # With a new password counting begins anew: who has recovered the account gets in, whoever else tries.
    return f"{account.id} {account.session_epoch}"


def accounts_named(written: str, accounts: Accounts, now: datetime) -> Sequence[Account]:
    """The accounts of a username, a phone or an ID number, as somebody wrote it; without any limit."""
    try:
        holder = accounts.with_phone(normal_phone(written))
    except PhoneInvalidError:
        holder = accounts.with_username(written)
    if holder:
        return [holder]
    numbers = possible_id_numbers(written, today=china_date(now))
    return [account for number in numbers for account in accounts.with_id_number(number)]
