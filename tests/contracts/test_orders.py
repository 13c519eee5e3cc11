"""Orders before money: opening, asking, closing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import IdempotencyKeyReusedError
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import State
from chalicelib.usecases.ports import IdempotencyKey, StaleWriteError
from tests.builders import NOW, a_registration, an_account, an_order, money_for
from tests.contracts.given import ordered, payable, stored, stored_order
from tests.contracts.stores import Stores

KEY = IdempotencyKey(key_hash="hash of a key", request_hash="hash of a request")


def test_an_opened_order_is_there_and_the_registration_waits_for_it(stores: Stores) -> None:
    registration = payable(stores)
    order = an_order(registration)
    stores.orders.open(order, registration, None)
    assert stored_order(stores, order) == order
    assert stored(stores, registration) == replace(
        registration, open_order_id=order.id, order_ids=(order.id,), version=registration.version + 1
    )


def test_no_order_is_found_where_none_is(stores: Stores) -> None:
    assert stores.orders.get(OrderId("nothing")) is None
    assert stores.orders.opened_with(KEY) is None


def test_a_registration_has_one_open_order(stores: Stores) -> None:
    registration, order = ordered(stores)
    second = an_order(registration, 2)
    with pytest.raises(StaleWriteError):
        stores.orders.open(second, registration, KEY)
    assert stores.orders.get(second.id) is None
    assert stores.orders.opened_with(KEY) is None
    assert stored(stores, registration).open_order_id == order.id


def test_no_order_is_opened_for_what_cannot_be_paid(stores: Stores) -> None:
    draft = a_registration(an_account(), amount_fen=24000)
    stores.registrations.start(draft, an_account().identity)
    with pytest.raises(StaleWriteError):
        stores.orders.open(an_order(draft), draft, None)
    assert stored(stores, draft) == draft


def test_no_order_is_opened_for_another_amount(stores: Stores) -> None:
    registration = payable(stores)
    with pytest.raises(StaleWriteError):
        stores.orders.open(an_order(registration, amount_fen=23999), registration, None)
    assert stored(stores, registration) == registration


def test_no_order_is_opened_for_what_is_gone(stores: Stores) -> None:
    registration = payable(stores)
    stores.registrations.give_up(registration, an_account().identity)
    with pytest.raises(StaleWriteError):
        stores.orders.open(an_order(registration), registration, None)
    assert stores.registrations.of(registration.account_id) == []


def test_an_order_number_serves_once(stores: Stores) -> None:
    first, second = payable(stores, 1), payable(stores, 2)
    stores.orders.open(an_order(first), first, None)
    with pytest.raises(StaleWriteError):
        stores.orders.open(an_order(second), second, None)
    assert stored(stores, second) == second


def test_a_repeated_request_finds_its_order(stores: Stores) -> None:
    registration = payable(stores)
    order = an_order(registration)
    stores.orders.open(order, registration, KEY)
    assert stores.orders.opened_with(KEY) == order
    with pytest.raises(IdempotencyKeyReusedError):
        stores.orders.opened_with(replace(KEY, request_hash="hash of another request"))


def test_a_key_opens_one_order(stores: Stores) -> None:
    first, second = payable(stores, 1), payable(stores, 2)
    stores.orders.open(an_order(first), first, KEY)
    with pytest.raises(StaleWriteError):
        stores.orders.open(an_order(second, 2), second, KEY)
    assert stored(stores, second) == second


def test_pending_is_written_once_and_never_over_money(stores: Stores) -> None:
    _, order = ordered(stores)
    stores.orders.mark_pending(order)
    assert stored_order(stores, order).state is OrderState.PENDING
    stores.orders.settle(order, money_for(order), now=NOW)
    stores.orders.mark_pending(order)
    assert stored_order(stores, order).state is OrderState.PAID


def test_an_order_is_closed_through_closing_and_the_registration_is_free(stores: Stores) -> None:
    registration, order = ordered(stores)
    stores.orders.begin_closing(order)
    assert stored_order(stores, order) == replace(order, state=OrderState.CLOSING)
    stores.orders.close(order)
    assert stored_order(stores, order) == replace(order, state=OrderState.CLOSED, due_at=None)
    freed = stored(stores, registration)
    assert freed == replace(registration, open_order_id=None, version=registration.version + 1)
    stores.orders.open(an_order(freed, 2), freed, None)
    assert stored(stores, freed).order_ids == (order.id, an_order(freed, 2).id)


def test_closing_begins_once_and_ends_once(stores: Stores) -> None:
    _, order = ordered(stores)
    stores.orders.begin_closing(order)
    with pytest.raises(StaleWriteError):
        stores.orders.begin_closing(order)
    stores.orders.close(order)
    for write in (stores.orders.begin_closing, stores.orders.close):
        with pytest.raises(StaleWriteError):
            write(order)


def test_an_order_that_has_money_is_not_closed(stores: Stores) -> None:
    registration, order = ordered(stores)
    stores.orders.settle(order, money_for(order), now=NOW)
    for write in (stores.orders.begin_closing, stores.orders.close):
        with pytest.raises(StaleWriteError):
            write(order)
    assert stored(stores, registration).state is State.PAID


def test_closing_an_old_order_leaves_a_newer_one_open(stores: Stores) -> None:
    registration, old = ordered(stores)
    stores.orders.close(old)
    newer = an_order(registration, 2)
    stores.orders.open(newer, registration, None)
    # The candidate pays the old one after all: the registration is paid and the newer order is left over.
    stores.orders.settle(old, money_for(old), now=NOW)
    paid = stored(stores, registration)
    stores.orders.close(newer)
    assert stored(stores, registration) == paid
    assert stored_order(stores, newer).state is OrderState.CLOSED


def test_orders_come_due_in_their_order_and_not_before_their_time(stores: Stores) -> None:
    orders = []
    for number, seconds in ((1, 30), (2, 10), (3, 20)):
        registration = payable(stores, number)
        order = an_order(registration, number, due_at=NOW + timedelta(seconds=seconds))
        stores.orders.open(order, registration, None)
        orders.append(order.id)
    by_time = [orders[1], orders[2], orders[0]]
    assert stores.orders.due(now=NOW + timedelta(seconds=9), at_most=10) == []
    assert stores.orders.due(now=NOW + timedelta(seconds=31), at_most=10) == by_time
    assert stores.orders.due(now=NOW + timedelta(seconds=31), at_most=2) == by_time[:2]
    assert stores.orders.due(now=NOW + timedelta(seconds=11, milliseconds=100), at_most=9) == [by_time[0]]


def test_an_order_is_never_due_a_moment_too_early(stores: Stores) -> None:
    _, order = ordered(stores)
    assert order.due_at is not None
    just_before = order.due_at - timedelta(microseconds=1)
    assert stores.orders.due(now=just_before, at_most=10) == []
    assert stores.orders.due(now=order.due_at + timedelta(seconds=1), at_most=10) == [order.id]


def test_a_closed_or_paid_order_is_not_due(stores: Stores) -> None:
    _, closed = ordered(stores, 1)
    _, paid = ordered(stores, 2)
    stores.orders.close(closed)
    stores.orders.settle(paid, money_for(paid), now=NOW)
    assert stores.orders.due(now=NOW + timedelta(days=1), at_most=10) == []


def test_one_of_two_claims_an_order_and_it_is_due_later(stores: Stores) -> None:
    _, order = ordered(stores)
    now, due_at = NOW + timedelta(seconds=31), NOW + timedelta(seconds=90)
    claimed = stores.orders.claim(order, due_at=due_at, now=now)
    assert claimed == replace(order, due_at=due_at, asked_at=now, attempts=1)
    assert stores.orders.claim(order, due_at=due_at, now=now) is None
    assert stored_order(stores, order) == claimed
    assert stores.orders.due(now=now, at_most=10) == []
    again = stores.orders.claim(claimed, due_at=due_at + timedelta(minutes=1), now=due_at)
    assert again is not None
    assert again.attempts == 2


def test_nothing_is_claimed_where_nothing_is_due_any_more(stores: Stores) -> None:
    _, order = ordered(stores)
    stores.orders.close(order)
    assert stores.orders.claim(order, due_at=NOW, now=NOW) is None
    assert stores.orders.claim(stored_order(stores, order), due_at=NOW, now=NOW) is None
    assert stored_order(stores, order).due_at is None
