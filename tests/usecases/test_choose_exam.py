"""Whether a registration can be started is known before the first click (handbook 4.1, FAQ 20)."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Reason
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.usecases.registrations.choose_exam import (
    StartPermission,
    exam_with_offerings,
    start_permissions,
)
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    a_credential,
    a_registration,
    an_account,
    an_exam,
    an_offering,
)
from tests.fakes import World

DALIAN = AuthorityId("dalian")


@pytest.fixture
def account(world: World) -> Account:
    world.exams.put(an_exam(), [an_offering(), an_offering(authority_id=DALIAN)])
    account = world.given_account(an_account())
    world.given_credential(a_credential(account))
    return account


def permissions(world: World, account: Account) -> dict[AuthorityId, StartPermission]:
    found = start_permissions(
        account,
        EXAM_ID,
        ports=world.registration_ports,
        now=world.clock.now(),
    )
    return {permission.authority_id: permission for permission in found}


def reasons(found: dict[AuthorityId, StartPermission]) -> set[Reason | None]:
    return {permission.refusal.reason if permission.refusal else None for permission in found.values()}


def test_a_ready_candidate_can_start_at_each_authority(world: World, account: Account) -> None:
    found = permissions(world, account)
    assert set(found) == {AUTHORITY_ID, DALIAN}
    assert reasons(found) == {None}


def test_each_authority_has_its_own_window(world: World, account: Account) -> None:
    window = an_offering().windows.registration
    closed = replace(an_offering().windows, registration=replace(window, end=window.start))
    world.exams.put(an_exam(), [an_offering(authority_id=DALIAN, windows=closed)])
    found = permissions(world, account)
    assert found[AUTHORITY_ID].refusal is None
    assert reasons({DALIAN: found[DALIAN]}) == {Reason.REGISTRATION_OVER}


def test_who_has_registered_is_led_to_the_registration(world: World, account: Account) -> None:
    registration = world.given_registration(a_registration(account), account)
    found = permissions(world, account)
    assert reasons(found) == {Reason.REGISTERED_ALREADY}
    assert found[AUTHORITY_ID].registration_id == registration.id
    assert found[DALIAN].registration_id is None


def test_another_exam_does_not_count(world: World, account: Account) -> None:
    world.given_registration(a_registration(account, exam_id=ExamId("another-2026")), account)
    assert reasons(permissions(world, account)) == {None}


def test_an_exam_held_elsewhere_cannot_be_started_here(world: World, account: Account) -> None:
    world.exams.put(an_exam(link="https://www.cpta.com.cn/"), [])
    assert reasons(permissions(world, account)) == {Reason.HELD_ELSEWHERE}


def test_without_a_record_it_is_said_so(world: World) -> None:
    assert reasons(permissions(world, world.given_account(an_account(2)))) == {Reason.EDUCATION_MISSING}


def test_an_exam_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFoundError):
        exam_with_offerings(ExamId("nothing"), exams=world.exams)
