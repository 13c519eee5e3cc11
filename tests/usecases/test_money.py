"""Every evidence of money ends in one place, however often and however late it comes (FAQ 19)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import OrderId, TradeNo
from chalicelib.domain.payment import (
    AlreadyKnown,
    Mismatch,
    Money,
    OrderState,
    Outcome,
    PaymentOrder,
    SecondTrade,
    Settle,
    Surplus,
    Trade,
)
from chalicelib.domain.registration import State
from chalicelib.usecases.money.receive_notice import NoticeOutcome, receive_notice
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.ports import NoticeRefusedError, StaleWriteError
from chalicelib.usecases.registrations.register import give_up_registration
from tests.builders import money_for
from tests.fakes import World
from tests.usecases.paying import Payer
from tests.usecases.stale import ContestedOrders, Rival
from tests.waiting import open_in

OTHER_TRADE = Trade("alipay", TradeNo("another trade"))


def receive(payer: Payer, money: Money) -> Outcome:
    return money_received(money, ports=payer.ports, now=payer.world.clock.now())


@pytest.fixture
def order(payer: Payer) -> PaymentOrder:
    return payer.open()


def test_money_as_asked_completes_the_registration(payer: Payer, order: PaymentOrder) -> None:
    money = money_for(order)
    assert receive(payer, money) == Settle()
    paid, done = payer.order(order), payer.stored()
    assert (paid.state, paid.trade, paid.due_at) == (OrderState.PAID, money.trade, None)
    assert (done.state, done.paid_order_id, done.paid_at) == (State.PAID, order.id, money.paid_at)
    assert done.open_order_id is None


@pytest.mark.parametrize("times", [2, 5])
def test_told_again_nothing_happens_again(payer: Payer, order: PaymentOrder, times: int) -> None:
    decisions = [receive(payer, money_for(order)) for _ in range(times)]
    assert decisions == [Settle(), *[AlreadyKnown()] * (times - 1)]
    assert payer.world.memory.refunds == {}


def given_up(payer: Payer) -> None:
    payer.change(open_order_id=None)
    world = payer.world
    give_up_registration(
        payer.account,
        payer.registration.id,
        ports=world.registration_ports,
        now=world.clock.now(),
    )


def paid_otherwise(payer: Payer) -> None:
    payer.change(state=State.PAID, open_order_id=None)


def superseded(payer: Payer) -> None:
    payer.change(state=State.SUPERSEDED)


@pytest.mark.parametrize("meanwhile", [given_up, paid_otherwise, superseded])
def test_money_for_what_can_no_longer_take_it_goes_back_once(
    payer: Payer, order: PaymentOrder, meanwhile: Callable[[Payer], None]
) -> None:
    meanwhile(payer)
    assert receive(payer, money_for(order)) == Surplus()
    assert receive(payer, money_for(order)) == AlreadyKnown()
    assert payer.order(order).state is OrderState.SURPLUS
    assert {key: kept.amount_fen for key, kept in payer.world.memory.refunds.items()} == {
        f"{order.id}R01": 24000
    }


def test_money_learnt_of_after_the_window_counts_when_it_was_paid_inside(
    payer: Payer, order: PaymentOrder
) -> None:
    payer.world.clock.advance(days=30)
    assert receive(payer, money_for(order)) == Settle()
    assert payer.stored().state is State.PAID


def test_money_paid_after_the_window_goes_back(payer: Payer, order: PaymentOrder) -> None:
    late = money_for(order, paid_at=order.expires_at + timedelta(days=30))
    assert receive(payer, late) == Surplus()
    assert payer.stored().state is State.PAYABLE
    assert payer.stored().open_order_id is None


def test_money_beats_a_closed_order(payer: Payer, order: PaymentOrder) -> None:
    payer.orders.close(order)
    assert receive(payer, money_for(order)) == Settle()


def test_a_second_order_paid_as_well_goes_back(payer: Payer, order: PaymentOrder) -> None:
    payer.orders.close(order)
    second = payer.open()
    assert receive(payer, money_for(second)) == Settle()
    assert receive(payer, money_for(order)) == Surplus()
    assert payer.stored().paid_order_id == second.id


@pytest.mark.parametrize("wrong", [{"amount_fen": 1}, {"amount_fen": 24001}])
def test_a_wrong_amount_is_set_aside_for_a_person(
    payer: Payer, order: PaymentOrder, wrong: dict[str, Any]
) -> None:
    assert receive(payer, money_for(order, **wrong)) == Mismatch()
    assert receive(payer, money_for(order, **wrong)) == AlreadyKnown()
    assert payer.order(order).state is OrderState.MISMATCH
    assert payer.stored().state is State.PAYABLE
    assert payer.world.memory.refunds == {}


def test_a_second_trade_of_one_order_is_kept_once_for_a_person(payer: Payer, order: PaymentOrder) -> None:
    receive(payer, money_for(order))
    twice = money_for(order, trade=OTHER_TRADE)
    assert [receive(payer, twice), receive(payer, twice)] == [SecondTrade(), SecondTrade()]
    (noticed,) = open_in(payer.world.discrepancies)
    assert (noticed.kind, noticed.order_id) == (DiscrepancyKind.SECOND_TRADE, order.id)
    assert (noticed.trade_no, noticed.amount_fen) == (OTHER_TRADE.trade_no, 24000)


def test_money_for_an_order_not_ours_is_put_before_a_person(payer: Payer, order: PaymentOrder) -> None:
    with pytest.raises(NotFoundError):
        receive(payer, money_for(replace(order, id=OrderId("x" * 20))))
    (noticed,) = open_in(payer.world.discrepancies)
    assert (noticed.kind, noticed.amount_fen) == (DiscrepancyKind.UNKNOWN_ORDER, 24000)


@pytest.mark.parametrize("times", [1, 2])
def test_whoever_writes_first_makes_it_decided_again(payer: Payer, order: PaymentOrder, times: int) -> None:
    payer.orders = ContestedOrders(payer.world, Rival(times))
    assert receive(payer, money_for(order)) == Settle()


def test_after_three_times_it_is_left_to_the_next_notice(payer: Payer, order: PaymentOrder) -> None:
    rival = Rival(100)
    payer.orders = ContestedOrders(payer.world, rival)
    with pytest.raises(StaleWriteError):
        receive(payer, money_for(order))
    assert rival.tried == 3
    assert payer.stored().state is State.PAYABLE


def test_a_registration_paid_in_between_makes_it_a_surplus(payer: Payer, order: PaymentOrder) -> None:
    payer.orders = ContestedOrders(payer.world, Rival(1, lambda: paid_otherwise(payer)))
    assert receive(payer, money_for(order)) == Surplus()


def test_the_same_notice_in_between_makes_it_known(payer: Payer, order: PaymentOrder) -> None:
    other = replace(payer, orders=payer.world.orders)
    payer.orders = ContestedOrders(payer.world, Rival(1, lambda: receive(other, money_for(order))))
    assert receive(payer, money_for(order)) == AlreadyKnown()


def notice(payer: Payer, body: bytes) -> NoticeOutcome:
    return receive_notice(
        body,
        {},
        provider=payer.world.provider,
        ports=payer.ports,
        now=payer.world.clock.now(),
    )


def kept(world: World) -> list[str]:
    return [raw.outcome for raw in world.memory.notices.values()]


def test_a_notice_is_kept_with_what_came_of_it(payer: Payer, order: PaymentOrder) -> None:
    body = payer.world.provider.notice_of(money_for(order))
    assert notice(payer, body) is NoticeOutcome.SETTLED
    assert notice(payer, body) is NoticeOutcome.ALREADY_KNOWN
    assert kept(payer.world) == ["settle"]


def test_each_notice_has_its_outcome(payer: Payer, order: PaymentOrder) -> None:
    provider = payer.world.provider
    unknown = money_for(replace(order, id=OrderId("y" * 20)))
    assert notice(payer, provider.notice_of(unknown)) is NoticeOutcome.UNKNOWN_ORDER
    assert notice(payer, provider.notice_of_something_else(order.id)) is NoticeOutcome.NOT_ABOUT_PAYMENT
    assert notice(payer, provider.notice_of(money_for(order, amount_fen=1))) is NoticeOutcome.MISMATCH
    second = money_for(order, trade=OTHER_TRADE)
    assert notice(payer, provider.notice_of(second)) is NoticeOutcome.SECOND_TRADE
    assert kept(payer.world) == ["unknown_order", "not_about_payment", "mismatch", "secondtrade"]


def test_a_surplus_notice_says_so(payer: Payer, order: PaymentOrder) -> None:
    paid_otherwise(payer)
    body = payer.world.provider.notice_of(money_for(order))
    assert notice(payer, body) is NoticeOutcome.SURPLUS


def test_a_forged_notice_is_refused_and_not_kept(payer: Payer, order: PaymentOrder) -> None:
    with pytest.raises(NoticeRefusedError):
        notice(payer, b"forged")
    assert kept(payer.world) == []


def test_a_notice_that_could_not_be_settled_is_not_kept_as_if_it_were(
    payer: Payer, order: PaymentOrder
) -> None:
    payer.orders = ContestedOrders(payer.world, Rival(100))
    with pytest.raises(StaleWriteError):
        notice(payer, payer.world.provider.notice_of(money_for(order)))
    assert kept(payer.world) == []
