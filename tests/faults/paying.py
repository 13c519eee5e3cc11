"""Flows of money: open an order, be told of a payment, ask about one, sweep."""

from datetime import timedelta
from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.ids import OrderId, RegistrationId, TradeNo
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade
from chalicelib.domain.registration import State
from chalicelib.storage import keys
from chalicelib.usecases.money.pay import begin_payment, check_order, idempotency_key, open_payment_order
from chalicelib.usecases.money.receive_notice import receive_notice
from chalicelib.usecases.ports import Channel
from tests.builders import a_credential, a_payable_registration, an_account
from tests.contracts.given import opened
from tests.faults.flow import Flow
from tests.faults.house import ADDRESS, House


class Payer(NamedTuple):
    """A candidate with a registration that waits for its money."""

    account: Account
    registration_id: RegistrationId


class Paying(NamedTuple):
    """An order, and the notice of the money that was paid on it, or of none."""

    payer: Payer
    order: PaymentOrder
    notice: bytes = b""


def a_payer(house: House, number: int = 1) -> Payer:
    """An account with its education and a registration confirmed."""
    account = opened(house.stores, an_account(number))
    house.stores.credentials.add(a_credential(account))
    registration = a_payable_registration(account, number)
    house.stores.registrations.start(registration, account.identity)
    return Payer(account, registration.id)


def open_order(house: House, payer: Payer, *, key: str = "first", provider: str = "alipay") -> PaymentOrder:
    """Press 缴费: the order, then the address of the cashier."""
    account, registration_id = payer
    sent = idempotency_key(account.id, key, registration_id)
    order = house.run(
        open_payment_order, account, registration_id, provider, key=sent, ports=house.payment_ports
    )
    house.run(begin_payment, order, Channel.PAGE, address=ADDRESS, ports=house.payment_ports)
    return house.services.orders.get(order.id) or order


def tell(house: House, notice: bytes, *, provider: str = "alipay") -> None:
    """The provider sends a notice."""
    sender = house.services.providers[provider]
    house.run(receive_notice, notice, {}, provider=sender, ports=house.payment_ports)


def pending(house: House, number: int = 1) -> Paying:
    """An order whose payer is at the cashier."""
    payer = a_payer(house, number)
    order = open_order(house, payer)
    house.outside.visit(order)
    return Paying(payer, order)


def paid(house: House, paying: Paying, **changes: object) -> Paying:
    """The payer has paid, and nobody has told us yet."""
    money = house.outside.pay(paying.order, **changes)
    return paying._replace(notice=house.outside.notice_of(money))


def told_of(house: House, paying: Paying) -> Paying:
    """The payer has paid, and we know."""
    there = paid(house, paying)
    tell(house, there.notice)
    return there


def expired(house: House, paying: Paying) -> Paying:
    """The order's time is over, and no job has looked since."""
    house.clock.move_to(paying.order.expires_at + timedelta(minutes=6))
    return paying


def paid_too_late(house: House) -> Paying:
    """A first order that was closed and is paid all the same, after a second one was paid and settled."""
    first = expired(house, pending(house))
    house.sweep()
    second = first._replace(order=open_order(house, first.payer, key="second"))
    told_of(house, second)
    return paid(house, first)


def paid_by_another_trade(house: House) -> Paying:
    """An order that is settled, and paid once more at another cashier."""
    there = told_of(house, pending(house))
    return paid(house, there, trade=Trade("alipay", TradeNo("another-trade")))


def unknown_and_expired(house: House) -> Paying:
    """An order whose payer never came, with its time over."""
    payer = a_payer(house)
    return expired(house, Paying(payer, open_order(house, payer)))


def check(house: House, paying: Paying) -> None:
    """Press 查询."""
    house.clock.advance(seconds=6)
    house.run(check_order, paying.payer.account, paying.order.id, ports=house.payment_ports)


def _sweep(house: House, _: object) -> None:
    """What the schedule starts, with all sixteen queries of the index."""
    house.clock.advance(seconds=31)
    house.sweep()


def _sweep_this(house: House, paying: Paying) -> None:
    """The same with these queries spared."""
    house.clock.advance(seconds=31)
    house.sweep_known([keys.order(paying.order.id).pk])


def _told(house: House, paying: Paying) -> None:
    tell(house, paying.notice)


def is_paid(house: House, payer: Payer) -> None:
    """The registration is paid, by one order."""
    registration = house.services.registrations.get(payer.account.id, payer.registration_id)
    assert registration is not None
    assert registration.state is State.PAID
    assert registration.open_order_id is None


def _paying_is_over(house: House, paying: Paying) -> None:
    is_paid(house, paying.payer)


def order_is(house: House, order_id: OrderId, state: OrderState) -> None:
    order = house.services.orders.get(order_id)
    assert order is not None
    assert order.state is state


def _may_be_paid_anew(house: House, paying: Paying) -> None:
    """The order is closed and the registration free for another, which is paid."""
    order_is(house, paying.order.id, OrderState.CLOSED)
    another = open_order(house, paying.payer, key="another")
    assert another.id != paying.order.id
    house.outside.pay(another)
    house.run_jobs()
    is_paid(house, paying.payer)


def _presses_again_and_pays(house: House, payer: Payer) -> None:
    """The same key once more, then a new click where that order is over; and the money."""
    order = open_order(house, payer)
    if order.state is OrderState.CLOSED:
        order = open_order(house, payer, key="second")
    house.outside.pay(order)


def _opens_another(house: House, paying: Paying) -> None:
    open_order(house, paying.payer, key="another")


FLOWS: list[Flow[Any]] = [
    Flow(
        name="open an order",
        given=a_payer,
        act=open_order,
        again=_presses_again_and_pays,
        reached=is_paid,
    ),
    Flow(
        name="open another order after the first expired",
        given=lambda house: expired(house, pending(house)),
        act=_opens_another,
        again=lambda house, paying: _presses_again_and_pays(house, paying.payer),
        reached=_paying_is_over,
    ),
    Flow(
        name="be told of a payment",
        given=lambda house: paid(house, pending(house)),
        act=_told,
        reached=_paying_is_over,
        heals_itself=True,
    ),
    Flow(
        name="be told of surplus money",
        given=paid_too_late,
        act=_told,
        reached=lambda house, paying: order_is(house, paying.order.id, OrderState.REFUNDED),
    ),
    Flow(
        name="be told of a wrong amount",
        given=lambda house: paid(house, pending(house), amount_fen=1),
        act=_told,
        reached=lambda house, paying: order_is(house, paying.order.id, OrderState.MISMATCH),
        heals_itself=True,
    ),
    Flow(
        name="be told of a second trade",
        given=paid_by_another_trade,
        act=_told,
        reached=_paying_is_over,
    ),
    Flow(
        name="ask about a paid order",
        given=lambda house: paid(house, pending(house)),
        act=check,
        reached=_paying_is_over,
        heals_itself=True,
    ),
    Flow(
        name="ask about an expired order",
        given=lambda house: expired(house, pending(house)),
        act=check,
        reached=_may_be_paid_anew,
    ),
    Flow(
        name="sweep a paid order",
        given=lambda house: paid(house, pending(house)),
        act=_sweep,
        reached=_paying_is_over,
        heals_itself=True,
    ),
    Flow(
        name="sweep an unpaid order",
        given=pending,
        act=_sweep_this,
        reached=_may_be_paid_anew,
    ),
    Flow(
        name="sweep an expired order",
        given=lambda house: expired(house, pending(house)),
        act=_sweep_this,
        reached=_may_be_paid_anew,
    ),
    Flow(
        name="sweep an expired order that nobody came to pay",
        given=unknown_and_expired,
        act=_sweep_this,
        reached=_may_be_paid_anew,
    ),
]
