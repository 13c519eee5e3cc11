"""Orders that nobody wants to pay any more: released, hastened, never written over money."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.discrepancy import DiscrepancyKind, about_money
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import OrderState
from chalicelib.domain.refund import RefundCause, refund_of
from chalicelib.domain.registration import State
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import NOW, an_order, money_for
from tests.contracts.given import ordered, stored, stored_order
from tests.contracts.refunding import surplus
from tests.contracts.stores import Stores

LATER = NOW + timedelta(minutes=3)


@pytest.mark.parametrize("before", ["created", "pending", "closing"])
def test_a_released_order_is_still_asked_about_and_its_registration_is_free(
    stores: Stores, before: str
) -> None:
    registration, order = ordered(stores)
    if before == "pending":
        stores.orders.mark_pending(order)
    if before == "closing":
        stores.orders.begin_closing(order)
    stores.orders.release(order)
    assert stored_order(stores, order) == replace(order, state=OrderState.CLOSING)
    assert stores.orders.due(now=LATER, at_most=9) == [order.id]
    free = stored(stores, registration)
    assert free == replace(registration, open_order_id=None, version=registration.version + 1)
    stores.orders.open(an_order(free, 2), free, None)


def test_what_has_money_or_is_closed_is_not_released(stores: Stores) -> None:
    registration, paid = ordered(stores, 1)
    stores.orders.settle(paid, money_for(paid), now=NOW)
    _, closed = ordered(stores, 2)
    stores.orders.close(closed)
    for order in (paid, closed):
        there = stored_order(stores, order)
        with pytest.raises(StaleWriteError):
            stores.orders.release(order)
        assert stored_order(stores, order) == there
    assert stored(stores, registration).state is State.PAID


def test_released_twice_a_newer_order_stays_open(stores: Stores) -> None:
    registration, order = ordered(stores)
    stores.orders.release(order)
    stores.orders.open(an_order(registration, 2), registration, None)
    waiting = stored(stores, registration)
    stores.orders.release(order)
    assert stored(stores, registration) == waiting


def test_money_still_pays_what_was_released(stores: Stores) -> None:
    registration, order = ordered(stores)
    stores.orders.release(order)
    stores.orders.settle(order, money_for(order), now=LATER)
    assert stored(stores, registration).paid_order_id == order.id


def test_whoever_shows_the_door_is_told_whether_it_may_be_shown(stores: Stores) -> None:
    _, order = ordered(stores)
    assert stores.orders.mark_pending(order)
    assert stores.orders.mark_pending(order), "asked for in another tab"
    stores.orders.release(order)
    assert not stores.orders.mark_pending(order)
    assert stored_order(stores, order).state is OrderState.CLOSING


def test_a_live_order_is_due_as_soon_as_it_is_hastened(stores: Stores) -> None:
    _, order = ordered(stores)
    stores.orders.hasten(order.id, now=NOW)
    assert stored_order(stores, order) == replace(order, due_at=NOW)
    assert stores.orders.due(now=NOW + timedelta(seconds=1), at_most=9) == [order.id]
    assert stores.orders.claim(order, due_at=LATER, now=NOW) is None, "claimed as it was before"


def test_nothing_else_is_hastened(stores: Stores) -> None:
    registration, closed = ordered(stores, 1)
    stores.orders.close(closed)
    _, paid = ordered(stores, 2)
    stores.orders.settle(paid, money_for(paid), now=NOW)
    for order in (closed, paid):
        there = stored_order(stores, order)
        stores.orders.hasten(order.id, now=NOW)
        assert stored_order(stores, order) == there
    nobody = an_order(registration, 9).id
    stores.orders.hasten(nobody, now=NOW)
    assert stores.orders.get(nobody) is None
    assert stores.orders.due(now=LATER, at_most=9) == []


def test_what_was_paid_at_the_very_moment_it_was_due_is_not_claimed(stores: Stores) -> None:
    _, order = ordered(stores)
    assert order.due_at is not None
    stores.orders.settle(order, money_for(order, paid_at=order.due_at), now=order.due_at)
    assert stores.orders.claim(order, due_at=LATER, now=order.due_at) is None
    assert stored_order(stores, order).attempts == 0
    assert stores.orders.due(now=LATER, at_most=9) == []


def test_an_order_in_front_of_a_person_is_not_put_there_by_another_trade(stores: Stores) -> None:
    registration, order = ordered(stores)
    wrong = money_for(order, amount_fen=1)
    stores.orders.set_aside(order, wrong, about_money(DiscrepancyKind.MISMATCH, wrong, now=NOW), now=NOW)
    held = stored(stores, registration)
    another = money_for(order, amount_fen=2, trade=replace(wrong.trade, trade_no=TradeNo("another")))
    noticed = about_money(DiscrepancyKind.MISMATCH, another, now=NOW)
    with pytest.raises(StaleWriteError):
        stores.orders.set_aside(order, another, noticed, now=NOW)
    assert stores.discrepancies.get(noticed.id) is None
    assert stored(stores, registration) == held


def test_what_waits_for_a_person_is_not_written_over(stores: Stores) -> None:
    _, order = ordered(stores)
    money = money_for(order, amount_fen=1)
    noticed = about_money(DiscrepancyKind.MISMATCH, money, now=NOW)
    stores.discrepancies.note(noticed)
    with pytest.raises(StaleWriteError):
        stores.orders.set_aside(order, money, replace(noticed, amount_fen=2), now=NOW)
    assert stores.discrepancies.get(noticed.id) == noticed
    assert stored_order(stores, order) == order


def test_a_mismatch_on_an_older_order_holds_nothing(stores: Stores) -> None:
    registration, old = ordered(stores)
    stores.orders.close(old)
    stores.orders.open(an_order(registration, 2), registration, None)
    waiting = stored(stores, registration)
    money = money_for(old, amount_fen=1)
    stores.orders.set_aside(old, money, about_money(DiscrepancyKind.MISMATCH, money, now=NOW), now=NOW)
    assert stored(stores, registration) == waiting


def test_a_surplus_takes_no_refund_number_that_serves_already(stores: Stores) -> None:
    _, taken = surplus(stores)
    registration, order = ordered(stores, 2)
    money = money_for(order)
    refund = refund_of(order, money.trade, 24000, total_fen=24000, cause=RefundCause.SURPLUS, now=NOW)
    with pytest.raises(StaleWriteError):
        stores.orders.record_surplus(order, money, replace(refund, id=taken.id), now=NOW)
    assert stores.refunds.get(taken.id) == taken
    assert stored_order(stores, order) == order
    assert stored(stores, registration) == registration
