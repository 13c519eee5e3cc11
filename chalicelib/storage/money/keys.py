"""Where refunds, what does not agree and daily bills lie, and the queues they wait in."""

from datetime import date

from chalicelib.domain.ids import AuthorityId, DiscrepancyId, OrderId, RefundId
from chalicelib.storage.keys import Key, Table, shard_of

REFUND_SHARDS = 4
UNMATCHED_SHARDS = 16
DISCREPANCY_SHARDS = 4
REFUND_QUEUE = "refund"
DISCREPANCY_QUEUE = "discrepancy"
DISCREPANCIES = "DISCREPANCY#"
"""What does not agree begins so."""


def refund(refund_id: RefundId) -> Key:
    """A refund under its fixed number: asked for twice, it is one."""
    return Key(Table.RECORDS, f"REFUND#{refund_id}", "REFUND")


def refunded(pk: str) -> RefundId:
    """Which refund lies there."""
    return RefundId(pk.removeprefix("REFUND#"))


def discrepancy(discrepancy_id: DiscrepancyId) -> Key:
    """What does not agree, under an id that follows from what it is about."""
    return Key(Table.RECORDS, f"{DISCREPANCIES}{discrepancy_id}", "DISCREPANCY")


def refund_shard(refund_id: RefundId) -> str:
    """The part of the due index in which a refund waits."""
    return shard_of(REFUND_QUEUE, refund_id, REFUND_SHARDS)


def unmatched_queue(provider: str) -> str:
    """The queue of moved money that no daily bill of a provider has confirmed yet."""
    return f"unmatched:{provider}"


def unmatched_shard(provider: str, number: OrderId | RefundId) -> str:
    """The part of the due index in which moved money waits for the daily bill."""
    return shard_of(unmatched_queue(provider), number, UNMATCHED_SHARDS)


def discrepancy_queue(authority_id: AuthorityId | None) -> str:
    """The queue of what waits for an authority's clerks, or for anybody's."""
    return f"{DISCREPANCY_QUEUE}:{authority_id}" if authority_id else DISCREPANCY_QUEUE


def discrepancy_shard(authority_id: AuthorityId | None, discrepancy_id: DiscrepancyId) -> str:
    """The part of the review index in which a discrepancy waits for a person."""
    return shard_of(discrepancy_queue(authority_id), discrepancy_id, DISCREPANCY_SHARDS)


def bill_report(provider: str, day: date) -> Key:
    """What came of one day's bill; the days of a provider lie together."""
    return Key(Table.RECORDS, f"BILL#{provider}", f"DAY#{day.isoformat()}")
