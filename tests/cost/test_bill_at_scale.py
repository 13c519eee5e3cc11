"""What the daily bill asks DynamoDB for: one write for each payment that it confirms, and one read for a
hundred."""

from datetime import datetime

import pytest
from pynamodb.connection import Connection

from chalicelib.domain.bill import BilledPayment
from chalicelib.domain.china import china_date
from chalicelib.usecases.money.match_bill import BillPorts
from chalicelib.usecases.money.reconcile_bill import reconcile_bill
from chalicelib.usecases.money.sweep import Pace
from tests.builders import NOW, money_for
from tests.contracts.given import ordered
from tests.contracts.stores import stores_over
from tests.cost.meter import Meter
from tests.cost.settled import lay_out_like, ports_over, settled, waiting_for_the_bill
from tests.dynamo import emulated_connection, fresh_tables
from tests.fakes.bills import FakeBill, FakeBillFiles
from tests.fakes.outside import FakePaymentProvider

pytestmark = pytest.mark.emulator

LATER = datetime(2026, 9, 2, 6, 0, tzinfo=NOW.tzinfo)


def test_a_payment_that_the_bill_confirms_costs_one_write_and_its_part_of_a_read() -> None:
    with emulated_connection() as connection:
        few, many = matched(connection, payments=100), matched(connection, payments=300)
    more, units = many.requests - few.requests, many.units - few.units
    assert dict(more) == {"UpdateItem": 200, "BatchGetItem": 2}
    # An order is a little larger than a kilobyte, so that writing it takes two units.
    assert dict(units) == {"UpdateItem": 400, "BatchGetItem": 200}


def matched(connection: Connection, *, payments: int) -> Meter:
    """What a bill of so many payments asks, all of them known here."""
    tables = fresh_tables(connection)
    stores, provider = stores_over(tables), FakePaymentProvider()
    _, paid = ordered(stores)
    money = money_for(paid, paid_at=NOW)
    stores.orders.settle(paid, money, now=NOW)
    lay_out_like(paid, payments - 1, tables)
    ids = [paid.id, *(settled(number) for number in range(payments - 1))]
    rows = [
        BilledPayment(order_id=each, trade=money.trade, amount_fen=money.amount_fen, paid_at=NOW)
        for each in ids
    ]
    provider.bills[china_date(NOW)] = FakeBill(list(rows))
    ports = BillPorts(money=ports_over(stores, provider), bills=stores.bills, files=FakeBillFiles())
    pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0)
    with Meter().watching(connection) as meter:
        report = reconcile_bill(provider, china_date(NOW), ports=ports, pace=pace, now=LATER)
    assert (report.confirmed, report.problem) == (payments, None)
    assert waiting_for_the_bill(tables) == 0
    return meter
