"""The daily bill against our books, both ways: the last net under every fen (payments 4)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.bill import (
    BilledPayment,
    BilledRefund,
    BillProblem,
    BillReport,
    BillRow,
    BillTotals,
    day_begins,
)
from chalicelib.domain.china import china_date
from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Money, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import RefundState
from chalicelib.domain.registration import State
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.money.reconcile_bill import reconcile_bill
from chalicelib.usecases.money.sweep import Pace, sweep_money
from chalicelib.usecases.ports import RefundDone, RefundPending
from tests.builders import NOW, money_for
from tests.fakes.bills import FakeBill
from tests.usecases.paying import Payer, begin
from tests.waiting import open_in

DAY = china_date(NOW)
NEXT = DAY + timedelta(days=1)
OTHER_TRADE = Trade("alipay", TradeNo("another trade"))
K = DiscrepancyKind


def late_next_day(day: Any = DAY) -> datetime:
    return day_begins(day + timedelta(days=1)) + timedelta(hours=13)


def payment(money: Money, **changes: Any) -> BilledPayment:
    row = BilledPayment(
        order_id=money.order_id, trade=money.trade, amount_fen=money.amount_fen, paid_at=money.paid_at
    )
    return replace(row, **changes)


def reconcile(payer: Payer, *rows: BillRow, day: Any = DAY, **bill: Any) -> BillReport:
    payer.world.provider.bills[day] = FakeBill(list(rows), **bill)
    return again(payer, day)


def again(payer: Payer, day: Any = DAY, *, elapsed_s: float = 0, now: datetime | None = None) -> BillReport:
    pace = Pace(wait=lambda _: None, elapsed_s=lambda: elapsed_s, at_most_s=100)
    ports = replace(payer.world.bill_ports, money=payer.ports)
    moment = now or late_next_day(day)
    return reconcile_bill(payer.world.provider, day, ports=ports, pace=pace, now=moment)


def waiting_for_a_person(payer: Payer) -> list[tuple[DiscrepancyKind, int | None]]:
    return [(each.kind, each.amount_fen) for each in open_in(payer.world.discrepancies)]


@pytest.fixture
def order(payer: Payer) -> PaymentOrder:
    order = payer.open()
    begin(payer, order)
    return order


def paid(payer: Payer, order: PaymentOrder, **changes: Any) -> Money:
    money = payer.world.provider.pay(order, **changes)
    money_received(money, ports=payer.ports, now=payer.world.clock.now())
    return money


def test_what_both_have_is_confirmed_and_waits_no_more(payer: Payer, order: PaymentOrder) -> None:
    report = reconcile(payer, payment(paid(payer, order)))
    assert (report.confirmed, report.learnt, report.differing, report.waiting) == (1, 0, 0, 0)
    assert report.totals == BillTotals(payments=1, payments_fen=24000)
    assert report.is_complete
    assert payer.world.memory.unmatched == set()
    assert waiting_for_a_person(payer) == []


def test_the_file_is_kept_under_its_hash(payer: Payer, order: PaymentOrder) -> None:
    reconcile(payer, payment(paid(payer, order)), sha256="abc")
    assert list(payer.world.bill_files.kept) == [("alipay", DAY, "abc")]
    assert payer.world.bills.report("alipay", DAY) is not None


def test_a_payment_that_nobody_told_of_is_learnt_from_the_bill(payer: Payer, order: PaymentOrder) -> None:
    money = payer.world.provider.pay(order)
    report = reconcile(payer, payment(money))
    assert (report.confirmed, report.learnt) == (1, 1)
    assert payer.stored().state is State.PAID


def test_without_the_query_the_bill_alone_pays_nothing(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.visit(order)
    report = reconcile(payer, payment(money_for(order)))
    assert (report.confirmed, report.differing) == (0, 1)
    assert waiting_for_a_person(payer) == [(K.ONLY_IN_BILL, 24000)]
    assert payer.stored().state is State.PAYABLE


def test_while_the_provider_is_silent_the_day_is_not_done_with(payer: Payer, order: PaymentOrder) -> None:
    money = payer.world.provider.pay(order)
    payer.world.provider.silent_about.add(order.id)
    assert reconcile(payer, payment(money)).problem is BillProblem.UNFINISHED
    payer.world.provider.silent_about.clear()
    assert again(payer).is_complete
    assert payer.stored().state is State.PAID


def test_another_amount_is_frozen_and_waits_for_a_person(payer: Payer, order: PaymentOrder) -> None:
    report = reconcile(payer, payment(paid(payer, order), amount_fen=1))
    assert (report.confirmed, report.differing) == (0, 1)
    assert waiting_for_a_person(payer) == [(K.AMOUNT_DIFFERS, 1)]
    assert payer.order(order).is_frozen


def test_an_order_that_is_not_ours_is_suspense_and_nothing_goes_back_by_itself(
    payer: Payer, order: PaymentOrder
) -> None:
    stranger = payment(paid(payer, order), order_id=OrderId("x" * 20), trade=OTHER_TRADE)
    report = reconcile(payer, stranger)
    assert report.differing == 1
    assert waiting_for_a_person(payer) == [(K.UNKNOWN_ORDER, 24000)]
    assert payer.world.memory.refunds == {}


def test_of_two_trades_that_nobody_told_of_the_second_waits_as_such(
    payer: Payer, order: PaymentOrder
) -> None:
    first = payer.world.provider.pay(order)
    reconcile(payer, payment(first), payment(first, trade=OTHER_TRADE))
    assert payer.stored().state is State.PAID
    assert waiting_for_a_person(payer) == [(K.SECOND_TRADE, 24000)]


def test_a_second_trade_in_the_bill_waits_for_a_person(payer: Payer, order: PaymentOrder) -> None:
    money = paid(payer, order)
    reconcile(payer, payment(money), payment(money, trade=OTHER_TRADE))
    assert waiting_for_a_person(payer) == [(K.SECOND_TRADE, 24000)]


def test_a_bill_read_again_finds_the_same_and_writes_nothing_twice(payer: Payer, order: PaymentOrder) -> None:
    money = paid(payer, order)
    rows = (payment(money), payment(money, trade=OTHER_TRADE))
    first, second = reconcile(payer, *rows), reconcile(payer, *rows)
    assert (first.confirmed, first.differing) == (second.confirmed, second.differing) == (1, 1)
    assert len(waiting_for_a_person(payer)) == 1


def test_a_damaged_bill_is_not_acted_on(payer: Payer, order: PaymentOrder) -> None:
    money = payer.world.provider.pay(order)
    report = reconcile(payer, payment(money), is_damaged=True)
    assert report.problem is BillProblem.DAMAGED
    assert payer.stored().state is State.PAYABLE
    assert reconcile(payer, payment(money)).is_complete


def test_what_there_was_no_time_for_is_left_to_the_next_run(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.bills[DAY] = FakeBill([payment(paid(payer, order))])
    assert again(payer, elapsed_s=100).problem is BillProblem.UNFINISHED
    assert again(payer).confirmed == 1


def test_no_bill_is_believed_only_late_and_where_we_know_of_no_money_either(
    payer: Payer, order: PaymentOrder
) -> None:
    second_day = day_begins(NEXT + timedelta(days=1))
    for early in (late_next_day(), second_day - timedelta(microseconds=1)):
        assert again(payer, now=early).problem is BillProblem.MISSING
    assert again(payer, now=second_day).is_complete
    paid(payer, order)
    assert again(payer, now=second_day).problem is BillProblem.MISSING


def test_a_bill_that_comes_a_day_late_tells_of_money_that_nothing_else_told_of(
    payer: Payer, order: PaymentOrder
) -> None:
    begin(payer, order)
    payer.world.clock.move_to(late_next_day())
    assert again(payer).problem is BillProblem.MISSING
    money = payer.world.provider.pay(order)
    report = reconcile(payer, payment(money))
    assert (report.is_complete, report.learnt) == (True, 1)
    assert payer.stored().state is State.PAID


def test_money_that_two_bills_do_not_have_is_put_before_a_person(payer: Payer, order: PaymentOrder) -> None:
    paid(payer, order)
    assert reconcile(payer).waiting == 1
    assert waiting_for_a_person(payer) == []
    assert reconcile(payer, day=NEXT).gone == 1
    assert waiting_for_a_person(payer) == [(K.NOT_IN_BILL, 24000)]
    assert payer.world.memory.unmatched == set()


def test_money_of_the_other_side_of_midnight_is_found_in_the_next_bill(
    payer: Payer, order: PaymentOrder
) -> None:
    money = paid(payer, order)
    reconcile(payer)
    report = reconcile(payer, payment(money), day=NEXT)
    assert (report.confirmed, report.gone) == (1, 0)
    assert waiting_for_a_person(payer) == []


def test_money_of_a_bill_that_never_came_is_put_before_a_person_after_a_week(
    payer: Payer, order: PaymentOrder
) -> None:
    paid(payer, order)
    for ago, gone in ((7, 0), (8, 0), (9, 1)):
        day = DAY + timedelta(days=ago - 1)
        payer.world.provider.bills[day] = FakeBill([])
        assert again(payer, day).gone == gone
    assert waiting_for_a_person(payer) == [(K.NOT_IN_BILL, 24000)]


def test_without_the_bill_of_its_day_nothing_is_said_to_be_missing(payer: Payer, order: PaymentOrder) -> None:
    paid(payer, order)
    assert reconcile(payer, day=NEXT).gone == 0
    assert waiting_for_a_person(payer) == []


def given_back(payer: Payer, order: PaymentOrder) -> BilledRefund:
    payer.change(state=State.SUPERSEDED)
    money = paid(payer, order)
    pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0, at_most_s=100)
    sweep_money(ports=payer.ports, pace=pace, now=payer.world.clock.now())
    return BilledRefund(
        order_id=order.id, trade=money.trade, refund_id=RefundId(f"{order.id}R01"), amount_fen=24000
    )


def test_a_refund_is_confirmed_by_its_row(payer: Payer, order: PaymentOrder) -> None:
    row = given_back(payer, order)
    report = reconcile(payer, payment(money_for(order)), row)
    assert (report.confirmed, report.waiting) == (2, 0)
    assert report.totals.refunds_fen == 24000
    assert payer.world.memory.unmatched == set()


def test_a_refund_billed_while_it_was_under_way_does_not_wait_for_another_bill(
    payer: Payer, order: PaymentOrder
) -> None:
    payer.world.provider.refund_answer = RefundPending()
    row = given_back(payer, order)
    reconcile(payer, payment(money_for(order)), row)
    refund = payer.world.memory.refunds[row.refund_id]
    assert (refund.state, refund.is_billed) == (RefundState.REQUESTED, True)
    payer.world.refunds.complete(refund, now=late_next_day())
    assert payer.world.memory.unmatched == set()
    assert payer.order(order).state is OrderState.REFUNDED


def test_a_refund_whose_end_nobody_told_is_asked_about(payer: Payer, order: PaymentOrder) -> None:
    payer.world.provider.refund_answer = RefundPending()
    row = given_back(payer, order)
    payer.world.provider.refund_answer = RefundDone()
    assert reconcile(payer, payment(money_for(order)), row).learnt == 1
    assert payer.order(order).state is OrderState.REFUNDED


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"amount_fen": 1}, K.REFUND_AMOUNT_DIFFERS),
        ({"refund_id": RefundId("not ours")}, K.UNKNOWN_REFUND),
        ({"trade": OTHER_TRADE}, K.UNKNOWN_REFUND),
    ],
)
def test_a_refund_that_is_not_as_we_asked_waits_for_a_person(
    payer: Payer, order: PaymentOrder, wrong: dict[str, Any], kind: DiscrepancyKind
) -> None:
    row = replace(given_back(payer, order), **wrong)
    assert reconcile(payer, payment(money_for(order)), row).differing == 1
    assert [found for found, _ in waiting_for_a_person(payer)] == [kind]


def test_of_two_refunds_without_a_number_each_waits_and_is_noticed_once(
    payer: Payer, order: PaymentOrder
) -> None:
    row = replace(given_back(payer, order), refund_id=RefundId(""), amount_fen=500)
    for _ in range(2):
        assert reconcile(payer, row, row).differing == 2
    kinds = [found for found, _ in waiting_for_a_person(payer)]
    assert kinds == [K.UNKNOWN_REFUND, K.UNKNOWN_REFUND]
