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
_GOING_BACK = (OrderState.SURPLUS, *_LEFT)
"""States of money that pays nothing."""


@checker
def live_orders(store: WholeStore) -> Iterator[str]:
    """A registration names the one order that may still be paid; no other may, unless it is being closed."""
    for order in store.orders.values():
        registration = store.registrations.get(order.registration_id)
        is_named = registration is not None and registration.open_order_id == order.id
        is_too_late = registration is not None and registration.state in (State.PAID, State.SUPERSEDED)
        is_let_go = order.state is OrderState.CLOSING
        if order.state in LIVE and not (is_named or is_too_late or is_let_go):
            yield f"order {order.id} is {order.state} and its registration does not wait for it"
    for registration in store.registrations.values():
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
    for _, row in store.rows(IdempotencyRow, pk="IDEMPOTENCY#", sk="", table=Table.EPHEMERA):
        if row.order_id not in store.orders:
            yield f"a key remembers order {row.order_id}, which is not there"


@checker
def paid_once(store: WholeStore) -> Iterator[str]:
    """A paid registration names the one order that pays it, at its price; no other order pays one."""
    for registration in store.registrations.values():
        named = store.orders.get(registration.paid_order_id) if registration.paid_order_id else None
        wanted = {State.PAID: _PAYING, State.OPTED_OUT: _LEFT}.get(registration.state, ())
        if (named is not None) != bool(wanted) or (named and named.state not in wanted):
            state = named.state if named else "not there"
            yield f"registration {registration.id} is {registration.state}, its order {state}"
        if named and named.amount_fen != registration.amount_fen:
            yield f"order {named.id} paid {named.amount_fen} fen for {registration.amount_fen}"
    paying = {registration.paid_order_id for registration in store.registrations.values()}
    for order in store.orders.values():
        if order.state is OrderState.PAID and order.id not in paying:
            yield f"order {order.id} is paid and pays no registration"


@checker
def money_that_pays_nothing(store: WholeStore) -> Iterator[str]:
    """What pays no registration goes back, whole, or is in front of a person."""
    paying = {registration.paid_order_id for registration in store.registrations.values()}
    for order in store.orders.values():
        if order.state in OPEN or order.id in paying:
            continue
        if order.state is OrderState.MISMATCH:
            if not _in_front_of_a_person(order, DiscrepancyKind.MISMATCH, store):
                yield f"order {order.id} does not agree and nobody looks"
        elif order.state in _GOING_BACK and order.left_fen and not _given_back_in_parts(order, store):
            yield f"order {order.id} is {order.state} and {order.left_fen} fen of it go nowhere"


def _in_front_of_a_person(order: PaymentOrder, kind: DiscrepancyKind, store: WholeStore) -> bool:
    if order.trade is None:
        return False
    return discrepancy_id(kind, order.provider, order.trade.trade_no) in store.discrepancies


def _given_back_in_parts(order: PaymentOrder, store: WholeStore) -> bool:
    """Finance decides how much of a mismatch goes back."""
    return _in_front_of_a_person(order, DiscrepancyKind.MISMATCH, store)


@checker
def trades(store: WholeStore) -> Iterator[str]:
    """A trade belongs to one order, and an order with money has its trade."""
    found = {key: row.order_id for key, row in store.rows(TradeRow, pk="TRADE#", sk="CLAIM")}
    wanted = {keys.trade(order.trade): order.id for order in store.orders.values() if order.trade}
    for order in store.orders.values():
        if (order.trade is not None) != (order.state not in OPEN):
            yield f"order {order.id} is {order.state} with trade {order.trade}"
        if order.trade and found.get(keys.trade(order.trade)) != order.id:
            yield f"order {order.id} has trade {order.trade.trade_no} without its claim"
    for key in found.keys() - wanted.keys():
        yield f"{key.pk} is order {found[key]}'s, which has another trade or none"
    for each in _extra(store):
        if keys.trade(_trade_of(each)) in found:
            yield f"{each.trade_no} is both a first trade and {each.kind}"


@checker
def refunds(store: WholeStore) -> Iterator[str]:
    """An order and its refunds tell one story: how many, how much is on its way and how much is back."""
    for order in store.orders.values():
        of_order = [refund for refund in store.refunds.values() if refund.order_id == order.id]
        if len(of_order) != order.refunds:
            yield f"order {order.id} counts {order.refunds} refunds and has {len(of_order)}"
        of_trade = [refund for refund in of_order if refund.trade == order.trade]
        back = sum(refund.amount_fen for refund in of_trade if refund.state is RefundState.DONE)
        under_way = sum(refund.amount_fen for refund in of_trade if refund.state is not RefundState.DONE)
        if (order.refunded_fen, order.refunding_fen) != (back, under_way):
            yield f"order {order.id} books {order.refunded_fen} back and {order.refunding_fen} under way"
        if order.left_fen < 0:
            yield f"order {order.id} gives back more than came"
        is_surplus = order.state is OrderState.SURPLUS
        if is_surplus and [refund.id for refund in of_order] != [f"{order.id}R01"]:
            yield f"surplus order {order.id} has no refund under its fixed number"
    for refund in store.refunds.values():
        yield from _of_refund(refund, store)


def _of_refund(refund: Refund, store: WholeStore) -> Iterator[str]:
    order = store.orders.get(refund.order_id)
    if order is None:
        yield f"refund {refund.id} is of an order that is not there"
        return
    failed = discrepancy_id(DiscrepancyKind.REFUND_FAILED, refund.trade.provider, refund.id)
    if refund.state is RefundState.FAILED and failed not in store.discrepancies:
        yield f"refund {refund.id} has failed and nobody looks"
    is_failed = refund.state is RefundState.FAILED and refund.trade == order.trade
    if is_failed != (order.state is OrderState.REFUND_FAILED) and refund.state is not RefundState.DONE:
        yield f"refund {refund.id} is {refund.state} and its order {order.state}"


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
    for order in store.orders.values():
        if order.trade is not None:
            yield order.trade, order.received_fen or 0
    for each in _extra(store):
        yield _trade_of(each), each.amount_fen or 0


def _extra(store: WholeStore) -> list[Discrepancy]:
    """Money beside the orders: second trades, and what came for orders that are not ours."""
    kinds = (DiscrepancyKind.SECOND_TRADE, DiscrepancyKind.UNKNOWN_ORDER)
    return [each for each in store.discrepancies.values() if each.kind in kinds]


def _trade_of(discrepancy: Discrepancy) -> Trade:
    return Trade(discrepancy.provider, discrepancy.trade_no or TradeNo(""))
