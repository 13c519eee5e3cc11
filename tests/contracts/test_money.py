"""Money on orders: what has money keeps it, and a trade pays one order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, about_money
from chalicelib.domain.payment import Money, OrderState, PaymentOrder
from chalicelib.domain.refund import Refund, RefundCause, refund_of
from chalicelib.domain.registration import State
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import NOW, an_account, an_entry, an_order, money_for
from tests.contracts.given import ordered, payable, stored, stored_order
from tests.contracts.stores import Stores
from tests.waiting import open_in

LATER = NOW + timedelta(minutes=3)


def received(order: PaymentOrder, state: OrderState) -> PaymentOrder:
    money = money_for(order)
    return replace(
        order,
        state=state,
        trade=money.trade,
        paid_at=money.paid_at,
        has_paid=state is OrderState.PAID,
        received_fen=money.amount_fen,
        settled_at=LATER,
        due_at=None,
    )


def surplus_of(order: PaymentOrder) -> Refund:
    money = money_for(order)
    fen = money.amount_fen
    return refund_of(order, money.trade, fen, total_fen=fen, cause=RefundCause.SURPLUS, now=LATER)


def mismatch(money: Money) -> Discrepancy:
    return about_money(DiscrepancyKind.MISMATCH, money, now=LATER)


@pytest.mark.parametrize("before", ["created", "pending", "closing", "closed"])
def test_money_pays_order_and_registration_whatever_the_order_was_before(stores: Stores, before: str) -> None:
    registration, order = ordered(stores)
    if before == "pending":
        stores.orders.mark_pending(order)
    if before in ("closing", "closed"):
        stores.orders.begin_closing(order)
    if before == "closed":
        stores.orders.close(order)
    version = stored(stores, registration).version
    stores.orders.settle(order, money_for(order), now=LATER)
    assert stored_order(stores, order) == received(order, OrderState.PAID)
    assert stored(stores, registration) == replace(
        registration,
        state=State.PAID,
        paid_order_id=order.id,
        paid_at=money_for(order).paid_at,
        updated_at=LATER,
        open_order_id=None,
        version=version + 1,
    )


def test_the_same_money_is_settled_once(stores: Stores) -> None:
    registration, order = ordered(stores)
    stores.orders.settle(order, money_for(order), now=LATER)
    paid = stored(stores, registration)
    with pytest.raises(StaleWriteError):
        stores.orders.settle(order, money_for(order), now=LATER + timedelta(hours=1))
    assert stored_order(stores, order) == received(order, OrderState.PAID)
    assert stored(stores, registration) == paid


def test_another_amount_settles_nothing(stores: Stores) -> None:
    registration, order = ordered(stores)
    with pytest.raises(StaleWriteError):
        stores.orders.settle(order, money_for(order, amount_fen=1), now=LATER)
    assert stored_order(stores, order) == order
    assert stored(stores, registration) == registration


def test_a_registration_is_paid_by_one_order(stores: Stores) -> None:
    registration, first = ordered(stores)
    stores.orders.close(first)
    second = an_order(registration, 2)
    stores.orders.open(second, registration, None)
    stores.orders.settle(second, money_for(second), now=LATER)
    with pytest.raises(StaleWriteError):
        stores.orders.settle(first, money_for(first), now=LATER)
    assert stored(stores, registration).paid_order_id == second.id
    assert stored_order(stores, first).state is OrderState.CLOSED


def test_a_trade_pays_one_order(stores: Stores) -> None:
    _, first = ordered(stores, 1)
    registration, second = ordered(stores, 2)
    money = money_for(first)
    stores.orders.settle(first, money, now=LATER)
    stolen = money_for(second, trade=money.trade)
    with pytest.raises(StaleWriteError):
        stores.orders.settle(second, stolen, now=LATER)
    with pytest.raises(StaleWriteError):
        stores.orders.record_surplus(second, stolen, surplus_of(second), now=LATER)
    with pytest.raises(StaleWriteError):
        stores.orders.set_aside(second, stolen, mismatch(stolen), now=LATER)
    assert stored_order(stores, second) == second
    assert stored(stores, registration) == registration


def test_an_order_is_found_by_the_trade_that_paid_it(stores: Stores) -> None:
    _, order = ordered(stores)
    money = money_for(order)
    assert stores.orders.of_trade(money.trade) is None
    stores.orders.settle(order, money, now=LATER)
    assert stores.orders.of_trade(money.trade) == stored_order(stores, order)
    assert stores.orders.of_trade(replace(money.trade, provider="wechatpay")) is None


def test_surplus_money_is_recorded_once_and_frees_the_registration(stores: Stores) -> None:
    registration, order = ordered(stores)
    money, refund = money_for(order), surplus_of(order)
    stores.orders.record_surplus(order, money, refund, now=LATER)
    assert stored_order(stores, order) == replace(
        received(order, OrderState.SURPLUS), refunds=1, refunding_fen=order.amount_fen
    )
    assert stores.refunds.get(refund.id) == refund
    assert stored(stores, registration) == replace(
        registration, open_order_id=None, version=registration.version + 1
    )
    with pytest.raises(StaleWriteError):
        stores.orders.record_surplus(order, money, refund, now=LATER)
    with pytest.raises(StaleWriteError):
        stores.orders.settle(order, money, now=LATER)


def test_surplus_money_leaves_a_newer_order_open(stores: Stores) -> None:
    registration, old = ordered(stores)
    stores.orders.close(old)
    newer = an_order(registration, 2)
    stores.orders.open(newer, registration, None)
    waiting = stored(stores, registration)
    stores.orders.record_surplus(old, money_for(old), surplus_of(old), now=LATER)
    assert stored(stores, registration) == waiting
    assert stored_order(stores, old).state is OrderState.SURPLUS


def test_surplus_money_is_recorded_when_the_registration_is_gone(stores: Stores) -> None:
    registration, order = ordered(stores)
    stores.orders.close(order)
    stores.registrations.give_up(stored(stores, registration), an_account().identity)
    stores.orders.record_surplus(order, money_for(order), surplus_of(order), now=LATER)
    assert stored_order(stores, order).state is OrderState.SURPLUS
    assert stores.registrations.of(registration.account_id) == []


def test_a_mismatch_is_set_aside_once_with_its_trade(stores: Stores) -> None:
    registration, order = ordered(stores)
    money = money_for(order, amount_fen=1)
    stores.orders.set_aside(order, money, mismatch(money), now=LATER)
    assert stored_order(stores, order) == replace(received(order, OrderState.MISMATCH), received_fen=1)
    assert stored(stores, registration) == replace(
        registration, open_order_id=None, held_order_id=order.id, version=registration.version + 1
    )
    assert open_in(stores.discrepancies) == [mismatch(money)]
    with pytest.raises(StaleWriteError):
        stores.orders.set_aside(order, money, mismatch(money), now=LATER)


def test_a_registration_that_is_held_takes_no_other_order(stores: Stores) -> None:
    registration, order = ordered(stores)
    money = money_for(order, amount_fen=1)
    stores.orders.set_aside(order, money, mismatch(money), now=LATER)
    with pytest.raises(StaleWriteError):
        stores.orders.open(an_order(registration, 2), registration, None)


def test_money_of_an_order_that_was_let_go_pays_a_registration_that_is_held(stores: Stores) -> None:
    registration, let_go = ordered(stores)
    stores.orders.release(let_go)
    wrong = an_order(registration, 2)
    stores.orders.open(wrong, registration, None)
    money = money_for(wrong, amount_fen=1)
    stores.orders.set_aside(wrong, money, mismatch(money), now=LATER)
    stores.orders.settle(let_go, money_for(let_go), now=LATER)
    paid = stored(stores, registration)
    assert (paid.state, paid.held_order_id, paid.open_order_id) == (State.PAID, None, None)


def test_a_registration_is_free_again_once_a_person_has_seen_to_what_holds_it(stores: Stores) -> None:
    registration, order = ordered(stores)
    money = money_for(order, amount_fen=1)
    stores.orders.set_aside(order, money, mismatch(money), now=LATER)
    held = stored(stores, registration)
    stores.discrepancies.settle(mismatch(money), an_entry())
    free = stored(stores, registration)
    assert free == replace(held, held_order_id=None, version=held.version + 1)
    stores.orders.open(an_order(registration, 2), free, None)


def test_a_notice_may_come_twice(stores: Stores) -> None:
    payable(stores)
    for outcome in ("settled", "already known"):
        stores.orders.keep_notice("alipay", b"out_trade_no=1&\xff", outcome, now=NOW)
