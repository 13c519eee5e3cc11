"""Answers about material: photos and scans for a review."""

from datetime import datetime

from chalicelib.api.views.basics import PermissionView, View
from chalicelib.domain.material import ContentType, Flaw, MaterialKind, MaterialState
from chalicelib.domain.review import ReviewReason


class MaterialNeedView(View, frozen=True):
    """A kind of material that the review asks for, and why."""

    kind: MaterialKind
    label: str
    reason: ReviewReason
    sentence: str
    required: bool
    """Without it the review online cannot pass; on site, the originals are shown instead."""


class MaterialView(View, frozen=True):
    """One uploaded file."""

    material_id: str
    kind: MaterialKind
    kind_label: str
    file_name: str | None
    content_type: ContentType
    size_bytes: int
    pages: int | None
    state: MaterialState
    state_label: str
    flaw: Flaw | None
    sentence: str | None
    """Why the file was not taken, and what to do."""
    uploaded_at: datetime
    removal: PermissionView


class MaterialLimitsView(View, frozen=True):
    """What a file may be, and how many there may be."""

    largest_bytes: int
    most_pages: int
    most_pixels: int
    at_most: int
    content_types: tuple[ContentType, ...]


class MaterialsView(View, frozen=True):
    """The material of one registration, oldest first."""

    materials: tuple[MaterialView, ...]
    needed: tuple[MaterialNeedView, ...]
    missing: tuple[MaterialKind, ...]
    """Of what is needed, the kinds of which no file has been accepted."""
    uploads: dict[MaterialKind, PermissionView]
    """For each kind, whether a file of it is taken now and, where not, why."""
    limits: MaterialLimitsView


class UploadFormView(View, frozen=True):
    """Send a form (multipart/form-data) of these fields in this order, with the file last under `file`."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


class MaterialUploadView(View, frozen=True):
    """Where to send the file; afterwards say that it is there (`received`)."""

    material_id: str
    upload: UploadFormView
    limits: MaterialLimitsView


class MaterialLinkView(View, frozen=True):
    """An address that gives the file for a short time; it needs no session, so it is not to be passed on."""

    url: str
    expires_at: datetime
