"""Adding records: five, no duplicate, nothing from the future (FAQ 6 to 8)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.credential import Credential, CredentialKind, CredentialLevel
from chalicelib.domain.errors import CredentialDuplicateError, CredentialLimitError, InvalidInputError
from chalicelib.domain.verification import VerificationState
from chalicelib.usecases.accounts.add_credential import add_credential
from tests.builders import a_credential, an_account
from tests.fakes import World

ACCOUNT = an_account()
FACTS = a_credential(ACCOUNT).facts


def add(world: World, number: int = 1, **changes: Any) -> Credential:
    facts = replace(a_credential(ACCOUNT, number).facts, **changes)
    return add_credential(ACCOUNT.id, facts, credentials=world.credentials, now=world.clock.now())


def test_a_record_in_range_is_handed_to_the_automatic_check(world: World) -> None:
    record = add(world)
    assert record.check.state is VerificationState.VERIFYING
    assert world.credentials.of(ACCOUNT.id) == (record,)
    assert world.pending_checks.find(ACCOUNT.id, record.id)


def test_a_record_out_of_range_waits_for_a_person(world: World) -> None:
    record = add(world, obtained_on=date(2001, 7, 1))
    assert record.check.state is VerificationState.UNCHECKABLE
    assert world.pending_checks.find(ACCOUNT.id, record.id) is None


@pytest.mark.parametrize("changes", [{}, {"name_on_certificate": "王 晓明"}])
def test_the_same_record_again_is_refused_and_eats_no_place(world: World, changes: dict[str, Any]) -> None:
    add(world)
    with pytest.raises(CredentialDuplicateError):
        add(world, **changes)
    assert len(world.credentials.of(ACCOUNT.id)) == 1


def test_the_sixth_record_is_refused(world: World) -> None:
    for number in range(5):
        add(world, number)
    with pytest.raises(CredentialLimitError):
        add(world, 6)


def test_two_people_may_have_the_same_record(world: World) -> None:
    add(world)
    add_credential(an_account(2).id, FACTS, credentials=world.credentials, now=world.clock.now())
    assert len(world.memory.credentials) == 2


BAD: list[tuple[dict[str, Any], str]] = [
    ({"level": CredentialLevel.BACHELOR}, "level"),
    ({"kind": CredentialKind.DEGREE}, "level"),
    ({"obtained_on": date(2026, 9, 2)}, "obtained_on"),
    ({"obtained_on": date(12, 7, 1)}, "obtained_on"),
    ({"school": ""}, "school"),
    ({"major": ""}, "major"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_what_cannot_be_is_refused(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        add(world, **changes)
    assert refused.value.field == field
    assert world.memory.credentials == {}


def test_a_record_of_today_in_china_is_taken(world: World) -> None:
    add(world, obtained_on=date(2026, 9, 1))
