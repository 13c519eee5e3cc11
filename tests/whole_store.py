"""Everything that lies in both tables at one moment, for tests that judge the whole of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from chalicelib.domain.account import Account
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.ids import AccountId, DiscrepancyId, OrderId, RefundId, RegistrationId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.storage import keys
from chalicelib.storage.accounts.accounts import DynamoAccounts
from chalicelib.storage.connection import Item, Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.money.discrepancies import discrepancy_in
from chalicelib.storage.money.orders import DynamoOrders
from chalicelib.storage.money.refund_rows import refund_in
from chalicelib.storage.money.rows import DiscrepancyRow, RefundRow
from chalicelib.storage.registrations.registrations import DynamoRegistrations
from chalicelib.storage.tables import RegistrationRow, Row
from chalicelib.usecases.ports import Sealer

_R = TypeVar("_R", bound=Row)
Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Makes a call of DynamoDB: its operation and its parameters."""


@dataclass(frozen=True)
class WholeStore:
    """The items by their keys; the sealer opens what is sealed in them."""

    items: Mapping[Key, Item]
    sealer: Sealer

    def rows(
        self, row: type[_R], *, pk: str, sk: str, table: Table = Table.RECORDS
    ) -> Iterator[tuple[Key, _R]]:
        """The rows whose keys begin so."""
        for key, item in self.items.items():
            if key.table is table and key.pk.startswith(pk) and key.sk.startswith(sk):
                yield key, row.from_raw_data(item)

    def row(self, key: Key, row: type[_R]) -> _R | None:
        """The row at a key."""
        item = self.items.get(key)
        return row.from_raw_data(item) if item else None

    @cached_property
    def accounts(self) -> list[Account]:
        """Every account, unsealed by the store's own reading."""
        stores = DynamoAccounts(tables=self._as_tables(), sealer=self.sealer)
        found = [key for key in self.items if key.table is Table.RECORDS and key.sk == "ACCOUNT"]
        accounts = (stores.get(keys.checked(key.pk, key.sk)[0]) for key in found)
        return [account for account in accounts if account]

    @cached_property
    def orders(self) -> dict[OrderId, PaymentOrder]:
        """Every order by its number."""
        store = DynamoOrders(tables=self._as_tables(), sealer=self.sealer)
        found = [store.get(keys.ordered(key.pk)) for key in self.items if key.sk == "ORDER"]
        return {order.id: order for order in found if order}

    @cached_property
    def refunds(self) -> dict[RefundId, Refund]:
        """Every refund by its number."""
        rows = self.rows(RefundRow, pk="REFUND#", sk="REFUND")
        return {refund.id: refund for refund in (refund_in(row) for _, row in rows)}

    @cached_property
    def discrepancies(self) -> dict[DiscrepancyId, Discrepancy]:
        """Everything that a person had or has to look at."""
        rows = self.rows(DiscrepancyRow, pk="DISCREPANCY#", sk="DISCREPANCY")
        return {each.id: each for each in (discrepancy_in(row) for _, row in rows)}

    @cached_property
    def registrations(self) -> dict[RegistrationId, Registration]:
        """Every registration by its id."""
        store = DynamoRegistrations(tables=self._as_tables(), sealer=self.sealer)
        rows = [row for _, row in self.rows(RegistrationRow, pk="ACCOUNT#", sk=keys.REGISTRATIONS)]
        found = [store.get(AccountId(row.account_id), RegistrationId(row.registration_id)) for row in rows]
        return {registration.id: registration for registration in found if registration}

    def _as_tables(self) -> Tables:
        connection: Any = _Connection(self.items)
        return Tables(records=Table.RECORDS, ephemera=Table.EPHEMERA, connection=connection)


class _Connection:
    """Answers reads from what was read already."""

    def __init__(self, items: Mapping[Key, Item]) -> None:
        self._items = items

    def dispatch(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        assert operation == "GetItem"
        key, table = request["Key"], Table(request["TableName"])
        item = self._items.get(Key(table, key["pk"]["S"], key["sk"]["S"]))
        return {"Item": item} if item else {}


def whole_store(tables: Tables, sealer: Sealer, *, ask: Ask | None = None) -> WholeStore:
    """Read all of it; `ask` speaks to DynamoDB in place of the tables' own client."""
    items = {}
    for table in Table:
        for item in _scan(tables.name(table), ask or tables.connection.dispatch):
            items[Key(table, item["pk"]["S"], item["sk"]["S"])] = item
    return WholeStore(items, sealer)


def _scan(table: str, ask: Ask) -> Iterator[Item]:
    request: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    while True:
        answer = ask("Scan", request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
