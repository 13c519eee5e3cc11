"""Material in memory, files that remember what was asked, and a scanner and an inspector that obey."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.ids import AccountId, MaterialId, RegistrationId
from chalicelib.domain.material import (
    LARGEST_BYTES,
    UPLOAD_LIFETIME,
    CleanFile,
    ContentType,
    Flaw,
    Material,
    MaterialLimitError,
    MaterialState,
    ScanOutcome,
    most_materials,
)
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports import (
    FilesUnavailableError,
    MaterialPlace,
    StaleWriteError,
    UploadedFile,
    UploadForm,
    UploadOffer,
    place_of,
)
from tests.fakes.memory import Memory


class FakeMaterials:
    """`Materials` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def of(self, account_id: AccountId, registration_id: RegistrationId) -> Sequence[Material]:
        with self._memory.lock:
            found = [m for m in self._memory.materials.values() if m.account_id == account_id]
        of_it = [material for material in found if material.registration_id == registration_id]
        return sorted(of_it, key=lambda material: (material.uploaded_at, material.id))

    def get(
        self, account_id: AccountId, registration_id: RegistrationId, material_id: MaterialId
    ) -> Material | None:
        with self._memory.lock:
            return self._memory.materials.get((account_id, registration_id, material_id))

    def begin(self, material: Material, seen: Registration) -> None:
        with self._memory.lock:
            if _key(material) in self._memory.materials:
                raise StaleWriteError
            self._require_state(seen)
            most = most_materials(material.kind, seen.state)
            if len(self.of(material.account_id, material.registration_id)) >= most:
                raise MaterialLimitError
            self._memory.materials[_key(material)] = material

    def settle(self, settled: Material) -> None:
        with self._memory.lock:
            stored = self._memory.materials.get(_key(settled))
            if stored is None or stored.state is not MaterialState.UPLOADED:
                raise StaleWriteError
            self._memory.materials[_key(settled)] = settled

    def remove(self, material: Material, seen: Registration) -> None:
        with self._memory.lock:
            stored = self._memory.materials.get(_key(material))
            if stored is None or stored.state is not material.state:
                raise StaleWriteError
            self._require_state(seen)
            del self._memory.materials[_key(material)]

    def remove_all(self, account_id: AccountId, registration_id: RegistrationId) -> None:
        with self._memory.lock:
            for material in self.of(account_id, registration_id):
                del self._memory.materials[_key(material)]

    def _require_state(self, seen: Registration) -> None:
        stored = self._memory.registrations.get((seen.account_id, seen.id))
        if stored is None or stored.state is not seen.state:
            raise StaleWriteError


def _key(material: Material) -> tuple[AccountId, RegistrationId, MaterialId]:
    return material.account_id, material.registration_id, material.id


class FakeFiles:
    """`MaterialFiles` in memory. `upload` plays the browser; a `silent` one answers nobody."""

    def __init__(self) -> None:
        self.offers: dict[MaterialPlace, UploadOffer] = {}
        self.uploads: dict[MaterialPlace, bytes] = {}
        self.kept: dict[MaterialPlace, CleanFile] = {}
        self.silent = False

    def upload(self, material_id: str, content: bytes) -> None:
        """Send a file with the form that was given out for it."""
        [place] = [place for place in self.offers if place.material_id == material_id]
        self.uploads[place] = content

    def upload_form(self, place: MaterialPlace, offer: UploadOffer, *, now: datetime) -> UploadForm:
        self._answer()
        self.offers[place] = offer
        key = f"incoming/{place.account_id}/{place.registration_id}/{place.material_id}"
        return UploadForm("https://files.example.cn", {"key": key}, now + UPLOAD_LIFETIME)

    def uploaded(self, place: MaterialPlace) -> UploadedFile | None:
        self._answer()
        content = self.uploads.get(place)
        if content is None:
            return None
        return UploadedFile(
            self.offers[place], len(content), content if len(content) <= LARGEST_BYTES else None
        )

    def keep(self, place: MaterialPlace, file: CleanFile, content_type: ContentType) -> None:
        self._answer()
        self.kept[place] = file

    def discard_upload(self, place: MaterialPlace) -> None:
        self._answer()
        self.uploads.pop(place, None)

    def forget(self, place: MaterialPlace) -> None:
        self._answer()
        self.kept.pop(place, None)

    def link(self, material: Material) -> str:
        self._answer()
        return f"https://files.example.cn/materials/{place_of(material).material_id}?signed"

    def _answer(self) -> None:
        if self.silent:
            raise FilesUnavailableError


class FakeInspector:
    """`MaterialInspector` that finds `flaw`, or keeps the file as it came."""

    def __init__(self) -> None:
        self.flaw: Flaw | None = None

    def inspect(self, content: bytes, content_type: ContentType) -> CleanFile | Flaw:
        return self.flaw or CleanFile(content)


class FakeScanner:
    """`MaterialScanner` that says what it is told to."""

    def __init__(self) -> None:
        self.outcome = ScanOutcome.NOT_SCANNED

    def scan(self, content: bytes) -> ScanOutcome:
        return self.outcome
