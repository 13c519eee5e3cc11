"""What a record of the table's stream tells, in domain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.ids import (
    AccountId,
    AuthorityId,
    CredentialId,
    DiscrepancyId,
    MaterialId,
    RegistrationId,
)
from chalicelib.domain.registration import State
from chalicelib.domain.verification import VerificationState
from chalicelib.domain.voiding import CAN_BE_FOUND_VOID
from chalicelib.storage import keys
from chalicelib.storage.money import keys as money_keys
from chalicelib.usecases.ports import MaterialPlace

Image = Mapping[str, Mapping[str, Any]]
"""One side of a stream record: attribute name to type letter to value."""


@dataclass(frozen=True, slots=True)
class CheckBegan:
    """An identity (no credential) or a credential is new and waits to be verified."""

    account_id: AccountId
    credential_id: CredentialId | None


@dataclass(frozen=True, slots=True)
class RegistrationMoved:
    """A registration came to another state."""

    account_id: AccountId
    registration_id: RegistrationId
    state: State
    version: int
    is_reinstated: bool = False
    """The authority has taken back that it is void."""


@dataclass(frozen=True, slots=True)
class RegistrationGone:
    """A registration was given up."""

    account_id: AccountId
    registration_id: RegistrationId


@dataclass(frozen=True, slots=True)
class MaterialGone:
    """What was recorded of a file is no more, so the file is to go too."""

    place: MaterialPlace


@dataclass(frozen=True, slots=True)
class DiscrepancyOpened:
    """Money waits for a person: for the first time, or again."""

    discrepancy_id: DiscrepancyId
    kind: DiscrepancyKind


Change = CheckBegan | RegistrationMoved | RegistrationGone | MaterialGone | DiscrepancyOpened


def read_change(old: Image | None, new: Image | None) -> Change | None:
    """The change that a stream record tells of, or None where it concerns nobody.

    Repeated records tell the same again: what is done about them must bear that.
    """
    if not new:
        return _gone(old) if old else None
    place, lies_at = _text(new, "pk"), _text(new, "sk")
    if not old and _text(new, "check_state") == VerificationState.VERIFYING:
        return CheckBegan(*keys.checked(place, lies_at))
    if lies_at.startswith(keys.REGISTRATIONS) and _has_moved(old, new):
        return RegistrationMoved(
            account_id=AccountId(_text(new, "account_id")),
            registration_id=RegistrationId(_text(new, "registration_id")),
            state=State(_text(new, "state")),
            version=int(new["version"]["N"]),
            is_reinstated=_is_reinstated(old, new),
        )
    if place.startswith(money_keys.DISCREPANCIES) and _waits(new) and not (old and _waits(old)):
        return DiscrepancyOpened(
            DiscrepancyId(_text(new, "discrepancy_id")), DiscrepancyKind(_text(new, "kind"))
        )
    return None


def _waits(discrepancy: Image) -> bool:
    return "review_shard" in discrepancy


def _has_moved(old: Image | None, new: Image) -> bool:
    """In another state; a new one is no news, unless a clerk has moved it here, paid."""
    state = _text(new, "state")
    return state != _text(old, "state") if old else state == State.PAID


def _is_reinstated(old: Image | None, new: Image) -> bool:
    """What it was before. Superseded, it has given way to the true holder of the identity."""
    was_void = old is not None and _text(old, "state") == State.VOID
    return was_void and _text(new, "state") in CAN_BE_FOUND_VOID


def _gone(old: Image) -> Change | None:
    lay_at = _text(old, "sk")
    if lay_at.startswith(keys.REGISTRATIONS):
        return RegistrationGone(
            AccountId(_text(old, "account_id")), RegistrationId(_text(old, "registration_id"))
        )
    if lay_at.startswith(keys.MATERIALS):
        place = MaterialPlace(
            AuthorityId(_text(old, "authority_id")),
            AccountId(_text(old, "account_id")),
            RegistrationId(_text(old, "registration_id")),
            MaterialId(_text(old, "material_id")),
        )
        return MaterialGone(place)
    return None


def _text(image: Image, name: str) -> str:
    return str(image.get(name, {}).get("S", ""))
