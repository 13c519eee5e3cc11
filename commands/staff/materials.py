"""Material of a registration: what was uploaded, with links that work for five minutes."""

import argparse

from chalicelib import wiring
from chalicelib.domain.ids import AccountId, RegistrationId
from chalicelib.domain.material import FLAW_SENTENCES, MATERIAL_LABELS, MATERIAL_STATE_LABELS, Material
from chalicelib.usecases.materials.see import materials_for_reviewer
from commands.staff.acting import Arguments, StaffAction, entry_for, with_usual_reason
from commands.staff.reviews import one_registration


def show_materials(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Two lines for each file: what it is, and where to see it. Raises DomainError."""
    found = materials_for_reviewer(
        entry_for(arguments, services, on_whom=arguments.registration),
        AccountId(arguments.account),
        RegistrationId(arguments.registration),
        registrations=services.registrations,
        materials=services.materials,
        files=services.material_files,
        audit_log=services.audit_log,
    )
    lines = [line for material, link in found for line in _lines(material, link)]
    return lines or ["no material was uploaded"]


def _lines(material: Material, link: str | None) -> list[str]:
    what = f"{material.id} {MATERIAL_LABELS[material.kind]} {MATERIAL_STATE_LABELS[material.state]}"
    if material.flaw:
        return [f"{what}: {FLAW_SENTENCES[material.flaw]}"]
    pages = f"{material.pages} 页 " if material.pages else ""
    scan = material.scan.value if material.scan else "-"
    return [f"{what} {pages}{material.content_type} virus scan: {scan}", f"    {link or '-'}"]


def _looking(parser: argparse.ArgumentParser) -> None:
    one_registration(parser)
    with_usual_reason(parser, "查看核查材料")


ACTIONS = (
    StaffAction(
        name="materials",
        about="what was uploaded for a registration, with links for five minutes",
        run=show_materials,
        arguments=_looking,
    ),
)
