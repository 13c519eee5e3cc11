"""Taking a place, withdrawing and releasing while somebody else writes first (FAQ 5, 13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.commitment import CommitmentStanding
from chalicelib.domain.errors import ChangedElsewhereError, RegistrationExistsError
from chalicelib.domain.identity import Identity
from chalicelib.domain.registration import Commitment, Registration, State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.release_identity import release_identity
from chalicelib.usecases.ports import StandingMovedError
from chalicelib.usecases.registrations.supersede import take_place
from chalicelib.usecases.registrations.withdraw_commitment import withdraw_commitment
from tests.builders import (
    NOW,
    VERIFIED,
    a_credential,
    a_payable_registration,
    a_registration,
    an_account,
    an_entry,
    an_identity,
)
from tests.fakes import World
from tests.fakes.registrations import FakeRegistrations
from tests.usecases.stale import Rival, nothing

NOT_FOUND = Verification(VerificationState.NOT_FOUND, NOW)
WRONG = an_account(1, identity=an_identity(1, name="王小明"), identity_check=NOT_FOUND)
RIGHT = an_account(2, identity=an_identity(1))
WANTED = a_registration(RIGHT, 2)


class Contested(FakeRegistrations):
    """Registrations for which a rival writes first."""

    def __init__(self, world: World, times: int, what: Callable[[], object] = nothing) -> None:
        super().__init__(world.memory)
        self.rival = Rival(times, what)

    def supersede(
        self, loser: Registration, winner: Registration, identity: Identity, *, now: datetime
    ) -> None:
        self.rival.comes_first()
        super().supersede(loser, winner, identity, now=now)

    def give_way(self, seen: Registration, identity: Identity, *, now: datetime) -> None:
        self.rival.comes_first()
        super().give_way(seen, identity, now=now)


class Unsettled(FakeRegistrations):
    """Registrations for which what bears on the commitment moves at every write."""

    def __init__(self, world: World, times: int) -> None:
        super().__init__(world.memory)
        self.left = times

    def sign(
        self, seen: Registration, changed: Registration, identity: Identity, standing: CommitmentStanding
    ) -> None:
        if self.left:
            self.left -= 1
            raise StandingMovedError
        super().sign(seen, changed, identity, standing)


@pytest.fixture
def held(world: World) -> Registration:
    world.given_account(WRONG)
    world.given_account(RIGHT)
    return world.given_registration(a_payable_registration(WRONG), WRONG)


def take(world: World, registrations: FakeRegistrations) -> Registration:
    return take_place(RIGHT, WANTED, registrations=registrations, now=NOW)


def state_of(world: World, registration: Registration) -> State:
    return world.memory.registrations[registration.account_id, registration.id].state


@pytest.mark.parametrize("times", [0, 1, 2])
def test_whoever_writes_first_the_place_is_taken_at_last(
    world: World, held: Registration, times: int
) -> None:
    assert take(world, Contested(world, times)) == WANTED
    assert state_of(world, held) is State.SUPERSEDED


def test_three_rivals_are_too_many(world: World, held: Registration) -> None:
    with pytest.raises(RegistrationExistsError):
        take(world, Contested(world, 3))
    assert state_of(world, held) is State.PAYABLE


def changed(world: World, held: Registration, state: State) -> Callable[[], object]:
    key = (held.account_id, held.id)
    return lambda: world.memory.registrations.update({key: replace(held, state=state, version=9)})


def test_who_pays_meanwhile_keeps_the_place(world: World, held: Registration) -> None:
    with pytest.raises(RegistrationExistsError) as refused:
        take(world, Contested(world, 1, changed(world, held, State.PAID)))
    assert "已缴费" in refused.value.detail


def test_who_is_verified_meanwhile_keeps_the_place(world: World, held: Registration) -> None:
    verified = replace(WRONG, identity_check=VERIFIED)
    with pytest.raises(RegistrationExistsError) as refused:
        take(world, Contested(world, 1, lambda: world.memory.accounts.update({WRONG.id: verified})))
    assert "核验通过的账号" in refused.value.detail
    assert state_of(world, held) is State.PAYABLE


def test_who_gives_up_meanwhile_leaves_it_free(world: World, held: Registration) -> None:
    def give_up() -> None:
        world.registrations.give_up(held, WRONG.identity)

    assert take(world, Contested(world, 1, give_up)) == WANTED
    assert world.registrations.of(WRONG.id) == []


def withdraw(world: World, registration: Registration, registrations: FakeRegistrations) -> Registration:
    return withdraw_commitment(
        RIGHT,
        registration.id,
        ports=replace(world.registration_ports, registrations=registrations),
        now=NOW,
    ).registration


@pytest.mark.parametrize("times", [0, 1, 2])
def test_withdrawing_is_decided_again_when_something_moved(world: World, times: int) -> None:
    adopted = adopted_by(world, RIGHT)
    done = withdraw(world, adopted, Unsettled(world, times))
    assert done.signature is not None
    assert done.signature.commitment is Commitment.WITHDRAWN


def adopted_by(world: World, account: Account) -> Registration:
    world.given_account(account)
    world.given_credential(a_credential(account))
    return world.given_registration(a_payable_registration(account), account)


def test_withdrawing_gives_up_in_the_end(world: World) -> None:
    adopted = adopted_by(world, RIGHT)
    with pytest.raises(ChangedElsewhereError):
        withdraw(world, adopted, Unsettled(world, 3))


def release(world: World, registrations: FakeRegistrations) -> list[Registration]:
    return release_identity(
        WRONG.id,
        WRONG.identity.id_number,
        an_entry(id=world.randomness.new_id()),
        accounts=world.accounts,
        registrations=registrations,
        exams=world.exams,
        now=NOW,
    )


def test_what_is_paid_while_an_account_is_closed_stays(world: World, held: Registration) -> None:
    staying = release(world, Contested(world, 1, changed(world, held, State.PAID)))
    assert [registration.id for registration in staying] == [held.id]


def test_a_release_that_died_halfway_is_given_again(world: World, held: Registration) -> None:
    with pytest.raises(ChangedElsewhereError):
        release(world, Contested(world, 3))
    assert world.accounts.of_person(WRONG.identity) is not None
    assert release(world, FakeRegistrations(world.memory)) == []
    assert state_of(world, held) is State.SUPERSEDED
    assert world.accounts.of_person(WRONG.identity) is None
    assert len(world.audit_log.of(WRONG.id)) == 1
