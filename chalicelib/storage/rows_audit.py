"""The rows of what clerks did."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage.attributes import MomentAttribute, SealedAttribute
from chalicelib.storage.tables import Row


class AuditRow(Row):
    """One entry; the reason is free text and may name people, so it is sealed."""

    entry_id = UnicodeAttribute()
    at = MomentAttribute()
    clerk = UnicodeAttribute()
    authority_id = UnicodeAttribute()
    on_whom = UnicodeAttribute()
    what = UnicodeAttribute()
    sealed_reason = SealedAttribute()
    before = UnicodeAttribute()
    after = UnicodeAttribute()
