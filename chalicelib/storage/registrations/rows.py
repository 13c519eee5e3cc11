"""The rows of earlier years, of requests for a change, and of what bears on the commitment.

Closed commitments, integrity records and signed texts are of the last kind. Keys are in `change_keys.py` and
`storage/keys.py`.
"""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.domain.registration import Choices
from chalicelib.storage.attributes import (
    DocumentAttribute,
    IntegerAttribute,
    MomentAttribute,
    SealedAttribute,
    TextsAttribute,
)
from chalicelib.storage.tables import Row


class ArchiveRow(Row):
    """What one year left of one person at one exam."""

    exam_code = UnicodeAttribute()
    year = IntegerAttribute()
    sealed_name = SealedAttribute()
    level = UnicodeAttribute()
    major = UnicodeAttribute(null=True)
    passed = TextsAttribute()
    sat = BooleanAttribute()
    certificate_year = IntegerAttribute(null=True)
    content_key = UnicodeAttribute()
    """Stands for all of the record: an import compares it, because sealing the same twice differs."""


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
