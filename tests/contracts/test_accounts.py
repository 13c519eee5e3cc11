"""Accounts: what is unique stays unique, and each refusal has its own name."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import (
    IdNumberCrowdedError,
    IdNumberRegisteredError,
    PersonRegisteredError,
    PhoneProofInvalidError,
    PhoneTakenError,
    UsernameTakenError,
)
from chalicelib.domain.identity import IdType
from chalicelib.domain.ids import AccountId
from chalicelib.domain.sms import Purpose
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import NOW, VERIFYING, a_phone, a_proof, an_account, an_id_number, an_identity
from tests.contracts.given import opened, proved
from tests.contracts.stores import Stores

NOBODY = AccountId("nobody")


def test_an_opened_account_is_found_by_id_username_phone_id_number_and_person(stores: Stores) -> None:
    account = opened(stores, an_account())
    assert stores.accounts.get(account.id) == account
    assert stores.accounts.with_username("CANDIDATE_1") == account
    assert stores.accounts.with_phone(account.phone) == account
    assert stores.accounts.with_id_number(account.identity.id_number) == [account]
    assert stores.accounts.of_person(account.identity) == account


def test_nobody_is_found_where_nobody_is(stores: Stores) -> None:
    opened(stores, an_account())
    assert stores.accounts.get(NOBODY) is None
    assert stores.accounts.with_username("somebody_else") is None
    assert stores.accounts.with_phone(a_phone(2)) is None
    assert stores.accounts.with_id_number(an_id_number(2)) == []
    assert stores.accounts.of_person(an_identity(name="王小明")) is None


def test_a_person_is_found_however_the_name_is_spaced(stores: Stores) -> None:
    account = opened(stores, an_account(identity=an_identity(name="阿依古丽·买买提")))
    assert stores.accounts.of_person(replace(account.identity, name="阿依古丽 • 买买提")) == account


def test_an_account_of_a_foreigner_whose_identity_is_being_checked_comes_back_as_it_was(
    stores: Stores,
) -> None:
    identity = an_identity(name="O'Neil Séan", id_type=IdType.PASSPORT, id_number="PA1234567")
    account = opened(stores, an_account(identity=identity, identity_check=VERIFYING))
    assert stores.accounts.get(account.id) == account


def test_a_taken_username_is_refused_whatever_its_case(stores: Stores) -> None:
    opened(stores, an_account())
    with pytest.raises(UsernameTakenError):
        opened(stores, an_account(2, username="Candidate_1"))
    assert stores.accounts.get(an_account(2).id) is None


def test_a_taken_phone_is_refused(stores: Stores) -> None:
    opened(stores, an_account())
    with pytest.raises(PhoneTakenError):
        opened(stores, an_account(2, phone=a_phone(1)))
    assert stores.accounts.with_username("candidate_2") is None


def test_a_person_with_an_account_is_refused_even_when_the_id_number_may_be_shared(stores: Stores) -> None:
    opened(stores, an_account())
    with pytest.raises(PersonRegisteredError):
        opened(stores, an_account(2, identity=an_identity(1)), shares_id_number=True)


def test_another_name_under_an_id_number_needs_an_explicit_word(stores: Stores) -> None:
    first = opened(stores, an_account())
    second = an_account(2, identity=an_identity(1, name="王小明"), created_at=NOW + timedelta(hours=1))
    with pytest.raises(IdNumberRegisteredError):
        opened(stores, second)
    opened(stores, second, shares_id_number=True)
    assert stores.accounts.with_id_number(an_id_number(1)) == [first, second]


def test_the_same_number_under_another_id_type_counts_as_the_same_number(stores: Stores) -> None:
    opened(stores, an_account(identity=an_identity(id_type=IdType.PASSPORT, id_number="123456789")))
    with pytest.raises(IdNumberRegisteredError):
        opened(
            stores, an_account(2, identity=an_identity(id_type=IdType.TAIWAN_PERMIT, id_number="123456789"))
        )


def test_a_sixth_account_under_one_id_number_is_refused(stores: Stores) -> None:
    names = ["王一", "王二", "王三", "王四", "王五", "王六"]
    accounts = [an_account(n, identity=an_identity(1, name=name)) for n, name in enumerate(names, 1)]
    for account in accounts[:5]:
        opened(stores, account, shares_id_number=True)
    with pytest.raises(IdNumberCrowdedError):
        opened(stores, accounts[5], shares_id_number=True)
    assert len(stores.accounts.with_id_number(an_id_number(1))) == 5


@pytest.mark.parametrize(
    "changes",
    [{"phone": a_phone(2)}, {"purpose": Purpose.RECOVER}, {"expires_at": NOW}],
    ids=["other phone", "other purpose", "expired"],
)
def test_a_proof_of_something_else_opens_no_account(stores: Stores, changes: dict[str, Any]) -> None:
    stored = proved(stores, a_proof(**changes))
    shown = replace(stored, purpose=Purpose.REGISTER)
    with pytest.raises(PhoneProofInvalidError):
        stores.accounts.open(an_account(), proof=shown, shares_id_number=False, now=NOW)
    assert stores.accounts.get(an_account().id) is None


def test_a_proof_opens_one_account_only(stores: Stores) -> None:
    proof = proved(stores, a_proof())
    stores.accounts.open(an_account(), proof=proof, shares_id_number=False, now=NOW)
    with pytest.raises(PhoneProofInvalidError):
        stores.accounts.open(an_account(2), proof=proof, shares_id_number=False, now=NOW)


def test_a_refused_account_leaves_the_proof_for_another_try(stores: Stores) -> None:
    opened(stores, an_account())
    proof = proved(stores, a_proof(2))
    with pytest.raises(UsernameTakenError):
        stores.accounts.open(
            an_account(2, username="candidate_1"), proof=proof, shares_id_number=False, now=NOW
        )
    stores.accounts.open(an_account(2), proof=proof, shares_id_number=False, now=NOW)


def test_without_a_proof_nothing_is_told_and_then_the_person_comes_first(stores: Stores) -> None:
    account = opened(stores, an_account())
    twin = replace(account, id=AccountId("twin"))
    with pytest.raises(PhoneProofInvalidError):
        stores.accounts.open(twin, proof=a_proof(token_hash="made up"), shares_id_number=False, now=NOW)
    proof = proved(stores, a_proof())
    with pytest.raises(PersonRegisteredError):
        stores.accounts.open(twin, proof=proof, shares_id_number=False, now=NOW)
    other_name = replace(twin, identity=an_identity(name="王小明"))
    with pytest.raises(IdNumberRegisteredError):
        stores.accounts.open(other_name, proof=proof, shares_id_number=False, now=NOW)
    with pytest.raises(UsernameTakenError):
        stores.accounts.open(other_name, proof=proof, shares_id_number=True, now=NOW)


def test_a_changed_phone_is_found_and_the_old_one_is_free(stores: Stores) -> None:
    account = opened(stores, an_account())
    proof = proved(stores, a_proof(token_hash="change", purpose=Purpose.CHANGE_PHONE, phone=a_phone(9)))
    stores.accounts.change_phone(account, a_phone(9), proof=proof, now=NOW)
    changed = replace(account, phone=a_phone(9))
    assert stores.accounts.get(account.id) == changed
    assert stores.accounts.with_phone(a_phone(9)) == changed
    assert stores.accounts.with_phone(a_phone(1)) is None
    opened(stores, an_account(2, phone=a_phone(1)))


def test_a_phone_of_somebody_else_or_ones_own_is_no_new_phone(stores: Stores) -> None:
    account, other = opened(stores, an_account()), opened(stores, an_account(2))
    for phone in (other.phone, account.phone):
        proof = proved(stores, a_proof(token_hash=phone, purpose=Purpose.CHANGE_PHONE, phone=phone))
        with pytest.raises(PhoneTakenError):
            stores.accounts.change_phone(account, phone, proof=proof, now=NOW)
    assert stores.accounts.with_phone(other.phone) == other
    assert stores.accounts.get(account.id) == account


def test_a_phone_is_not_changed_without_a_good_proof_of_it(stores: Stores) -> None:
    account = opened(stores, an_account())
    proof = proved(stores, a_proof(token_hash="change", purpose=Purpose.CHANGE_PHONE, phone=a_phone(9)))
    with pytest.raises(PhoneProofInvalidError):
        stores.accounts.change_phone(account, a_phone(8), proof=proof, now=NOW)
    with pytest.raises(PhoneProofInvalidError):
        stores.accounts.change_phone(account, a_phone(9), proof=proof, now=proof.expires_at)
    assert stores.accounts.get(account.id) == account


def test_a_phone_is_not_changed_on_an_account_that_was_changed_meanwhile(stores: Stores) -> None:
    account = opened(stores, an_account())
    proof = proved(stores, a_proof(token_hash="change", purpose=Purpose.CHANGE_PHONE, phone=a_phone(9)))
    stores.accounts.change_password(account, "another hash")
    with pytest.raises(StaleWriteError):
        stores.accounts.change_phone(account, a_phone(9), proof=proof, now=NOW)
    assert stores.accounts.with_phone(a_phone(9)) is None
    assert stores.sms_codes.proof(proof.token_hash, now=NOW) == proof


def test_a_new_password_ends_all_sessions_and_is_written_once(stores: Stores) -> None:
    account = opened(stores, an_account())
    stores.accounts.change_password(account, "another hash")
    changed = replace(account, password_hash="another hash", session_epoch=account.session_epoch + 1)
    assert stores.accounts.get(account.id) == changed
    with pytest.raises(StaleWriteError):
        stores.accounts.change_password(account, "a third hash")
    assert stores.accounts.get(account.id) == changed


def test_the_first_outcome_of_an_identity_check_stands(stores: Stores) -> None:
    account = opened(stores, an_account(identity_check=VERIFYING))
    later = NOW + timedelta(hours=3)
    outcome = Verification(VerificationState.MISMATCHED, later, ("name",))
    stores.accounts.settle_identity(account.id, outcome)
    stores.accounts.settle_identity(account.id, Verification(VerificationState.VERIFIED, later))
    assert stores.accounts.get(account.id) == replace(account, identity_check=outcome)


def test_an_outcome_for_nobody_makes_nobody(stores: Stores) -> None:
    stores.accounts.settle_identity(NOBODY, Verification(VerificationState.VERIFIED, NOW))
    assert stores.accounts.get(NOBODY) is None
