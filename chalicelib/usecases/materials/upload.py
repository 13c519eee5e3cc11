"""Upload a photo or scan for a review: ask where to send it, say that it is there, learn the verdict.

The file goes from the browser to the store of files, past us. Until the candidate says that it is there,
nothing is recorded: an upload that is given up leaves an object, which its store removes after a day.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import ActionRefusedError, Case, upload_refusal
from chalicelib.domain.errors import ChangedElsewhereError
from chalicelib.domain.ids import MaterialId, RegistrationId
from chalicelib.domain.material import (
    LARGEST_BYTES,
    CleanFile,
    Flaw,
    Material,
    MaterialKind,
    MaterialLimitError,
    MaterialNotUploadedError,
    MaterialState,
    ScanOutcome,
    check_offer,
    most_materials,
    settled,
)
from chalicelib.domain.sms import Limit
from chalicelib.usecases.ports import (
    FilesUnavailableError,
    Limits,
    MaterialFiles,
    MaterialInspector,
    MaterialPlace,
    Materials,
    MaterialScanner,
    Randomness,
    StaleWriteError,
    UploadedFile,
    UploadForm,
    UploadOffer,
    place_of,
)
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.situation import Situation

_UPLOADS = Limit("material-day", 60, 86_400)
"""Ten files, each tried a few times. What is offered and never used costs a store of files a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialPorts:
    """What every use case of material needs; too many to name one by one at each call."""

    registering: RegistrationPorts
    materials: Materials
    files: MaterialFiles
    inspector: MaterialInspector
    scanner: MaterialScanner


@dataclass(frozen=True, slots=True)
class WantedUpload:
    """What a candidate says of a file before sending it."""

    kind: MaterialKind
    content_type: str
    size_bytes: int
    file_name: str | None


def offer_upload(
    account: Account,
    registration_id: RegistrationId,
    wanted: WantedUpload,
    *,
    ports: MaterialPorts,
    limits: Limits,
    randomness: Randomness,
    now: datetime,
) -> tuple[MaterialId, UploadForm]:
    """Say where this one file may be sent.

    Raises NotFoundError, ActionRefusedError, InvalidInputError (format, size), MaterialLimitError,
    TooManyRequestsError.
    """
    seen = ports.registering.situation(account, registration_id)
    _require_upload(seen, wanted.kind, now)
    content_type = check_offer(wanted.content_type, wanted.size_bytes)
    most = most_materials(wanted.kind, seen.registration.state)
    if len(ports.materials.of(account.id, registration_id)) >= most:
        raise MaterialLimitError
    limits.take(_UPLOADS, account.id, now=now)
    material_id = MaterialId(randomness.new_id())
    offer = UploadOffer(kind=wanted.kind, content_type=content_type, file_name=wanted.file_name)
    return material_id, ports.files.upload_form(_place(seen, material_id), offer, now=now)


def receive_material(
    account: Account,
    registration_id: RegistrationId,
    material_id: MaterialId,
    *,
    ports: MaterialPorts,
    now: datetime,
) -> Material:
    """Judge what was uploaded and keep what is good of it. Asked again it gives the first verdict.

    Raises NotFoundError, MaterialNotUploadedError, ActionRefusedError, MaterialLimitError,
    ChangedElsewhereError.
    """
    seen = ports.registering.situation(account, registration_id)
    known = ports.materials.get(account.id, registration_id, material_id)
    if known is not None and known.state is not MaterialState.UPLOADED:
        return known
    upload = ports.files.uploaded(_place(seen, material_id))
    if known is None:
        if upload is None:
            raise MaterialNotUploadedError
        known = _begun(seen, material_id, upload, ports.materials, now)
    return _judged(known, upload, ports, now)


def _require_upload(seen: Situation, kind: MaterialKind, now: datetime) -> None:
    refusal = upload_refusal(Case(seen.registration, seen.offering, seen.facts, now), kind)
    if refusal:
        raise ActionRefusedError(refusal)


def _place(seen: Situation, material_id: MaterialId) -> MaterialPlace:
    registration = seen.registration
    return MaterialPlace(registration.authority_id, registration.account_id, registration.id, material_id)


def _begun(
    seen: Situation, material_id: MaterialId, upload: UploadedFile, materials: Materials, now: datetime
) -> Material:
    # Its place among the ten is taken before the file is looked at, so that two at once cannot share it.
    _require_upload(seen, upload.offer.kind, now)
    registration = seen.registration
    material = Material(
        id=material_id,
        account_id=registration.account_id,
        registration_id=registration.id,
        authority_id=registration.authority_id,
        kind=upload.offer.kind,
        content_type=upload.offer.content_type,
        size_bytes=upload.size_bytes,
        file_name=upload.offer.file_name,
        state=MaterialState.UPLOADED,
        uploaded_at=now,
    )
    try:
        materials.begin(material, registration)
    except StaleWriteError as stale:
        # The other click of a double click may have begun it.
        begun = materials.get(registration.account_id, registration.id, material_id)
        if begun is None:
            raise ChangedElsewhereError from stale
        return begun
    return material


def _judged(material: Material, upload: UploadedFile | None, ports: MaterialPorts, now: datetime) -> Material:
    if material.state is not MaterialState.UPLOADED:
        return material
    verdict, scan = _verdict_on(upload, ports)
    place = place_of(material)
    if isinstance(verdict, CleanFile):
        ports.files.keep(place, verdict, material.content_type)
    judged = settled(material, verdict, scan, now=now)
    try:
        ports.materials.settle(judged)
    except StaleWriteError as stale:
        stored = ports.materials.get(material.account_id, material.registration_id, material.id)
        if stored is None:
            # The registration was given up meanwhile: its files are gone, and this one came too late to be.
            ports.files.forget(place)
            raise ChangedElsewhereError from stale
        return stored
    with suppress(FilesUnavailableError):  # its store removes it after a day
        ports.files.discard_upload(place)
    return judged


def _verdict_on(
    upload: UploadedFile | None, ports: MaterialPorts
) -> tuple[CleanFile | Flaw, ScanOutcome | None]:
    if upload is None:
        return Flaw.LOST, None
    if upload.size_bytes == 0:
        return Flaw.EMPTY, None
    if upload.content is None or upload.size_bytes > LARGEST_BYTES:
        return Flaw.TOO_LARGE, None
    scan = ports.scanner.scan(upload.content)
    if scan is ScanOutcome.INFECTED:
        return Flaw.INFECTED, scan
    return ports.inspector.inspect(upload.content, upload.offer.content_type), scan
