"""The rows of the archive."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.storage.attributes import IntegerAttribute, SealedAttribute, TextsAttribute
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
