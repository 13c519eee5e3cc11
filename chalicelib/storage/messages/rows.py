"""Rows of what became of messages. Keys are in `keys.py`."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage.attributes import MomentAttribute
from chalicelib.storage.tables import ExpiringRow


class MessageRow(ExpiringRow):
    """What became of one SMS, under the phone that it went to."""

    purpose = UnicodeAttribute()
    outcome = UnicodeAttribute()
    reason = UnicodeAttribute()
    at = MomentAttribute()
    serial = UnicodeAttribute(null=True)
    code_id = UnicodeAttribute(null=True)
    reported_at = MomentAttribute(null=True)


class MessagePlaceRow(ExpiringRow):
    """Where a message lies, found by the operator's number of it or by the code that was in it.

    Under the operator's number there may be a report that came first; then there is no place yet.
    """

    message_pk = UnicodeAttribute(null=True)
    message_sk = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    reported_at = MomentAttribute(null=True)
