"""Rows of material as DynamoDB sees them. Nobody outside this room reads it."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage.attributes import IntegerAttribute, MomentAttribute, SealedAttribute
from chalicelib.storage.tables import Row


class MaterialRow(Row):
    """What is recorded of one uploaded file."""

    material_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    registration_id = UnicodeAttribute()
    authority_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    content_type = UnicodeAttribute()
    size_bytes = IntegerAttribute()
    sealed_file_name = SealedAttribute(null=True)
    state = UnicodeAttribute()
    uploaded_at = MomentAttribute()
    flaw = UnicodeAttribute(null=True)
    kept_bytes = IntegerAttribute(null=True)
    pages = IntegerAttribute(null=True)
    scan_outcome = UnicodeAttribute(null=True)
    settled_at = MomentAttribute(null=True)


class MaterialCountRow(Row):
    """How many materials a registration has."""

    materials = IntegerAttribute()
