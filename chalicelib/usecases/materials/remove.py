"""Take back material. Its file goes when the stream tells that the record is gone: `jobs/streams.py`."""

from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import ActionRefusedError, Case, removal_refusal
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.ids import MaterialId, RegistrationId
from chalicelib.usecases.materials.upload import MaterialPorts
from chalicelib.usecases.ports import StaleWriteError


def remove_material(
    account: Account,
    registration_id: RegistrationId,
    material_id: MaterialId,
    *,
    ports: MaterialPorts,
    now: datetime,
) -> None:
    """Forget one file of the candidate's own.

    Raises NotFoundError, ActionRefusedError, ChangedElsewhereError.
    """
    seen = ports.registering.situation(account, registration_id)
    material = ports.materials.get(account.id, registration_id, material_id)
    if material is None:
        raise NotFoundError
    if refusal := removal_refusal(Case(seen.registration, seen.offering, seen.facts, now), material):
        raise ActionRefusedError(refusal)
    try:
        ports.materials.remove(material, seen.registration)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
