"""Flows of material: hand a file in, take it back, and what becomes of it when a registration is given up."""

from contextlib import suppress
from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import MaterialId, RegistrationId
from chalicelib.domain.material import MaterialKind, MaterialState
from chalicelib.usecases.materials.remove import remove_material
from chalicelib.usecases.materials.upload import WantedUpload, offer_upload, receive_material
from chalicelib.usecases.registrations.register import give_up_registration
from tests.faults.flow import Flow
from tests.faults.house import House
from tests.faults.registering import filled_in

PHOTO = b"a photo of the ID"


class HandingIn(NamedTuple):
    """A draft, and a file that was sent for it."""

    account: Account
    registration_id: RegistrationId
    material_id: MaterialId


def _sent(house: House) -> HandingIn:
    """The browser has sent the file, and nobody has looked at it."""
    account, registration_id, _ = filled_in(house)
    wanted = WantedUpload(MaterialKind.ID_PHOTO, "image/jpeg", len(PHOTO), "id.jpg")
    material_id, _ = house.run(
        offer_upload, account, registration_id, wanted, ports=house.services.material_ports
    )
    house.outside.files.upload(material_id, PHOTO)
    return HandingIn(account, registration_id, material_id)


def _receive(house: House, there: HandingIn) -> None:
    house.run(receive_material, *there, ports=house.services.material_ports)


def _is_there(house: House, there: HandingIn) -> None:
    """Accepted once, with its file."""
    (material,) = house.services.materials.of(there.account.id, there.registration_id)
    assert (material.id, material.state) == (there.material_id, MaterialState.ACCEPTED)
    assert [file.content for file in house.outside.files.kept.values()] == [PHOTO]


def _handed_in(house: House) -> HandingIn:
    there = _sent(house)
    _receive(house, there)
    return there


def _take_back(house: House, there: HandingIn) -> None:
    house.run(remove_material, *there, ports=house.services.material_ports)


def _takes_back_after_all(house: House, there: HandingIn) -> None:
    with suppress(NotFoundError):
        _take_back(house, there)


def _nothing_is_kept(house: House, there: HandingIn) -> None:
    """Neither the record nor the file, nor a place among the ten."""
    assert list(house.services.materials.of(there.account.id, there.registration_id)) == []
    assert house.outside.files.kept == {}
    assert not [key for key in house.whole_store().items if key.sk.startswith("MATERIAL#")]


def _given_up(house: House) -> HandingIn:
    """Given up a moment ago: the stream has it, nobody else."""
    there = _handed_in(house)
    house.stream.deliver()
    house.run(give_up_registration, there.account, there.registration_id, ports=house.registration_ports)
    return there


FLOWS: list[Flow[Any]] = [
    Flow(name="hand in a file", given=_sent, act=_receive, again=_receive, reached=_is_there),
    Flow(
        name="take a file back",
        given=_handed_in,
        act=_take_back,
        again=_takes_back_after_all,
        reached=_nothing_is_kept,
    ),
    Flow(
        name="forget the files of what was given up",
        given=_given_up,
        act=lambda house, _: house.stream.deliver(),
        reached=_nothing_is_kept,
        heals_itself=True,
    ),
]
