"""Our books as daily bills are held against them: what waits for a bill, and what came of each."""

from dataclasses import replace
from datetime import date, timedelta

from chalicelib.domain.bill import BillProblem, BillReport, BillTotals
from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund, RefundCause, refund_of
from chalicelib.usecases.ports import Awaiting, BookedOrder
from tests.builders import NOW as MOMENT
from tests.builders import money_for
from tests.contracts.given import ordered, stored_order
from tests.contracts.stores import Stores

# Providers tell whole seconds, and so does the index.
NOW = MOMENT.replace(microsecond=0)
LATER = NOW + timedelta(hours=1)
SECOND = timedelta(seconds=1)


def settled(stores: Stores, number: int = 1) -> PaymentOrder:
    _, order = ordered(stores, number)
    stores.orders.settle(order, money_for(order, paid_at=NOW), now=NOW)
    return stored_order(stores, order)


def surplus(stores: Stores, number: int = 1) -> tuple[PaymentOrder, Refund]:
    _, order = ordered(stores, number)
    money = money_for(order, paid_at=NOW)
    fen = money.amount_fen
    refund = refund_of(order, money.trade, fen, total_fen=fen, cause=RefundCause.SURPLUS, now=NOW)
    stores.orders.record_surplus(order, money, refund, now=NOW)
    return stored_order(stores, order), refund


def waiting(stores: Stores) -> list[Awaiting]:
    return list(stores.bills.awaiting("alipay", before=LATER + SECOND, at_most=99))


def test_many_orders_are_read_at_once_with_whether_they_wait(stores: Stores) -> None:
    paid = settled(stores, 1)
    _, open_ = ordered(stores, 2)
    found = stores.bills.orders([paid.id, open_.id, OrderId("nothing"), paid.id])
    assert found == {paid.id: BookedOrder(paid, awaits_bill=True), open_.id: BookedOrder(open_, False)}


def test_many_refunds_are_read_at_once(stores: Stores) -> None:
    _, refund = surplus(stores)
    assert stores.bills.refunds([refund.id, RefundId("nothing")]) == {refund.id: refund}


def test_money_waits_for_its_bill_from_the_moment_it_moved(stores: Stores) -> None:
    paid = settled(stores)
    assert stores.bills.awaiting("alipay", before=NOW, at_most=9) == []
    assert stores.bills.awaiting("alipay", before=NOW + SECOND, at_most=9) == [
        Awaiting(NOW, order_id=paid.id)
    ]
    assert stores.bills.awaiting("wechatpay", before=LATER, at_most=9) == []


def test_what_waits_is_told_from_a_moment_on(stores: Stores) -> None:
    paid = settled(stores)
    waits = [Awaiting(NOW, order_id=paid.id)]
    assert stores.bills.awaiting("alipay", since=NOW, before=LATER, at_most=1) == waits
    assert stores.bills.awaiting("alipay", since=NOW + SECOND, before=LATER, at_most=1) == []
    assert stores.bills.awaiting("alipay", since=NOW, before=NOW, at_most=1) == []


def test_confirmed_money_waits_no_more_and_twice_is_fine(stores: Stores) -> None:
    paid = settled(stores)
    for _ in range(2):
        stores.bills.confirm_order(paid)
    assert waiting(stores) == []
    assert stored_order(stores, paid) == paid


def test_an_order_that_is_still_asked_about_stays_due(stores: Stores) -> None:
    _, order = ordered(stores)
    stores.bills.confirm_order(order)
    stores.bills.stop_awaiting(Awaiting(NOW, order_id=order.id))
    assert stored_order(stores, order).due_at == order.due_at
    assert list(stores.orders.due(now=NOW + timedelta(days=1), at_most=9)) == [order.id]


def test_a_refund_that_is_done_waits_for_its_bill(stores: Stores) -> None:
    order, refund = surplus(stores)
    stores.refunds.complete(refund, now=LATER)
    assert waiting(stores) == [Awaiting(NOW, order_id=order.id), Awaiting(LATER, refund_id=refund.id)]
    done = stores.refunds.get(refund.id)
    assert done is not None
    stores.bills.confirm_refund(done)
    assert waiting(stores) == [Awaiting(NOW, order_id=order.id)]


def test_a_refund_billed_before_it_is_done_stays_due_and_never_waits(stores: Stores) -> None:
    order, refund = surplus(stores)
    stores.bills.confirm_refund(refund)
    billed = stores.refunds.get(refund.id)
    assert billed == replace(refund, is_billed=True)
    stores.refunds.complete(billed, now=LATER)
    assert waiting(stores) == [Awaiting(NOW, order_id=order.id)]


def test_what_a_person_looks_at_waits_for_no_bill(stores: Stores) -> None:
    settled(stores)
    for each in waiting(stores):
        stores.bills.stop_awaiting(each)
    assert waiting(stores) == []


def test_a_report_is_kept_for_each_provider_and_day_and_written_over(stores: Stores) -> None:
    day = date(2026, 9, 1)
    first = BillReport(provider="alipay", day=day, made_at=NOW, problem=BillProblem.SILENT)
    done = replace(first, sha256="ab", totals=BillTotals(2, 48000, 1, 24000), confirmed=3, problem=None)
    for report in (first, done):
        stores.bills.keep(report)
    assert stores.bills.report("alipay", day) == done
    assert stores.bills.report("wechatpay", day) is None
    assert stores.bills.report("alipay", day + timedelta(days=1)) is None
