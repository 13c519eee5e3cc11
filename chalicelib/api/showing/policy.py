"""An authority's policy in the words of an exam's page, read before one begins (FAQ 8, 9, 12, 13, 17)."""

from chalicelib.domain.change import FIELD_LABELS
from chalicelib.domain.exam import Exam, LockAt, Policy
from chalicelib.domain.review import ReviewChannel, ReviewReason

_LOCKS = {
    LockAt.CONFIRMATION: "报名信息确认后不能自行修改",
    LockAt.REVIEW: "报名时间内、核查通过之前可以自行修改",
    LockAt.PAYMENT: "报名时间内、缴费之前可以自行修改",
}
_CANCELLING = "报名时间内、缴费之前可以取消确认，改好后重新确认。"
_PAID = "缴费后不能更改报名点、级别和科目。"
_CHANNELS = {
    ReviewChannel.ONLINE: "上传材料，由工作人员线上核查",
    ReviewChannel.ON_SITE: "携带证件和证书原件，到现场核查",
}
_REASONS = {
    ReviewReason.COMMITMENT_DECLINED: "不采用告知承诺制",
    ReviewReason.COMMITMENT_WITHDRAWN: "撤回告知承诺",
    ReviewReason.COMMITMENT_NOT_ELIGIBLE: "不适用告知承诺制",
    ReviewReason.IDENTITY_UNVERIFIED: "身份未能自动核验",
    ReviewReason.EDUCATION_UNVERIFIED: "学历未能自动核验",
    ReviewReason.DEGREE_UNVERIFIED: "学位未能自动核验",
    ReviewReason.NAME_DIFFERS: "证书姓名与现在不同",
    ReviewReason.ARCHIVE_NAME_DIFFERS: "历年档案姓名与现在不同",
    ReviewReason.EXEMPTION_LEVEL: "报考免试级别",
}


def lock_sentence(policy: Policy) -> str:
    """Until when candidates correct mistakes by themselves, and what can be done afterwards."""
    changeable = policy.changeable_on_request if policy.accepts_change_requests else ()
    wanted = "、".join(FIELD_LABELS[each] for each in changeable)
    after = f"此后缴费之前，可以申请修改{wanted}。" if wanted else "此后如需修改，请联系考试机构。"
    undo = _CANCELLING if policy.allows_cancelling_confirmation else ""
    return f"{_LOCKS[policy.lock_at]}；{after}{undo}{_PAID}"


def review_sentences(policy: Policy, exam: Exam) -> tuple[str, ...]:
    """What a person looks at, by where: one sentence for each way that this authority has."""
    looks_at_exemptions = policy.reviews_exemption_levels and any(level.is_exemption for level in exam.levels)
    reasons = [r for r in ReviewReason if r is not ReviewReason.EXEMPTION_LEVEL or looks_at_exemptions]
    said = []
    for channel, how in _CHANNELS.items():
        here = [_REASONS[reason] for reason in reasons if policy.channel_of([reason]) is channel]
        if here:
            said.append(f"{'、'.join(here)}的，{how}。")
    return tuple(said)
