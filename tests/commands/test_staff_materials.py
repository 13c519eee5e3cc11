"""What a reviewer sees of material from a shell."""

import pytest

from chalicelib import wiring
from chalicelib.domain.errors import DomainError
from chalicelib.domain.ids import MaterialId
from chalicelib.domain.material import Flaw, MaterialState
from commands.staff.__main__ import read_arguments
from tests.api.browser import services_of
from tests.builders import a_registration, an_account
from tests.builders_material import a_material
from tests.fakes import World


def said(services: wiring.Services, authority: str = "shenyang") -> list[str]:
    registration = a_registration(an_account())
    words = ["materials", "--authority", authority, registration.account_id, registration.id]
    arguments = read_arguments().parse_args(words)
    return list(arguments.run(arguments, services))


def test_a_reviewer_gets_links_to_what_was_accepted_and_reasons_for_the_rest() -> None:
    world, account = World(), an_account()
    registration = world.given_registration(a_registration(account), account)
    services = services_of(world)
    assert said(services) == ["no material was uploaded"]
    accepted = a_material(registration)
    refused = a_material(registration, 2, state=MaterialState.REFUSED, flaw=Flaw.ENCRYPTED)
    for material in (accepted, refused):
        world.memory.materials[account.id, registration.id, MaterialId(material.id)] = material
    first, link, second = said(services)
    assert first == f"{accepted.id} 身份证件 已上传 1 页 image/jpeg virus scan: not_scanned"
    assert link.strip().startswith("https://files.example.cn/materials/")
    assert second.startswith(f"{refused.id} 身份证件 未接收: PDF 设有密码")
    with pytest.raises(DomainError):
        said(services, "dalian")
    # Each look is an entry; one that was refused is none.
    assert [entry.what for entry in world.audit_log.of(registration.id)] == ["see_materials"] * 2
