"""A paid registration moves under the right identity with its place and its order: all or nothing (FAQ 5)."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import RegistrationExistsError
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.moving import PaidMove, paid_move
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import (
    EXAM_ID,
    NOW,
    a_payable_registration,
    a_registration,
    an_account,
    an_entry,
    an_identity,
    an_order,
    money_for,
)
from tests.contracts.given import opened, stored, stored_order
from tests.contracts.stores import Stores

NOT_FOUND = Verification(VerificationState.NOT_FOUND, NOW)
WRONG_NAME = an_account(1, identity=an_identity(1, name="王小明"), identity_check=NOT_FOUND)
WRONG_NUMBER = an_account(1, identity=an_identity(3), identity_check=NOT_FOUND)
RIGHT = an_account(2, identity=an_identity(1))


def paid(stores: Stores, wrong: Account, right: Account = RIGHT) -> tuple[Registration, PaymentOrder]:
    """The wrong identity has paid; the right one has an account, too."""
    opened(stores, wrong)
    opened(stores, right, shares_id_number=wrong.identity.id_number == right.identity.id_number)
    registration = a_payable_registration(wrong)
    stores.registrations.start(registration, wrong.identity)
    order = an_order(registration)
    stores.orders.open(order, registration, None)
    stores.orders.settle(order, money_for(order), now=NOW)
    return stored(stores, registration), order


def moving(stores: Stores, seen: Registration, wrong: Account, right: Account = RIGHT) -> PaidMove:
    return paid_move(
        seen,
        wrong,
        right,
        credential_ids=(),
        standing=stores.registrations.commitment_of(EXAM_ID, right.identity),
        registration_id=RegistrationId("moved"),
        now=NOW,
    )


def move(stores: Stores, moved: PaidMove) -> None:
    standing = stores.registrations.commitment_of(EXAM_ID, moved.right)
    stores.registrations.move_paid(moved, standing, an_entry(on_whom=moved.seen.id))


def nothing_happened(stores: Stores, seen: Registration, order: PaymentOrder) -> None:
    assert stored(stores, seen) == seen
    assert stores.registrations.get(RIGHT.id, RegistrationId("moved")) is None
    assert stored_order(stores, order).registration_id == seen.id
    assert list(stores.audit_log.of(seen.id)) == []


@pytest.mark.parametrize("wrong", [WRONG_NAME, WRONG_NUMBER], ids=["wrong name", "wrong ID number"])
def test_registration_place_and_order_go_together(stores: Stores, wrong: Account) -> None:
    seen, order = paid(stores, wrong)
    moved = moving(stores, seen, wrong)
    move(stores, moved)
    assert stored(stores, seen) == moved.left
    assert stored(stores, moved.arriving) == moved.arriving
    after = stored_order(stores, order)
    assert (after.account_id, after.registration_id) == (RIGHT.id, moved.arriving.id)
    holder = stores.registrations.holder(EXAM_ID, RIGHT.identity)
    assert holder is not None
    assert holder.registration == moved.arriving
    assert [entry.on_whom for entry in stores.audit_log.of(seen.id)] == [seen.id]


def test_the_place_under_a_wrong_number_is_free_for_its_true_holder(stores: Stores) -> None:
    seen, _ = paid(stores, WRONG_NUMBER)
    move(stores, moving(stores, seen, WRONG_NUMBER))
    assert stores.registrations.holder(EXAM_ID, WRONG_NUMBER.identity) is None
    holder = opened(stores, an_account(4, identity=an_identity(3, name="赵云")), shares_id_number=True)
    stores.registrations.start(a_registration(holder, 4), holder.identity)


def test_it_is_moved_once(stores: Stores) -> None:
    seen, _ = paid(stores, WRONG_NAME)
    moved = moving(stores, seen, WRONG_NAME)
    move(stores, moved)
    again = replace(moved, arriving=replace(moved.arriving, id=RegistrationId("again")))
    with pytest.raises(StaleWriteError):
        move(stores, again)
    assert stores.registrations.get(RIGHT.id, RegistrationId("again")) is None


def test_who_has_a_registration_under_the_right_number_gives_it_up_first(stores: Stores) -> None:
    seen, order = paid(stores, WRONG_NUMBER)
    stores.registrations.start(a_registration(RIGHT, 2), RIGHT.identity)
    with pytest.raises(RegistrationExistsError):
        move(stores, moving(stores, seen, WRONG_NUMBER))
    nothing_happened(stores, seen, order)


def test_who_was_verified_meanwhile_keeps_it(stores: Stores) -> None:
    wrong = replace(
        WRONG_NAME, identity_check=Verification(VerificationState.VERIFYING, WRONG_NAME.created_at)
    )
    seen, order = paid(stores, wrong)
    moved = moving(stores, seen, wrong)
    stores.accounts.settle_identity(wrong.id, Verification(VerificationState.VERIFIED, NOW))
    with pytest.raises(StaleWriteError):
        move(stores, moved)
    nothing_happened(stores, seen, order)


def test_whose_account_was_closed_meanwhile_gets_nothing(stores: Stores) -> None:
    seen, order = paid(stores, WRONG_NAME)
    moved = moving(stores, seen, WRONG_NAME)
    stores.accounts.release(RIGHT, an_entry(on_whom=RIGHT.id))
    with pytest.raises(StaleWriteError):
        move(stores, moved)
    nothing_happened(stores, seen, order)


def test_what_is_not_paid_by_this_order_stays(stores: Stores) -> None:
    seen, order = paid(stores, WRONG_NAME)
    unpaid = replace(moving(stores, seen, WRONG_NAME), seen=replace(seen, state=State.PAYABLE))
    with pytest.raises(StaleWriteError):
        move(stores, unpaid)
    nothing_happened(stores, seen, order)
