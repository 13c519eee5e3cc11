"""Why an action is not possible: each reason with its sentence and the question of the FAQ it answers."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an action is not possible now."""

    EDUCATION_MISSING = "education_missing"
    CREDENTIAL_VERIFYING = "credential_verifying"
    IDENTITY_VERIFYING = "identity_verifying"
    IDENTITY_MISMATCHED = "identity_mismatched"
    REGISTERED_ALREADY = "registered_already"
    HELD_ELSEWHERE = "held_elsewhere"
    REGISTRATION_NOT_OPEN = "registration_not_open"
    REGISTRATION_OVER = "registration_over"
    REVIEW_NOT_OPEN = "review_not_open"
    REVIEW_OVER = "review_over"
    PAYMENT_NOT_OPEN = "payment_not_open"
    PAYMENT_OVER = "payment_over"
    LOCKED_BY_CONFIRMATION = "locked_by_confirmation"
    LOCKED_BY_REVIEW = "locked_by_review"
    ALREADY_CONFIRMED = "already_confirmed"
    NOT_CONFIRMED = "not_confirmed"
    WAITS_FOR_REVIEW = "waits_for_review"
    REVIEW_FAILED = "review_failed"
    REVIEW_FAILED_TOO_LATE = "review_failed_too_late"
    MAJOR_CHANGE_REFUSED = "major_change_refused"
    ALL_SUBJECTS_PASSED = "all_subjects_passed"
    SUBJECT_PASSED = "subject_passed"
    NOTHING_TO_PROVE = "nothing_to_prove"
    MATERIAL_UNDER_REVIEW = "material_under_review"
    PAYMENT_UNDER_WAY = "payment_under_way"
    PAYMENT_ENDING = "payment_ending"
    PAYMENT_SET_ASIDE = "payment_set_aside"
    NOTHING_TO_CHECK = "nothing_to_check"
    NOTHING_UNDER_WAY = "nothing_under_way"
    NOT_PAID = "not_paid"
    OPT_OUT_NOT_OFFERED = "opt_out_not_offered"
    OPT_OUT_NOT_OPEN = "opt_out_not_open"
    OPT_OUT_OVER = "opt_out_over"
    PAYMENT_IN_QUESTION = "payment_in_question"
    COMMITMENT_CLOSED = "commitment_closed"
    COMMITMENT_WITHDRAWN = "commitment_withdrawn"
    COMMITMENT_NOT_ADOPTED = "commitment_not_adopted"
    COMMITMENT_NOT_ELIGIBLE = "commitment_not_eligible"
    HELD_BY_VERIFIED_ACCOUNT = "held_by_verified_account"
    GIVES_WAY_ONCE_VERIFIED = "gives_way_once_verified"
    HELD_BY_PAID_REGISTRATION = "held_by_paid_registration"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    CANCELLING_NOT_OFFERED = "cancelling_not_offered"
    EDIT_INSTEAD = "edit_instead"
    CHANGES_NOT_TAKEN = "changes_not_taken"
    CHANGE_REQUESTED = "change_requested"
    ALREADY_PAID = "already_paid"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    VOID = "void"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentence for a reason and the question of the FAQ that it answers."""

    sentence: str
    faq: int | None = None


EXPLANATIONS = {
    Reason.EDUCATION_MISSING: Explanation("请先在“学历学位信息”中添加至少一条学历。", 10),
    Reason.CREDENTIAL_VERIFYING: Explanation(
        "学历学位信息正在核验，一般很快完成，最长 48 小时；完成后即可报名。", 7
    ),
    Reason.IDENTITY_VERIFYING: Explanation(
        "身份信息正在核验，一般很快完成，最长 48 小时；完成后即可继续。", 5
    ),
    Reason.IDENTITY_MISMATCHED: Explanation(
        "姓名与证件号码核验不一致，此账号不能报名：请用正确的信息重新注册，或携带证件到考试机构确认。", 5
    ),
    Reason.REGISTERED_ALREADY: Explanation(
        "本年度此项考试您已报名，请在“我的报名”中查看；没有缴费的（包括已逾期失效的）放弃后可以重新报名。", 5
    ),
    Reason.HELD_ELSEWHERE: Explanation("此项考试在其他平台报名，请从考试页面的链接前往。", 20),
    Reason.REGISTRATION_NOT_OPEN: Explanation("报名尚未开始。"),
    Reason.REGISTRATION_OVER: Explanation("报名已经截止。"),
    Reason.REVIEW_NOT_OPEN: Explanation("核查尚未开始。", 12),
    Reason.REVIEW_OVER: Explanation("核查已经截止，不能再上传材料。", 12),
    Reason.PAYMENT_NOT_OPEN: Explanation("缴费尚未开始。"),
    Reason.PAYMENT_OVER: Explanation("缴费已经截止。"),
    Reason.LOCKED_BY_CONFIRMATION: Explanation("报名信息确认后不能自行修改。", 17),
    Reason.LOCKED_BY_REVIEW: Explanation("报名信息核查通过后不能自行修改；如需修改，请看“申请修改”。", 17),
    Reason.ALREADY_CONFIRMED: Explanation("报名信息已经确认，无需再次确认。", 17),
    Reason.NOT_CONFIRMED: Explanation("请先确认报名信息。", 17),
    Reason.WAITS_FOR_REVIEW: Explanation("报名正在等待核查，通过后即可缴费。", 8),
    Reason.REVIEW_FAILED: Explanation("核查未通过：请按原因修改后重新确认。", 8),
    Reason.REVIEW_FAILED_TOO_LATE: Explanation(
        "核查未通过，报名已经截止，不能再修改；如有疑问，请联系考试机构。", 8
    ),
    Reason.MAJOR_CHANGE_REFUSED: Explanation(
        "您的专业科目已全部通过且在有效期内，不能变更报考专业；公共科目请按原专业继续报考。", 16
    ),
    Reason.ALL_SUBJECTS_PASSED: Explanation("该级别的科目均已通过且在有效期内，没有需要报考的科目。", 14),
    Reason.SUBJECT_PASSED: Explanation("所选科目中有已通过且在有效期内的，无需再报，请取消勾选。", 14),
    Reason.NOTHING_TO_PROVE: Explanation("报名无需核查，或已通过核查，不用再上传材料。", 12),
    Reason.MATERIAL_UNDER_REVIEW: Explanation("材料已提交核查，不能删除；如有错漏，请再上传一份。", 12),
    Reason.PAYMENT_UNDER_WAY: Explanation("有一笔支付尚未结束，请先完成支付，或取消这笔支付后再操作。", 18),
    Reason.PAYMENT_ENDING: Explanation(
        "这笔支付正在取消，支付平台尚未确认：请稍后刷新查看，最迟到期后几分钟内结束，其间请勿付款。", 18
    ),
    Reason.PAYMENT_SET_ASIDE: Explanation(
        "有一笔付款与订单不一致，工作人员正在核对，款项不会丢失；请勿再次支付。", 19
    ),
    Reason.NOTHING_TO_CHECK: Explanation("还没有可查询的支付订单。", 19),
    Reason.NOTHING_UNDER_WAY: Explanation("没有正在进行的支付，无需取消。", 18),
    Reason.NOT_PAID: Explanation("尚未缴费，无需退费。", 19),
    Reason.OPT_OUT_NOT_OFFERED: Explanation(
        "该考试机构不受理退考退费：缴费后不退费，重复缴纳的款项会自动退回。", 19
    ),
    Reason.OPT_OUT_NOT_OPEN: Explanation("退考退费尚未开始受理。", 19),
    Reason.OPT_OUT_OVER: Explanation("退考退费的受理时间已过。", 19),
    Reason.PAYMENT_IN_QUESTION: Explanation("这笔缴费正在由工作人员核对，暂时不能退费。", 19),
    Reason.COMMITMENT_CLOSED: Explanation(
        "本年度此项考试已选择不采用告知承诺制，不能再改为采用（删除后重新报名、更换账号也一样）。", 12
    ),
    Reason.COMMITMENT_WITHDRAWN: Explanation(
        "本年度此项考试的告知承诺已经撤回，不能再次采用，按现场核查流程办理。", 13
    ),
    Reason.COMMITMENT_NOT_ADOPTED: Explanation("这份报名没有采用告知承诺制，无需撤回。", 13),
    Reason.COMMITMENT_NOT_ELIGIBLE: Explanation(
        "您有诚信记录，不适用告知承诺制：请选择不采用，并提交证明材料接受核查。", 12
    ),
    Reason.HELD_BY_VERIFIED_ACCOUNT: Explanation(
        "该证件号码本年度已由另一个身份核验通过的账号报名此项考试；如有疑问，请携带证件到考试机构处理。", 5
    ),
    Reason.GIVES_WAY_ONCE_VERIFIED: Explanation(
        "该证件号码已在另一个账号报名此项考试；等您的身份核验通过（或经考试机构确认）后即可取代，届时再点一次“开始报名”。",
        5,
    ),
    Reason.HELD_BY_PAID_REGISTRATION: Explanation(
        "该证件号码已在另一个账号报名此项考试，且已缴费（或已由考试机构处理），不能取代；请携带证件到考试机构处理。",
        5,
    ),
    Reason.NOTHING_TO_CANCEL: Explanation("报名信息还没有确认，无需取消。", 17),
    Reason.CANCELLING_NOT_OFFERED: Explanation(
        "该考试机构不提供自行取消确认；如需修改，请看“修改报名信息”和“申请修改”。", 17
    ),
    Reason.EDIT_INSTEAD: Explanation("现在可以自行修改报名信息，无需提交申请。", 17),
    Reason.CHANGES_NOT_TAKEN: Explanation("该考试机构不受理网上修改申请，请直接与其联系。", 17),
    Reason.CHANGE_REQUESTED: Explanation("已有一份修改申请正在等待办理，请等待答复。", 17),
    Reason.ALREADY_PAID: Explanation("已缴费，报名完成。", 17),
    Reason.LAPSED: Explanation("缴费时间已过，本次报名已失效。"),
    Reason.SUPERSEDED: Explanation("已由核验通过的正确身份重新报名，本报名被取代。", 5),
    Reason.VOID: Explanation(
        "经考试机构认定，本报名无效，本年度不能再报名此项考试；如有疑问，请联系考试机构。"
    ),
    Reason.OPTED_OUT: Explanation("已申请退考，本报名不再有效，报名费按原支付方式退回。", 19),
}
