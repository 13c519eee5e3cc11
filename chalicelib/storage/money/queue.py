"""The queue of what waits for finance: several parts of the index read as one, a page of each at a time."""

import heapq
from collections.abc import Iterator
from itertools import groupby

from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.ids import AuthorityId
from chalicelib.storage import keys
from chalicelib.storage.connection import REVIEW, Item, Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.rows import DiscrepancyRow

_AT_ONCE = 100
"""Keys of one part in memory, besides those of one moment."""


def in_order(tables: Tables, authority_id: AuthorityId | None, *, after: Discrepancy | None) -> Iterator[Key]:
    """Where those lie that wait for an authority's clerks or for anybody's, longest waiting first.

    Those of one moment come by their ids, which the index does not sort; all from the one after `after` on.
    """
    queues = dict.fromkeys((money_keys.discrepancy_queue(authority_id), money_keys.DISCREPANCY_QUEUE))
    shards = [shard for queue in queues for shard in keys.shards(queue, money_keys.DISCREPANCY_SHARDS)]
    since = int(DiscrepancyRow.review_since.serialize(after.noticed_at)) if after else None
    parts = [tables.query_index(REVIEW, shard, since=since, at_once=_AT_ONCE) for shard in shards]
    last = (since, money_keys.discrepancy(after.id).pk) if after and since is not None else None
    for moment, of_moment in groupby(heapq.merge(*parts, key=_moment), key=_moment):
        for item in sorted(of_moment, key=lambda item: str(item["pk"]["S"])):
            pk = item["pk"]["S"]
            if last is None or (moment, pk) > last:
                yield Key(Table.RECORDS, pk, item["sk"]["S"])


def _moment(item: Item) -> int:
    return int(item[REVIEW.position]["N"])
