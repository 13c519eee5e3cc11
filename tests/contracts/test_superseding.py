"""The right identity takes the place of the wrong one, a clerk frees an identity: all or none (FAQ 5)."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import AccountReleasedError, IdNumberCrowdedError
from chalicelib.domain.registration import Choices, Registration, State, superseded
from chalicelib.domain.superseding import Holder
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import (
    EXAM_ID,
    NOW,
    VERIFYING,
    a_payable_registration,
    a_proof,
    a_registration,
    an_account,
    an_entry,
    an_identity,
    an_order,
    money_for,
)
from tests.contracts.given import opened, proved, stored
from tests.contracts.stores import Stores

NOT_FOUND = Verification(VerificationState.NOT_FOUND, NOW)
WRONG = an_account(1, identity=an_identity(1, name="王小明"), identity_check=NOT_FOUND)
RIGHT = an_account(2, identity=an_identity(1))


def two_accounts(stores: Stores) -> None:
    opened(stores, WRONG)
    opened(stores, RIGHT, shares_id_number=True)


def held(stores: Stores, state: State = State.PAYABLE) -> Registration:
    """The wrong identity holds the exam."""
    registration = a_payable_registration(WRONG, state=state)
    stores.registrations.start(registration, WRONG.identity)
    return registration


WANTED = a_registration(RIGHT, 2)


def supersede(stores: Stores, loser: Registration) -> None:
    stores.registrations.supersede(loser, WANTED, RIGHT.identity, now=NOW)


def test_who_holds_an_exam_is_found_by_the_id_number(stores: Stores) -> None:
    two_accounts(stores)
    assert stores.registrations.holder(EXAM_ID, RIGHT.identity) is None
    registration = held(stores)
    assert stores.registrations.holder(EXAM_ID, RIGHT.identity) == Holder(registration, NOT_FOUND)


@pytest.mark.parametrize("state", [State.DRAFT, State.UNDER_REVIEW, State.REJECTED, State.PAYABLE])
def test_the_right_identity_takes_the_place(stores: Stores, state: State) -> None:
    two_accounts(stores)
    loser = held(stores, state)
    supersede(stores, loser)
    assert stored(stores, loser) == superseded(loser, now=NOW)
    assert stored(stores, WANTED) == WANTED
    holder = stores.registrations.holder(EXAM_ID, WRONG.identity)
    assert holder is not None
    assert holder.registration == WANTED


def nothing_happened(stores: Stores, loser: Registration) -> None:
    with pytest.raises(StaleWriteError):
        supersede(stores, loser)
    assert stores.registrations.of(RIGHT.id) == []
    holder = stores.registrations.holder(EXAM_ID, RIGHT.identity)
    assert holder is not None
    assert holder.registration.id == loser.id


def test_what_is_paid_gives_way_to_nobody(stores: Stores) -> None:
    two_accounts(stores)
    nothing_happened(stores, held(stores, State.PAID))


def test_what_was_edited_since_it_was_read_is_looked_at_again(stores: Stores) -> None:
    two_accounts(stores)
    loser = held(stores, State.DRAFT)
    stores.registrations.replace(loser, replace(loser, choices=Choices(level="all"), version=9))
    nothing_happened(stores, loser)


def test_who_was_verified_since_it_was_read_keeps_the_place(stores: Stores) -> None:
    opened(stores, replace(WRONG, identity_check=VERIFYING))
    opened(stores, RIGHT, shares_id_number=True)
    loser = held(stores)
    stores.accounts.settle_identity(WRONG.id, Verification(VerificationState.VERIFIED, NOW))
    nothing_happened(stores, loser)


def test_only_who_is_verified_takes_a_place(stores: Stores) -> None:
    opened(stores, WRONG)
    opened(stores, replace(RIGHT, identity_check=VERIFYING), shares_id_number=True)
    nothing_happened(stores, held(stores))


def test_who_was_released_takes_no_place(stores: Stores) -> None:
    two_accounts(stores)
    loser = held(stores)
    stores.accounts.release(RIGHT, an_entry(on_whom=RIGHT.id))
    nothing_happened(stores, loser)


def test_money_for_what_was_superseded_finds_its_order_and_frees_nothing_else(stores: Stores) -> None:
    two_accounts(stores)
    loser = held(stores)
    order = an_order(loser)
    stores.orders.open(order, loser, None)
    supersede(stores, stored(stores, loser))
    with pytest.raises(StaleWriteError):
        stores.orders.settle(order, money_for(order), now=NOW)
    assert stored(stores, loser).state is State.SUPERSEDED
    assert stored(stores, loser).open_order_id == order.id


def test_a_clerk_confirms_an_identity_as_it_was_seen(stores: Stores) -> None:
    opened(stores, WRONG)
    stores.accounts.confirm_identity(WRONG, an_entry(1, on_whom=WRONG.id))
    account = stores.accounts.get(WRONG.id)
    assert account is not None
    assert account.identity_check == Verification(VerificationState.VERIFIED, NOW)
    with pytest.raises(StaleWriteError):  # it is no longer as that clerk saw it
        stores.accounts.confirm_identity(WRONG, an_entry(2, on_whom=WRONG.id))
    assert [entry.id for entry in stores.audit_log.of(WRONG.id)] == [an_entry(1).id]


def test_a_released_account_is_closed_and_starts_nothing(stores: Stores) -> None:
    opened(stores, WRONG)
    stores.accounts.release(WRONG, an_entry(on_whom=WRONG.id))
    account = stores.accounts.get(WRONG.id)
    assert account == replace(WRONG, released_at=NOW, session_epoch=2)
    with pytest.raises(AccountReleasedError):
        held(stores)
    with pytest.raises(StaleWriteError):
        stores.accounts.release(WRONG, an_entry(2))
    with pytest.raises(StaleWriteError):
        stores.accounts.confirm_identity(WRONG, an_entry(3))
    assert len(stores.audit_log.of(WRONG.id)) == 1


def test_a_released_accounts_registration_gives_way_to_nobody_in_particular(stores: Stores) -> None:
    opened(stores, WRONG)
    registration = held(stores)
    with pytest.raises(StaleWriteError):  # not while the account is open
        stores.registrations.give_way(registration, WRONG.identity, now=NOW)
    stores.accounts.release(WRONG, an_entry())
    stores.registrations.give_way(registration, WRONG.identity, now=NOW)
    assert stored(stores, registration).state is State.SUPERSEDED
    assert stores.registrations.holder(EXAM_ID, WRONG.identity) is None
    with pytest.raises(StaleWriteError):
        stores.registrations.give_way(stored(stores, registration), WRONG.identity, now=NOW)


def test_what_is_paid_does_not_give_way_to_a_clerk_either(stores: Stores) -> None:
    opened(stores, WRONG)
    registration = held(stores, State.PAID)
    stores.accounts.release(WRONG, an_entry())
    with pytest.raises(StaleWriteError):
        stores.registrations.give_way(registration, WRONG.identity, now=NOW)


def claims_free(stores: Stores, account: Account) -> tuple[bool, bool, bool]:
    return (
        stores.accounts.of_person(account.identity) is None,
        stores.accounts.with_phone(account.phone) is None,
        account.id not in [a.id for a in stores.accounts.with_id_number(account.identity.id_number)],
    )


def test_the_claims_of_a_released_account_are_freed_and_its_username_is_not(stores: Stores) -> None:
    two_accounts(stores)
    with pytest.raises(StaleWriteError):
        stores.accounts.free_claims(WRONG)
    stores.accounts.release(WRONG, an_entry())
    stores.accounts.free_claims(WRONG)
    assert claims_free(stores, WRONG) == (True, True, True)
    assert claims_free(stores, RIGHT) == (False, False, False)
    assert stores.accounts.with_username(WRONG.username) is not None
    stores.accounts.free_claims(WRONG)  # again, after it died halfway
    same_person = an_account(3, identity=WRONG.identity, phone=WRONG.phone)
    opened(stores, same_person, shares_id_number=True)
    assert stores.accounts.of_person(WRONG.identity) == same_person
    stores.accounts.free_claims(WRONG)  # once more: what is another's by now stays another's
    assert claims_free(stores, same_person) == (False, False, False)


def test_the_last_under_an_id_number_leaves_nothing_behind(stores: Stores) -> None:
    opened(stores, WRONG)
    stores.accounts.release(WRONG, an_entry())
    stores.accounts.free_claims(WRONG)
    assert stores.accounts.with_id_number(WRONG.identity.id_number) == []
    opened(stores, RIGHT)  # nobody is under it, so nothing has to be confirmed


def crowd(stores: Stores, check: Verification) -> list[Account]:
    accounts = [
        an_account(number, identity=an_identity(1, name=f"王{name}"), identity_check=check)
        for number, name in enumerate("甲乙丙丁戊", 1)
    ]
    return [opened(stores, account, shares_id_number=True) for account in accounts]


def push_out(stores: Stores, leaving: Account, number: int = 6) -> None:
    newcomer = an_account(number, identity=an_identity(1, name="王己"))
    proof = proved(stores, a_proof(token_hash=f"proof of newcomer {number}", phone=newcomer.phone))
    stores.accounts.open(newcomer, proof=proof, shares_id_number=True, now=NOW, pushing_out=leaving)


def test_a_newcomer_takes_the_place_of_one_who_is_not_verified(stores: Stores) -> None:
    first, *others = crowd(stores, NOT_FOUND)
    with pytest.raises(IdNumberCrowdedError):
        opened(stores, an_account(6, identity=an_identity(1, name="王己")), shares_id_number=True)
    push_out(stores, first)
    found = {account.id for account in stores.accounts.with_id_number(first.identity.id_number)}
    assert found == {account.id for account in others} | {an_account(6).id}
    assert stores.accounts.get(first.id) == first
    assert stores.accounts.of_person(first.identity) == first


def test_nobody_verified_is_pushed_out_and_nobody_twice(stores: Stores) -> None:
    first, *_ = crowd(stores, VERIFYING)
    stores.accounts.settle_identity(first.id, Verification(VerificationState.VERIFIED, NOW))
    with pytest.raises(StaleWriteError):
        push_out(stores, first)
    assert stores.accounts.get(an_account(6).id) is None


def test_who_left_already_makes_no_room(stores: Stores) -> None:
    first, *_ = crowd(stores, NOT_FOUND)
    push_out(stores, first)
    other = an_account(7, identity=an_identity(1, name="王庚"))
    proof = proved(stores, a_proof(token_hash="proof of another", phone=other.phone))
    with pytest.raises(StaleWriteError):
        stores.accounts.open(other, proof=proof, shares_id_number=True, now=NOW, pushing_out=first)


def test_nobody_is_pushed_out_where_there_is_room(stores: Stores) -> None:
    two_accounts(stores)
    with pytest.raises(StaleWriteError):
        push_out(stores, WRONG)
