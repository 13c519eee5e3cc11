"""Material for the review of my registrations: photos and scans (FAQ 6, 9, 12, 17)."""

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.materials import folder_view, material_view, upload_view
from chalicelib.domain.ids import MaterialId, RegistrationId
from chalicelib.domain.material import LINK_LIFETIME
from chalicelib.observability import count, log
from chalicelib.usecases.materials.remove import remove_material
from chalicelib.usecases.materials.see import folder_of, link_to_material
from chalicelib.usecases.materials.upload import WantedUpload, offer_upload, receive_material

resource = Resource(__name__, tag="核查材料")
_ALL = "/registrations/{registration_id}/materials"
_ONE = _ALL + "/{material_id}"


@resource.serves("GET", _ALL, audience=Audience.CANDIDATE, answer=views.MaterialsView)
def list_materials(call: Call[None], registration_id: str) -> views.MaterialsView:
    """What I uploaded for a registration, and what its review asks for."""
    folder = folder_of(call.account, RegistrationId(registration_id), ports=call.services.material_ports)
    return folder_view(folder, call.services.clock.now())


@resource.serves(
    "POST",
    _ALL,
    audience=Audience.CANDIDATE,
    body=bodies.NewMaterial,
    answer=views.MaterialUploadView,
    status=201,
)
def begin_upload(call: Call[bodies.NewMaterial], registration_id: str) -> views.MaterialUploadView:
    """Say where to send one file, which goes past the API."""
    wanted = WantedUpload(
        call.body.kind, call.body.content_type, call.body.size_bytes, call.body.kept_file_name
    )
    material_id, form = offer_upload(
        call.account,
        RegistrationId(registration_id),
        wanted,
        ports=call.services.material_ports,
        limits=call.services.limits,
        randomness=call.services.randomness,
        now=call.services.clock.now(),
    )
    return upload_view(material_id, form)


@resource.serves("POST", _ONE + "/received", audience=Audience.CANDIDATE, answer=views.MaterialView)
def receive(call: Call[None], registration_id: str, material_id: str) -> views.MaterialView:
    """Say that the file was sent; the answer says whether it was taken. Asked again it says the same."""
    now, ports = call.services.clock.now(), call.services.material_ports
    material = receive_material(
        call.account, RegistrationId(registration_id), MaterialId(material_id), ports=ports, now=now
    )
    log.info("material judged", material=material.id, state=material.state, flaw=material.flaw)
    count(f"Material{material.state.capitalize()}")
    return material_view(material, ports.registering.situation(call.account, material.registration_id), now)


@resource.serves("GET", _ONE + "/content", audience=Audience.CANDIDATE, answer=views.MaterialLinkView)
def get_content(call: Call[None], registration_id: str, material_id: str) -> views.MaterialLinkView:
    """A short-lived address of one of my files."""
    url = link_to_material(
        call.account,
        RegistrationId(registration_id),
        MaterialId(material_id),
        ports=call.services.material_ports,
    )
    return views.MaterialLinkView(url=url, expires_at=call.services.clock.now() + LINK_LIFETIME)


@resource.serves("DELETE", _ONE, audience=Audience.CANDIDATE, answer=None, status=204)
def take_back(call: Call[None], registration_id: str, material_id: str) -> None:
    """Take back a file that no reviewer looks at."""
    remove_material(
        call.account,
        RegistrationId(registration_id),
        MaterialId(material_id),
        ports=call.services.material_ports,
        now=call.services.clock.now(),
    )
