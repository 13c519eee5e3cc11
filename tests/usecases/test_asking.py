"""The 查询 button and the sweep: whoever has paid is found without a notice (FAQ 19, payments 4)."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import NotFoundError, TooManyRequestsError
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import State
from chalicelib.usecases.money.pay import check_order
from chalicelib.usecases.money.sweep import Pace, SweepReport, sweep_money
from chalicelib.usecases.ports import (
    Closed,
    ProviderRefusedError,
    ProviderUnavailableError,
    StaleWriteError,
    TradeAnswer,
    Unpaid,
)
from tests.builders import a_credential, a_payable_registration, an_account, an_order
from tests.fakes import World
from tests.fakes.outside import FakePaymentProvider
from tests.usecases.paying import Payer
from tests.usecases.stale import ContestedOrders, Rival

S, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def check(payer: Payer, order: PaymentOrder) -> PaymentOrder:
    return check_order(
        payer.account,
        order.id,
        ports=payer.ports,
        limits=payer.world.limits,
        now=payer.world.clock.now(),
    )


def sweep(payer: Payer) -> SweepReport:
    pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0)
    return sweep_money(ports=payer.ports, pace=pace, now=payer.world.clock.now())


def report(*, due: int = 0, asked: int = 0, silent: int = 0, refused: int = 0) -> SweepReport:
    return SweepReport(due=due, asked=asked, silent=Counter(alipay=silent), refused=refused)


@pytest.fixture
def order(payer: Payer) -> PaymentOrder:
    return payer.open()


def test_the_button_finds_a_payment_at_once(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.pay(order)
    assert check(payer, order).state is OrderState.PAID
    assert payer.stored().state is State.PAID


def test_the_button_changes_nothing_while_nothing_is_paid(payer: Payer, order: PaymentOrder) -> None:
    assert check(payer, order).state is OrderState.CREATED
    payer.world.provider.visit(order)
    payer.world.clock.advance(seconds=5)
    assert check(payer, order).state is OrderState.CREATED


def test_the_button_asks_once_in_five_seconds(payer: Payer, order: PaymentOrder) -> None:
    check(payer, order)
    payer.world.clock.advance(seconds=4.9)
    with pytest.raises(TooManyRequestsError):
        check(payer, order)
    payer.world.clock.advance(seconds=0.1)
    check(payer, order)
    assert len(payer.world.provider.queried) == 2


def test_the_button_asks_about_a_closed_order_as_well(payer: Payer, order: PaymentOrder) -> None:
    payer.orders.close(order)
    payer.world.provider.pay(order)
    assert check(payer, order).state is OrderState.PAID


def test_what_is_paid_is_not_asked_about_any_more(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.pay(order)
    check(payer, order)
    check(payer, order)
    assert len(payer.world.provider.queried) == 1


def test_a_silent_provider_changes_nothing(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.be_silent()
    with pytest.raises(ProviderUnavailableError):
        check(payer, order)
    assert payer.order(order) == order


def test_nobody_asks_about_the_order_of_another(payer: Payer, order: PaymentOrder) -> None:
    payer.account = an_account(2)
    with pytest.raises(NotFoundError):
        check(payer, order)
    assert payer.world.provider.queried == []


def test_the_sweep_finds_a_payment_whose_notice_was_lost(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.pay(order)
    payer.world.clock.advance(seconds=29)
    assert sweep(payer) == report()
    payer.world.clock.advance(seconds=1)
    assert sweep(payer) == report(due=1, asked=1)
    assert payer.stored().state is State.PAID
    assert sweep(payer) == report()


def test_the_sweep_asks_by_the_plan_until_the_order_is_closed(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.visit(order)
    asked_after: list[timedelta] = []
    while (due_at := payer.order(order).due_at) is not None:
        payer.world.clock.move_to(due_at)
        sweep(payer)
        asked_after.append(due_at - order.created_at)
    assert asked_after == [30 * S, 90 * S, 210 * S, 450 * S, 930 * S, 1830 * S, 1860 * S]
    assert payer.order(order).state is OrderState.CLOSED
    assert payer.world.provider.closed == [order.id]
    assert payer.stored().open_order_id is None


def after_expiry(payer: Payer, order: PaymentOrder, by: timedelta) -> datetime:
    payer.world.clock.move_to(order.expires_at + by)
    return payer.world.clock.now()


def test_an_order_that_nobody_came_to_pay_is_closed_only_after_five_minutes(
    payer: Payer, order: PaymentOrder
) -> None:
    after_expiry(payer, order, 5 * MINUTE - S)
    sweep(payer)
    assert payer.order(order).state is OrderState.CLOSING
    assert payer.stored().open_order_id is None
    after_expiry(payer, order, 5 * MINUTE)
    sweep(payer)
    assert payer.order(order).state is OrderState.CLOSED


def test_an_order_closed_at_the_provider_is_closed_here(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.answers[order.id] = Closed()
    payer.world.clock.advance(seconds=30)
    sweep(payer)
    assert payer.order(order).state is OrderState.CLOSED


class PaidJustThen(FakePaymentProvider):
    """The payer pays between our query and our close."""

    def __init__(self, order: PaymentOrder) -> None:
        super().__init__()
        self._order = order
        self.visit(order)

    def close(self, order_id: str) -> TradeAnswer:
        self.pay(self._order, paid_at=self._order.expires_at - S)
        return Unpaid()


def test_a_payment_between_the_query_and_the_close_is_not_lost(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider = PaidJustThen(order)
    after_expiry(payer, order, MINUTE)
    sweep(payer)
    assert payer.order(order).state is OrderState.PAID
    assert payer.stored().state is State.PAID


def test_money_that_comes_while_we_begin_to_close_stays(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.visit(order)
    payer.orders = ContestedOrders(payer.world, Rival(1))
    after_expiry(payer, order, MINUTE)
    sweep(payer)
    assert payer.order(order).state is OrderState.CREATED
    assert payer.world.provider.closed == []


def test_a_close_that_was_interrupted_is_taken_up_again(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.visit(order)
    payer.orders.begin_closing(order)
    after_expiry(payer, order, MINUTE)
    sweep(payer)
    assert payer.order(order).state is OrderState.CLOSED


def test_a_silent_provider_is_asked_again_later(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.be_silent()
    payer.world.clock.advance(seconds=30)
    assert sweep(payer) == report(due=1, asked=1, silent=1)
    left = payer.order(order)
    assert (left.state, left.attempts) == (OrderState.CREATED, 1)
    assert left.due_at == payer.world.clock.now() + MINUTE


def test_a_provider_that_refuses_us_is_counted(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.failure = ProviderRefusedError("wrong key")
    payer.world.clock.advance(seconds=30)
    assert sweep(payer) == report(due=1, asked=1, refused=1)


def test_an_order_that_another_sweep_claimed_is_left_to_it(payer: Payer, order: PaymentOrder) -> None:
    now = payer.world.clock.advance(seconds=30)

    class Slow(ContestedOrders):
        def get(self, order_id: str) -> PaymentOrder | None:
            found = super().get(order.id)
            assert found is not None
            payer.world.orders.claim(found, due_at=now + MINUTE, now=now)
            return found

    payer.orders = Slow(payer.world, Rival(0))
    assert sweep(payer) == report(due=1, asked=0)
    assert payer.world.provider.queried == []


def another_payer(world: World, number: int) -> PaymentOrder:
    account = world.given_account(an_account(number))
    world.given_credential(a_credential(account))
    registration = world.given_registration(a_payable_registration(account, number), account)
    order = an_order(registration, number)
    world.orders.open(order, registration, None)
    return order


def test_one_bad_order_does_not_keep_the_others_unpaid(payer: Payer, order: PaymentOrder) -> None:
    other = another_payer(payer.world, 2)
    for paid in (order, other):
        payer.world.provider.pay(paid)
    rival = Rival(3)
    payer.orders = ContestedOrders(payer.world, rival)
    payer.world.clock.advance(seconds=30)
    with pytest.raises(ExceptionGroup) as failed:
        sweep(payer)
    assert [type(fault) for fault in failed.value.exceptions] == [StaleWriteError]
    states = sorted(payer.order(paid).state for paid in (order, other))
    assert states == [OrderState.CREATED, OrderState.PAID]
    payer.world.clock.advance(minutes=1)
    assert sweep(payer) == report(due=1, asked=1)


def test_an_order_of_a_provider_that_we_no_longer_have_does_not_stop_the_sweep(
    payer: Payer, order: PaymentOrder
) -> None:
    other = another_payer(payer.world, 2)
    payer.world.provider.pay(other)
    payer.world.memory.orders[order.id] = an_order(payer.registration, 1, id=order.id, provider="gone")
    payer.world.clock.advance(seconds=30)
    with pytest.raises(ExceptionGroup):
        sweep(payer)
    assert payer.order(other).state is OrderState.PAID
