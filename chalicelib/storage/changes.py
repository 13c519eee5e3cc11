"""What a record of the table's stream tells, in domain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.ids import AccountId, CredentialId, RegistrationId
from chalicelib.domain.registration import State
from chalicelib.domain.verification import VerificationState
from chalicelib.storage import keys

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


Change = CheckBegan | RegistrationMoved


def read_change(old: Image | None, new: Image | None) -> Change | None:
    """The change that a stream record tells of, or None where it concerns nobody.

    Repeated records tell the same again: what is done about them must bear that.
    """
    if not new:
        return None
    place, lies_at = _text(new, "pk"), _text(new, "sk")
    if not old and _text(new, "check_state") == VerificationState.VERIFYING:
        return CheckBegan(*keys.checked(place, lies_at))
    if old and lies_at.startswith(keys.REGISTRATIONS) and _text(old, "state") != _text(new, "state"):
        return RegistrationMoved(
            account_id=AccountId(_text(new, "account_id")),
            registration_id=RegistrationId(_text(new, "registration_id")),
            state=State(_text(new, "state")),
            version=int(new["version"]["N"]),
        )
    return None


def _text(image: Image, name: str) -> str:
    return str(image.get(name, {}).get("S", ""))
