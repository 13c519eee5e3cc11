"""Sixteen copies of a notice, and sixteen orders paid for one registration: it is paid once."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Barrier, local
from typing import cast

import pytest

from chalicelib.domain.ids import AccountId, OrderId, RegistrationId
from chalicelib.domain.payment import (
    AlreadyKnown,
    Money,
    OrderState,
    PaymentOrder,
    Settle,
    Surplus,
)
from chalicelib.domain.registration import Registration, State
from chalicelib.storage.connection import Tables
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.ports import Registrations
from tests.builders import NOW, an_exam, an_offering, an_order, money_for
from tests.contracts.given import ordered, payable, put_exam, stored, stored_order
from tests.contracts.stores import Stores
from tests.races.control import THREADS, at_once, without_conditions
from tests.races.invariants import violations

pytestmark = pytest.mark.emulator


class ReadTogether:
    """Registrations whose first read in each thread waits for all: everybody decides on the same facts."""

    def __init__(self, registrations: Registrations) -> None:
        self._registrations = registrations
        self._all_have_read = Barrier(THREADS)
        self._mine = local()

    def get(self, account_id: AccountId, registration_id: RegistrationId) -> Registration | None:
        found = self._registrations.get(account_id, registration_id)
        if not hasattr(self._mine, "waited"):
            self._mine.waited = True
            self._all_have_read.wait(timeout=30)
        return found


def receiving(stores: Stores, moneys: list[Money]) -> list[Callable[[], object]]:
    # Of this port, the decision on money needs no more than `get`.
    registrations = cast(Registrations, ReadTogether(stores.registrations))
    ports = PaymentPorts(
        registrations=registrations,
        credentials=stores.credentials,
        exams=stores.exams,
        orders=stores.orders,
        refunds=stores.refunds,
        discrepancies=stores.discrepancies,
        providers={},
    )
    receive = partial(money_received, ports=ports, now=NOW)
    return [partial(receive, money) for money in moneys]


def one_order(stores: Stores) -> tuple[Registration, list[PaymentOrder]]:
    put_exam(stores.exams, an_exam(), [an_offering()])
    registration, order = ordered(stores)
    return registration, [order]


def sixteen_orders(stores: Stores) -> tuple[Registration, list[PaymentOrder]]:
    """One after the other was opened and closed, and then all were paid after all."""
    put_exam(stores.exams, an_exam(), [an_offering()])
    registration = payable(stores)
    orders = []
    for number in range(THREADS):
        order = an_order(registration, number)
        stores.orders.open(order, registration, None)
        if number < THREADS - 1:
            stores.orders.close(order)
        orders.append(order)
    return registration, orders


def decided(outcomes: list[object]) -> dict[type, int]:
    return dict(Counter(type(outcome) for outcome in outcomes))


def test_sixteen_copies_of_a_notice_pay_once(stores: Stores, tables: Tables) -> None:
    registration, [order] = one_order(stores)
    outcomes = at_once(receiving(stores, [money_for(order)] * THREADS))
    assert decided(outcomes) == {Settle: 1, AlreadyKnown: THREADS - 1}
    assert stored_order(stores, order).state is OrderState.PAID
    paid = stored(stores, registration)
    assert (paid.state, paid.version) == (State.PAID, registration.version + 1)
    assert violations(tables) == []


def test_without_conditions_each_copy_of_the_notice_pays(stores: Stores, tables: Tables) -> None:
    registration, [order] = one_order(stores)
    with without_conditions(tables.connection):
        outcomes = at_once(receiving(stores, [money_for(order)] * THREADS))
    assert decided(outcomes) == {Settle: THREADS}
    assert stored(stores, registration).version == registration.version + THREADS


def test_of_sixteen_paid_orders_one_pays_and_the_others_give_the_money_back(
    stores: Stores, tables: Tables
) -> None:
    registration, orders = sixteen_orders(stores)
    outcomes = at_once(receiving(stores, [money_for(order) for order in orders]))
    assert decided(outcomes) == {Settle: 1, Surplus: THREADS - 1}
    states = Counter(stored_order(stores, order).state for order in orders)
    assert states == {OrderState.PAID: 1, OrderState.SURPLUS: THREADS - 1}
    paid = stored(stores, registration)
    assert paid.state is State.PAID
    assert paid.paid_order_id in {OrderId(order.id) for order in orders}
    assert violations(tables) == []


def test_without_conditions_every_order_pays_the_same_registration(stores: Stores, tables: Tables) -> None:
    _, orders = sixteen_orders(stores)
    with without_conditions(tables.connection):
        outcomes = at_once(receiving(stores, [money_for(order) for order in orders]))
    assert decided(outcomes) == {Settle: THREADS}
    assert violations(tables) != []
