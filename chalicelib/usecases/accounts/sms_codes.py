"""Codes by SMS: send one, and turn the right answer into a proof of the phone (FAQ 3)."""

import hmac
from datetime import datetime

from chalicelib.domain.errors import SmsCodeWrongError, SmsNotSentError
from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import (
    CODE_LIFETIME,
    LIMITS_PER_ADDRESS,
    LIMITS_PER_PHONE,
    MOST_TRIES,
    PROOF_LIFETIME,
    PhoneProof,
    Purpose,
    SendOutcome,
    SentMessage,
    SmsCode,
)
from chalicelib.usecases.accounts.sessions import token_hash
from chalicelib.usecases.ports import Limits, Messages, Randomness, Sealer, Sms, SmsCodes


def send_sms_code(
    phone: str,
    purpose: Purpose,
    *,
    subject: str,
    address: str,
    sms_codes: SmsCodes,
    limits: Limits,
    messages: Messages,
    sms: Sms,
    sealer: Sealer,
    randomness: Randomness,
    now: datetime,
) -> SmsCode:
    """Send a code to a phone in normal form and keep what became of it.

    Raises TooManyRequestsError, SmsNotSentError. A silent operator is no error: the message may still arrive.
    """
    for limit in LIMITS_PER_ADDRESS:
        limits.take(limit, address, now=now)
    for limit in LIMITS_PER_PHONE:
        limits.take(limit, phone, now=now)
    digits = randomness.digits(6)
    code_id = SmsCodeId(randomness.new_id())
    code = SmsCode(
        id=code_id,
        purpose=purpose,
        phone=phone,
        code_hash=sealer.fingerprint(digits, context=code_id),
        subject=subject,
        tries=0,
        sent_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    sms_codes.put(code)
    sending = sms.send_code(phone, digits, minutes=int(CODE_LIFETIME.total_seconds() // 60))
    messages.record(
        SentMessage(
            phone=phone,
            purpose=purpose,
            outcome=sending.outcome,
            reason=sending.reason,
            at=now,
            serial=sending.serial,
            code_id=code_id,
        )
    )
    if sending.outcome is SendOutcome.REFUSED:
        raise SmsNotSentError(
            field="phone", detail=f"短信未能发出：{sending.reason}。请更换手机号码或稍后再试。"
        )
    return code


def check_sms_code(
    code_id: SmsCodeId, digits: str, *, sms_codes: SmsCodes, sealer: Sealer, now: datetime
) -> SmsCode:
    """Give the code whose digits are right. Each try is paid for before it is looked at.

    Raises SmsCodeExpiredError, SmsCodeWrongError with the tries that are left.
    """
    code = sms_codes.pay_try(code_id, now=now)
    if not hmac.compare_digest(code.code_hash, sealer.fingerprint(digits, context=code_id)):
        left = MOST_TRIES - code.tries
        detail = f"验证码不正确，还可再试 {left} 次。" if left else "验证码不正确，已失效，请重新获取。"
        raise SmsCodeWrongError(field="code", detail=detail)
    return code


def prove_phone(
    code_id: SmsCodeId,
    digits: str,
    *,
    sms_codes: SmsCodes,
    sealer: Sealer,
    randomness: Randomness,
    now: datetime,
) -> tuple[str, PhoneProof]:
    """Trade a right code for a token that proves the phone. Raises as `check_sms_code`."""
    code = check_sms_code(code_id, digits, sms_codes=sms_codes, sealer=sealer, now=now)
    token = randomness.token()
    proof = PhoneProof(
        token_hash=token_hash(token),
        purpose=code.purpose,
        phone=code.phone,
        subject=code.subject,
        expires_at=now + PROOF_LIFETIME,
    )
    sms_codes.prove(code, proof)
    return token, proof


def proof_of(
    token: str, purpose: Purpose, *, subject: str, sms_codes: SmsCodes, now: datetime
) -> PhoneProof | None:
    """The proof behind a token if it was given for this purpose and this subject."""
    proof = sms_codes.proof(token_hash(token), now=now)
    return proof if proof and proof.purpose is purpose and proof.subject == subject else None
