"""A provider says that there was no bill of a day: believed only where we know of no money."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.bill import BillProblem, day_begins
from chalicelib.domain.china import china_date
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.usecases.money.reconcile_bill import reconcile_bill
from chalicelib.usecases.money.sweep import Pace
from tests.usecases.giving_back import paid
from tests.usecases.paying import Payer

MANY = 5001


def there_is_older_money(payer: Payer, order: PaymentOrder) -> None:
    """More of the day before waits for its bill than is counted at once."""
    assert order.paid_at is not None
    memory = payer.world.memory
    for number in range(MANY):
        older = replace(order, id=OrderId(f"older{number}"), paid_at=order.paid_at - timedelta(days=1))
        memory.orders[older.id] = older
        memory.unmatched.add(older.id)


def test_older_money_that_waits_for_its_own_bill_does_not_hide_that_days(payer: Payer) -> None:
    order = paid(payer)
    assert order.paid_at is not None
    day = china_date(order.paid_at)
    there_is_older_money(payer, order)
    report = reconcile_bill(
        payer.world.provider,
        day,
        ports=payer.world.bill_ports,
        pace=Pace(wait=lambda _: None, elapsed_s=lambda: 0),
        now=day_begins(day + timedelta(days=2)),
    )
    assert (report.problem, report.waiting) == (BillProblem.MISSING, 1)
