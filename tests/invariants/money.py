"""Orders, trades and refunds: paid once, and every fen somewhere."""

from collections import Counter
from collections.abc import Iterable, Iterator

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.ids import OrderId, TradeNo
from chalicelib.domain.payment import LIVE, OPEN, Money, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundState
from chalicelib.domain.registration import Registration, State
from chalicelib.storage import keys
from chalicelib.storage.keys import Table
from chalicelib.storage.tables import IdempotencyRow, TradeRow
from tests.invariants.checking import Violation, checker
from tests.whole_store import WholeStore

_PAYING = (OrderState.PAID, OrderState.PART_REFUNDED, OrderState.REFUNDING, OrderState.REFUND_FAILED)
"""States of an order that pays a registration."""
_LEFT = (OrderState.REFUNDING, OrderState.REFUND_FAILED, OrderState.REFUNDED, OrderState.PART_REFUNDED)
"""States of an order that paid a registration which its candidate has left."""
_PAID_BY = {State.PAID: _PAYING, State.OPTED_OUT: _LEFT}
_TAKES_NO_MONEY = (State.PAID, State.SUPERSEDED, State.VOID)
"""States of a registration whose open order is only still to be closed."""
_GOING_BACK = (OrderState.SURPLUS, *_LEFT)
"""States of money that pays nothing."""


@checker
def live_orders(store: WholeStore) -> Iterator[str]:
    """A registration names the one order that may still be paid; no other may, unless it is being closed."""
    for order in store.orders.values():
        registration = store.registrations.get(order.registration_id)
        is_named = registration is not None and registration.open_order_id == order.id
        is_too_late = registration is not None and registration.state in _TAKES_NO_MONEY
        is_let_go = order.state is OrderState.CLOSING
        if order.state in LIVE and not (is_named or is_too_late or is_let_go):
            yield f"order {order.id} is {order.state} and its registration does not wait for it"
    for registration in store.registrations.values():
        if registration.state in (State.PAID, State.OPTED_OUT) and registration.open_order_id:
            yield f"registration {registration.id} is {registration.state} and may be paid once more"
        yield from _waits_for(registration, registration.open_order_id, LIVE, store)
        # Money that does not agree keeps the registration from being paid again until a person has looked.
        yield from _waits_for(registration, registration.held_order_id, (OrderState.MISMATCH,), store)


def _waits_for(
    registration: Registration, order_id: OrderId | None, states: Iterable[OrderState], store: WholeStore
) -> Iterator[str]:
    named = store.orders.get(order_id) if order_id else None
    if order_id is not None and (named is None or named.state not in states):
        state = named.state if named else "not there"
        yield f"registration {registration.id} waits for {order_id}, which is {state}"


@checker
def orders_of_registrations(store: WholeStore) -> Iterator[str]:
    """A registration lists its orders, and what an `Idempotency-Key` opened is there."""
    for registration in store.registrations.values():
        named = sorted(registration.order_ids)
        found = sorted(o.id for o in store.orders.values() if o.registration_id == registration.id)
        if named != found:
            yield f"registration {registration.id} lists {named} and has {found}"
        for order in (store.orders[order_id] for order_id in found):
            if order.authority_id != registration.authority_id:
                yield f"order {order.id} is {order.authority_id}'s, and its registration is not"
    for _, row in store.rows(IdempotencyRow, pk="IDEMPOTENCY#", sk="", table=Table.EPHEMERA):
        if row.order_id not in store.orders:
            yield f"a key remembers order {row.order_id}, which is not there"


@checker
def paid_once(store: WholeStore) -> Iterator[str]:
    """A paid registration names the one order that pays it, at its price; no other order pays one."""
    for registration in store.registrations.values():
        named = store.orders.get(registration.paid_order_id) if registration.paid_order_id else None
        wanted: tuple[OrderState, ...] = _PAID_BY.get(registration.state, ())
        if _was_void_when_paid(registration):
            wanted = (*_PAYING, OrderState.REFUNDED)
        if (named is not None) != bool(wanted) or (named and named.state not in wanted):
            state = named.state if named else "not there"
            yield f"registration {registration.id} is {registration.state}, its order {state}"
        if named and named.amount_fen != registration.amount_fen:
            yield f"order {named.id} paid {named.amount_fen} fen for {registration.amount_fen}"
    paying = {registration.paid_order_id for registration in store.registrations.values()}
    for order in store.orders.values():
        if order.state is OrderState.PAID and order.id not in paying:
            yield f"order {order.id} is paid and pays no registration"


def _was_void_when_paid(registration: Registration) -> bool:
    """Found void after it was paid: its money stays, until finance decides how much of it goes back."""
    finding = registration.finding
    ended = registration.state in (State.VOID, State.SUPERSEDED)
    return ended and finding is not None and finding.before is State.PAID


@checker
def findings(store: WholeStore) -> Iterator[str]:
    """What is void has a finding that says why, and so has only what is void, or gave way after it."""
    for registration in store.registrations.values():
        if registration.state is State.VOID and registration.finding is None:
            yield f"registration {registration.id} is void, and nothing says why"
        if registration.finding and registration.state not in (State.VOID, State.SUPERSEDED):
            yield f"registration {registration.id} was found void and is {registration.state}"


@checker
def money_that_pays_nothing(store: WholeStore) -> Iterator[str]:
    """What pays no registration goes back, whole, or is in front of a person; what pays one is there."""
    registrations = store.registrations.values()
    paying = {each.paid_order_id for each in registrations if each.state is State.PAID}
    kept = {each.paid_order_id for each in registrations if _was_void_when_paid(each)}
    for order in store.orders.values():
        if order.state in OPEN or order.id in kept:
            continue
        if order.id in paying:
            if order.left_fen <= 0:
                yield f"order {order.id} pays a registration and nothing of it is left"
        elif order.state is OrderState.MISMATCH:
            if not _in_front_of_a_person(order, DiscrepancyKind.MISMATCH, store):
                yield f"order {order.id} does not agree and nobody looks"
        elif order.state in _GOING_BACK and order.left_fen and not _given_back_in_parts(order, store):
            yield f"order {order.id} is {order.state} and {order.left_fen} fen of it go nowhere"


def _in_front_of_a_person(order: PaymentOrder, kind: DiscrepancyKind, store: WholeStore) -> bool:
    if order.trade is None:
        return False
    return discrepancy_id(kind, order.trade.provider, order.trade.trade_no) in store.discrepancies


def _given_back_in_parts(order: PaymentOrder, store: WholeStore) -> bool:
    """Finance decides how much of a mismatch goes back."""
    return _in_front_of_a_person(order, DiscrepancyKind.MISMATCH, store)


@checker
def trades(store: WholeStore) -> Iterator[str]:
    """A trade belongs to one order, and an order with money has its trade."""
    found = {key: row.order_id for key, row in store.rows(TradeRow, pk="TRADE#", sk="CLAIM")}
    first = {keys.trade(order.trade): order.id for order in store.orders.values() if order.trade}
    kinds = store.discrepancies.values()
    second = {
        keys.trade(trade_of(each)): each.order_id
        for each in kinds
        if each.kind is DiscrepancyKind.SECOND_TRADE
    }
    wanted = first | second
    for order in store.orders.values():
        if (order.trade is not None) != (order.state not in OPEN):
            yield f"order {order.id} is {order.state} with trade {order.trade}"
        if order.trade and found.get(keys.trade(order.trade)) != order.id:
            yield f"order {order.id} has trade {order.trade.trade_no} without its claim"
    for key, order_id in second.items():
        if found.get(key) != order_id:
            yield f"{key.pk} is a second trade of order {order_id}, without its claim"
    for key in found.keys() - wanted.keys():
        yield f"{key.pk} is order {found[key]}'s, which has another trade or none"
    for each in extra_money(store):
        if keys.trade(trade_of(each)) in first:
            yield f"{each.trade_no} is both a first trade and {each.kind}"


def unbalanced(
    store: WholeStore, taken: Iterable[Money], given_back: Iterable[Refund] = ()
) -> list[Violation]:
    """Each fen that a provider took and did not give back is paid, on its way or in front of a person: once.

    For moments at which nothing is under way any more.
    """
    kept = Counter({money.trade: money.amount_fen for money in taken})
    for refund in given_back:
        if refund.id not in store.refunds and is_before_a_person(refund, store):
            continue
        kept[refund.trade] -= refund.amount_fen
    booked: Counter[Trade] = Counter()
    for trade, amount_fen in _booked(store):
        booked[trade] += amount_fen
    return [
        Violation("unbalanced", f"trade {trade.trade_no} keeps {kept[trade]} fen, {booked[trade]} are booked")
        for trade in kept.keys() | booked.keys()
        if kept[trade] != booked[trade]
    ]


def is_before_a_person(refund: Refund, store: WholeStore) -> bool:
    """Whether somebody was told that this went back without us."""
    told = [each for each in store.discrepancies.values() if each.kind is DiscrepancyKind.UNKNOWN_REFUND]
    return any(each.refund_id in (None, refund.id) and each.order_id == refund.order_id for each in told)


def _booked(store: WholeStore) -> Iterator[tuple[Trade, int]]:
    for order in store.orders.values():
        if order.trade is not None:
            yield order.trade, order.received_fen or 0
    for each in extra_money(store):
        yield trade_of(each), each.amount_fen or 0
    for refund in store.refunds.values():
        if refund.state is RefundState.DONE:
            yield refund.trade, -refund.amount_fen


def extra_money(store: WholeStore) -> list[Discrepancy]:
    """Money beside the orders: second trades, and what came for orders that are not ours."""
    kinds = (DiscrepancyKind.SECOND_TRADE, DiscrepancyKind.UNKNOWN_ORDER)
    return [each for each in store.discrepancies.values() if each.kind in kinds]


def trade_of(discrepancy: Discrepancy) -> Trade:
    """The trade that does not agree."""
    return Trade(discrepancy.provider, discrepancy.trade_no or TradeNo(""))
