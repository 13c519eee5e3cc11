"""Money on its way back, and what waits for a person: orders, refunds and clerks' entries tell one story."""

from collections import Counter
from collections.abc import Iterable, Iterator

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id, freezing
from chalicelib.domain.payment import OPEN, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState
from chalicelib.domain.registration import State
from chalicelib.storage.rows_audit import AuditRow
from tests.invariants.checking import Violation, checker
from tests.invariants.money import extra_money, is_before_a_person, trade_of
from tests.whole_store import WholeStore


@checker
def refunds(store: WholeStore) -> Iterator[str]:
    """An order and its refunds tell one story: how many, how much is on its way and how much is back."""
    for order in store.orders.values():
        of_order = [refund for refund in store.refunds.values() if refund.order_id == order.id]
        outside = sorted(refund.id for refund in of_order if refund.cause is RefundCause.OUTSIDE)
        if len(of_order) - len(outside) != order.refunds:
            yield f"order {order.id} counts {order.refunds} refunds and has {len(of_order)}"
        if sorted(order.outside_refunds) != outside:
            yield f"order {order.id} names {order.outside_refunds} made without us and has {outside}"
        alive = [refund for refund in of_order if refund.state is not RefundState.DEAD]
        of_trade = [refund for refund in alive if refund.trade == order.trade]
        back = sum(refund.amount_fen for refund in of_trade if refund.state is RefundState.DONE)
        under_way = sum(refund.amount_fen for refund in of_trade if refund.state is not RefundState.DONE)
        if (order.refunded_fen, order.refunding_fen) != (back, under_way):
            yield f"order {order.id} books {order.refunded_fen} back and {order.refunding_fen} under way"
        is_surplus = order.state is OrderState.SURPLUS
        if is_surplus and [refund.id for refund in of_order] != [f"{order.id}R01"]:
            yield f"surplus order {order.id} has no refund under its fixed number"
        yield from _as_its_refunds(order, of_trade)
    for refund in store.refunds.values():
        if refund.order_id not in store.orders:
            yield f"refund {refund.id} is of an order that is not there"


def _as_its_refunds(order: PaymentOrder, of_trade: list[Refund]) -> Iterator[str]:
    states = {refund.state for refund in of_trade}
    wanted: tuple[OrderState, ...] = (*OPEN, OrderState.PAID, OrderState.MISMATCH)
    if RefundState.FAILED in states:
        wanted = (OrderState.REFUND_FAILED,)
    elif RefundState.REQUESTED in states:
        wanted = (OrderState.SURPLUS, OrderState.REFUNDING)
    elif states:
        wanted = (OrderState.PART_REFUNDED if order.left_fen else OrderState.REFUNDED,)
    if order.state not in wanted:
        yield f"order {order.id} is {order.state} with refunds {sorted(states)}"


@checker
def given_back_of_a_trade(store: WholeStore) -> Iterator[str]:
    """Nothing goes back of a trade that is not known, and never more than it brought."""
    came = Counter({order.trade: order.received_fen or 0 for order in store.orders.values() if order.trade})
    for each in extra_money(store):
        came[trade_of(each)] += each.amount_fen or 0
    going: Counter[Trade] = Counter()
    for refund in store.refunds.values():
        # What is dead gives nothing back; another number has taken its place.
        going[refund.trade] += refund.amount_fen if refund.state is not RefundState.DEAD else 0
    for trade, amount_fen in going.items():
        if amount_fen > came[trade]:
            yield f"trade {trade.trade_no} brought {came[trade]} fen and gives {amount_fen} back"


@checker
def failed_refunds(store: WholeStore) -> Iterator[str]:
    """A refund that is stuck was put before a person, who waits for no other."""
    for refund in store.refunds.values():
        number = discrepancy_id(DiscrepancyKind.REFUND_FAILED, refund.trade.provider, refund.id)
        failure = store.discrepancies.get(number)
        if refund.state is RefundState.FAILED and failure is None:
            yield f"refund {refund.id} has failed and nobody looks"
        if refund.state is not RefundState.FAILED and failure and failure.settled_at is None:
            yield f"refund {refund.id} is {refund.state} and somebody shall look"


@checker
def held_registrations(store: WholeStore) -> Iterator[str]:
    """What waits for a person waits for one who will look, and is not paid by another order meanwhile."""
    for registration in store.registrations.values():
        held_by = store.orders.get(registration.held_order_id) if registration.held_order_id else None
        if held_by is None or held_by.trade is None:
            continue
        if registration.state in (State.PAID, State.OPTED_OUT):
            yield f"registration {registration.id} is {registration.state} and held by {held_by.id}"
        if registration.open_order_id is not None:
            yield f"registration {registration.id} is held, and order {registration.open_order_id} is open"
        number = discrepancy_id(DiscrepancyKind.MISMATCH, held_by.trade.provider, held_by.trade.trade_no)
        mismatch = store.discrepancies.get(number)
        if mismatch is None or mismatch.settled_at is not None:
            yield f"registration {registration.id} is held by {held_by.id}, at which nobody looks"


@checker
def frozen_orders(store: WholeStore) -> Iterator[str]:
    """An order is frozen while a bill's other amount waits for a person, and nothing of it goes back."""
    for order in store.orders.values():
        found = [store.discrepancies.get(number) for number in freezing(order)]
        waiting = [each for each in found if each is not None and each.settled_at is None]
        if order.is_frozen != bool(waiting):
            yield f"order {order.id} is frozen: {order.is_frozen}, a bill disagrees: {bool(waiting)}"
        of_order = [refund for refund in store.refunds.values() if refund.trade == order.trade]
        since = min((each.noticed_at for each in waiting), default=None)
        if since is not None and any(each.requested_at >= since for each in of_order):
            yield f"order {order.id} is frozen, and a refund was asked for"


@checker
def settled_once(store: WholeStore) -> Iterator[str]:
    """What does not agree is settled by a clerk with a reason, or by its refund; never by both."""
    audit = [row for _, row in store.rows(AuditRow, pk="AUDIT#", sk="")]
    by_clerks = Counter(row.before for row in audit if row.what == "settle_discrepancy")
    for each in store.discrepancies.values():
        refund = store.refunds.get(each.given_back_by) if each.given_back_by else None
        if each.given_back_by and not _settles(refund, each):
            yield f"{each.id} was settled by {each.given_back_by}, which is not its refund"
        ways = by_clerks[each.id] + (each.given_back_by is not None)
        # A failure is over with its refund, and may come back with it.
        may_be = {0, 1} if each.kind is DiscrepancyKind.REFUND_FAILED else {int(each.settled_at is not None)}
        if ways not in may_be:
            yield f"{each.id} was settled {ways} times"


def _settles(refund: Refund | None, discrepancy: Discrepancy) -> bool:
    if refund is None or discrepancy.settled_at is None:
        return False
    if discrepancy.kind is DiscrepancyKind.UNKNOWN_REFUND:
        is_made_so = discrepancy.amount_fen in (None, refund.amount_fen)
        return refund.cause is RefundCause.OUTSIDE and is_made_so and refund.order_id == discrepancy.order_id
    is_of_it = refund.trade == trade_of(discrepancy)
    return is_of_it and refund.amount_fen <= (discrepancy.amount_fen or 0)


def given_back_otherwise(store: WholeStore, given_back: Iterable[Refund]) -> list[Violation]:
    """At every moment: what a provider gave back is in our books so, and what they have as back it gave."""
    moved = {refund.id: refund for refund in given_back}
    found = []
    for refund in moved.values():
        ours = store.refunds.get(refund.id)
        if ours is None and is_before_a_person(refund, store):
            continue
        if ours is None or (ours.trade, ours.amount_fen) != (refund.trade, refund.amount_fen):
            found.append(f"refund {refund.id} went back, which is not in our books")
    booked = {ours.id for ours in store.refunds.values() if ours.state is RefundState.DONE}
    found.extend(f"refund {number} is booked and did not go back" for number in booked - moved.keys())
    return [Violation("given_back_otherwise", message) for message in found]
