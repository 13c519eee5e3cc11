"""What does not agree is noticed once, waits for a person, and is settled once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, about_money, about_order, about_refund
from chalicelib.domain.ids import DiscrepancyId, OrderId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import NOW, an_entry, an_order, money_for
from tests.contracts.given import ordered, stored, stored_order
from tests.contracts.refunding import LATER, SECOND, paid, second_money, set_aside, surplus, told
from tests.contracts.stores import Stores
from tests.waiting import open_in

ENTRY = an_entry(on_whom="the order")


def of_the_bill(order: PaymentOrder) -> Discrepancy:
    return about_order(DiscrepancyKind.AMOUNT_DIFFERS, order, now=NOW, bill_day=NOW.date(), amount_fen=1)


def of_a_refund_in_the_bill(refund: Refund) -> Discrepancy:
    return about_refund(DiscrepancyKind.REFUND_AMOUNT_DIFFERS, refund, now=NOW, bill_day=NOW.date())


def test_nothing_is_found_where_nothing_is(stores: Stores) -> None:
    assert stores.discrepancies.get(DiscrepancyId("nothing")) is None
    assert open_in(stores.discrepancies) == []


def test_told_of_again_it_is_the_same(stores: Stores) -> None:
    _, order = paid(stores)
    noticed = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=NOW)
    assert stores.discrepancies.note(noticed)
    assert not stores.discrepancies.note(replace(noticed, noticed_at=LATER, amount_fen=1))
    assert stores.discrepancies.get(noticed.id) == noticed
    assert open_in(stores.discrepancies) == [noticed]


def test_what_is_settled_does_not_come_up_again(stores: Stores) -> None:
    _, order = paid(stores)
    noticed = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=NOW)
    stores.discrepancies.note(noticed)
    stores.discrepancies.settle(noticed, replace(ENTRY, at=LATER))
    assert not stores.discrepancies.note(noticed)
    assert stores.discrepancies.get(noticed.id) == replace(noticed, settled_at=LATER)
    assert open_in(stores.discrepancies) == []
    assert stores.audit_log.of("the order") == [replace(ENTRY, at=LATER)]


def test_who_waits_longest_comes_first(stores: Stores) -> None:
    _, order = paid(stores)
    second = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=LATER)
    first = about_money(
        DiscrepancyKind.UNKNOWN_ORDER, replace(second_money(order), order_id=OrderId("unknown")), now=NOW
    )
    for noticed in (second, first):
        stores.discrepancies.note(noticed)
    assert open_in(stores.discrepancies) == [first, second]


def test_one_clerk_settles_it(stores: Stores) -> None:
    _, order = paid(stores)
    noticed = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=NOW)
    with pytest.raises(StaleWriteError):
        stores.discrepancies.settle(noticed, ENTRY)
    stores.discrepancies.note(noticed)
    stores.discrepancies.settle(noticed, ENTRY)
    with pytest.raises(StaleWriteError):
        stores.discrepancies.settle(noticed, an_entry(2, on_whom="the order", at=LATER))
    assert stores.audit_log.of("the order") == [ENTRY]


def test_a_bill_that_disagrees_freezes_the_order_until_it_is_settled(stores: Stores) -> None:
    _, order = paid(stores)
    noticed = of_the_bill(order)
    assert stores.discrepancies.freeze(noticed)
    assert not stores.discrepancies.freeze(replace(noticed, noticed_at=LATER))
    assert stored_order(stores, order) == replace(order, is_frozen=True)
    assert open_in(stores.discrepancies) == [noticed]
    stores.discrepancies.settle(noticed, ENTRY)
    assert stored_order(stores, order) == order
    assert not stores.discrepancies.freeze(noticed), "a bill that is read again does not freeze it again"
    assert stored_order(stores, order) == order


def test_a_bill_that_disagrees_about_a_refund_freezes_no_longer_than_until_it_is_settled(
    stores: Stores,
) -> None:
    order, refund = surplus(stores)
    noticed = of_a_refund_in_the_bill(refund)
    assert stores.discrepancies.freeze(noticed)
    assert stored_order(stores, order).is_frozen
    stores.discrepancies.settle(noticed, ENTRY)
    assert stored_order(stores, order) == order, "or the refund would never be asked for again"


def test_an_order_stays_frozen_until_all_that_froze_it_is_settled(stores: Stores) -> None:
    order, refund = surplus(stores)
    both = (of_the_bill(order), of_a_refund_in_the_bill(refund))
    for noticed in both:
        stores.discrepancies.freeze(noticed)
    for number, noticed in enumerate(both, start=1):
        assert stored_order(stores, order).is_frozen
        stores.discrepancies.settle(noticed, an_entry(number, on_whom="the order"))
    assert stored_order(stores, order) == order


def test_without_its_order_there_is_nothing_to_freeze(stores: Stores) -> None:
    registration, _ = paid(stores)
    unknown = of_the_bill(an_order(registration, 9))
    assert not stores.discrepancies.freeze(unknown)
    assert stores.discrepancies.get(unknown.id) is None
    assert stores.orders.get(an_order(registration, 9).id) is None


def test_another_settlement_leaves_a_frozen_order_frozen(stores: Stores) -> None:
    _, order = paid(stores)
    second = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=NOW)
    stores.discrepancies.note(second)
    stores.discrepancies.freeze(of_the_bill(order))
    stores.discrepancies.settle(second, ENTRY)
    assert stored_order(stores, order).is_frozen


def test_once_a_person_has_looked_the_registration_may_be_paid_anew(stores: Stores) -> None:
    registration, order, noticed = set_aside(stores)
    stores.discrepancies.settle(noticed, replace(ENTRY, at=LATER))
    free = stored(stores, registration)
    assert free == replace(registration, held_order_id=None, version=registration.version + 1)
    assert stored_order(stores, order) == order
    stores.orders.open(an_order(registration, 2, created_at=NOW + timedelta(1)), free, None)


def test_a_second_trade_is_its_orders_and_told_of_again_it_is_the_same(stores: Stores) -> None:
    _, order = paid(stores)
    second = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=NOW)
    assert stores.discrepancies.note_second_trade(second)
    assert stores.orders.of_trade(SECOND) == order
    assert not stores.discrepancies.note_second_trade(replace(second, noticed_at=LATER))
    assert open_in(stores.discrepancies) == [second]
    by_bill = replace(second, bill_day=NOW.date())
    assert not stores.discrepancies.note_second_trade(by_bill)
    assert stores.discrepancies.get(second.id) == by_bill


def test_a_second_trade_pays_no_other_order(stores: Stores) -> None:
    _, order = paid(stores, 1)
    second = about_money(DiscrepancyKind.SECOND_TRADE, second_money(order), now=NOW)
    stores.discrepancies.note_second_trade(second)
    _, other = ordered(stores, 2)
    with pytest.raises(StaleWriteError):
        stores.orders.settle(other, money_for(other, trade=SECOND), now=LATER)
    assert stored_order(stores, other) == other


def test_the_trade_of_another_order_is_no_second_trade(stores: Stores) -> None:
    _, order = paid(stores, 1)
    _, other = paid(stores, 2)
    second = about_money(DiscrepancyKind.SECOND_TRADE, money_for(other, trade=order.trade), now=NOW)
    with pytest.raises(StaleWriteError):
        stores.discrepancies.note_second_trade(second)
    assert order.trade is not None
    assert stores.orders.of_trade(order.trade) == order
    assert stores.discrepancies.get(second.id) is None


def test_what_a_bill_adds_to_what_was_told_is_kept(stores: Stores) -> None:
    _, order = paid(stores)
    assert order.trade is not None
    noticed = told(stores, order)
    by_bill = replace(
        noticed, noticed_at=LATER, bill_day=NOW.date(), amount_fen=1000, trade_no=order.trade.trade_no
    )
    assert not stores.discrepancies.note(by_bill)
    known = replace(by_bill, noticed_at=NOW)
    assert stores.discrepancies.get(noticed.id) == known
    assert open_in(stores.discrepancies) == [known]
    stores.discrepancies.note(replace(by_bill, amount_fen=2000))
    assert stores.discrepancies.get(noticed.id) == known


@pytest.mark.parametrize("otherwise", [{"amount_fen": 1}, {"trade_no": "another"}])
def test_a_bill_that_says_otherwise_adds_nothing(stores: Stores, otherwise: dict[str, Any]) -> None:
    _, order = paid(stores)
    noticed = told(stores, order, amount_fen=1000, trade_no="the trade")
    stores.discrepancies.note(replace(noticed, bill_day=NOW.date(), **otherwise))
    assert stores.discrepancies.get(noticed.id) == noticed


def test_what_is_settled_stays_as_it_was_settled(stores: Stores) -> None:
    _, order = paid(stores)
    noticed = told(stores, order)
    stores.discrepancies.settle(noticed, replace(an_entry(), at=LATER))
    stores.discrepancies.note(replace(noticed, bill_day=NOW.date(), amount_fen=1000))
    assert stores.discrepancies.get(noticed.id) == replace(noticed, settled_at=LATER)
