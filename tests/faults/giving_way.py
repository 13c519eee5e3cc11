"""Flows in which something is taken back: a commitment withdrawn, a place taken over, an account closed."""

from contextlib import suppress
from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Commitment, State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.move_paid import move_paid
from chalicelib.usecases.desk.release_identity import release_identity
from chalicelib.usecases.registrations.register import start_registration
from chalicelib.usecases.registrations.withdraw_commitment import withdraw_commitment
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    NOW,
    a_credential,
    a_payable_registration,
    a_phone,
    an_account,
    an_entry,
    an_identity,
)
from tests.contracts.given import opened
from tests.faults import candidate
from tests.faults.flow import REFUSALS, Flow
from tests.faults.house import House
from tests.faults.paying import Payer, Paying, open_order, paid, tell
from tests.faults.registering import Registering, confirm, filled_in

_NOT_FOUND = Verification(VerificationState.NOT_FOUND, NOW)
OTHER_PHONE = a_phone(9)


class Contested(NamedTuple):
    """Two accounts under one ID number: the wrong one has the place, and an order that its payer has paid."""

    wrong: Account
    right: Account
    registration_id: RegistrationId
    order: PaymentOrder
    notice: bytes


def _confirmed(house: House) -> Registering:
    registering = filled_in(house)
    confirm(house, registering)
    return registering


def _withdraw(house: House, registering: Registering) -> None:
    house.run(withdraw_commitment, registering.account, registering.id, ports=house.registration_ports)


def _is_withdrawn(house: House, registering: Registering) -> None:
    now = house.services.registrations.get(registering.account.id, registering.id)
    assert now is not None
    assert now.signature is not None
    assert (now.state, now.signature.commitment) == (State.UNDER_REVIEW, Commitment.WITHDRAWN)


def _two_under_one_number(house: House) -> tuple[Payer, Account]:
    wrong = opened(
        house.stores,
        an_account(1, identity=an_identity(1, name="王小明"), identity_check=_NOT_FOUND),
    )
    right = opened(house.stores, an_account(2, identity=an_identity(1)), shares_id_number=True)
    house.stores.credentials.add(a_credential(right))
    registration = a_payable_registration(wrong)
    house.stores.registrations.start(registration, wrong.identity)
    return Payer(wrong, registration.id), right


def contested(house: House) -> Contested:
    """The wrong one has paid, and nobody has told us yet."""
    payer, right = _two_under_one_number(house)
    paying = paid(house, Paying(payer, open_order(house, payer)))
    return Contested(payer.account, right, payer.registration_id, paying.order, paying.notice)


def take_place(house: House, there: Contested) -> None:
    """The right one starts the exam that the wrong one holds."""
    house.run(start_registration, there.right, EXAM_ID, AUTHORITY_ID, ports=house.registration_ports)


def _place_is_taken(house: House, there: Contested) -> None:
    registrations = house.services.registrations
    (own,) = registrations.of(there.right.id)
    assert own.state is State.DRAFT
    (lost,) = registrations.of(there.wrong.id)
    assert lost.state is State.SUPERSEDED


def _takes_place_before_money_is_known(house: House) -> Contested:
    payer, right = _two_under_one_number(house)
    return Contested(payer.account, right, payer.registration_id, open_order(house, payer), b"")


def _release(house: House, there: Contested) -> None:
    """A clerk gives the identity back; each try is an entry of its own in the log."""
    account = there.wrong
    entry = an_entry(id=house.services.randomness.new_id())
    house.run(release_identity, account.id, account.identity.id_number, entry)


def _is_released(house: House, there: Contested) -> None:
    """The true holder of the name can open an account and start the exam."""
    with suppress(*REFUSALS):
        candidate.enter(house, there.wrong.username)
        raise AssertionError("a closed account can still be entered")
    form = candidate.form(3, there.wrong.identity)
    account = candidate.register(house, form, candidate.prove(house, OTHER_PHONE))
    assert house.services.accounts.of_person(there.wrong.identity) == account


def paid_under_the_wrong_name(house: House) -> Contested:
    """The wrong one has paid, and we know."""
    there = contested(house)
    tell(house, there.notice)
    return there


def move(house: House, there: Contested) -> None:
    """A clerk moves it; each try is an entry of its own in the log."""
    entry = an_entry(id=house.services.randomness.new_id())
    house.run(
        move_paid,
        there.wrong.id,
        there.registration_id,
        there.right.id,
        entry,
        id_number=there.right.identity.id_number,
    )


def _is_moved(house: House, there: Contested) -> None:
    """The right one sits the exam by the same order, and both know."""
    (own,) = house.services.registrations.of(there.right.id)
    assert (own.state, own.paid_order_id) == (State.PAID, there.order.id)
    (lost,) = house.services.registrations.of(there.wrong.id)
    assert (lost.state, lost.moved_to) == (State.SUPERSEDED, own.id)
    told = {text.phone for text in house.outside.sms.sent if text.notice}
    assert told == {there.wrong.phone, there.right.phone}
    entries = house.services.audit_log.of(there.registration_id)
    assert [entry.what for entry in entries] == ["move_paid"]


FLOWS: list[Flow[Any]] = [
    Flow(name="withdraw a commitment", given=_confirmed, act=_withdraw, reached=_is_withdrawn),
    Flow(
        name="take the place of a wrong identity",
        given=_takes_place_before_money_is_known,
        act=take_place,
        reached=_place_is_taken,
    ),
    Flow(
        name="release an identity",
        given=_takes_place_before_money_is_known,
        act=_release,
        reached=_is_released,
    ),
    Flow(
        name="move what is paid to the right identity",
        given=paid_under_the_wrong_name,
        act=move,
        reached=_is_moved,
    ),
]
