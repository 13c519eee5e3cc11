"""Binding another phone: a code to the new one, and the password (FAQ 3)."""

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import (
    DomainError,
    PasswordWrongError,
    PhoneProofInvalidError,
    PhoneTakenError,
    TooManyRequestsError,
)
from chalicelib.domain.sms import Purpose
from chalicelib.usecases.accounts.change_phone import change_phone
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import a_phone
from tests.fakes import World
from tests.usecases.joining import PASSWORD, join, proof

NEW = a_phone(2)


@pytest.fixture
def account(world: World) -> Account:
    return join(world)


def proved(world: World, account: Account, phone: str = NEW) -> str:
    return proof(world, phone, Purpose.CHANGE_PHONE, subject=account.id)


def change(world: World, account: Account, token: str, password: str = PASSWORD) -> Account:
    return change_phone(
        account,
        phone_proof=token,
        password=password,
        accounts=world.accounts,
        sms_codes=world.sms_codes,
        limits=world.limits,
        passwords=world.passwords,
        now=world.clock.now(),
    )


def test_the_new_phone_is_bound_and_the_old_one_is_free(world: World, account: Account) -> None:
    changed = change(world, account, proved(world, account))
    assert changed.phone == NEW
    assert world.accounts.with_phone(NEW) == changed
    assert world.accounts.with_phone(a_phone()) is None
    world.clock.advance(minutes=1)
    join(world, a_phone(), username="another", name="李明", confirms_same_id_number=True)


def test_the_password_is_asked_for_and_a_wrong_one_changes_nothing(world: World, account: Account) -> None:
    token = proved(world, account)
    with pytest.raises(PasswordWrongError) as refused:
        change(world, account, token, "wrong password 1")
    assert refused.value.field == "password"
    assert change(world, account, token).phone == NEW


def test_a_proof_changes_one_phone(world: World, account: Account) -> None:
    token = proved(world, account)
    changed = change(world, account, token)
    with pytest.raises(PhoneProofInvalidError):
        change(world, changed, token)


@pytest.mark.parametrize("purpose", [Purpose.REGISTER, Purpose.RECOVER])
def test_a_proof_for_something_else_does_not_serve(world: World, account: Account, purpose: Purpose) -> None:
    with pytest.raises(PhoneProofInvalidError):
        change(world, account, proof(world, NEW, purpose, subject=account.id))


def test_a_proof_of_another_account_does_not_serve(world: World, account: Account) -> None:
    with pytest.raises(PhoneProofInvalidError):
        change(world, account, proof(world, NEW, Purpose.CHANGE_PHONE, subject="another account"))


@pytest.mark.parametrize("phone", [a_phone(3), a_phone()], ids=["of another account", "my own"])
def test_a_phone_that_is_bound_is_refused(world: World, account: Account, phone: str) -> None:
    join(world, a_phone(3), username="another", name="李明", confirms_same_id_number=True)
    world.clock.advance(minutes=1)
    with pytest.raises(PhoneTakenError):
        change(world, account, proved(world, account, phone))


def test_five_tries_in_a_quarter_of_an_hour(world: World, account: Account) -> None:
    token = proved(world, account)
    expected: list[type[DomainError]] = [PasswordWrongError] * 5 + [TooManyRequestsError]
    for refusal in expected:
        with pytest.raises(refusal):
            change(world, account, token, "wrong password 1")


def test_an_account_that_was_changed_meanwhile_is_looked_at_again(world: World, account: Account) -> None:
    change(world, account, proved(world, account))
    with pytest.raises(StaleWriteError):
        change(world, account, proved(world, account, a_phone(4)))
