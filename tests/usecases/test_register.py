"""From the start to a draft that is whole, and giving up (handbook section 4, FAQ 17)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    InvalidInputError,
    NotFoundError,
    RegistrationExistsError,
)
from chalicelib.domain.ids import AuthorityId, OrderId
from chalicelib.domain.registration import Choices, Registration, State
from chalicelib.usecases.ports import Registrations
from chalicelib.usecases.registrations.situation import Situation
from tests.builders import (
    NOW,
    a_credential,
    a_phone,
    a_registration,
    an_account,
    an_exam,
    an_identity,
    an_offering,
)
from tests.fakes import World
from tests.usecases.registering import ACCOUNT, WHOLE, confirm, give_up, save, start, stored
from tests.usecases.stale import ContestedRegistrations, Rival


def test_a_registration_starts_as_an_empty_draft(world: World, draft: Registration) -> None:
    assert (draft.state, draft.choices, draft.version) == (State.DRAFT, Choices(), 1)
    assert stored(world, draft) == draft


def test_a_second_click_finds_the_draft_of_the_first(
    world: World, account: Account, draft: Registration
) -> None:
    assert start(world, account) == draft
    assert len(world.memory.registrations) == 1


def test_one_person_registers_once_for_an_exam_at_whatever_authority(
    world: World, account: Account, draft: Registration
) -> None:
    world.exams.put(an_exam(), [an_offering(authority_id=AuthorityId("dalian"))])
    with pytest.raises(RegistrationExistsError):
        start(world, account, AuthorityId("dalian"))


def test_one_person_registers_once_for_an_exam_from_whatever_account(
    world: World, draft: Registration
) -> None:
    """The same ID number under a name put right (FAQ 5) is the same person."""
    other = an_account(2, identity=an_identity(name="王小明"), phone=a_phone(2))
    world.given_account(other)
    world.given_credential(a_credential(other))
    with pytest.raises(RegistrationExistsError):
        start(world, other)


def test_what_was_confirmed_is_not_started_again(
    world: World, account: Account, waiting: Registration
) -> None:
    with pytest.raises(RegistrationExistsError):
        start(world, account)


def test_only_what_is_offered_is_started(world: World, account: Account) -> None:
    with pytest.raises(NotFoundError):
        start(world, account, AuthorityId("nowhere"))


def test_an_exam_held_elsewhere_is_not_started_here(world: World, account: Account) -> None:
    world.exams.put(an_exam(link="https://www.cpta.com.cn/"), [])
    with pytest.raises(ActionRefusedError) as refused:
        start(world, account)
    assert refused.value.reason is Reason.HELD_ELSEWHERE


def test_without_an_education_nothing_starts(world: World) -> None:
    with pytest.raises(ActionRefusedError) as refused:
        start(world, world.given_account(an_account(2)))
    assert refused.value.reason is Reason.EDUCATION_MISSING


def test_a_draft_is_saved_as_it_is_filled_in(world: World, draft: Registration) -> None:
    half = save(world, draft, Choices(level="all"))
    whole = save(world, half, WHOLE)
    assert [draft.version, half.version, whole.version] == [1, 2, 3]
    assert stored(world, draft).choices == WHOLE


def test_saving_the_same_again_is_no_change(world: World, draft: Registration, filled: Registration) -> None:
    assert save(world, draft, WHOLE) == filled == stored(world, draft)


def test_a_draft_over_an_old_version_is_refused(
    world: World, draft: Registration, filled: Registration
) -> None:
    with pytest.raises(ChangedElsewhereError):
        save(world, draft, Choices(level="exempt"))
    assert stored(world, draft) == filled


def test_a_draft_of_what_the_exam_does_not_have_is_refused(world: World, draft: Registration) -> None:
    with pytest.raises(InvalidInputError):
        save(world, draft, Choices(level="no such level"))


def test_nobody_saves_or_confirms_for_another(world: World, filled: Registration) -> None:
    other = world.given_account(an_account(2))
    with pytest.raises(NotFoundError):
        save(world, filled, account=other)
    with pytest.raises(NotFoundError):
        confirm(world, filled, account=other)


def test_a_registration_given_up_frees_the_exam(world: World, account: Account, filled: Registration) -> None:
    give_up(world, filled)
    assert world.memory.registrations == {}
    assert start(world, account).choices == Choices()


def test_while_a_payment_is_under_way_nothing_is_given_up(world: World, filled: Registration) -> None:
    done = confirm(world, filled)
    paying = replace(done, open_order_id=OrderId("order1"))
    world.memory.registrations[done.account_id, done.id] = paying
    with pytest.raises(ActionRefusedError) as refused:
        give_up(world, paying)
    assert refused.value.reason is Reason.PAYMENT_UNDER_WAY


Act = Callable[[World, Registration, Registrations], object]


ACTS: dict[str, Act] = {
    "save": lambda world, seen, registrations: save(
        world, seen, replace(WHOLE, major=None), registrations=registrations
    ),
    "confirm": lambda world, seen, registrations: confirm(world, seen, registrations=registrations),
    "give up": give_up,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_whoever_writes_first_wins_and_the_other_is_told(
    world: World, filled: Registration, act: Act
) -> None:
    with pytest.raises(ChangedElsewhereError):
        act(world, filled, ContestedRegistrations(world, Rival(1)))
    assert stored(world, filled) == filled


def test_a_registration_is_seen_by_its_owner_with_all_that_bears_on_it(
    world: World, draft: Registration
) -> None:
    ports = world.registration_ports
    seen = ports.situation_with_passes(ACCOUNT, draft.id)
    assert isinstance(seen, Situation)
    assert (seen.registration, seen.exam, seen.offering) == (draft, an_exam(), an_offering())
    assert ports.situations_with_passes(ACCOUNT) == [seen]
    with pytest.raises(NotFoundError):
        ports.situation(an_account(2), draft.id)


def test_registrations_are_told_newest_first(world: World, draft: Registration) -> None:
    older = replace(a_registration(ACCOUNT, 2), created_at=NOW.replace(year=2025))
    world.memory.registrations[ACCOUNT.id, older.id] = older
    assert list(world.registrations.of(ACCOUNT.id)) == [draft, older]
