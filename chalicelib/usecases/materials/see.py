"""Look at the material of a registration: its owner, and reviewers of its authority; nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import AccountId, MaterialId, RegistrationId
from chalicelib.domain.material import Material, MaterialState, NeededMaterial, materials_needed
from chalicelib.usecases.materials.upload import MaterialPorts
from chalicelib.usecases.ports import AuditLog, MaterialFiles, Materials, Registrations
from chalicelib.usecases.registrations.at_authority import registration_for
from chalicelib.usecases.registrations.situation import Situation


@dataclass(frozen=True, slots=True)
class Folder:
    """The material of a registration, with the situation that says what may be done with it."""

    situation: Situation
    materials: Sequence[Material]


def needed_in(situation: Situation) -> tuple[NeededMaterial, ...]:
    """What the review of this registration asks for."""
    policy = situation.offering.policy
    return materials_needed(situation.registration, situation.facts.credentials, policy)


def folder_of(account: Account, registration_id: RegistrationId, *, ports: MaterialPorts) -> Folder:
    """Everything uploaded for one registration of this account. Raises NotFoundError."""
    situation = ports.registering.situation(account, registration_id)
    return Folder(situation, ports.materials.of(account.id, registration_id))


def link_to_material(
    account: Account, registration_id: RegistrationId, material_id: MaterialId, *, ports: MaterialPorts
) -> str:
    """A short-lived address of one of the candidate's own files. Raises NotFoundError."""
    material = ports.materials.get(account.id, registration_id, material_id)
    if material is None or material.state is not MaterialState.ACCEPTED:
        raise NotFoundError
    return ports.files.link(material)


def materials_for_reviewer(
    entry: AuditEntry,
    account_id: AccountId,
    registration_id: RegistrationId,
    *,
    registrations: Registrations,
    materials: Materials,
    files: MaterialFiles,
    audit_log: AuditLog,
) -> list[tuple[Material, str | None]]:
    """What was uploaded for a registration at the reviewer's authority, with links. Raises NotFoundError.

    Looking at somebody's papers is an act too: it leaves an entry, before any link is given.
    """
    registration = registration_for(entry.clerk, account_id, registration_id, registrations=registrations)
    audit_log.record(replace(entry, on_whom=registration.id, what="see_materials"))
    return [
        (each, files.link(each) if each.state is MaterialState.ACCEPTED else None)
        for each in materials.of(account_id, registration_id)
    ]
