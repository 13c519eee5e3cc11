"""Credentials and the checks that are under way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.errors import CredentialDuplicateError, CredentialLimitError
from chalicelib.domain.ids import AccountId, CredentialId
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.ports import PendingCheck
from tests.builders import NOW, VERIFYING, a_credential, an_account
from tests.contracts.given import opened
from tests.contracts.stores import Stores

ACCOUNT = an_account()
LATER = NOW + timedelta(minutes=15)


def test_records_come_back_as_they_were_oldest_first(stores: Stores) -> None:
    degree_facts = replace(
        a_credential(ACCOUNT).facts, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR, foreign=True
    )
    second = a_credential(
        ACCOUNT, 2, facts=degree_facts, check=Verification(VerificationState.UNCHECKABLE, NOW)
    )
    first = a_credential(ACCOUNT, 1)
    stores.credentials.add(second)
    stores.credentials.add(first)
    assert stores.credentials.of(ACCOUNT.id) == (first, second)
    assert stores.credentials.of(AccountId("somebody")) == ()


def test_the_same_record_twice_is_refused_and_eats_no_place(stores: Stores) -> None:
    stores.credentials.add(a_credential(ACCOUNT))
    for _ in range(5):
        with pytest.raises(CredentialDuplicateError):
            stores.credentials.add(a_credential(ACCOUNT, added_at=LATER))
    for number in range(2, 6):
        stores.credentials.add(a_credential(ACCOUNT, number))
    assert len(stores.credentials.of(ACCOUNT.id)) == 5


def test_a_sixth_record_is_refused_but_not_another_accounts_first(stores: Stores) -> None:
    for number in range(1, 6):
        stores.credentials.add(a_credential(ACCOUNT, number))
    with pytest.raises(CredentialLimitError):
        stores.credentials.add(a_credential(ACCOUNT, 6))
    with pytest.raises(CredentialDuplicateError):
        stores.credentials.add(a_credential(ACCOUNT, 5))
    stores.credentials.add(a_credential(an_account(2)))
    assert len(stores.credentials.of(ACCOUNT.id)) == 5


def test_the_first_outcome_of_a_check_stands(stores: Stores) -> None:
    credential = a_credential(ACCOUNT, check=VERIFYING)
    stores.credentials.add(credential)
    outcome = Verification(VerificationState.MISMATCHED, LATER, ("school", "major"))
    stores.credentials.settle(ACCOUNT.id, credential.id, outcome)
    stores.credentials.settle(ACCOUNT.id, credential.id, Verification(VerificationState.VERIFIED, LATER))
    assert stores.credentials.of(ACCOUNT.id) == (replace(credential, check=outcome),)


def test_an_outcome_for_no_record_makes_none(stores: Stores) -> None:
    stores.credentials.settle(ACCOUNT.id, CredentialId("none"), Verification(VerificationState.VERIFIED, NOW))
    assert stores.credentials.of(ACCOUNT.id) == ()


def test_what_is_being_verified_is_due_at_once(stores: Stores) -> None:
    opened(stores, an_account(identity_check=VERIFYING))
    credential = a_credential(ACCOUNT, check=replace(VERIFYING, since=LATER))
    stores.credentials.add(credential)
    of_identity = PendingCheck(
        account_id=ACCOUNT.id, credential_id=None, asked_since=NOW, submitted=False, due_at=NOW
    )
    of_credential = replace(of_identity, credential_id=credential.id, asked_since=LATER, due_at=LATER)
    assert stores.pending_checks.find(ACCOUNT.id, None) == of_identity
    assert stores.pending_checks.find(ACCOUNT.id, credential.id) == of_credential
    soon = timedelta(seconds=1)
    assert stores.pending_checks.due(now=NOW - soon, at_most=10) == []
    assert stores.pending_checks.due(now=NOW + soon, at_most=10) == [of_identity]
    assert stores.pending_checks.due(now=LATER + soon, at_most=10) == [of_identity, of_credential]
    assert stores.pending_checks.due(now=LATER + soon, at_most=1) == [of_identity]


def test_what_is_not_being_verified_is_not_due(stores: Stores) -> None:
    opened(stores, an_account())
    credential = a_credential(ACCOUNT)
    stores.credentials.add(credential)
    assert stores.pending_checks.find(ACCOUNT.id, None) is None
    assert stores.pending_checks.find(ACCOUNT.id, credential.id) is None
    assert stores.pending_checks.find(AccountId("somebody"), None) is None
    assert stores.pending_checks.due(now=LATER, at_most=10) == []


def test_one_of_two_claims_a_check(stores: Stores) -> None:
    opened(stores, an_account(identity_check=VERIFYING))
    check = stores.pending_checks.find(ACCOUNT.id, None)
    assert check is not None
    assert stores.pending_checks.claim(check, until=LATER, submitted=True)
    assert not stores.pending_checks.claim(check, until=LATER, submitted=True)
    claimed = replace(check, due_at=LATER, submitted=True)
    assert stores.pending_checks.find(ACCOUNT.id, None) == claimed
    assert stores.pending_checks.due(now=NOW + timedelta(minutes=14), at_most=10) == []
    assert stores.pending_checks.claim(claimed, until=LATER + timedelta(hours=1), submitted=True)


def test_a_settled_check_is_no_longer_under_way(stores: Stores) -> None:
    opened(stores, an_account(identity_check=VERIFYING))
    credential = a_credential(ACCOUNT, check=VERIFYING)
    stores.credentials.add(credential)
    checks = stores.pending_checks.due(now=LATER, at_most=10)
    stores.accounts.settle_identity(ACCOUNT.id, Verification(VerificationState.VERIFIED, LATER))
    stores.credentials.settle(ACCOUNT.id, credential.id, Verification(VerificationState.NOT_FOUND, LATER))
    assert len(checks) == 2
    for check in checks:
        assert not stores.pending_checks.claim(check, until=LATER, submitted=True)
        assert stores.pending_checks.find(check.account_id, check.credential_id) is None
    assert stores.pending_checks.due(now=LATER, at_most=10) == []


def test_checks_of_many_accounts_come_in_the_order_in_which_they_are_due(stores: Stores) -> None:
    numbers = (3, 1, 4, 2, 6, 5)
    for number in numbers:
        check = replace(VERIFYING, since=NOW + timedelta(minutes=number))
        opened(stores, an_account(number, identity_check=check))
    due = stores.pending_checks.due(now=NOW + timedelta(minutes=5), at_most=4)
    assert [check.account_id for check in due] == [an_account(number).id for number in (1, 2, 3, 4)]
