"""Rows of authorities and of the passwords that their clerks give out. Keys are in `keys.py`."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.domain.authority import Authority
from chalicelib.storage.attributes import DocumentAttribute, IntegerAttribute
from chalicelib.storage.tables import ExpiringRow, Row


class AuthorityRow(Row):
    """An authority."""

    authority = DocumentAttribute(Authority)
    version = IntegerAttribute()


class OneTimePasswordRow(ExpiringRow):
    """A password that a clerk gave out, as a keyed hash."""

    fingerprint = UnicodeAttribute()
    needs_id_tail = BooleanAttribute()
    tries = IntegerAttribute()
