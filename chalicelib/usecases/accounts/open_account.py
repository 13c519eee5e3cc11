"""Open an account: the phone was proved before, the claims decide who is first (FAQ 1, 2, 5)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.account import Account, checked_password, checked_username, joined_answers
from chalicelib.domain.china import china_date
from chalicelib.domain.errors import IdNumberCrowdedError, PhoneProofInvalidError
from chalicelib.domain.identity import Identity, IdType, has_homophone, normal_id_number, normal_name
from chalicelib.domain.ids import AccountId
from chalicelib.domain.sms import Limit, PhoneProof, Purpose
from chalicelib.domain.superseding import pushed_out_by_newcomer
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.accounts.sms_codes import proof_of
from chalicelib.usecases.ports import Accounts, Limits, Passwords, Randomness, SmsCodes, StaleWriteError

MOST_ATTEMPTS = 3


_ASKED_BY_ADDRESS = Limit("account-address", 60, 3_600)
_ASKED_BY_PHONE = Limit("account-phone", 10, 86_400)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """What a candidate filled in to open an account."""

    username: str
    password: str
    name: str
    id_type: IdType
    id_number: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    confirms_same_id_number: bool


def open_account(
    form: AccountForm,
    *,
    phone_proof: str,
    address: str,
    accounts: Accounts,
    sms_codes: SmsCodes,
    limits: Limits,
    passwords: Passwords,
    randomness: Randomness,
    now: datetime,
) -> Account:
    """Check the form, then take phone, username and person in one write.

    Nothing is told about any ID number before the phone is proved, and little often. Raises
    PhoneProofInvalidError, the InvalidInputErrors of the form, TooManyRequestsError, and the refusals of
    `Accounts.open`.
    """
    proof = proof_of(phone_proof, Purpose.REGISTER, subject="", sms_codes=sms_codes, now=now)
    if proof is None:
        raise PhoneProofInvalidError(field="phone_proof")
    username = checked_username(form.username)
    password = checked_password(form.password, username=username)
    answers = joined_answers(form.questions, form.answers)
    identity = read_identity(form.name, form.id_type, form.id_number, now=now)
    # From here on the answer tells something of an ID number: whoever asks is slowed down (FAQ 1).
    limits.take(_ASKED_BY_ADDRESS, address, now=now)
    limits.take(_ASKED_BY_PHONE, proof.phone, now=now)
    account = Account(
        id=AccountId(randomness.new_id()),
        username=username,
        identity=identity,
        identity_check=first_identity_check(identity, now),
        phone=proof.phone,
        password_hash=passwords.hashed(password),
        security_questions=form.questions,
        security_answers_hash=passwords.hashed(answers),
        session_epoch=1,
        created_at=now,
    )
    try:
        accounts.open(account, proof=proof, shares_id_number=form.confirms_same_id_number, now=now)
    except IdNumberCrowdedError:
        _open_in_crowd(account, proof, accounts, now)
    return account


def _open_in_crowd(account: Account, proof: PhoneProof, accounts: Accounts, now: datetime) -> None:
    """Strangers who registered under an ID number do not keep its true holder out: the oldest unverified
    account leaves the list for logging in by ID number, and lives on otherwise."""
    for _ in range(MOST_ATTEMPTS):
        leaving = pushed_out_by_newcomer(accounts.with_id_number(account.identity.id_number))
        if leaving is None:
            break
        # One of them was verified, or another newcomer came, between reading and writing.
        with suppress(StaleWriteError):
            accounts.open(account, proof=proof, shares_id_number=True, now=now, pushing_out=leaving)
            return
    raise IdNumberCrowdedError


def read_identity(name: str, id_type: IdType, id_number: str, *, now: datetime) -> Identity:
    """Name and ID number in normal form. Raises NameInvalidError, IdNumberInvalidError."""
    number = normal_id_number(id_type, id_number, today=china_date(now))
    return Identity(normal_name(name), id_type, number)


def first_identity_check(identity: Identity, now: datetime) -> Verification:
    """Resident IDs are verified; other types and homophones in brackets cannot be (handbook section 6)."""
    checkable = identity.id_type is IdType.RESIDENT_ID and not has_homophone(identity.name)
    state = VerificationState.VERIFYING if checkable else VerificationState.UNCHECKABLE
    return Verification(state, now)
