"""What the tests of refunds begin with: orders whose money goes back, or may."""

from datetime import timedelta

from chalicelib.domain.payment import Money, PaymentOrder
from chalicelib.domain.refund import Refund, refund_number
from chalicelib.domain.registration import State
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.money.sweep import Pace, SweepReport, sweep_money
from tests.fakes import World
from tests.usecases.paying import Payer


def sweep(world: World) -> SweepReport:
    """A sweep that needs no time."""
    pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0)
    return sweep_money(ports=world.payment_ports, pace=pace, now=world.clock.now())


def receive(payer: Payer, money: Money) -> None:
    """We learn of money."""
    money_received(money, ports=payer.ports, now=payer.world.clock.now())


def paid(payer: Payer) -> PaymentOrder:
    """An order that pays the registration."""
    order = payer.open()
    receive(payer, payer.world.provider.pay(order))
    return payer.order(order)


def surplus(payer: Payer) -> PaymentOrder:
    """An order paid for what can no longer take its money."""
    order = payer.open()
    payer.change(state=State.SUPERSEDED)
    receive(payer, payer.world.provider.pay(order))
    return payer.order(order)


def mismatch(payer: Payer, amount_fen: int = 30000) -> PaymentOrder:
    """An order with money of another amount."""
    order = payer.open()
    receive(payer, payer.world.provider.pay(order, amount_fen=amount_fen))
    return payer.order(order)


def refund_of(payer: Payer, order: PaymentOrder, number: int = 1) -> Refund:
    """The refund of an order as it now stands."""
    return payer.world.memory.refunds[refund_number(order.id, number - 1)]


def a_week_later(payer: Payer) -> None:
    """So long that a refund is given up."""
    payer.world.clock.advance(days=7)


def sweep_when_due(payer: Payer, refund: Refund) -> timedelta:
    """Sweep at the very moment the refund is due; how long after it was asked for that is."""
    assert refund.due_at is not None
    payer.world.clock.move_to(refund.due_at)
    sweep(payer.world)
    return refund.due_at - refund.requested_at
