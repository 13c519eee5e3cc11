"""Flows of identity: codes, phones, accounts, passwords and credentials."""

from contextlib import suppress
from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.errors import DomainError, PersonRegisteredError, PhoneProofInvalidError
from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import Purpose
from chalicelib.domain.verification import Outcome, VerificationState
from chalicelib.storage import keys
from chalicelib.usecases.accounts.add_credential import add_credential
from chalicelib.usecases.accounts.sessions import token_hash
from chalicelib.usecases.accounts.sms_codes import proof_of
from chalicelib.usecases.ports import CheckRequest, Recovery
from tests.builders import VERIFYING, a_credential, a_phone, an_account, an_identity
from tests.contracts.given import opened
from tests.fakes.means import FakePasswords
from tests.faults import candidate
from tests.faults.flow import REFUSALS, Flow
from tests.faults.house import SEALER, House
from tests.invariants import Exchange

PHONE, NEW_PHONE = a_phone(1), a_phone(2)


class Coded(NamedTuple):
    """Somebody whose phone shows a code."""

    code_id: SmsCodeId
    digits: str


class Moving(NamedTuple):
    """Somebody who has shown to hold a new phone."""

    account: Account
    proof: str


class Recovering(NamedTuple):
    """Somebody whose phone shows a code for the way back in."""

    recovery: Recovery
    coded: Coded


def known(house: House) -> Account:
    """An account whose password and answers are those of `candidate`."""
    passwords = FakePasswords()
    account = an_account(
        password_hash=passwords.hashed(candidate.PASSWORD),
        security_questions=candidate.QUESTIONS,
        security_answers_hash=passwords.hashed("\n".join(candidate.ANSWERS)),
    )
    return opened(house.stores, account)


def _coded(house: House) -> Coded:
    code_id = candidate.ask_for_code(house, PHONE)
    return Coded(code_id, house.outside.sms.code_to(PHONE))


def _has_proof(house: House, _: object) -> None:
    """A proof of the phone can be had at once."""
    token = candidate.prove(house, PHONE)
    assert proof_of(token, Purpose.REGISTER, subject="", sms_codes=house.services.sms_codes, now=house.now())


def _registers_after_all(house: House, proof: str) -> None:
    """The same form once more; with a new proof where the old one is used up; then the way in."""
    try:
        candidate.register(house, candidate.form(1), proof)
    except PhoneProofInvalidError:
        with suppress(PersonRegisteredError):
            candidate.register(house, candidate.form(1), candidate.prove(house, PHONE))


def _is_registered(house: House, _: object) -> None:
    account = candidate.enter(house, "candidate_1")
    assert (account.phone, account.identity) == (PHONE, an_identity(1))
    assert candidate.enter(house, PHONE) == account
    assert house.services.accounts.with_id_number(account.identity.id_number) == [account]


def _moving(house: House) -> Moving:
    account = known(house)
    return Moving(account, candidate.prove(house, NEW_PHONE, Purpose.CHANGE_PHONE, account.id))


def _moves_after_all(house: House, moving: Moving) -> None:
    try:
        candidate.bind_phone(house, moving.account, moving.proof)
    except DomainError:
        proof = candidate.prove(house, NEW_PHONE, Purpose.CHANGE_PHONE, moving.account.id)
        with suppress(DomainError):
            candidate.bind_phone(house, moving.account, proof)


def _has_moved(house: House, moving: Moving) -> None:
    accounts = house.services.accounts
    assert accounts.with_phone(PHONE) is None
    now = accounts.with_phone(NEW_PHONE)
    assert now is not None
    assert now.id == moving.account.id


def _recover(house: House, account: Account) -> None:
    recovery = candidate.begin_recovery(house, account.identity)
    candidate.set_password(house, recovery, candidate.answer_questions(house, recovery))


def _recovering(house: House) -> Recovering:
    account = known(house)
    recovery = candidate.begin_recovery(house, account.identity)
    code_id = candidate.ask_for_code(house, PHONE, Purpose.RECOVER, recovery.id)
    return Recovering(recovery, Coded(code_id, house.outside.sms.code_to(PHONE)))


def _recover_by_code(house: House, recovering: Recovering) -> None:
    recovery, coded = recovering
    token = candidate.answer_code(house, recovery, coded.code_id, coded.digits)
    candidate.set_password(house, recovery, token)


def _recovers_anew(house: House, _: object) -> None:
    with suppress(*REFUSALS):
        _recover(house, an_account())


def _has_new_password(house: House, _: object) -> None:
    candidate.enter(house, "candidate_1", candidate.NEW_PASSWORD)


def _add(house: House, account: Account) -> None:
    house.run(add_credential, account.id, a_credential(account).facts)


def _to_be_verified(house: House) -> Account:
    account = an_account()
    for request in (
        CheckRequest(account.identity),
        CheckRequest(account.identity, a_credential(account).facts),
    ):
        house.outside.verification.answer(request, Outcome.MATCHED)
    return account


def _credentialled(house: House) -> Account:
    return opened(house.stores, _to_be_verified(house))


def _has_one_verified(house: House, account: Account) -> None:
    (credential,) = house.services.credentials.of(account.id)
    assert credential.check.state is VerificationState.VERIFIED


def _new(house: House) -> Account:
    """An account and a credential that were just stored: the stream has them, nobody else."""
    account = opened(house.stores, an_account(identity_check=VERIFYING))
    house.stores.credentials.add(a_credential(account, check=VERIFYING))
    return _to_be_verified(house)


def _submitted(house: House) -> Account:
    account = _new(house)
    house.stream.deliver()
    house.clock.advance(seconds=901)
    return account


def _all_verified(house: House, account: Account) -> None:
    _has_one_verified(house, account)
    now = house.services.accounts.get(account.id)
    assert now is not None
    assert now.identity_check.state is VerificationState.VERIFIED


def _proof_for_phone(token: str, phone: str) -> list[Exchange]:
    return [Exchange(keys.phone_proof(token_hash(token)), keys.phone(phone, SEALER))]


def _code_for_proof(coded: Coded) -> list[Exchange]:
    return [Exchange(keys.sms_code(coded.code_id), keys.phone_proof(""))]


FLOWS: list[Flow[Any]] = [
    Flow(
        name="send a code",
        given=lambda _: None,
        act=lambda house, _: candidate.ask_for_code(house, PHONE),
        again=lambda house, _: None,
        reached=_has_proof,
    ),
    Flow(
        name="prove a phone",
        given=_coded,
        act=lambda house, coded: candidate.type_code(house, *coded),
        again=lambda house, _: None,
        reached=_has_proof,
        exchanges=_code_for_proof,
    ),
    Flow(
        name="open an account",
        given=lambda house: candidate.prove(house, PHONE),
        act=lambda house, proof: candidate.register(house, candidate.form(1), proof),
        again=_registers_after_all,
        reached=_is_registered,
        exchanges=lambda proof: _proof_for_phone(proof, PHONE),
    ),
    Flow(
        name="change the phone",
        given=_moving,
        act=lambda house, moving: candidate.bind_phone(house, *moving),
        again=_moves_after_all,
        reached=_has_moved,
        exchanges=lambda moving: _proof_for_phone(moving.proof, NEW_PHONE),
    ),
    Flow(
        name="recover by answers",
        given=known,
        act=_recover,
        again=_recovers_anew,
        reached=_has_new_password,
    ),
    Flow(
        name="recover by a code",
        given=_recovering,
        act=_recover_by_code,
        again=_recovers_anew,
        reached=_has_new_password,
        exchanges=lambda recovering: _code_for_proof(recovering.coded),
    ),
    Flow(name="add a credential", given=_credentialled, act=_add, reached=_has_one_verified),
    Flow(
        name="hand in what is to be verified",
        given=_new,
        act=lambda house, _: house.stream.deliver_once(),
        reached=_all_verified,
        heals_itself=True,
    ),
    Flow(
        name="poll verifications",
        given=_submitted,
        act=lambda house, _: house.poll(),
        reached=_all_verified,
        heals_itself=True,
    ),
]
