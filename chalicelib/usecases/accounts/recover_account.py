"""Get back in: name and ID number, then security questions or a code to the bound phone (FAQ 4)."""

from datetime import datetime, timedelta

from chalicelib.domain.account import Account, checked_password, joined_answers
from chalicelib.domain.errors import (
    AccountNotFoundError,
    RecoveryAnswerWrongError,
    RecoveryExpiredError,
    SmsCodeExpiredError,
)
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import RecoveryId, SmsCodeId
from chalicelib.domain.sms import Limit, Purpose
from chalicelib.usecases.accounts.sessions import token_hash
from chalicelib.usecases.accounts.sms_codes import prove_phone
from chalicelib.usecases.ports import (
    Accounts,
    Limits,
    Passwords,
    Randomness,
    Recoveries,
    Recovery,
    Sealer,
    SmsCodes,
)

RECOVERY_LIFETIME = timedelta(minutes=30)
MOST_FAILURES = 5
_PER_ADDRESS = Limit("recovery-address", 30, 3_600)
_PER_PERSON = Limit("recovery-person", 10, 86_400)
_ANSWERS_A_DAY = Limit("recovery-answers", MOST_FAILURES, 86_400)


def find_account(
    identity: Identity,
    *,
    address: str,
    accounts: Accounts,
    recoveries: Recoveries,
    limits: Limits,
    randomness: Randomness,
    now: datetime,
) -> tuple[Recovery, Account]:
    """Begin a recovery. Raises AccountNotFoundError, TooManyRequestsError."""
    limits.take(_PER_ADDRESS, address, now=now)
    limits.take(_PER_PERSON, identity.person_key, now=now)
    account = accounts.of_person(identity)
    if account is None:
        raise AccountNotFoundError
    recovery = Recovery(
        id=RecoveryId(randomness.new_id()),
        account_id=account.id,
        failures=0,
        reset_token_hash=None,
        expires_at=now + RECOVERY_LIFETIME,
    )
    recoveries.put(recovery)
    return recovery, account


def recovery_and_account(
    recovery_id: RecoveryId, *, accounts: Accounts, recoveries: Recoveries, now: datetime
) -> tuple[Recovery, Account]:
    """A recovery under way and whose it is. Raises RecoveryExpiredError."""
    recovery = recoveries.get(recovery_id, now=now)
    account = accounts.get(recovery.account_id) if recovery else None
    if recovery is None or account is None:
        raise RecoveryExpiredError
    return recovery, account


def recover_by_answers(
    recovery_id: RecoveryId,
    answers: tuple[str, ...],
    *,
    accounts: Accounts,
    recoveries: Recoveries,
    limits: Limits,
    passwords: Passwords,
    randomness: Randomness,
    now: datetime,
) -> tuple[str, Recovery, Account]:
    """Show the username and allow a new password to who knows the answers.

    Raises RecoveryAnswerWrongError, RecoveryExpiredError (also after five failures).
    """
    recovery, account = recovery_and_account(recovery_id, accounts=accounts, recoveries=recoveries, now=now)
    recoveries.pay_try(recovery, at_most=MOST_FAILURES)
    # Beginning anew gives no more tries: somebody who knows name and ID number could guess on all day.
    limits.take(_ANSWERS_A_DAY, account.id, now=now)
    joined = joined_answers(account.security_questions, answers)
    if not passwords.matches(account.security_answers_hash, joined):
        left = MOST_FAILURES - recovery.failures - 1
        more = f"还可再试 {left} 次。" if left else "今天不能再试，请改用绑定的手机。"
        raise RecoveryAnswerWrongError(field="answers", detail=f"安全问题的答案不正确，{more}")
    return _grant(recovery, recoveries, randomness), recovery, account


def recover_by_code(
    recovery_id: RecoveryId,
    *,
    code_id: SmsCodeId,
    digits: str,
    accounts: Accounts,
    recoveries: Recoveries,
    sms_codes: SmsCodes,
    sealer: Sealer,
    randomness: Randomness,
    now: datetime,
) -> tuple[str, Recovery, Account]:
    """The same to who reads the code on the bound phone. Raises SmsCodeWrongError, SmsCodeExpiredError,
    RecoveryExpiredError."""
    recovery, account = recovery_and_account(recovery_id, accounts=accounts, recoveries=recoveries, now=now)
    _, proof = prove_phone(
        code_id, digits, sms_codes=sms_codes, sealer=sealer, randomness=randomness, now=now
    )
    if proof.purpose is not Purpose.RECOVER or proof.subject != recovery.id:
        raise SmsCodeExpiredError(field="code")
    return _grant(recovery, recoveries, randomness), recovery, account


def _grant(recovery: Recovery, recoveries: Recoveries, randomness: Randomness) -> str:
    token = randomness.token()
    recoveries.grant(recovery, token_hash(token))
    return token


def set_new_password(
    recovery_id: RecoveryId,
    *,
    reset_token: str,
    password: str,
    accounts: Accounts,
    recoveries: Recoveries,
    passwords: Passwords,
    now: datetime,
) -> None:
    """Set the password once and end all sessions. Raises RecoveryExpiredError, PasswordWeakError."""
    recovery, account = recovery_and_account(recovery_id, accounts=accounts, recoveries=recoveries, now=now)
    if recovery.reset_token_hash != token_hash(reset_token):
        raise RecoveryExpiredError
    checked = checked_password(password, username=account.username)
    recoveries.use(recovery)
    accounts.change_password(account, passwords.hashed(checked))
