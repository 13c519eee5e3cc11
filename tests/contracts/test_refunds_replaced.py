"""A refund whose number will never move money makes place for another: once, and together with its order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import Refund, RefundCause, RefundState, refund_of
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import an_entry
from tests.contracts.given import stored_order
from tests.contracts.refunding import LATER, SECOND, failed, paid, part_of, requested, stored_refund, surplus
from tests.contracts.stores import Stores
from tests.waiting import open_in

ENTRY = an_entry(on_whom="the refund")


def successor_of(order: PaymentOrder, dead: Refund) -> Refund:
    return refund_of(
        order,
        dead.trade,
        dead.amount_fen,
        total_fen=dead.total_fen,
        cause=RefundCause.SURPLUS,
        now=LATER,
    )


def test_another_number_takes_the_place_of_a_dead_one(stores: Stores) -> None:
    order, refund = surplus(stores)
    dead = failed(stores, refund)
    stuck = stored_order(stores, order)
    successor = successor_of(stuck, dead)
    stores.refunds.replace_dead(dead, successor, ENTRY, now=LATER)
    assert successor.id == f"{order.id}R02"
    assert stored_refund(stores, dead) == replace(dead, state=RefundState.DEAD)
    assert stored_refund(stores, successor) == successor
    assert stored_order(stores, order) == replace(stuck, state=OrderState.REFUNDING, refunds=2)
    assert open_in(stores.discrepancies) == []
    assert stores.audit_log.of("the refund") == [ENTRY]
    assert stores.refunds.due(now=LATER + timedelta(seconds=1), at_most=9) == [successor.id]


def test_one_clerk_replaces_and_only_what_has_failed(stores: Stores) -> None:
    order, refund = surplus(stores)
    with pytest.raises(StaleWriteError):
        stores.refunds.replace_dead(refund, successor_of(order, refund), ENTRY, now=LATER)
    dead = failed(stores, refund)
    stuck = stored_order(stores, order)
    stores.refunds.replace_dead(dead, successor_of(stuck, dead), ENTRY, now=LATER)
    after = stored_order(stores, order)
    for of_order in (stuck, after):
        other = an_entry(2, on_whom="the refund")
        with pytest.raises(StaleWriteError):
            stores.refunds.replace_dead(dead, successor_of(of_order, dead), other, now=LATER)
    assert stored_order(stores, order) == after
    assert stores.audit_log.of("the refund") == [ENTRY]


def test_what_is_resumed_meanwhile_is_not_replaced_and_the_other_way_round(stores: Stores) -> None:
    order, refund = surplus(stores)
    dead = failed(stores, refund)
    stuck = stored_order(stores, order)
    stores.refunds.resume(dead, ENTRY, now=LATER)
    with pytest.raises(StaleWriteError):
        stores.refunds.replace_dead(dead, successor_of(stuck, dead), an_entry(2), now=LATER)
    again = failed(stores, stored_refund(stores, refund))
    stores.refunds.replace_dead(
        again, successor_of(stored_order(stores, order), again), an_entry(3), now=LATER
    )
    with pytest.raises(StaleWriteError):
        stores.refunds.resume(again, an_entry(4), now=LATER)


def test_the_money_of_a_dead_refund_is_booked_by_no_one(stores: Stores) -> None:
    order, refund = surplus(stores)
    dead = failed(stores, refund)
    stores.refunds.replace_dead(dead, successor_of(stored_order(stores, order), dead), ENTRY, now=LATER)
    with pytest.raises(StaleWriteError):
        stores.refunds.complete(stored_refund(stores, dead), now=LATER)
    assert stored_order(stores, order).refunded_fen == 0


def test_the_refund_of_a_second_trade_is_replaced_without_its_order(stores: Stores) -> None:
    _, order = paid(stores)
    refund = requested(stores, order, part_of(order, 1000, trade=SECOND))
    dead = failed(stores, refund)
    before = stored_order(stores, order)
    stores.refunds.replace_dead(dead, successor_of(before, dead), ENTRY, now=LATER)
    assert stored_order(stores, order) == replace(before, refunds=2)
