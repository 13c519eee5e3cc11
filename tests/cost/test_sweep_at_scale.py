"""A sweep costs what is due and not what was ever paid, though payments wait for the bill in the same index.

Held with 1,000 settled orders against 100; with `SETTLED_ORDERS=100000 pytest tests/cost`, as many against
1,000.
"""

import os
from datetime import timedelta

import pytest
from pynamodb.connection import Connection

from chalicelib.storage import keys
from chalicelib.storage.money import keys as money_keys
from chalicelib.usecases.money.sweep import Pace, sweep_money
from tests.builders import NOW, an_exam, an_offering, money_for
from tests.contracts.given import ordered, put_exam
from tests.contracts.stores import stores_over
from tests.cost.meter import Meter
from tests.cost.settled import lay_out_like, ports_over, waiting_for_the_bill
from tests.dynamo import emulated_connection, fresh_tables
from tests.fakes.outside import FakePaymentProvider

pytestmark = [pytest.mark.emulator, pytest.mark.timeout(3600)]  # a hundred thousand take a while to lay out

MANY = int(os.environ.get("SETTLED_ORDERS", "1000"))
FEW = min(1000, MANY // 10)
DUE_ORDERS = 100


def test_the_sweep_asks_no_more_however_many_orders_are_settled() -> None:
    with emulated_connection() as connection:
        few, many = swept(connection, settled=FEW), swept(connection, settled=MANY)
    print(f"{DUE_ORDERS} due beside {FEW} or {MANY}: {dict(many.requests)}, units {dict(many.units)}")
    assert many.requests == few.requests
    assert many.units == few.units
    assert few.requests["Query"] == keys.ORDER_SHARDS + money_keys.REFUND_SHARDS
    assert "Scan" not in few.requests


def swept(connection: Connection, *, settled: int) -> Meter:
    """What one sweep asks where so many orders are settled and a hundred are due."""
    tables = fresh_tables(connection)
    stores, provider = stores_over(tables), FakePaymentProvider()
    put_exam(stores.exams, an_exam(), [an_offering()])
    for number in range(1, DUE_ORDERS + 1):
        provider.visit(ordered(stores, number)[1])
    _, paid = ordered(stores, DUE_ORDERS + 1)
    stores.orders.settle(paid, money_for(paid), now=NOW)
    lay_out_like(paid, settled - 1, tables)
    assert waiting_for_the_bill(tables) == settled
    with Meter().watching(connection) as meter:
        report = sweep_money(
            ports=ports_over(stores, provider),
            pace=Pace(wait=lambda _: None, elapsed_s=lambda: 0),
            now=NOW + timedelta(minutes=1),
        )
    assert (report.due, report.asked) == (DUE_ORDERS, DUE_ORDERS)
    return meter
