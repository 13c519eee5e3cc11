"""Flows in which a payment is ended: another provider, cancelling, an order that no provider ever saw."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.exam import Window
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.usecases.money.let_go import cancel_payment
from tests.builders import NOW, an_exam, an_offering
from tests.contracts.given import put_exam
from tests.faults.flow import Flow
from tests.faults.house import House
from tests.faults.paying import Payer, Paying, a_payer, is_paid, open_order, order_is, pending


def everything_offered(house: House) -> None:
    """Both providers, and leaving a paid exam."""
    offering = an_offering(providers=("alipay", "wechatpay"))
    leaving = Window(NOW - timedelta(days=1), NOW + timedelta(days=60))
    policy = replace(offering.policy, opt_out_refund=leaving)
    put_exam(house.services.exams, an_exam(), [replace(offering, policy=policy)])


def by_the_other(house: House, payer: Payer, key: str = "other") -> PaymentOrder:
    """Press 缴费 for the other provider."""
    return open_order(house, payer, key=key, provider="wechatpay")


def at_the_cashier(house: House) -> Paying:
    """An order that its provider knows, where both are offered."""
    everything_offered(house)
    return pending(house)


def never_seen(house: House) -> Paying:
    """An order whose payer never came, where both providers are offered."""
    everything_offered(house)
    payer = a_payer(house)
    return Paying(payer, open_order(house, payer))


def cancel(house: House, paying: Paying) -> None:
    """Press 取消缴费."""
    account, registration_id = paying.payer
    house.run(cancel_payment, account, registration_id, ports=house.payment_ports)


def _switch(house: House, paying: Paying) -> None:
    by_the_other(house, paying.payer)


def _switch_again_and_pay(house: House, paying: Paying) -> None:
    order = by_the_other(house, paying.payer)
    if order.state is OrderState.CLOSED:
        order = by_the_other(house, paying.payer, "once more")
    house.outside.pay(order)


def _is_paid_by_the_other(house: House, paying: Paying) -> None:
    order_is(house, paying.order.id, OrderState.CLOSED)
    is_paid(house, paying.payer)


def _may_be_paid_by_the_other(house: House, paying: Paying) -> None:
    order_is(house, paying.order.id, OrderState.CLOSED)
    house.outside.pay(by_the_other(house, paying.payer))
    house.run_jobs()
    is_paid(house, paying.payer)


FLOWS: list[Flow[Any]] = [
    Flow(
        name="switch to another provider",
        given=at_the_cashier,
        act=_switch,
        again=_switch_again_and_pay,
        reached=_is_paid_by_the_other,
    ),
    Flow(
        name="switch from what the provider never saw",
        given=never_seen,
        act=_switch,
        again=_switch_again_and_pay,
        reached=_is_paid_by_the_other,
    ),
    Flow(
        name="cancel a payment",
        given=at_the_cashier,
        act=cancel,
        reached=_may_be_paid_by_the_other,
    ),
    Flow(
        name="cancel a payment that the provider never saw",
        given=never_seen,
        act=cancel,
        reached=_may_be_paid_by_the_other,
    ),
]
