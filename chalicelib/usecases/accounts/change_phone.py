"""Bind another phone: proved by a code to it, and by the password (FAQ 3)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.errors import PasswordWrongError, PhoneProofInvalidError
from chalicelib.domain.sms import Limit, Purpose
from chalicelib.usecases.accounts.sms_codes import proof_of
from chalicelib.usecases.ports import Accounts, Limits, Passwords, SmsCodes

_TRIES = Limit("change-phone", 5, 900)


def change_phone(
    account: Account,
    *,
    phone_proof: str,
    password: str,
    accounts: Accounts,
    sms_codes: SmsCodes,
    limits: Limits,
    passwords: Passwords,
    now: datetime,
) -> Account:
    """Swap the phone in one write. Raises PasswordWrongError, PhoneProofInvalidError, PhoneTakenError,
    TooManyRequestsError."""
    limits.take(_TRIES, account.id, now=now)
    if not passwords.matches(account.password_hash, password):
        raise PasswordWrongError(field="password")
    proof = proof_of(phone_proof, Purpose.CHANGE_PHONE, subject=account.id, sms_codes=sms_codes, now=now)
    if proof is None:
        raise PhoneProofInvalidError(field="phone_proof")
    accounts.change_phone(account, proof.phone, proof=proof, now=now)
    return replace(account, phone=proof.phone)
