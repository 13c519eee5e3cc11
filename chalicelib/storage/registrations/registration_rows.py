"""Registrations as rows: how one is written and read, where it lies, and that it still is as it was read."""

from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.domain.ids import (
    AccountId,
    AuthorityId,
    ChangeRequestId,
    ExamId,
    OrderId,
    RegistrationId,
)
from chalicelib.domain.registration import Registration, State
from chalicelib.storage import keys
from chalicelib.storage.keys import Key
from chalicelib.storage.tables import RegistrationRow


def registration_of(row: RegistrationRow) -> Registration:
    """The registration that a row holds."""
    return Registration(
        id=RegistrationId(row.registration_id),
        account_id=AccountId(row.account_id),
        exam_id=ExamId(row.exam_id),
        authority_id=AuthorityId(row.authority_id),
        state=State(row.state),
        choices=row.choices,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        signature=row.signature,
        review_reasons=tuple(row.review_reasons),
        rejection=row.rejection,
        amount_fen=row.amount_fen,
        open_order_id=OrderId(row.open_order_id) if row.open_order_id else None,
        held_order_id=OrderId(row.held_order_id) if row.held_order_id else None,
        order_ids=tuple(OrderId(order_id) for order_id in row.order_ids),
        paid_order_id=OrderId(row.paid_order_id) if row.paid_order_id else None,
        confirmed_at=row.confirmed_at,
        paid_at=row.paid_at,
        open_change_id=ChangeRequestId(row.open_change_id) if row.open_change_id else None,
        moved_to=RegistrationId(row.moved_to) if row.moved_to else None,
        finding=row.finding,
    )


def row_of(registration: Registration) -> RegistrationRow:
    """The row that holds a registration."""
    return RegistrationRow(
        registration_id=registration.id,
        account_id=registration.account_id,
        exam_id=registration.exam_id,
        authority_id=registration.authority_id,
        state=registration.state,
        choices=registration.choices,
        version=registration.version,
        created_at=registration.created_at,
        updated_at=registration.updated_at,
        signature=registration.signature,
        review_reasons=list(registration.review_reasons),
        rejection=registration.rejection,
        amount_fen=registration.amount_fen,
        open_order_id=registration.open_order_id,
        held_order_id=registration.held_order_id,
        order_ids=list(registration.order_ids),
        paid_order_id=registration.paid_order_id,
        confirmed_at=registration.confirmed_at,
        paid_at=registration.paid_at,
        open_change_id=registration.open_change_id,
        moved_to=registration.moved_to,
        finding=registration.finding,
        **_queue_columns(registration),
    )


def _queue_columns(registration: Registration) -> dict[str, Any]:
    """In the authority's queue while a person must look, and only then."""
    if registration.state is not State.UNDER_REVIEW:
        return {}
    return {
        "review_shard": keys.review_shard(registration.authority_id, registration.exam_id, registration.id),
        "review_since": registration.confirmed_at or registration.updated_at,
    }


def registration_key(registration: Registration) -> Key:
    """Where a registration lies."""
    return keys.registration(registration.account_id, registration.id)


def as_seen(seen: Registration) -> Condition:
    """Nobody has changed the registration, and no payment has begun or ended, since it was read."""
    order_as_seen = (
        RegistrationRow.open_order_id == seen.open_order_id
        if seen.open_order_id
        else RegistrationRow.open_order_id.does_not_exist()
    )
    seen_so: Condition = (
        (RegistrationRow.version == seen.version) & (RegistrationRow.state == seen.state) & order_as_seen
    )
    return seen_so
