"""A candidate on the way to an account: codes, proofs and the form."""

from dataclasses import replace
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.identity import IdType
from chalicelib.domain.sms import Purpose, SmsCode
from chalicelib.usecases.accounts.open_account import AccountForm, open_account
from chalicelib.usecases.accounts.sms_codes import prove_phone, send_sms_code
from tests.builders import a_phone, an_id_number
from tests.fakes import World

ADDRESS = "203.0.113.7"
PASSWORD = "correct-horse-1"
ANSWERS = ("沈阳", "第一小学")
FORM = AccountForm(
    username="wangming",
    password=PASSWORD,
    name="王晓明",
    id_type=IdType.RESIDENT_ID,
    id_number=an_id_number(),
    questions=("您的出生地是？", "您小学的校名是？"),
    answers=ANSWERS,
    confirms_same_id_number=False,
)


def send(
    world: World,
    phone: str,
    purpose: Purpose = Purpose.REGISTER,
    *,
    subject: str = "",
    address: str = ADDRESS,
) -> SmsCode:
    """Ask for a code."""
    return send_sms_code(
        phone,
        purpose,
        subject=subject,
        address=address,
        sms_codes=world.sms_codes,
        limits=world.limits,
        messages=world.messages,
        sms=world.sms,
        sealer=world.sealer,
        randomness=world.randomness,
        now=world.clock.now(),
    )


def prove(world: World, code: SmsCode, digits: str | None = None) -> str:
    """Type the code that arrived, or another; the token that proves the phone."""
    token, _ = prove_phone(
        code.id,
        digits or world.sms.code_to(code.phone),
        sms_codes=world.sms_codes,
        sealer=world.sealer,
        randomness=world.randomness,
        now=world.clock.now(),
    )
    return token


def proof(world: World, phone: str, purpose: Purpose = Purpose.REGISTER, *, subject: str = "") -> str:
    """A proof of a phone, from the start."""
    return prove(world, send(world, phone, purpose, subject=subject))


def join(world: World, phone: str = a_phone(), *, token: str | None = None, **changes: Any) -> Account:
    """Open an account with the form, changed where a test says so."""
    return open_account(
        replace(FORM, **changes),
        phone_proof=token or proof(world, phone),
        address=ADDRESS,
        accounts=world.accounts,
        sms_codes=world.sms_codes,
        limits=world.limits,
        passwords=world.passwords,
        randomness=world.randomness,
        now=world.clock.now(),
    )
