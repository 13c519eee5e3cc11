"""Rows of requests for a change. Keys are in `keys.py`."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.registration import Choices
from chalicelib.storage.attributes import (
    DocumentAttribute,
    MomentAttribute,
    SealedAttribute,
    TextsAttribute,
)
from chalicelib.storage.tables import Row


class ChangeRequestRow(Row):
    """A request for a change; `review_*` put it into the index `review` while it is open."""

    request_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    registration_id = UnicodeAttribute()
    authority_id = UnicodeAttribute()
    what = TextsAttribute()
    sealed_why = SealedAttribute()
    wanted = DocumentAttribute(Choices)
    asked_at = MomentAttribute()
    state = UnicodeAttribute()
    answer = UnicodeAttribute(null=True)
    settled_at = MomentAttribute(null=True)
    review_shard = UnicodeAttribute(null=True)
    review_since = MomentAttribute(null=True)
