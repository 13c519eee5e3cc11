"""A registration that the authority finds void: the place stays taken, money goes back by finance."""

from typing import Any

import pytest

from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.audit import Clerk
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    NotFoundError,
    NotRefundableError,
    RegistrationExistsError,
)
from chalicelib.domain.ids import AccountId, AuthorityId, RegistrationId
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.voiding import NotReinstatableError
from chalicelib.usecases.desk.void import reinstate_registration, void_registration
from chalicelib.usecases.money.finance import give_back
from chalicelib.usecases.ports import StaleWriteError
from chalicelib.usecases.registrations.choose_exam import start_permissions
from chalicelib.usecases.registrations.register import give_up_registration
from tests.builders import EXAM_ID, NOW, a_credential, an_account, an_entry, an_identity
from tests.fakes import World
from tests.fakes.registrations import FakeRegistrations
from tests.usecases.giving_back import paid, receive, refund_of, sweep
from tests.usecases.paying import Payer
from tests.usecases.registering import start

WHY = "学历证书系伪造"


def void(payer: Payer, number: int = 1, **changes: Any) -> Registration:
    return act(void_registration, payer, an_entry(number, reason=WHY), **changes)


def reinstate(payer: Payer, number: int = 2, **changes: Any) -> Registration:
    return act(reinstate_registration, payer, an_entry(number), **changes)


def act(use_case: Any, payer: Payer, entry: Any, **changes: Any) -> Registration:
    ports: dict[str, Any] = {"registrations": payer.world.registrations, "orders": payer.world.orders}
    done: Registration = use_case(
        entry, payer.account.id, payer.registration.id, **ports | changes, now=payer.world.clock.now()
    )
    return done


def test_it_is_void_with_its_reason_and_its_entry(payer: Payer) -> None:
    changed = void(payer)
    assert payer.stored() == changed
    assert changed.finding is not None
    assert (changed.state, changed.finding.reason) == (State.VOID, WHY)
    (entry,) = payer.world.audit_log.of(payer.registration.id)
    assert (entry.what, entry.reason, entry.before, entry.after) == ("void", WHY, "payable", "void")


def test_only_the_clerks_of_its_own_authority_act_on_it(payer: Payer) -> None:
    stranger = an_entry(clerk=Clerk("li", AuthorityId("dalian")))
    for use_case in (void_registration, reinstate_registration):
        with pytest.raises(NotFoundError):
            act(use_case, payer, stranger)
    assert payer.stored() == payer.registration
    with pytest.raises(NotFoundError):
        void_registration(
            an_entry(),
            AccountId("nobody"),
            RegistrationId("nothing"),
            registrations=payer.world.registrations,
            orders=payer.world.orders,
            now=NOW,
        )


def test_said_twice_it_is_done_once(payer: Payer) -> None:
    changed = void(payer)
    with pytest.raises(ActionRefusedError) as refused:
        void(payer, 2)
    assert refused.value.reason is Reason.VOID
    assert payer.stored() == changed
    assert len(payer.world.audit_log.of(payer.registration.id)) == 1


class _Overtaken(FakeRegistrations):
    """Somebody writes between reading and writing."""

    def void(self, *_: Any) -> None:
        raise StaleWriteError

    def reinstate(self, *_: Any) -> None:
        raise StaleWriteError


def test_a_clerk_who_was_overtaken_is_told_so(payer: Payer) -> None:
    overtaken = _Overtaken(payer.world.memory)
    with pytest.raises(ChangedElsewhereError):
        void(payer, registrations=overtaken)
    void(payer)
    with pytest.raises(ChangedElsewhereError):
        reinstate(payer, registrations=overtaken)


def test_an_order_that_is_open_is_closed_by_the_next_sweep(payer: Payer) -> None:
    order = payer.open()
    payer.world.provider.visit(order)
    void(payer)
    sweep(payer.world)
    assert payer.order(order).state is OrderState.CLOSED
    assert payer.stored().open_order_id is None
    with pytest.raises(ActionRefusedError) as refused:
        payer.open()
    assert refused.value.reason is Reason.VOID


def test_money_that_comes_all_the_same_goes_back(payer: Payer) -> None:
    order = payer.open()
    money = payer.world.provider.pay(order)
    void(payer)
    receive(payer, money)
    sweep(payer.world)
    assert (payer.stored().state, payer.order(order).state) == (State.VOID, OrderState.REFUNDED)
    assert payer.world.provider.given_back == {refund_of(payer, order).id: 24000}


def test_what_was_paid_stays_until_finance_gives_it_back(payer: Payer) -> None:
    order = paid(payer)
    void(payer)
    sweep(payer.world)
    assert payer.order(order).state is OrderState.PAID
    give_back(order.id, None, an_entry(2), ports=payer.ports)
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED
    assert payer.stored().state is State.VOID


def test_its_place_stays_taken_for_the_same_id_number(payer: Payer) -> None:
    world = payer.world
    void(payer)
    with pytest.raises(RegistrationExistsError) as refused:
        start(world, payer.account)
    assert "无效" in refused.value.detail
    other = world.given_account(an_account(2, identity=an_identity(1, name="王小明")))
    world.given_credential(a_credential(other))
    with pytest.raises(RegistrationExistsError):
        start(world, other)
    with pytest.raises(ActionRefusedError):
        give_up_registration(
            payer.account,
            payer.registration.id,
            ports=world.registration_ports,
            now=NOW,
        )


def test_the_list_of_exams_says_why_none_can_be_started(world: World, payer: Payer) -> None:
    void(payer)
    (permission,) = start_permissions(
        payer.account,
        EXAM_ID,
        ports=world.registration_ports,
        now=NOW,
    )
    assert permission.refusal is not None
    assert permission.refusal.reason is Reason.VOID
    assert permission.registration_id == payer.registration.id


def test_a_finding_that_was_wrong_is_taken_back(payer: Payer) -> None:
    void(payer)
    assert reinstate(payer).state is State.PAYABLE
    paid(payer)
    assert payer.stored().state is State.PAID
    entries = payer.world.audit_log.of(payer.registration.id)
    assert [(e.what, e.before, e.after) for e in entries][1:] == [("reinstate", "void", "payable")]


def test_what_was_paid_is_paid_again_by_the_same_order(payer: Payer) -> None:
    order = paid(payer)
    void(payer)
    assert reinstate(payer).state is State.PAID
    assert payer.stored().paid_order_id == order.id
    with pytest.raises(NotRefundableError):
        give_back(order.id, None, an_entry(3), ports=payer.ports)


def test_what_has_its_money_back_is_not_taken_back(payer: Payer) -> None:
    order = paid(payer)
    void(payer)
    give_back(order.id, 1000, an_entry(2), ports=payer.ports)
    with pytest.raises(NotReinstatableError):
        reinstate(payer, 3)
    assert payer.stored().state is State.VOID
