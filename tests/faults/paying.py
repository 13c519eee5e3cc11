"""Flows of money: open an order, be told of a payment, ask about one, sweep."""

from contextlib import suppress
from typing import NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import State
from chalicelib.usecases.pay import begin_payment, idempotency_key, open_payment_order
from chalicelib.usecases.ports import Channel
from chalicelib.usecases.receive_notice import receive_notice
from tests.builders import a_credential, a_payable_registration, an_account
from tests.contracts.given import opened
from tests.faults.flow import REFUSALS, Flow
from tests.faults.house import ADDRESS, House


class Payer(NamedTuple):
    """A candidate with a registration that waits for its money."""

    account: Account
    registration_id: RegistrationId


class Paying(NamedTuple):
    """An order, and the notice of the money that was paid on it."""

    payer: Payer
    order: PaymentOrder
    notice: bytes


def a_payer(house: House) -> Payer:
    """An account with its education and a registration confirmed."""
    account = opened(house.stores, an_account())
    house.stores.credentials.add(a_credential(account))
    registration = a_payable_registration(account)
    house.stores.registrations.start(registration, account.identity)
    return Payer(account, registration.id)


def open_order(house: House, payer: Payer, *, key: str = "first") -> PaymentOrder:
    """Press 缴费: the order, then the address of the cashier."""
    order = open_payment_order(
        payer.account,
        payer.registration_id,
        "alipay",
        key=idempotency_key(payer.account.id, key, payer.registration_id),
        ports=house.payment_ports,
        randomness=house.services.randomness,
        now=house.now(),
    )
    begin_payment(order, Channel.PAGE, address=ADDRESS, ports=house.payment_ports, now=house.now())
    return house.services.orders.get(order.id) or order


def tell(house: House, notice: bytes) -> None:
    """The provider sends a notice."""
    receive_notice(
        notice,
        {},
        provider=house.services.providers["alipay"],
        orders=house.services.orders,
        registrations=house.services.registrations,
        exams=house.services.exams,
        now=house.now(),
    )


def paid_order(house: House) -> Paying:
    """An order that is paid, which nobody has told us yet."""
    payer = a_payer(house)
    order = open_order(house, payer)
    return Paying(payer, order, house.outside.provider.notice_of(house.outside.pay(order)))


def is_paid(house: House, payer: Payer) -> None:
    """The registration is paid, by one order."""
    registration = house.services.registrations.get(payer.account.id, payer.registration_id)
    assert registration is not None
    assert registration.state is State.PAID
    assert registration.open_order_id is None


def _presses_again_and_pays(house: House, payer: Payer) -> None:
    """The same key once more, then a new click where that order is over; and the money."""
    order = open_order(house, payer)
    if order.state is OrderState.CLOSED:
        order = open_order(house, payer, key="second")
    house.outside.pay(order)


OPEN_AN_ORDER = Flow(
    name="open an order",
    given=a_payer,
    act=open_order,
    again=_presses_again_and_pays,
    reached=is_paid,
)
BE_TOLD = Flow(
    name="be told of a payment",
    given=paid_order,
    act=lambda house, paying: tell(house, paying.notice),
    reached=lambda house, paying: is_paid(house, paying.payer),
    heals_itself=True,
)
FLOWS = [OPEN_AN_ORDER, BE_TOLD]
_ = (suppress, REFUSALS)
