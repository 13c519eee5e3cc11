"""What must hold of the whole store at any moment, whatever happened to it.

Reads everything, which only tests may do, and reads it as it lies: no repository can hide a fault here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from chalicelib.domain.account import MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER
from chalicelib.domain.credential import MOST_CREDENTIALS
from chalicelib.domain.payment import OPEN
from chalicelib.storage.connection import Item, Tables
from tests.dynamo import whole_table

_WITHOUT_MONEY = frozenset(str(state) for state in OPEN)


class Snapshot:
    """Everything that lies in the tables, by the kind of its key."""

    def __init__(self, tables: Tables) -> None:
        self._of_kind: dict[str, list[Item]] = defaultdict(list)
        for item in whole_table(tables):
            place, lies_at = item["pk"]["S"], item["sk"]["S"]
            kind = lies_at if place.startswith("ACCOUNT#") else place
            self._of_kind[kind.partition("#")[0]].append(item)

    def of(self, kind: str) -> list[Item]:
        """The items of one kind."""
        return self._of_kind[kind]


def violations(tables: Tables) -> list[str]:
    """Every sentence that should be untrue of this store; empty when all is well."""
    snapshot = Snapshot(tables)
    return [
        *_claims(snapshot),
        *_id_numbers(snapshot),
        *_credentials(snapshot),
        *_live_keys(snapshot),
        *_paid_registrations(snapshot),
        *_orders(snapshot),
    ]


def _claims(snapshot: Snapshot) -> Iterator[str]:
    """Each account holds exactly one claim of each kind, and each claim has its account.

    An account that a clerk has closed keeps its username and nothing else.
    """
    everyone = sorted(_text(item, "account_id") for item in snapshot.of("ACCOUNT"))
    in_use = sorted(_text(item, "account_id") for item in snapshot.of("ACCOUNT") if "released_at" not in item)
    for kind in ("USERNAME", "PHONE", "PERSON"):
        accounts = everyone if kind == "USERNAME" else in_use
        holders = sorted(
            _text(item, "account_id") for item in snapshot.of(kind) if item["sk"]["S"] == "CLAIM"
        )
        if holders != accounts:
            yield f"{len(accounts)} accounts, but {kind} is claimed by {holders}"


def _id_numbers(snapshot: Snapshot) -> Iterator[str]:
    for item in snapshot.of("IDNUMBER"):
        if len(item["account_ids"]["SS"]) > MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER:
            yield f"{item['pk']['S']} has too many accounts"


def _credentials(snapshot: Snapshot) -> Iterator[str]:
    stored = Counter(_text(item, "account_id") for item in snapshot.of("CREDENTIAL"))
    counted = {
        item["pk"]["S"].removeprefix("ACCOUNT#"): int(item["credentials"]["N"])
        for item in snapshot.of("CREDENTIALS")
    }
    if dict(stored) != counted:
        yield f"credentials are {dict(stored)}, counted as {counted}"
    if any(number > MOST_CREDENTIALS for number in stored.values()):
        yield f"too many credentials: {dict(stored)}"


def _live_keys(snapshot: Snapshot) -> Iterator[str]:
    """Each registration has its live key, unless it was superseded, and each live key its registration."""
    registrations = sorted(
        _text(item, "registration_id")
        for item in snapshot.of("REGISTRATION")
        if _text(item, "state") != "superseded"
    )
    live = sorted(_text(item, "registration_id") for item in snapshot.of("LIVE"))
    if registrations != live:
        yield f"{len(registrations)} registrations, {len(live)} live keys"


def _paid_registrations(snapshot: Snapshot) -> Iterator[str]:
    """A registration is paid exactly when exactly one order paid it."""
    paid_by = defaultdict(list)
    for order in snapshot.of("ORDER"):
        if _text(order, "state") == "paid":
            paid_by[_text(order, "registration_id")].append(_text(order, "order_id"))
    for registration in snapshot.of("REGISTRATION"):
        orders = paid_by.pop(_text(registration, "registration_id"), [])
        noted = [_text(registration, "paid_order_id")] if _text(registration, "state") == "paid" else []
        if orders != noted:
            yield f"paid by {orders}, but noted is {noted}"
    if paid_by:
        yield f"orders paid for registrations that are not there: {dict(paid_by)}"


def _orders(snapshot: Snapshot) -> Iterator[str]:
    """Money on an order has its trade, surplus money its refund, and then it waits for the bill only."""
    taken = {item["pk"]["S"]: _text(item, "order_id") for item in snapshot.of("TRADE")}
    refunded = {_text(item, "order_id") for item in snapshot.of("REFUND")}
    for order in (item for item in snapshot.of("ORDER") if item["sk"]["S"] == "ORDER"):
        order_id, state = _text(order, "order_id"), _text(order, "state")
        has_money = state not in _WITHOUT_MONEY
        trade = f"TRADE#{_text(order, 'trade_provider')}#{_text(order, 'trade_no')}"
        if has_money and taken.get(trade) != order_id:
            yield f"{order_id} is {state}, but {trade} belongs to {taken.get(trade)}"
        if (state == "surplus") != (order_id in refunded):
            yield f"{order_id} is {state}, but a refund is {'' if order_id in refunded else 'not '}asked for"
        waits_in = _text(order, "due_shard").partition(":")[0].partition("#")[0]
        if waits_in != ("unmatched" if has_money else "" if state == "closed" else "order"):
            yield f"{order_id} is {state}, but waits in {waits_in or 'nothing'}"


def _text(item: Item, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))
