"""The rows of what candidates bring along to the commitment: closed ones, integrity records, signed texts."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage.attributes import IntegerAttribute, MomentAttribute
from chalicelib.storage.tables import Row


class ClosedCommitmentRow(Row):
    """An ID number may not adopt the commitment any more for one exam and year."""

    commitment = UnicodeAttribute()
    at = MomentAttribute()
    account_id = UnicodeAttribute()
    registration_id = UnicodeAttribute()


class IntegrityHeadRow(Row):
    """How often the integrity records of one ID number were changed."""

    changes = IntegerAttribute()


class IntegrityRecordRow(Row):
    """One integrity record."""

    record_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    decided_on = UnicodeAttribute()
    recorded_at = MomentAttribute()
    ended_at = MomentAttribute(null=True)


class SignedTextRow(Row):
    """A text that candidates sign."""

    text = UnicodeAttribute()
    version = UnicodeAttribute()
