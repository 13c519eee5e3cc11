"""Opening a payment order: one at a time, committed before anybody is sent to pay (payments 3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.errors import IdempotencyKeyReusedError, InvalidInputError, NotFoundError
from chalicelib.domain.ids import OrderId, RegistrationId
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import State
from chalicelib.usecases.money.pay import (
    idempotency_key,
    open_payment_order,
    orders_of,
    own_order,
)
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.ports import Closed, StaleWriteError
from tests.builders import MERCHANT, NOW, an_account, an_offering
from tests.usecases.paying import Payer, begin
from tests.usecases.stale import ContestedOrders, Rival

PAYMENT = an_offering().windows.payment


def test_an_order_is_stored_before_anybody_is_sent_to_pay(payer: Payer) -> None:
    order = payer.open()
    assert payer.order(order) == order
    assert (order.state, order.amount_fen, order.merchant) == (OrderState.CREATED, 24000, MERCHANT)
    assert order.expires_at == NOW + timedelta(minutes=30)
    assert order.due_at == NOW + timedelta(seconds=30)
    assert order.subject == "2026年一级建造师报名费"
    assert payer.stored().open_order_id == order.id
    assert payer.world.provider.queried == []


def test_a_second_click_gets_the_same_order(payer: Payer) -> None:
    order = payer.open()
    assert payer.open() == order
    assert list(payer.world.memory.orders) == [order.id]


def test_an_order_never_outlives_the_payment_window(payer: Payer) -> None:
    payer.world.clock.move_to(PAYMENT.end - timedelta(minutes=10))
    assert payer.open().expires_at == PAYMENT.end


@pytest.mark.parametrize(
    ("before_the_end", "reason"),
    [(timedelta(seconds=59), Reason.PAYMENT_OVER), (timedelta(0), Reason.LAPSED)],
)
def test_in_the_last_minute_nobody_is_sent_to_pay(
    payer: Payer, before_the_end: timedelta, reason: Reason
) -> None:
    payer.world.clock.move_to(PAYMENT.end - before_the_end)
    with pytest.raises(ActionRefusedError) as refused:
        payer.open()
    assert refused.value.reason is reason
    assert payer.world.memory.orders == {}


def test_a_minute_is_enough(payer: Payer) -> None:
    payer.world.clock.move_to(PAYMENT.end - timedelta(minutes=1))
    assert payer.open().expires_at == PAYMENT.end


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": State.DRAFT}, Reason.NOT_CONFIRMED),
        ({"state": State.UNDER_REVIEW}, Reason.WAITS_FOR_REVIEW),
        ({"state": State.REJECTED}, Reason.REVIEW_FAILED),
        ({"state": State.PAID}, Reason.ALREADY_PAID),
        ({"state": State.SUPERSEDED}, Reason.SUPERSEDED),
        ({"state": State.VOID}, Reason.VOID),
        ({"amount_fen": None}, Reason.NOT_CONFIRMED),
    ],
)
def test_only_what_is_payable_can_be_paid(payer: Payer, changes: dict[str, Any], reason: Reason) -> None:
    payer.change(**changes)
    with pytest.raises(ActionRefusedError) as refused:
        payer.open()
    assert refused.value.reason is reason


def test_nobody_pays_for_somebody_else(payer: Payer) -> None:
    other = payer.world.given_account(an_account(2))
    with pytest.raises(NotFoundError):
        replace(payer, account=other).open()


def test_a_registration_that_is_not_there_cannot_be_paid(payer: Payer) -> None:
    with pytest.raises(NotFoundError):
        open_payment_order(
            payer.account,
            RegistrationId("nothing"),
            "alipay",
            key=None,
            ports=payer.ports,
            randomness=payer.world.randomness,
            now=NOW,
        )


@pytest.mark.parametrize("provider", ["unionpay", ""])
def test_a_provider_that_the_exam_does_not_offer_is_refused(payer: Payer, provider: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        payer.open(provider)
    assert refused.value.field == "provider"


def test_a_provider_that_we_have_but_the_authority_does_not_offer_is_refused(payer: Payer) -> None:
    payer.world.exams.put(payer.world.exams.all()[0][0], [an_offering(providers=())])
    with pytest.raises(InvalidInputError):
        payer.open()


def test_an_order_that_is_closed_gives_way_to_a_new_one(payer: Payer) -> None:
    first = payer.open()
    payer.world.clock.move_to(first.expires_at)
    payer.world.provider.answers[first.id] = Closed()
    second = payer.open()
    assert second.id != first.id
    assert payer.order(first).state is OrderState.CLOSED
    assert payer.stored().order_ids == (first.id, second.id)


def test_with_a_payment_set_aside_nobody_pays_again(payer: Payer) -> None:
    first = payer.open()
    wrong = payer.world.provider.pay(first, amount_fen=1)
    world = payer.world
    money_received(wrong, ports=world.payment_ports, now=NOW)
    with pytest.raises(ActionRefusedError) as refused:
        payer.open()
    assert refused.value.reason is Reason.PAYMENT_SET_ASIDE


@pytest.mark.parametrize("times", [1, 2])
def test_somebody_else_opens_an_order_first(payer: Payer, times: int) -> None:
    payer.orders = ContestedOrders(payer.world, Rival(times))
    assert payer.open().state is OrderState.CREATED
    assert len(payer.world.memory.orders) == 1


def test_a_rival_that_is_always_faster_is_given_in_to(payer: Payer) -> None:
    rival = Rival(100)
    payer.orders = ContestedOrders(payer.world, rival)
    with pytest.raises(StaleWriteError):
        payer.open()
    assert rival.tried == 3


def test_the_order_that_another_tab_opened_meanwhile_is_the_one_to_pay(payer: Payer) -> None:
    other_tab = replace(payer)
    payer.orders = ContestedOrders(payer.world, Rival(1, other_tab.open))
    order = payer.open()
    assert list(payer.world.memory.orders) == [order.id]


KEY = idempotency_key(an_account().id, "a key", "registration", "alipay")


def test_a_request_repeated_with_its_key_gets_its_order_whatever_became_of_it(payer: Payer) -> None:
    order = payer.open(key=KEY)
    payer.world.clock.move_to(PAYMENT.end)
    assert payer.open(key=KEY).id == order.id


def test_a_key_serves_one_request(payer: Payer) -> None:
    payer.open(key=KEY)
    other = idempotency_key(payer.account.id, "a key", "another registration", "alipay")
    with pytest.raises(IdempotencyKeyReusedError):
        payer.open(key=other)


def test_the_same_key_of_two_accounts_is_two_keys() -> None:
    other = idempotency_key(an_account(2).id, "a key", "registration", "alipay")
    assert KEY is not None
    assert other is not None
    assert KEY.key_hash != other.key_hash


def test_no_key_is_no_key() -> None:
    assert idempotency_key(an_account().id, None, "x") is None
    assert idempotency_key(an_account().id, "", "x") is None


@pytest.mark.parametrize("key", ["k" * 101, "密钥"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        idempotency_key(an_account().id, key, "x")
    assert refused.value.field == "Idempotency-Key"


def test_sending_somebody_to_pay_makes_the_order_pending(payer: Payer) -> None:
    order = payer.open()
    _, door = begin(payer, order)
    assert door.url == f"https://pay.example/alipay/{order.id}?channel=page"
    assert payer.order(order).state is OrderState.PENDING
    assert begin(payer, payer.order(order))[1] == door


@pytest.mark.parametrize(
    "state", [s for s in OrderState if s not in (OrderState.CREATED, OrderState.PENDING)]
)
def test_nobody_is_sent_to_pay_an_order_that_cannot_be_paid(payer: Payer, state: OrderState) -> None:
    assert begin(payer, replace(payer.open(), state=state))[1] is None


def test_nobody_is_sent_to_pay_an_order_that_is_over(payer: Payer) -> None:
    order = payer.open()
    payer.world.clock.move_to(order.expires_at)
    assert begin(payer, order)[1] is None


def test_a_door_that_is_shut_because_it_was_paid_shows_the_payment(payer: Payer) -> None:
    order = payer.open()
    payer.world.provider.shut.add(order.id)
    payer.world.provider.pay(order)
    asked, door = begin(payer, order)
    assert (asked.state, door) == (OrderState.PAID, None)
    assert payer.stored().state is State.PAID


def test_a_door_that_is_shut_for_another_way_of_paying_is_closed_for_a_new_one(payer: Payer) -> None:
    order = payer.open()
    payer.world.provider.shut.add(order.id)
    payer.world.provider.visit(order)
    asked, door = begin(payer, order)
    assert (asked.state, door) == (OrderState.CLOSED, None)
    assert payer.stored().open_order_id is None


def test_an_order_is_seen_by_its_owner_only(payer: Payer) -> None:
    order = payer.open()
    assert own_order(payer.account, order.id, payer.orders) == order
    with pytest.raises(NotFoundError):
        own_order(an_account(2), order.id, payer.orders)
    with pytest.raises(NotFoundError):
        own_order(payer.account, OrderId("nothing"), payer.orders)


def test_the_orders_of_a_registration_are_told_newest_first(payer: Payer) -> None:
    first = payer.open()
    payer.world.clock.move_to(first.expires_at + timedelta(minutes=5))
    second = payer.open()
    found = orders_of(payer.account, payer.registration.id, ports=payer.ports)
    assert [order.id for order in found] == [second.id, first.id]
    with pytest.raises(NotFoundError):
        orders_of(an_account(2), payer.registration.id, ports=payer.ports)
