"""Flows of mistakes after the lock: ask for a change, carry it out, refuse it, take a confirmation back."""

from dataclasses import replace
from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.change import ChangeState
from chalicelib.domain.exam import ChoiceField
from chalicelib.domain.ids import ChangeRequestId, RegistrationId
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.registrations.cancel_confirmation import cancel_confirmation
from chalicelib.usecases.registrations.change_on_request import (
    Wish,
    carry_out_change,
    refuse_change,
    request_change,
)
from tests.builders import a_payable_registration, an_entry, an_exam, an_offering
from tests.contracts.given import put_exam
from tests.faults.flow import Flow
from tests.faults.house import House
from tests.faults.registering import a_candidate
from tests.handing_in import hand_in_for_a_change

FEWER = ("economy", "law")


class Changing(NamedTuple):
    """A locked registration, and the request that waits, if one does."""

    account: Account
    registration_id: RegistrationId
    version: int
    request_id: ChangeRequestId | None = None


def _locked(house: House) -> Changing:
    """Passed, with the photo of the ID and the form handed in; this authority lets people cancel."""
    policy = replace(an_offering().policy, allows_cancelling_confirmation=True)
    put_exam(house.services.exams, an_exam(), [an_offering(policy=policy)])
    account = a_candidate(house)
    registration = a_payable_registration(account)
    house.stores.registrations.start(registration, account.identity)
    hand_in_for_a_change(registration, house.stores)
    return Changing(account, registration.id, registration.version)


def _ask(house: House, there: Changing) -> None:
    wanted = replace(_now(house, there).choices, subjects=FEWER)
    wish = Wish(what=(ChoiceField.SUBJECTS,), why="科目选错了", wanted=wanted)
    house.run(request_change, there.account, there.registration_id, wish, ports=house.services.change_ports)


def _waits_once(house: House, there: Changing) -> None:
    (request,) = house.services.change_requests.of(there.account.id, there.registration_id)
    assert request.state is ChangeState.OPEN
    assert _now(house, there).open_change_id == request.id


def _asked(house: House) -> Changing:
    there = _locked(house)
    _ask(house, there)
    now = _now(house, there)
    return there._replace(version=now.version, request_id=now.open_change_id)


def _carry_out(house: House, there: Changing) -> None:
    """Each try of a clerk is an entry of its own in the log."""
    entry = an_entry(id=house.services.randomness.new_id())
    assert there.request_id is not None
    house.run(
        carry_out_change,
        there.account.id,
        there.registration_id,
        there.request_id,
        entry,
        ports=house.services.change_ports,
    )


def _refuse(house: House, there: Changing) -> None:
    entry = an_entry(id=house.services.randomness.new_id())
    assert there.request_id is not None
    house.run(
        refuse_change,
        there.account.id,
        there.registration_id,
        there.request_id,
        entry,
        answer="信息修改表没有签名",
        ports=house.services.change_ports,
    )


def _answered(house: House, there: Changing, state: ChangeState) -> Registration:
    """Answered once, and the registration waits no longer."""
    (request,) = house.services.change_requests.of(there.account.id, there.registration_id)
    assert request.state is state
    entries = house.services.audit_log.of(there.registration_id)
    assert len(entries) == (0 if state is ChangeState.MOOT else 1)
    now = _now(house, there)
    assert now.open_change_id is None
    return now


def _is_changed(house: House, there: Changing) -> None:
    now = _answered(house, there, ChangeState.CARRIED_OUT)
    assert (now.state, now.choices.subjects, now.amount_fen) == (State.PAYABLE, FEWER, 12200)


def _is_as_it_was(house: House, there: Changing) -> None:
    now = _answered(house, there, ChangeState.REFUSED)
    assert now.choices == a_payable_registration(there.account).choices


def _cancel(house: House, there: Changing) -> None:
    house.run(
        cancel_confirmation,
        there.account,
        there.registration_id,
        version=there.version,
        ports=house.registration_ports,
    )


def _is_a_draft(house: House, there: Changing) -> None:
    assert _answered(house, there, ChangeState.MOOT).state is State.DRAFT


def _now(house: House, there: Changing) -> Registration:
    found = house.services.registrations.get(there.account.id, there.registration_id)
    assert found is not None
    return found


FLOWS: list[Flow[Any]] = [
    Flow(name="ask for a change", given=_locked, act=_ask, reached=_waits_once),
    Flow(name="carry out a change", given=_asked, act=_carry_out, reached=_is_changed),
    Flow(name="refuse a change", given=_asked, act=_refuse, reached=_is_as_it_was),
    Flow(name="take a confirmation back", given=_asked, act=_cancel, again=_cancel, reached=_is_a_draft),
]
