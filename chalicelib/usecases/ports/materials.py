"""Material of registrations: what is recorded of each file, where the files lie, and who judges them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.ids import AccountId, AuthorityId, MaterialId, RegistrationId
from chalicelib.domain.material import CleanFile, ContentType, Flaw, Material, MaterialKind, ScanOutcome
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports.outside import ProviderUnavailableError


class FilesUnavailableError(ProviderUnavailableError):
    """The store of files did not answer: nothing is known, do the same again."""


class Materials(Protocol):
    """What is recorded of the files of registrations."""

    def of(self, account_id: AccountId, registration_id: RegistrationId) -> Sequence[Material]:
        """All of a registration, oldest first, consistent."""

    def get(
        self, account_id: AccountId, registration_id: RegistrationId, material_id: MaterialId
    ) -> Material | None:
        """One, consistent."""

    def begin(self, material: Material, seen: Registration) -> None:
        """One more, in state `uploaded`. Condition: fewer than ten, and the registration's state as seen.
        Raises MaterialLimitError, StaleWriteError (it is there already, or the registration moved on)."""

    def settle(self, settled: Material) -> None:
        """Write the verdict if it is still open. Raises StaleWriteError."""

    def remove(self, material: Material, seen: Registration) -> None:
        """Forget one, which frees its place. Condition: its state and the registration's as seen.
        Raises StaleWriteError."""

    def remove_all(self, account_id: AccountId, registration_id: RegistrationId) -> None:
        """Forget those of a registration that is gone; again changes nothing."""


@dataclass(frozen=True, slots=True)
class MaterialPlace:
    """Where the file of one material lies."""

    authority_id: AuthorityId
    account_id: AccountId
    registration_id: RegistrationId
    material_id: MaterialId


def place_of(material: Material) -> MaterialPlace:
    """Where the file of a material lies."""
    return MaterialPlace(material.authority_id, material.account_id, material.registration_id, material.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOffer:
    """What a candidate wants to upload, as checked; the upload cannot say otherwise later."""

    kind: MaterialKind
    content_type: ContentType
    file_name: str | None


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a browser sends the file: a form of these fields, in this order, and the file last."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was uploaded, as it came; `content` is None where it is larger than any we take."""

    offer: UploadOffer
    size_bytes: int
    content: bytes | None


class MaterialFiles(Protocol):
    """The files themselves. All raise FilesUnavailableError, ProviderRefusedError."""

    def upload_form(self, place: MaterialPlace, offer: UploadOffer, *, now: datetime) -> UploadForm:
        """A form that takes this one file, of this type and bounded in size, for ten minutes."""

    def uploaded(self, place: MaterialPlace) -> UploadedFile | None:
        """What was uploaded, or None."""

    def keep(self, place: MaterialPlace, file: CleanFile, content_type: ContentType) -> None:
        """Store what a reviewer will see. Again with the same is no change."""

    def discard_upload(self, place: MaterialPlace) -> None:
        """Remove the file as it came; nothing there is fine."""

    def forget(self, place: MaterialPlace) -> None:
        """Remove what was kept; nothing there is fine."""

    def link(self, material: Material) -> str:
        """An address that gives what was kept for five minutes, to be saved and not shown in place."""


class MaterialInspector(Protocol):
    """Judges a file by its content, never by its name."""

    def inspect(self, content: bytes, content_type: ContentType) -> CleanFile | Flaw:
        """What may be kept, without metadata where it is an image; or what is wrong. Never raises."""


class MaterialScanner(Protocol):
    """A virus scanner."""

    def scan(self, content: bytes) -> ScanOutcome:
        """What it says of a file as it came. Raises FilesUnavailableError where it should and cannot."""
