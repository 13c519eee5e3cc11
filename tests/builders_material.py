"""A good default for material, beside those of `builders.py`."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.ids import MaterialId
from chalicelib.domain.material import ContentType, Material, MaterialKind, MaterialState, ScanOutcome
from chalicelib.domain.registration import Registration
from tests.builders import NOW


def a_material(registration: Registration, number: int = 1, **changes: Any) -> Material:
    """An accepted photo of the ID card; other numbers are other files."""
    material = Material(
        id=MaterialId(f"material{number:016}"),
        account_id=registration.account_id,
        registration_id=registration.id,
        authority_id=registration.authority_id,
        kind=MaterialKind.ID_PHOTO,
        content_type=ContentType.JPEG,
        size_bytes=123_456,
        file_name="王晓明身份证.jpg",
        state=MaterialState.ACCEPTED,
        uploaded_at=NOW + timedelta(seconds=number),
        kept_bytes=120_000,
        pages=1,
        scan=ScanOutcome.NOT_SCANNED,
        settled_at=NOW + timedelta(seconds=number + 1),
    )
    return replace(material, **changes)
