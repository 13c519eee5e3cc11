"""A clerk resets a password, and its owner sets a new one with what the clerk gave out (FAQ 4)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account, checked_password
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.authority import PasswordReset
from chalicelib.domain.errors import ChangedElsewhereError, LoginFailedError, NotFoundError
from chalicelib.domain.ids import AccountId
from chalicelib.domain.one_time_password import (
    FIXED_PASSWORD,
    RANDOM_DIGITS,
    OneTimePassword,
    given_out,
    is_id_tail,
)
from chalicelib.usecases.accounts.sessions import accounts_at_login, is_one_time, one_time_fingerprint
from chalicelib.usecases.ports import (
    Accounts,
    Authorities,
    Limits,
    OneTimePasswords,
    Passwords,
    Randomness,
    Sealer,
    StaleWriteError,
)


def reset_password(
    account_id: AccountId,
    entry: AuditEntry,
    *,
    accounts: Accounts,
    authorities: Authorities,
    one_time_passwords: OneTimePasswords,
    passwords: Passwords,
    sealer: Sealer,
    randomness: Randomness,
    now: datetime,
) -> tuple[str, OneTimePassword]:
    """End all sessions and the old password; what the clerk tells the candidate, who showed the ID.

    Which it is, is the policy of the clerk's authority. Raises NotFoundError, ChangedElsewhereError.
    """
    account = accounts.get(account_id)
    if account is None or account.released_at:
        raise NotFoundError
    authority = authorities.get(entry.clerk.authority_id)
    policy = authority.password_reset if authority else PasswordReset.RANDOM
    word = FIXED_PASSWORD if policy is PasswordReset.FIXED else randomness.digits(RANDOM_DIGITS)
    one_time = given_out(account.id, policy, one_time_fingerprint(word, account.id, sealer), now)
    whole = replace(entry, on_whom=account.id, what="reset_password", after=policy)
    # The hash of nothing that anybody knows: the old password opens nothing from here on.
    dead_hash = passwords.hashed(randomness.token())
    try:
        one_time_passwords.give_out(account, one_time, dead_hash, whole)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return word, one_time


def set_password_with_one_time(
    login: str,
    one_time_password: str,
    new_password: str,
    *,
    id_number_tail: str,
    address: str,
    accounts: Accounts,
    one_time_passwords: OneTimePasswords,
    limits: Limits,
    passwords: Passwords,
    sealer: Sealer,
    now: datetime,
) -> Account:
    """Set a new password with a clerk's, once; the account as it is then, to be logged in.

    Raises LoginFailedError (whatever is wrong), PasswordWeakError, ChangedElsewhereError,
    TooManyRequestsError.
    """
    # First, so that a weak password costs no try; whoever logs in with it should not find the login in it.
    checked_password(new_password, username=login.strip())
    for account in accounts_at_login(login, address, accounts=accounts, limits=limits, now=now):
        one_time = one_time_passwords.get(account.id, now=now)
        if one_time is None or account.released_at:
            continue
        one_time_passwords.pay_try(one_time, now=now)
        has_tail = not one_time.needs_id_tail or is_id_tail(id_number_tail, account.identity)
        if is_one_time(one_time_password, one_time, sealer) and has_tail:
            checked = checked_password(new_password, username=account.username)
            return _redeemed(account, one_time, passwords.hashed(checked), accounts, one_time_passwords)
    raise LoginFailedError(field="one_time_password")


def _redeemed(
    account: Account,
    one_time: OneTimePassword,
    password_hash: str,
    accounts: Accounts,
    one_time_passwords: OneTimePasswords,
) -> Account:
    try:
        one_time_passwords.redeem(account, one_time, password_hash)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    changed = accounts.get(account.id)
    if changed is None:
        raise LoginFailedError
    return changed
