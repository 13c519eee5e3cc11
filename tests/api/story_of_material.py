"""Good requests for the routes of material: a file that is wanted, sent, accepted."""

from typing import TYPE_CHECKING

from chalicelib.domain.ids import MaterialId
from chalicelib.domain.material import CleanFile, ContentType, MaterialKind, MaterialState
from chalicelib.usecases.ports import MaterialPlace, UploadOffer, place_of
from tests.builders_material import a_material

if TYPE_CHECKING:
    from tests.api.story import Request, Story

NEW_MATERIAL = {
    "kind": "id_photo",
    "content_type": "image/jpeg",
    "size_bytes": 123_456,
    "file_name": "身份证.jpg",
}


def begin(story: "Story") -> "Request":
    """A file that the candidate wants to send."""
    return {"registration_id": story.registration().id}, NEW_MATERIAL


def sent(story: "Story") -> "Request":
    """A file that was sent and not yet looked at."""
    registration = story.registration()
    place = MaterialPlace(
        registration.authority_id, registration.account_id, registration.id, MaterialId("material-1")
    )
    story.world.material_files.offers[place] = UploadOffer(
        kind=MaterialKind.ID_PHOTO, content_type=ContentType.JPEG, file_name="身份证.jpg"
    )
    story.world.material_files.uploads[place] = b"a photo"
    return {"registration_id": registration.id, "material_id": place.material_id}, None


def accepted(story: "Story") -> "Request":
    """A file that was accepted."""
    registration = story.registration()
    material = a_material(registration)
    story.world.materials.begin(a_material(registration, state=MaterialState.UPLOADED), registration)
    story.world.materials.settle(material)
    story.world.material_files.keep(place_of(material), CleanFile(b"clean"), material.content_type)
    return {"registration_id": registration.id, "material_id": material.id}, None
