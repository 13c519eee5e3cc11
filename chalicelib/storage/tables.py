"""Rows as DynamoDB sees them, and how the two tables are made. Keys are in `keys.py`.

PynamoDB's models serve as typed rows and for expressions on them; none opens a connection of its own.
"""

from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import TableDoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.models import Model

from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.payment import Money
from chalicelib.domain.registration import Choices, Finding, Signature
from chalicelib.storage.attributes import (
    DocumentAttribute,
    IntegerAttribute,
    MomentAttribute,
    SealedAttribute,
    TextsAttribute,
)

ABSENT = Path("pk").does_not_exist()
"""Nothing lies at this key."""
PRESENT = Path("pk").exists()
"""Something lies at this key."""


def as_seen(version: IntegerAttribute, seen: int | None) -> Condition:
    """Nobody has changed it since it was read in this version, or was not there: clerks and imports must not
    undo each other. Rows of before there were versions have none."""
    if seen is None:
        return ABSENT
    unchanged: Condition = (version == seen) | version.does_not_exist() & PRESENT
    return unchanged


class Row(Model):
    """The attributes of one item beside its key."""


class CheckedRow(Row):
    """What is verified: the outcome and, while it is under way, a place in the index `due`."""

    check_state = UnicodeAttribute()
    check_since = MomentAttribute()
    check_mismatched = TextsAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = IntegerAttribute(null=True)
    due_exactly_at = MomentAttribute(null=True)
    asked_since = MomentAttribute(null=True)
    submitted = BooleanAttribute(null=True)


class AccountRow(CheckedRow):
    """An account."""

    account_id = UnicodeAttribute()
    username = UnicodeAttribute()
    sealed_identity = SealedAttribute()
    sealed_phone = SealedAttribute()
    phone_key = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    security_questions = TextsAttribute()
    sealed_answers_hash = SealedAttribute()
    session_epoch = IntegerAttribute()
    created_at = MomentAttribute()
    released_at = MomentAttribute(null=True)


class ClaimRow(Row):
    """Whose a username, a phone, a person or a live key is."""

    account_id = UnicodeAttribute()
    registration_id = UnicodeAttribute(null=True)


class IdNumberRow(Row):
    """The accounts under one ID number."""

    account_ids = UnicodeSetAttribute()


class CredentialRow(CheckedRow):
    """A credential."""

    credential_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    sealed_facts = SealedAttribute()
    added_at = MomentAttribute()
    review_passes = UnicodeSetAttribute(null=True)


class CredentialCountRow(Row):
    """How many credentials an account has."""

    credentials = IntegerAttribute()


class ExamRow(Row):
    """An exam."""

    exam = DocumentAttribute(Exam)
    version = IntegerAttribute()


class OfferingRow(Row):
    """An exam as one authority holds it."""

    offering = DocumentAttribute(Offering)
    version = IntegerAttribute()


class CatalogueRow(Row):
    """A line of the list of exams."""

    exam_id = UnicodeAttribute()


class RegistrationRow(Row):
    """A registration; `review_*` put it into the index `review` while it is under review."""

    registration_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    exam_id = UnicodeAttribute()
    authority_id = UnicodeAttribute()
    state = UnicodeAttribute()
    choices = DocumentAttribute(Choices)
    version = IntegerAttribute()
    created_at = MomentAttribute()
    updated_at = MomentAttribute()
    signature = DocumentAttribute(Signature, null=True)
    review_reasons = TextsAttribute()
    rejection = UnicodeAttribute(null=True)
    amount_fen = IntegerAttribute(null=True)
    open_order_id = UnicodeAttribute(null=True)
    held_order_id = UnicodeAttribute(null=True)
    order_ids = TextsAttribute()
    paid_order_id = UnicodeAttribute(null=True)
    confirmed_at = MomentAttribute(null=True)
    paid_at = MomentAttribute(null=True)
    open_change_id = UnicodeAttribute(null=True)
    moved_to = UnicodeAttribute(null=True)
    finding = DocumentAttribute(Finding, null=True)
    review_shard = UnicodeAttribute(null=True)
    review_since = MomentAttribute(null=True)


class OrderRow(Row):
    """A payment order; `due_*` put it into the index `due` while something is due."""

    order_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    registration_id = UnicodeAttribute()
    authority_id = UnicodeAttribute()
    provider = UnicodeAttribute()
    seller_id = UnicodeAttribute()
    app_id = UnicodeAttribute()
    amount_fen = IntegerAttribute()
    subject = UnicodeAttribute()
    state = UnicodeAttribute()
    created_at = MomentAttribute()
    ends_at = MomentAttribute()
    attempts = IntegerAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = IntegerAttribute(null=True)
    due_exactly_at = MomentAttribute(null=True)
    asked_at = MomentAttribute(null=True)
    trade_provider = UnicodeAttribute(null=True)
    trade_no = UnicodeAttribute(null=True)
    paid_at = MomentAttribute(null=True)
    settled_at = MomentAttribute(null=True)
    has_paid = BooleanAttribute(default=False)
    received_fen = IntegerAttribute(null=True)
    refunds = IntegerAttribute(default=0)
    refunding_fen = IntegerAttribute(default=0)
    refunded_fen = IntegerAttribute(default=0)
    outside_refunds = TextsAttribute(null=True)
    is_frozen = BooleanAttribute(default=False)
    evidence = DocumentAttribute(Money, null=True)
    """The money as it was told of: a person who looks at a mismatch needs to see what came."""


class TradeRow(Row):
    """Which order a trade paid."""

    order_id = UnicodeAttribute()


class NoticeRow(Row):
    """A raw notice, kept for audit."""

    provider = UnicodeAttribute()
    outcome = UnicodeAttribute()
    sealed_raw = SealedAttribute()
    received_at = MomentAttribute()
    expires_at = IntegerAttribute()


class ExpiringRow(Row):
    """What ends exactly at `ends_at`; DynamoDB sweeps it away some time after `expires_at`."""

    ends_at = MomentAttribute()
    expires_at = IntegerAttribute()


class IdempotencyRow(ExpiringRow):
    """What an earlier request with this key asked and opened."""

    request_hash = UnicodeAttribute()
    order_id = UnicodeAttribute()


class SessionRow(ExpiringRow):
    """A session."""

    token_hash = UnicodeAttribute()
    account_id = UnicodeAttribute()
    epoch = IntegerAttribute()


class SmsCodeRow(ExpiringRow):
    """A code on its way; what identifies the candidate is in `sealed_code`."""

    sealed_code = SealedAttribute()
    tries = IntegerAttribute()


class PhoneProofRow(ExpiringRow):
    """A proof of a phone."""

    purpose = UnicodeAttribute()
    phone_key = UnicodeAttribute()
    sealed_proof = SealedAttribute()


class LimitRow(ExpiringRow):
    """Uses in one window of a limit."""

    uses = IntegerAttribute()


class RecoveryRow(ExpiringRow):
    """A recovery under way."""

    account_id = UnicodeAttribute()
    failures = IntegerAttribute()
    reset_token_hash = UnicodeAttribute(null=True)


_INDEXES = {"due": ("due_shard", "due_at"), "review": ("review_shard", "review_since")}


def create_missing_tables(records: str, ephemera: str, *, connection: Connection | None = None) -> None:
    """Make both tables where they are not there yet: for one machine and for tests, never for the cloud."""
    connection = connection or Connection()
    # The index gives keys only: what is due is read from the table itself, consistently.
    indexes = [
        {"index_name": name, "key_schema": _schema(*keys), "projection": {"ProjectionType": "KEYS_ONLY"}}
        for name, keys in _INDEXES.items()
    ]
    types = {"pk": "S", "sk": "S"}
    index_types = {"due_shard": "S", "due_at": "N", "review_shard": "S", "review_since": "N"}
    stream = {"stream_enabled": True, "stream_view_type": "NEW_AND_OLD_IMAGES"}
    _create(
        connection,
        records,
        types | index_types,
        global_secondary_indexes=indexes,
        stream_specification=stream,
    )
    _create(connection, ephemera, types)


def _create(connection: Connection, name: str, types: dict[str, str], **more: Any) -> None:
    try:
        connection.describe_table(name)
    except TableDoesNotExist:
        connection.create_table(
            name,
            attribute_definitions=[{"AttributeName": a, "AttributeType": t} for a, t in types.items()],
            key_schema=_schema("pk", "sk"),
            billing_mode="PAY_PER_REQUEST",
            **more,
        )
        connection.update_time_to_live(name, "expires_at")


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
