"""What must come up again by itself does: orders, verifications and reviews."""

from collections.abc import Iterator

from chalicelib.domain.payment import LIVE, OPEN, OrderState
from chalicelib.domain.refund import RefundState
from chalicelib.domain.registration import State
from chalicelib.domain.verification import VerificationState
from chalicelib.storage import keys
from chalicelib.storage.attributes import MomentAttribute, second_not_before
from chalicelib.storage.connection import Item
from chalicelib.storage.money import keys as money_keys
from tests.invariants.checking import checker
from tests.whole_store import WholeStore


@checker
def verifications_are_due(store: WholeStore) -> Iterator[str]:
    """What is being verified comes up again by itself, and nothing else does."""
    for key, item in store.items.items():
        if "check_state" not in item:
            continue
        wanted = keys.check_shard(keys.checked(key.pk, key.sk)[0])
        is_open = item["check_state"]["S"] == VerificationState.VERIFYING
        if is_open and (_due_in(item) != wanted or not item.keys() >= {"asked_since", "submitted"}):
            yield f"{key.pk} {key.sk} is being verified and nobody will ask"
        if not is_open and _due_in(item) is not None:
            yield f"{key.pk} {key.sk} is {item['check_state']['S']} and still due"


@checker
def orders_are_due(store: WholeStore) -> Iterator[str]:
    """An order of which something is still to come comes up again by itself; one with money waits for the
    bill at most."""
    for order in store.orders.values():
        shard = _due_in(store.items[keys.order(order.id)])
        unmatched = money_keys.unmatched_shard(order.provider, order.id)
        if order.state in LIVE and shard != keys.order_shard(order.id):
            yield f"order {order.id} is {order.state} and nobody will ask"
        if order.state is OrderState.CLOSED and shard is not None:
            yield f"order {order.id} is {order.state} and still due"
        if order.state not in OPEN and shard not in (None, unmatched):
            yield f"order {order.id} is {order.state} and waits in {shard}"


@checker
def refunds_are_due(store: WholeStore) -> Iterator[str]:
    """A refund whose end is not known comes up again by itself; a done one waits for the bill at most."""
    for refund in store.refunds.values():
        shard = _due_in(store.items[money_keys.refund(refund.id)])
        unmatched = money_keys.unmatched_shard(refund.trade.provider, refund.id)
        may_be = {
            RefundState.REQUESTED: (money_keys.refund_shard(refund.id),),
            RefundState.DONE: (None, unmatched),
            RefundState.FAILED: (None,),
            RefundState.DEAD: (None,),
        }[refund.state]
        if shard not in may_be:
            yield f"refund {refund.id} is {refund.state} and waits in {shard}"


@checker
def discrepancies_wait(store: WholeStore) -> Iterator[str]:
    """What does not agree waits for a person until it is settled, and no longer."""
    for each in store.discrepancies.values():
        item = store.items[money_keys.discrepancy(each.id)]
        order = store.orders.get(each.order_id) if each.order_id else None
        if each.authority_id != (order.authority_id if order else None):
            yield f"{each.id} is put before {each.authority_id}, which is not its order's authority"
        in_queue = money_keys.discrepancy_shard(each.authority_id, each.id)
        place = in_queue if each.settled_at is None else None
        if item.get("review_shard", {}).get("S") != place or ("review_since" in item) != (place is not None):
            yield f"{each.id} waits in the wrong place"


def _due_in(item: Item) -> str | None:
    """In which part of the index an item waits; in none when its place there is not whole."""
    if not item.keys() >= {"due_shard", "due_at", "due_exactly_at"}:
        return "nowhere whole" if item.keys() & {"due_shard", "due_at", "due_exactly_at"} else None
    exactly_at = MomentAttribute().deserialize(item["due_exactly_at"]["N"])
    at_the_same = int(item["due_at"]["N"]) == second_not_before(exactly_at)
    return str(item["due_shard"]["S"]) if at_the_same else "at two moments"


@checker
def review_queue(store: WholeStore) -> Iterator[str]:
    """What waits for a person is in the queue of its authority, and nothing else is."""
    for registration in store.registrations.values():
        item = store.items[keys.registration(registration.account_id, registration.id)]
        waits = registration.state is State.UNDER_REVIEW
        in_queue = keys.review_shard(registration.authority_id, registration.exam_id, registration.id)
        place = in_queue if waits else None
        found = item.get("review_shard", {}).get("S")
        if found != place or ("review_since" in item) != waits:
            yield f"registration {registration.id} is {registration.state} and queued in {found}"
