"""Many settled orders, laid out at once, and the ports over real stores that they lie in."""

from datetime import timedelta

from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.batches import put_all
from chalicelib.storage.connection import DUE, Tables
from chalicelib.storage.keys import Table
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.tables import OrderRow
from chalicelib.usecases.money.ports import PaymentPorts
from tests.builders import NOW
from tests.contracts.stores import Stores
from tests.fakes.outside import FakePaymentProvider

LAID_AT_ONCE = 1000
EVERYTHING = 1_000_000


def lay_out_like(paid: PaymentOrder, count: int, tables: Tables) -> None:
    """So many orders more that are settled as this one is, each in its own place among those to be billed."""
    _end_stream(tables)
    row = tables.read(keys.order(paid.id), OrderRow)
    assert row is not None
    assert row.state == OrderState.PAID
    for first in range(0, count, LAID_AT_ONCE):
        numbers = range(first, min(first + LAID_AT_ONCE, count))
        clones = [_clone(row, settled(number), second=number) for number in numbers]
        put_all(tables, [(keys.order(OrderId(clone.order_id)), clone) for clone in clones])


def _end_stream(tables: Tables) -> None:
    """Nobody reads it here, and the emulator takes longer for a write the more lies in it."""
    name = tables.name(Table.RECORDS)
    if tables.connection.dispatch("DescribeTable", {"TableName": name})["Table"].get("StreamSpecification"):
        ended = {"StreamEnabled": False}
        tables.connection.dispatch("UpdateTable", {"TableName": name, "StreamSpecification": ended})


def settled(number: int) -> OrderId:
    """The order of that number among those laid out."""
    return OrderId(f"settled{number:017}")


def _clone(row: OrderRow, order_id: OrderId, *, second: int) -> OrderRow:
    """Paid in the last day, so that it stands before every order that is due."""
    paid_at = NOW - timedelta(seconds=second % 86400)
    changes = {
        "order_id": order_id,
        "paid_at": paid_at,
        "due_shard": money_keys.unmatched_shard(row.provider, order_id),
        "due_at": second_not_before(paid_at),
        "due_exactly_at": paid_at,
    }
    return OrderRow(**row.attribute_values | changes)


def waiting_for_the_bill(tables: Tables) -> int:
    """How many orders lie in the index for the daily bill."""
    shards = keys.shards(money_keys.unmatched_queue("alipay"), money_keys.UNMATCHED_SHARDS)
    return sum(1 for shard in shards for _ in tables.query_index(DUE, shard, at_most=EVERYTHING))


def ports_over(stores: Stores, provider: FakePaymentProvider) -> PaymentPorts:
    """The real stores, and a provider that says of every order that nobody has paid yet."""
    return PaymentPorts(
        registrations=stores.registrations,
        credentials=stores.credentials,
        exams=stores.exams,
        orders=stores.orders,
        refunds=stores.refunds,
        discrepancies=stores.discrepancies,
        providers={provider.name: provider},
    )
