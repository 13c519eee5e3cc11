"""Where a registration is reviewed, with what, and which exams a credential was passed for, in words."""

from collections.abc import Mapping

from chalicelib.api import views, words
from chalicelib.domain.credential import Credential
from chalicelib.domain.exam import Offering
from chalicelib.domain.material import MATERIAL_LABELS, NeededMaterial
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.review import ReviewChannel

_LABELS = {ReviewChannel.ONLINE: "线上核查", ReviewChannel.ON_SITE: "现场核查"}


def review_place_view(
    registration: Registration, state: State, offering: Offering
) -> views.ReviewPlaceView | None:
    """Where to go, or what to upload, while a person has to look; otherwise None."""
    channel = offering.policy.channel_of(registration.review_reasons)
    if channel is None or state not in (State.UNDER_REVIEW, State.REJECTED):
        return None
    return views.ReviewPlaceView(
        channel=channel, label=_LABELS[channel], sentence=_sentence(channel, registration, offering)
    )


def _sentence(channel: ReviewChannel, registration: Registration, offering: Offering) -> str:
    if channel is ReviewChannel.ONLINE:
        return f"请上传证明材料的照片或扫描件，由{offering.authority_name}的工作人员线上核查。"
    site = next((each for each in offering.sites if each.code == registration.choices.site), None)
    where = f"{site.name}（{site.address}）" if site else f"{offering.authority_name}指定的核查点"
    return f"请在核查截止前，携带身份证、学历学位证书等证明材料的原件，到{where}接受现场核查。"


def passed_views(credential: Credential, exam_names: Mapping[str, str]) -> tuple[views.PassedExamView, ...]:
    """The exams whose reviewers passed a record: there it counts as verified in every year (FAQ 8)."""
    return tuple(
        views.PassedExamView(exam_code=code, exam_name=exam_names.get(code, code))
        for code in sorted(credential.review_passes)
    )


def needed_views(needed: tuple[NeededMaterial, ...]) -> tuple[views.MaterialNeedView, ...]:
    """What a review asks for, each kind with its reason."""
    return tuple(
        views.MaterialNeedView(
            kind=each.kind,
            label=MATERIAL_LABELS[each.kind],
            reason=each.reason,
            sentence=_need(each),
            required=each.required,
        )
        for each in needed
    )


def _need(needed: NeededMaterial) -> str:
    label, why = MATERIAL_LABELS[needed.kind], words.REVIEW_SENTENCES[needed.reason]
    if needed.required:
        return f"{why}请上传{label}原件的照片或扫描件。"
    return f"{why}可先上传{label}，现场核查时请携带原件。"
