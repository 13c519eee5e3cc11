"""Material for a review: photos and scans, what they may be, and which ones are asked for (FAQ 6, 9, 12, 17).

How the bytes of a file are judged is in `integrations/materials`; when a candidate may upload and remove is
in `actions/materials.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.credential import Credential
from chalicelib.domain.errors import DomainError, InvalidInputError
from chalicelib.domain.exam import Policy
from chalicelib.domain.ids import AccountId, AuthorityId, CredentialId, MaterialId, RegistrationId
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.review import ReviewChannel, ReviewReason

LARGEST_BYTES = 5 * 1024 * 1024
MOST_MATERIALS = 10
MOST_FOR_CHANGES = 10
"""Beside those, once nothing of them can be taken back to make room."""
MOST_PAGES = 20
MOST_PIXELS = 40_000_000
UPLOAD_LIFETIME = timedelta(minutes=10)
LINK_LIFETIME = timedelta(minutes=5)


class MaterialKind(StrEnum):
    """What a file shows."""

    ID_PHOTO = "id_photo"
    EDUCATION_CERTIFICATE = "education_certificate"
    DEGREE_CERTIFICATE = "degree_certificate"
    FOREIGN_CERTIFICATE = "foreign_certificate"
    NAME_CHANGE_PROOF = "name_change_proof"
    EXEMPTION_PROOF = "exemption_proof"
    CHANGE_FORM = "change_form"
    OTHER = "other"


MATERIAL_LABELS = {
    MaterialKind.ID_PHOTO: "身份证件",
    MaterialKind.EDUCATION_CERTIFICATE: "学历证书",
    MaterialKind.DEGREE_CERTIFICATE: "学位证书",
    MaterialKind.FOREIGN_CERTIFICATE: "教育部留学服务中心认证书",
    MaterialKind.NAME_CHANGE_PROOF: "姓名变更证明",
    MaterialKind.EXEMPTION_PROOF: "免试条件证明",
    MaterialKind.CHANGE_FORM: "信息修改表",
    MaterialKind.OTHER: "其他材料",
}
FOR_A_CHANGE = (MaterialKind.ID_PHOTO, MaterialKind.CHANGE_FORM)
"""What goes with a request to the authority for a change, also after a review is passed (FAQ 17)."""


class ContentType(StrEnum):
    """The formats that are taken."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


EXTENSIONS = {ContentType.JPEG: "jpg", ContentType.PNG: "png", ContentType.PDF: "pdf"}


class MaterialState(StrEnum):
    """From the candidate's word that it is uploaded to the verdict on its content."""

    UPLOADED = "uploaded"
    ACCEPTED = "accepted"
    REFUSED = "refused"


MATERIAL_STATE_LABELS = {
    MaterialState.UPLOADED: "正在检查",
    MaterialState.ACCEPTED: "已上传",
    MaterialState.REFUSED: "未接收",
}


class Flaw(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TYPE_DIFFERS = "type_differs"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"
    TOO_MANY_PAGES = "too_many_pages"
    ENCRYPTED = "encrypted"
    ACTIVE_CONTENT = "active_content"
    INFECTED = "infected"
    LOST = "lost"


FLAW_SENTENCES = {
    Flaw.EMPTY: "文件是空的，请重新选择。",
    Flaw.TOO_LARGE: "文件超过 5 MB，请压缩或降低分辨率后再上传。",
    Flaw.TYPE_DIFFERS: "文件内容与格式不符：请用相机或扫描软件另存为 JPEG、PNG 或 PDF，不要只改文件名。",
    Flaw.UNREADABLE: "文件不完整或已损坏，请在电脑上打开确认后重新上传。",
    Flaw.TOO_MANY_PIXELS: "图片超过 4000 万像素，请降低分辨率后再上传。",
    Flaw.ANIMATED: "不接受动态图片，请上传静态照片或扫描件。",
    Flaw.TOO_MANY_PAGES: "PDF 超过 20 页，请只保留需要的页。",
    Flaw.ENCRYPTED: "PDF 设有密码或权限限制，请去掉后再上传。",
    Flaw.ACTIVE_CONTENT: "PDF 含有脚本、附件或自动动作，请用“打印为 PDF”另存后再上传。",
    Flaw.INFECTED: "文件未通过安全检查，请换一台设备重新拍照或扫描。",
    Flaw.LOST: "上传后超过 24 小时没有完成，文件已清除，请删除后重新上传。",
}


class ScanOutcome(StrEnum):
    """What a virus scanner said; `not_scanned` where there is none."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One uploaded file of a registration."""

    id: MaterialId
    account_id: AccountId
    registration_id: RegistrationId
    authority_id: AuthorityId
    kind: MaterialKind
    content_type: ContentType
    size_bytes: int
    """As uploaded; `kept_bytes` is what is kept of it."""
    file_name: str | None
    state: MaterialState
    uploaded_at: datetime
    flaw: Flaw | None = None
    kept_bytes: int | None = None
    pages: int | None = None
    scan: ScanOutcome | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CleanFile:
    """What is kept of a file: images anew from their pixels, a PDF as it came."""

    content: bytes
    pages: int = 1


@dataclass(frozen=True, slots=True)
class NeededMaterial:
    """A kind of material that a review asks for, and why; without a required one, it cannot pass online."""

    kind: MaterialKind
    reason: ReviewReason
    required: bool


class MaterialLimitError(DomainError):
    """Ten files at most for one registration."""

    code = "material_limit"
    message = "每份报名最多上传 10 份材料，请先删除不需要的。"
    faq = 12


class MaterialNotUploadedError(DomainError):
    """Nothing lies where the file should have been uploaded."""

    code = "material_not_uploaded"
    message = "没有收到文件，请重新选择并上传。"
    faq = 12


class MaterialMissingError(DomainError):
    """A review online cannot pass before the material that it asks for is there (handbook 4.5)."""

    code = "material_missing"
    message = "线上核查所需的材料还没有上传齐全。"
    faq = 12


def most_materials(kind: MaterialKind, state: State) -> int:
    """How many files of a registration in this state there may be when one of this kind is the last."""
    has_room_of_its_own = kind in FOR_A_CHANGE and state not in (State.DRAFT, State.REJECTED)
    return MOST_MATERIALS + MOST_FOR_CHANGES if has_room_of_its_own else MOST_MATERIALS


def check_offer(content_type: str, size_bytes: int) -> ContentType:
    """Refuse early what could not be taken. Raises InvalidInputError."""
    if content_type not in set(ContentType):
        sentence = (
            "只接受 JPEG、PNG 图片或 PDF 文件。苹果手机请在“设置—相机—格式”中选“兼容性最佳”后重新拍照。"
        )
        raise InvalidInputError(field="content_type", detail=sentence)
    if size_bytes < 1:
        raise InvalidInputError(field="size_bytes", detail=FLAW_SENTENCES[Flaw.EMPTY])
    if size_bytes > LARGEST_BYTES:
        raise InvalidInputError(field="size_bytes", detail=FLAW_SENTENCES[Flaw.TOO_LARGE])
    return ContentType(content_type)


def settled(
    material: Material, verdict: CleanFile | Flaw, scan: ScanOutcome | None, *, now: datetime
) -> Material:
    """The material after the verdict on its content."""
    if isinstance(verdict, Flaw):
        return replace(material, state=MaterialState.REFUSED, flaw=verdict, scan=scan, settled_at=now)
    return replace(
        material,
        state=MaterialState.ACCEPTED,
        kept_bytes=len(verdict.content),
        pages=verdict.pages,
        scan=scan,
        settled_at=now,
    )


def materials_needed(
    registration: Registration, credentials: Iterable[Credential], policy: Policy
) -> tuple[NeededMaterial, ...]:
    """What a review of this registration asks for, each kind once; nothing while no person has to look.

    On site the originals are shown, so there the files are welcome and not required (FAQ 6).
    """
    if registration.state not in (State.UNDER_REVIEW, State.REJECTED):
        return ()
    foreign = {credential.id for credential in credentials if credential.facts.foreign}
    asked: dict[MaterialKind, ReviewReason] = {}
    for reason in map(ReviewReason, registration.review_reasons):
        for kind in _kinds_for(reason, registration, foreign):
            asked.setdefault(kind, reason)
    required = policy.channel_of(registration.review_reasons) is ReviewChannel.ONLINE
    return tuple(NeededMaterial(kind, reason, required) for kind, reason in asked.items())


def _kinds_for(
    reason: ReviewReason, registration: Registration, foreign: set[CredentialId]
) -> tuple[MaterialKind, ...]:
    choices = registration.choices
    education = _certificate(choices.education_id, MaterialKind.EDUCATION_CERTIFICATE, foreign)
    degree = _certificate(choices.degree_id, MaterialKind.DEGREE_CERTIFICATE, foreign)
    match reason:
        case ReviewReason.IDENTITY_UNVERIFIED:
            return (MaterialKind.ID_PHOTO,)
        case ReviewReason.EDUCATION_UNVERIFIED:
            return education
        case ReviewReason.DEGREE_UNVERIFIED:
            return degree
        case ReviewReason.NAME_DIFFERS | ReviewReason.ARCHIVE_NAME_DIFFERS:
            return (MaterialKind.ID_PHOTO, MaterialKind.NAME_CHANGE_PROOF)
        case ReviewReason.EXEMPTION_LEVEL:
            return (MaterialKind.EXEMPTION_PROOF,)
        case _:
            # Without the commitment everything is proved: who one is and what one has.
            return (MaterialKind.ID_PHOTO, *education, *degree)


def _certificate(
    record: CredentialId | None, kind: MaterialKind, foreign: set[CredentialId]
) -> tuple[MaterialKind, ...]:
    if record is None:
        return ()
    return (MaterialKind.FOREIGN_CERTIFICATE,) if record in foreign else (kind,)


def check_nothing_missing(needed: Iterable[NeededMaterial], materials: Iterable[Material]) -> None:
    """Raise MaterialMissingError that names the required kinds of which no file was accepted."""
    there = accepted_kinds(materials)
    missing = [MATERIAL_LABELS[each.kind] for each in needed if each.required and each.kind not in there]
    if missing:
        raise MaterialMissingError(detail=f"线上核查还缺少材料：{'、'.join(missing)}。")


def accepted_kinds(materials: Iterable[Material]) -> set[MaterialKind]:
    """The kinds of which there is a file that was accepted."""
    return {material.kind for material in materials if material.state is MaterialState.ACCEPTED}
