"""Orders, trades and refunds: paid once, and every fen somewhere."""

from collections import Counter
from collections.abc import Iterable, Iterator

from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import Money, OrderState, Trade, first_refund_of
from chalicelib.domain.registration import State
from chalicelib.storage import keys
from chalicelib.storage.keys import Table
from chalicelib.storage.tables import IdempotencyRow, OrderRow, RefundRow, SecondTradeRow, TradeRow
from tests.invariants.checking import Violation, checker
from tests.invariants.waiting import LIVE
from tests.whole_store import WholeStore

_WITH_MONEY = (OrderState.PAID, OrderState.SURPLUS, OrderState.MISMATCH)


@checker
def live_orders(store: WholeStore) -> Iterator[str]:
    """A registration names the one order that may still be paid; no other may, unless it comes too late."""
    for order in store.orders.values():
        registration = store.registrations.get(order.registration_id)
        is_named = registration is not None and registration.open_order_id == order.id
        is_too_late = registration is not None and registration.state in (State.PAID, State.SUPERSEDED)
        if order.state in LIVE and not is_named and not is_too_late:
            yield f"order {order.id} is {order.state} and its registration does not wait for it"
    for registration in store.registrations.values():
        if registration.open_order_id is None:
            continue
        named = store.orders.get(registration.open_order_id)
        # Money that does not agree keeps the registration from being paid again until a person has looked.
        if named is None or named.state not in (*LIVE, OrderState.MISMATCH):
            state = named.state if named else "not there"
            yield f"registration {registration.id} waits for {registration.open_order_id}, which is {state}"


@checker
def orders_of_registrations(store: WholeStore) -> Iterator[str]:
    """A registration lists its orders, and what an `Idempotency-Key` opened is there."""
    for registration in store.registrations.values():
        named = sorted(registration.order_ids)
        found = sorted(o.id for o in store.orders.values() if o.registration_id == registration.id)
        if named != found:
            yield f"registration {registration.id} lists {named} and has {found}"
    for _, row in store.rows(IdempotencyRow, pk="IDEMPOTENCY#", sk="", table=Table.EPHEMERA):
        if row.order_id not in store.orders:
            yield f"a key remembers order {row.order_id}, which is not there"


@checker
def paid_once(store: WholeStore) -> Iterator[str]:
    """A paid registration has one paid order and names it; the amount is what it costs."""
    paid = [order for order in store.orders.values() if order.state is OrderState.PAID]
    for registration in store.registrations.values():
        here = [order for order in paid if order.registration_id == registration.id]
        named = [registration.paid_order_id] if registration.paid_order_id else []
        if [order.id for order in here] != named or (registration.state is State.PAID) != bool(named):
            yield f"registration {registration.id} is {registration.state}, names {named} and has {here} paid"
        for order in here:
            if order.amount_fen != registration.amount_fen:
                yield f"order {order.id} paid {order.amount_fen} fen for {registration.amount_fen}"
    for order in paid:
        if order.registration_id not in store.registrations:
            yield f"order {order.id} is paid for a registration that is not there"


@checker
def trades(store: WholeStore) -> Iterator[str]:
    """A trade belongs to one order, and an order with money has its trade."""
    found = {key: row.order_id for key, row in store.rows(TradeRow, pk="TRADE#", sk="CLAIM")}
    wanted = {keys.trade(order.trade): order.id for order in store.orders.values() if order.trade}
    for order in store.orders.values():
        if (order.trade is not None) != (order.state in _WITH_MONEY):
            yield f"order {order.id} is {order.state} with trade {order.trade}"
        if order.trade and found.get(keys.trade(order.trade)) != order.id:
            yield f"order {order.id} has trade {order.trade.trade_no} without its claim"
    for key in found.keys() - wanted.keys():
        yield f"{key.pk} is order {found[key]}'s, which has another trade or none"
    for key, row in store.rows(SecondTradeRow, pk="ORDER#", sk="TRADE#"):
        if keys.trade(Trade(row.trade_provider, TradeNo(row.trade_no))) in found:
            yield f"{key.sk} is both a first and a second trade"


@checker
def refunds(store: WholeStore) -> Iterator[str]:
    """Surplus money has one refund under its fixed number, and only surplus money has."""
    found = {row.refund_id: row.order_id for _, row in store.rows(RefundRow, pk="REFUND#", sk="REFUND")}
    surplus = [order.id for order in store.orders.values() if order.state is OrderState.SURPLUS]
    wanted = {first_refund_of(order_id): order_id for order_id in surplus}
    if found != wanted:
        yield f"refunds are {found} and should be {wanted}"


def unbalanced(store: WholeStore, taken: Iterable[Money]) -> list[Violation]:
    """Each fen that a provider took and told of is paid, on its way back or in front of a person: once."""
    took = Counter({money.trade: money.amount_fen for money in taken})
    booked: Counter[Trade] = Counter()
    for trade, amount_fen in _booked(store):
        booked[trade] += amount_fen
    return [
        Violation("unbalanced", f"trade {trade.trade_no} took {took[trade]} fen, {booked[trade]} are booked")
        for trade in took.keys() | booked.keys()
        if took[trade] != booked[trade]
    ]


def _booked(store: WholeStore) -> Iterator[tuple[Trade, int]]:
    refunded = {row.order_id: row.amount_fen for _, row in store.rows(RefundRow, pk="REFUND#", sk="REFUND")}
    for key, row in store.rows(OrderRow, pk="ORDER#", sk="ORDER"):
        order = store.orders[keys.ordered(key.pk)]
        if order.trade is None:
            continue
        match order.state:
            case OrderState.PAID:
                yield order.trade, order.amount_fen
            case OrderState.SURPLUS:
                yield order.trade, refunded.get(order.id, 0)
            case _:
                yield order.trade, row.evidence.amount_fen
    for _, second in store.rows(SecondTradeRow, pk="ORDER#", sk="TRADE#"):
        yield Trade(second.trade_provider, TradeNo(second.trade_no)), second.amount_fen
