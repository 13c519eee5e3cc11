"""How a sweep goes: no faster than a provider bears, no longer than it has, none held up by another."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.usecases.money import sweep as sweeping
from chalicelib.usecases.money.sweep import Pace, SweepReport, sweep_money
from chalicelib.usecases.ports import ProviderUnavailableError, TradeAnswer
from tests.builders import a_payable_registration, an_account, an_order
from tests.fakes import World
from tests.fakes.orders import FakeOrders
from tests.fakes.outside import FakePaymentProvider


class Watch:
    """Time that passes only where somebody waits or a provider is slow."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.elapsed_s += seconds

    def pace(self) -> Pace:
        return Pace(wait=self.wait, elapsed_s=lambda: self.elapsed_s)


class Timed(FakePaymentProvider):
    """Takes its time, says when it was asked, and may say nothing."""

    def __init__(self, name: str, watch: Watch, *, takes_s: float = 0.0, is_silent: bool = False) -> None:
        super().__init__(name)
        self._watch = watch
        self._takes_s = takes_s
        self._is_silent = is_silent
        self.asked_at: list[float] = []

    def query(self, order_id: OrderId) -> TradeAnswer:
        self.asked_at.append(round(self._watch.elapsed_s, 6))
        self._watch.elapsed_s += self._takes_s
        if self._is_silent:
            raise ProviderUnavailableError("timed out")
        return super().query(order_id)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def orders(world: World, providers: Iterable[str]) -> list[PaymentOrder]:
    """Orders of these providers, due in this order."""
    made = []
    for number, provider in enumerate(providers, 1):
        account = world.given_account(an_account(number))
        registration = world.given_registration(a_payable_registration(account, number), account)
        due_at = world.clock.now() + timedelta(milliseconds=number)
        order = an_order(registration, number, provider=provider, due_at=due_at)
        world.orders.open(order, registration, None)
        made.append(order)
    world.clock.advance(seconds=10)
    return made


def sweep(world: World, watch: Watch) -> SweepReport:
    return sweep_money(ports=world.payment_ports, pace=watch.pace(), now=world.clock.now())


def states(world: World, made: Iterable[PaymentOrder]) -> list[OrderState]:
    return [world.memory.orders[order.id].state for order in made]


def test_one_provider_is_asked_five_times_a_second_at_most(world: World, watch: Watch) -> None:
    world.provider = Timed("alipay", watch, takes_s=0.05)
    orders(world, ["alipay"] * 4)
    assert sweep(world, watch).asked == 4
    assert world.provider.asked_at == [0, 0.2, 0.4, 0.6]


def test_nobody_waits_for_a_slow_provider_twice(world: World, watch: Watch) -> None:
    world.provider = Timed("alipay", watch, takes_s=1)
    orders(world, ["alipay"] * 3)
    sweep(world, watch)
    assert world.provider.asked_at == [0, 1, 2]


def test_each_provider_has_its_own_pace(world: World, watch: Watch) -> None:
    world.provider, world.wechatpay = Timed("alipay", watch), Timed("wechatpay", watch)
    orders(world, ["alipay", "wechatpay"] * 2)
    sweep(world, watch)
    assert (world.provider.asked_at, world.wechatpay.asked_at) == ([0, 0.2], [0, 0.2])


def test_a_silent_provider_is_asked_three_times_and_the_other_for_all_of_its_orders(
    world: World, watch: Watch
) -> None:
    world.provider = Timed("alipay", watch, takes_s=3, is_silent=True)
    world.wechatpay = Timed("wechatpay", watch)
    made = orders(world, ["alipay"] * 30 + ["wechatpay"] * 3)
    for order in made[30:]:
        world.wechatpay.pay(order)
    report = sweep(world, watch)
    assert (report.due, report.asked, report.put_off) == (33, 6, 27)
    assert report.silent == {"alipay": 3}
    assert states(world, made[30:]) == [OrderState.PAID] * 3
    assert watch.elapsed_s < 10


def test_what_is_put_off_for_its_provider_comes_up_again_by_the_plan(world: World, watch: Watch) -> None:
    world.provider = Timed("alipay", watch, is_silent=True)
    made = orders(world, ["alipay"] * 5)
    sweep(world, watch)
    now = world.clock.now()
    assert world.orders.due(now=now, at_most=9) == []
    assert {world.memory.orders[order.id].due_at for order in made} == {now + timedelta(minutes=1)}
    world.provider = FakePaymentProvider()
    for order in made:
        world.provider.pay(order)
    world.clock.advance(minutes=1)
    assert sweep(world, Watch()).asked == 5
    assert states(world, made) == [OrderState.PAID] * 5


class FewAtOnce(FakeOrders):
    """An index of which a sweep sees no more than five."""

    def due(self, *, now: object, at_most: int) -> list[OrderId]:
        assert at_most == sweeping.AT_MOST_AT_ONCE
        return list(super().due(now=now, at_most=5))  # type: ignore[arg-type]


def test_more_than_a_sweep_sees_of_a_silent_provider_does_not_hide_the_other(
    world: World, watch: Watch
) -> None:
    world.orders = FewAtOnce(world.memory)
    world.provider = Timed("alipay", watch, is_silent=True)
    made = orders(world, ["alipay"] * 12 + ["wechatpay"])
    world.wechatpay.pay(made[-1])
    for _ in range(3):
        sweep(world, Watch())
        world.clock.advance(seconds=1)
    assert states(world, made[-1:]) == [OrderState.PAID]


def test_an_answer_that_is_no_silence_is_no_reason_to_stop(world: World, watch: Watch) -> None:
    made = orders(world, ["alipay"] * 9)
    assert sweep(world, watch).asked == 9
    assert states(world, made) == [OrderState.CREATED] * 9


def test_after_its_time_a_sweep_leaves_the_rest_due(world: World, watch: Watch) -> None:
    world.provider = Timed("alipay", watch, takes_s=20)
    made = orders(world, ["alipay"] * 5)
    report = sweep(world, watch)
    assert (report.due, report.asked, report.put_off) == (5, 3, 2)
    assert world.orders.due(now=world.clock.now(), at_most=9) == [order.id for order in made[3:]]
    assert watch.elapsed_s == 60, "the last one asked may overrun, and no more are asked"


def test_what_is_left_for_want_of_time_is_not_even_read(world: World, watch: Watch) -> None:
    orders(world, ["alipay"] * 3)
    watch.elapsed_s = 45

    class Unread(FakeOrders):
        def get(self, order_id: OrderId) -> PaymentOrder | None:
            raise AssertionError(order_id)

    world.orders = Unread(world.memory)
    assert sweep(world, watch).put_off == 3


def broken_row(world: World, order: PaymentOrder) -> None:
    """A row that nobody can read."""

    class Broken(FakeOrders):
        def get(self, order_id: OrderId) -> PaymentOrder | None:
            if order_id == order.id:
                raise ValueError("no such state")
            return super().get(order_id)

    world.orders = Broken(world.memory)


def gone(world: World, order: PaymentOrder) -> None:
    """The index lags behind the table."""

    class Lagging(FakeOrders):
        def due(self, *, now: object, at_most: int) -> list[OrderId]:
            return [OrderId("gone"), *super().due(now=now, at_most=at_most)]  # type: ignore[arg-type]

    world.orders = Lagging(world.memory)


@pytest.mark.parametrize(("trouble", "raises"), [(broken_row, True), (gone, False)])
def test_what_cannot_be_read_does_not_keep_the_others_unpaid(
    world: World, watch: Watch, trouble: Callable[[World, PaymentOrder], None], *, raises: bool
) -> None:
    first, other = orders(world, ["alipay"] * 2)
    world.provider.pay(other)
    trouble(world, first)
    if raises:
        with pytest.raises(ExceptionGroup):
            sweep(world, watch)
    else:
        sweep(world, watch)
    assert states(world, [other]) == [OrderState.PAID]
