"""A payment under way is ended for another way or other choices, and no money is lost by it (FAQ 18)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.payment import (
    UNKNOWN_IS_CLOSED_AFTER_EXPIRY,
    OrderState,
    PaymentOrder,
    Settle,
    Surplus,
)
from chalicelib.domain.registration import State
from chalicelib.usecases.money.let_go import cancel_payment
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.ports import Orders, ProviderUnavailableError
from tests.builders import an_exam, an_offering
from tests.usecases.paying import Payer, begin


def cancel(payer: Payer) -> PaymentOrder:
    return cancel_payment(
        payer.account, payer.registration.id, ports=payer.ports, now=payer.world.clock.now()
    )


def both_offered(payer: Payer) -> None:
    payer.world.exams.put(an_exam(), [an_offering(providers=("alipay", "wechatpay"))])


def test_an_order_that_the_provider_never_saw_gives_way_at_once_and_is_still_asked_about(
    payer: Payer,
) -> None:
    first = payer.open()
    payer.world.clock.move_to(first.expires_at)
    second = payer.open()
    assert payer.stored().open_order_id == second.id
    assert payer.order(first).state is OrderState.CLOSING
    assert payer.order(first).due_at is not None


def test_while_the_provider_is_silent_no_second_order_is_opened(payer: Payer) -> None:
    first = payer.open()
    begin(payer, first)
    payer.world.clock.move_to(first.expires_at + timedelta(hours=1))
    payer.world.provider.be_silent()
    with pytest.raises(ProviderUnavailableError):
        payer.open()
    assert list(payer.world.memory.orders) == [first.id]


def test_an_order_to_which_nobody_saw_the_door_gives_way_though_its_provider_is_silent(
    payer: Payer,
) -> None:
    payer.world.exams.put(an_exam(), [an_offering(providers=("alipay", "wechatpay"))])
    first = payer.open()
    payer.world.provider.be_silent()
    second = payer.open("wechatpay")
    assert payer.stored().open_order_id == second.id
    assert payer.order(first).state is OrderState.CLOSING


def test_no_door_is_shown_to_an_order_that_was_let_go_of_in_another_tab(payer: Payer) -> None:
    order = payer.open()
    payer.orders.release(order)
    asked, door = begin(payer, order)
    assert (asked.state, door) == (OrderState.CLOSING, None)


def test_paying_again_finds_the_money_of_the_first_order(payer: Payer) -> None:
    first = payer.open()
    payer.world.provider.pay(first)
    payer.world.clock.move_to(first.expires_at)
    with pytest.raises(ActionRefusedError) as refused:
        payer.open()
    assert refused.value.reason is Reason.ALREADY_PAID
    assert payer.stored().state is State.PAID


def test_an_order_that_the_provider_knows_is_closed_there_before_another_is_opened(payer: Payer) -> None:
    both_offered(payer)
    first = payer.open()
    begin(payer, first)
    payer.world.provider.visit(first)
    second = payer.open("wechatpay")
    assert payer.world.provider.closed == [first.id]
    assert payer.order(first).state is OrderState.CLOSED
    assert payer.stored().open_order_id == second.id


def test_cancelling_frees_the_registration(payer: Payer) -> None:
    order = payer.open()
    begin(payer, order)
    payer.world.provider.visit(order)
    assert cancel(payer).state is OrderState.CLOSED
    assert payer.stored().open_order_id is None


def test_cancelling_what_is_paid_shows_it_as_paid(payer: Payer) -> None:
    order = payer.open()
    begin(payer, order)
    payer.world.provider.pay(order)
    assert cancel(payer).state is OrderState.PAID
    assert payer.stored().state is State.PAID


def test_without_a_payment_under_way_there_is_nothing_to_cancel(payer: Payer) -> None:
    with pytest.raises(ActionRefusedError) as refused:
        cancel(payer)
    assert refused.value.reason is Reason.NOTHING_UNDER_WAY


def test_money_for_an_order_that_was_let_go_still_pays_if_nothing_else_did(payer: Payer) -> None:
    first = payer.open()
    begin(payer, first)
    cancel(payer)
    money = payer.world.provider.pay(first)
    assert money_received(money, ports=payer.ports, now=payer.world.clock.now()) == Settle()


def test_whoever_pays_both_gets_the_second_back(payer: Payer) -> None:
    both_offered(payer)
    first = payer.open()
    begin(payer, first)
    second = payer.open("wechatpay")
    late = payer.world.provider.pay(first)
    now = payer.world.clock.now()
    assert money_received(payer.world.wechatpay.pay(second), ports=payer.ports, now=now) == Settle()
    assert money_received(late, ports=payer.ports, now=now) == Surplus()


def test_once_the_first_order_is_paid_after_all_the_second_is_closed_soon(payer: Payer) -> None:
    both_offered(payer)
    first = payer.open()
    begin(payer, first)
    second = payer.open("wechatpay")
    now = payer.world.clock.advance(seconds=1)
    money_received(payer.world.provider.pay(first), ports=payer.ports, now=now)
    assert payer.order(second).due_at == now
    assert payer.stored().open_order_id is None


def test_a_provider_that_does_not_let_it_end_keeps_the_payment_under_way(payer: Payer) -> None:
    order = payer.open()
    begin(payer, order)
    payer.world.provider.visit(order)
    payer.world.provider.keeps_open.add(order.id)
    with pytest.raises(ActionRefusedError) as refused:
        cancel(payer)
    assert refused.value.reason is Reason.PAYMENT_ENDING
    assert refused.value.changes_at == order.expires_at + timedelta(minutes=5)


class TwoTabs:
    """The orders, where the other tab goes first with whatever this one is about to begin."""

    def __init__(self, orders: Orders, *, to_its_end: bool = False) -> None:
        self._orders = orders
        self._to_its_end = to_its_end

    def begin_closing(self, order: PaymentOrder) -> None:
        self._orders.begin_closing(order)
        if self._to_its_end:
            self._orders.close(order)
        self._orders.begin_closing(order)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._orders, name)


@pytest.mark.parametrize("to_its_end", [False, True])
def test_cancelled_from_two_tabs_at_once_both_are_told_that_it_is_done(
    payer: Payer, *, to_its_end: bool
) -> None:
    order = payer.open()
    begin(payer, order)
    payer.world.provider.visit(order)
    second_tab = replace(payer, orders=cast(Orders, TwoTabs(payer.orders, to_its_end=to_its_end)))
    assert cancel(second_tab).state is OrderState.CLOSED
    assert payer.stored().open_order_id is None


def test_cancelled_from_two_tabs_what_the_provider_keeps_open_is_under_way_until_it_is_over(
    payer: Payer,
) -> None:
    order = payer.open()
    begin(payer, order)
    payer.world.provider.visit(order)
    payer.world.provider.keeps_open.add(order.id)
    second_tab = replace(payer, orders=cast(Orders, TwoTabs(payer.orders)))
    with pytest.raises(ActionRefusedError) as refused:
        cancel(second_tab)
    assert refused.value.reason is Reason.PAYMENT_ENDING
    assert refused.value.changes_at == order.expires_at + UNKNOWN_IS_CLOSED_AFTER_EXPIRY


def test_what_is_shown_with_the_door_is_pending(payer: Payer) -> None:
    order = payer.open()
    assert order.state is OrderState.CREATED
    shown, door = begin(payer, order)
    assert door is not None
    assert shown == payer.order(order)
    assert shown.state is OrderState.PENDING
