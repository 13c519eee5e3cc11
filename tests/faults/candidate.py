"""What a candidate does about the account, one function for each press of a button."""

from chalicelib.domain.account import Account
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import Purpose
from chalicelib.usecases.accounts import change_phone, recover_account
from chalicelib.usecases.accounts.open_account import AccountForm, open_account
from chalicelib.usecases.accounts.sessions import log_in, open_session
from chalicelib.usecases.accounts.sms_codes import prove_phone, send_sms_code
from chalicelib.usecases.ports import Recovery
from tests.builders import an_identity
from tests.faults.house import ADDRESS, House

PASSWORD, NEW_PASSWORD = "correct horse 1", "battery staple 2"
ANSWERS = ("沈阳", "和平一校")
QUESTIONS = ("您的出生地是？", "您小学的校名是？")


def form(number: int, identity: Identity | None = None, *, username: str | None = None) -> AccountForm:
    """What a candidate fills in to open an account."""
    identity = identity or an_identity(number)
    return AccountForm(
        username=username or f"candidate_{number}",
        password=PASSWORD,
        name=identity.name,
        id_type=identity.id_type,
        id_number=identity.id_number,
        questions=QUESTIONS,
        answers=ANSWERS,
        confirms_same_id_number=True,
    )


def ask_for_code(
    house: House, phone: str, purpose: Purpose = Purpose.REGISTER, subject: str = ""
) -> SmsCodeId:
    """Ask for a code by SMS."""
    return house.run(send_sms_code, phone, purpose, subject=subject, address=ADDRESS).id


def type_code(house: House, code_id: SmsCodeId, digits: str) -> str:
    """Type the code in; gives the proof of the phone."""
    token, _ = house.run(prove_phone, code_id, digits)
    return token


def prove(house: House, phone: str, purpose: Purpose = Purpose.REGISTER, subject: str = "") -> str:
    """Ask for a code and type it in, a minute after the last one."""
    house.clock.advance(seconds=61)
    code_id = ask_for_code(house, phone, purpose, subject)
    return type_code(house, code_id, house.outside.sms.code_to(phone))


def register(house: House, filled_in: AccountForm, proof: str) -> Account:
    """Open the account and be logged in."""
    account = house.run(open_account, filled_in, phone_proof=proof, address=ADDRESS)
    house.run(open_session, account)
    return account


def enter(house: House, login: str, password: str = PASSWORD) -> Account:
    """Log in."""
    return house.run(log_in, login, password, address=ADDRESS)


def bind_phone(house: House, account: Account, proof: str) -> Account:
    """Bind another phone to the account as it is now."""
    now = house.services.accounts.get(account.id) or account
    return house.run(change_phone.change_phone, now, phone_proof=proof, password=PASSWORD)


def begin_recovery(house: House, identity: Identity) -> Recovery:
    """Say who one is."""
    recovery, _ = house.run(recover_account.find_account, identity, address=ADDRESS)
    return recovery


def answer_questions(house: House, recovery: Recovery) -> str:
    """Answer the security questions; gives the right to set a password."""
    token, _, _ = house.run(recover_account.recover_by_answers, recovery.id, ANSWERS)
    return token


def answer_code(house: House, recovery: Recovery, code_id: SmsCodeId, digits: str) -> str:
    """Type the code that came to the bound phone; gives the right to set a password."""
    token, _, _ = house.run(recover_account.recover_by_code, recovery.id, code_id=code_id, digits=digits)
    return token


def set_password(house: House, recovery: Recovery, reset_token: str) -> None:
    """Set the new password."""
    house.run(recover_account.set_new_password, recovery.id, reset_token=reset_token, password=NEW_PASSWORD)
