"""From material to answers. No rule is decided here."""

from datetime import datetime

from chalicelib.api import views
from chalicelib.api.showing.permissions import limit_view, permission_view
from chalicelib.api.showing.review import needed_views
from chalicelib.domain.actions import Case, removal_refusal, upload_refusal
from chalicelib.domain.ids import MaterialId
from chalicelib.domain.material import (
    FLAW_SENTENCES,
    LARGEST_BYTES,
    MATERIAL_LABELS,
    MATERIAL_STATE_LABELS,
    MOST_MATERIALS,
    MOST_PAGES,
    MOST_PIXELS,
    ContentType,
    Material,
    MaterialKind,
    MaterialLimitError,
    accepted_kinds,
    most_materials,
)
from chalicelib.usecases.materials.see import Folder, needed_in
from chalicelib.usecases.ports import UploadForm
from chalicelib.usecases.registrations.situation import Situation

LIMITS = views.MaterialLimitsView(
    largest_bytes=LARGEST_BYTES,
    most_pages=MOST_PAGES,
    most_pixels=MOST_PIXELS,
    at_most=MOST_MATERIALS,
    content_types=tuple(ContentType),
)


def folder_view(folder: Folder, now: datetime) -> views.MaterialsView:
    """All files of a registration, and what its review asks for."""
    needed = needed_in(folder.situation)
    there = accepted_kinds(folder.materials)
    case = _case(folder.situation, now)
    return views.MaterialsView(
        materials=tuple(material_view(each, folder.situation, now) for each in folder.materials),
        needed=needed_views(needed),
        missing=tuple(each.kind for each in needed if each.kind not in there),
        uploads={kind: _upload_view(case, kind, len(folder.materials)) for kind in MaterialKind},
        limits=LIMITS,
    )


def _upload_view(case: Case, kind: MaterialKind, count: int) -> views.PermissionView:
    refusal = upload_refusal(case, kind)
    is_full = refusal is None and count >= most_materials(kind, case.registration.state)
    return limit_view(MaterialLimitError) if is_full else permission_view(refusal)


def _case(situation: Situation, now: datetime) -> Case:
    return Case(situation.registration, situation.offering, situation.facts, now)


def material_view(material: Material, situation: Situation, now: datetime) -> views.MaterialView:
    """One file, and whether it may be taken back."""
    return views.MaterialView(
        material_id=material.id,
        kind=material.kind,
        kind_label=MATERIAL_LABELS[material.kind],
        file_name=material.file_name,
        content_type=material.content_type,
        size_bytes=material.size_bytes,
        pages=material.pages,
        state=material.state,
        state_label=MATERIAL_STATE_LABELS[material.state],
        flaw=material.flaw,
        sentence=FLAW_SENTENCES[material.flaw] if material.flaw else None,
        uploaded_at=material.uploaded_at,
        removal=permission_view(removal_refusal(_case(situation, now), material)),
    )


def upload_view(material_id: MaterialId, form: UploadForm) -> views.MaterialUploadView:
    """Where to send a file."""
    sent_to = views.UploadFormView(url=form.url, fields=form.fields, expires_at=form.expires_at)
    return views.MaterialUploadView(material_id=material_id, upload=sent_to, limits=LIMITS)
