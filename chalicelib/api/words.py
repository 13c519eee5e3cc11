"""Words that candidates read: labels of states, and the sentence saying what to do next.

Sentences of refusals stand with the refusals in the domain; here is what is said of things as they are.
"""

from chalicelib.domain.credential import Credential, name_differs
from chalicelib.domain.identity import Identity
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import State
from chalicelib.domain.review import ReviewReason
from chalicelib.domain.sms import SendOutcome
from chalicelib.domain.verification import VerificationState

STATE_SENTENCES = {
    State.DRAFT: "还没有确认：请填完并确认报名信息。",
    State.UNDER_REVIEW: "已确认，等待工作人员核查；核查通过后即可缴费，届时会发短信通知。",
    State.REJECTED: "核查未通过：请按原因修改后，在报名截止前重新确认。",
    State.PAYABLE: "请在缴费截止前完成缴费，逾期报名失效。",
    State.PAID: "已缴费，报名完成。",
    State.LAPSED: "缴费时间已过，本次报名已失效。",
    State.SUPERSEDED: (
        "该证件号码已由身份核验通过的账号重新报名，本报名被取代；如有已付款项，将原路退回。如有疑问，请携带证件到考试机构处理。"
    ),
    State.VOID: (
        "经考试机构认定，本报名无效，本年度不能再报名此项考试。已缴的费用是否退还由考试机构决定；之后付的款将原路退回。如有疑问，请联系考试机构。"
    ),
    State.OPTED_OUT: "已退考，本报名不再有效；报名费原路退回，进度见支付记录。",
}
TOO_LATE_SENTENCES = {
    State.DRAFT: "报名已经截止，没有确认的报名不能再确认。",
    State.REJECTED: "核查未通过，报名已经截止，不能再修改；如有疑问，请联系考试机构。",
}
"""What has to be said instead once the registration window is over."""
MOVED_SENTENCE = (
    "考试机构已将本报名转到身份核验通过的账号，缴费随之转移，无需重新报名或缴费；请登录该账号查看。"
)
"""Of a paid registration that a clerk has moved: it is superseded, but nothing goes back."""
CHECK_LABELS = {
    VerificationState.VERIFYING: "核验中",
    VerificationState.VERIFIED: "核验通过",
    VerificationState.MISMATCHED: "核验不一致",
    VerificationState.NOT_FOUND: "未查到记录",
    VerificationState.UNCHECKABLE: "不能自动核验",
    VerificationState.TIMED_OUT: "核验超时",
}
IDENTITY_STEPS = {
    VerificationState.VERIFYING: "身份正在核验，一般很快完成，最长 48 小时；完成前不能报名。",
    VerificationState.VERIFIED: "身份核验通过，无需操作。",
    VerificationState.MISMATCHED: (
        "姓名与证件号码不一致，此账号不能报名。请用正确的信息重新注册，或携带证件到考试机构确认。"
    ),
    VerificationState.NOT_FOUND: "未查到身份记录，不影响报名；确认后由工作人员核查。",
    VerificationState.UNCHECKABLE: "此类证件或姓名不能自动核验，不影响报名；确认后由工作人员核查。",
    VerificationState.TIMED_OUT: "核验超时，不影响报名；确认后由工作人员核查。",
}
CREDENTIAL_STEPS = {
    VerificationState.VERIFYING: "正在自动核验，最长 48 小时；完成后即可报名。",
    VerificationState.VERIFIED: "核验通过，无需操作。",
    VerificationState.MISMATCHED: (
        "与记录不一致：请核对填写的内容；若无误，不影响报名，确认后由工作人员核查，通过后缴费。"
    ),
    VerificationState.NOT_FOUND: (
        "未查到记录：请核对证书编号和取得日期；若无误，不影响报名，确认后由工作人员核查。"
    ),
    VerificationState.UNCHECKABLE: (
        "不在自动核验范围（2002 年起的大专以上学历、2008 年 9 月起的学位），确认后由工作人员核查。"
    ),
    VerificationState.TIMED_OUT: "核验超时，不影响报名；确认后由工作人员核查。",
}
_FOREIGN_STEP = (
    "国（境）外的学历学位不能自动核验，不影响报名：确认后请上传教育部留学服务中心的认证书，由工作人员核查。"
)
_OTHER_NAME_STEP = "记录核验通过；因证书上的姓名与现在的不同，确认后仍由工作人员核查，请准备更改姓名的证明。"


def credential_step(credential: Credential, identity: Identity) -> str:
    """What to do next about a record (FAQ 6 to 9)."""
    state = credential.check.state
    if credential.facts.foreign and state is VerificationState.UNCHECKABLE:
        return _FOREIGN_STEP
    if state is VerificationState.VERIFIED and name_differs(credential, identity):
        return _OTHER_NAME_STEP
    return CREDENTIAL_STEPS[state]


REVIEW_SENTENCES = {
    ReviewReason.COMMITMENT_DECLINED: "未采用告知承诺制，需要工作人员核查材料。",
    ReviewReason.COMMITMENT_WITHDRAWN: "已撤回告知承诺，需要按现场核查流程办理。",
    ReviewReason.COMMITMENT_NOT_ELIGIBLE: "有诚信记录，不适用告知承诺制，需要工作人员核查材料。",
    ReviewReason.IDENTITY_UNVERIFIED: "身份未能自动核验，需要工作人员核查。",
    ReviewReason.EDUCATION_UNVERIFIED: "学历未能自动核验，需要工作人员核查。",
    ReviewReason.DEGREE_UNVERIFIED: "学位未能自动核验，需要工作人员核查。",
    ReviewReason.NAME_DIFFERS: "证书姓名与现在的姓名不一致，需要工作人员核查改名的证明。",
    ReviewReason.ARCHIVE_NAME_DIFFERS: (
        "历年档案中同一证件号码下的姓名与您现在的姓名不一致，需要核查；核查前这些档案中通过的科目不计算。"
    ),
    ReviewReason.EXEMPTION_LEVEL: "免试级别需要工作人员核查免试条件。",
}
MESSAGE_SENTENCES = {
    SendOutcome.ACCEPTED: "短信已交给运营商，一般几秒内送达。",
    SendOutcome.UNKNOWN: "短信平台暂未应答，短信仍可能送达；60 秒后可以重新获取。",
    SendOutcome.DELIVERED: "短信已送达；若没有看到，请查看手机的拦截记录。",
    SendOutcome.FAILED: "短信未能送达：{reason}。请换一个手机号码，或稍后重新获取。",
    SendOutcome.REFUSED: "短信未能发出：{reason}。请换一个手机号码，或稍后重新获取。",
}
ORDER_WORDS = {
    OrderState.CREATED: ("待支付", "请在有效时间内完成支付。"),
    OrderState.PENDING: (
        "待支付",
        "请在有效时间内完成支付；已经支付的，点“查询支付结果”即可，系统也会自动确认。",
    ),
    OrderState.CLOSING: (
        "正在关闭",
        "这笔支付已取消或过期，请勿再付；若已付款，系统会自动确认。",
    ),
    OrderState.CLOSED: ("已关闭", "订单已关闭，没有扣款，可以重新支付；若确已扣款，请点“查询支付结果”。"),
    OrderState.PAID: ("支付成功", "款项已确认收到。"),
    OrderState.SURPLUS: ("待退款", "这笔款项没有对应的待缴报名（例如重复支付），将自动原路退回，无需申请。"),
    OrderState.MISMATCH: (
        "人工核对中",
        "支付信息与订单不一致，工作人员正在核对；请勿再次支付。",
    ),
    OrderState.REFUNDING: ("退款中", "款项正在原路退回，一般几分钟到几个工作日到账，无需操作。"),
    OrderState.REFUNDED: ("已退款", "款项已全部原路退回，请查看原支付账户。"),
    OrderState.PART_REFUNDED: ("已部分退款", "款项已部分原路退回，其余部分仍然有效。"),
    OrderState.REFUND_FAILED: ("退款待处理", "支付平台暂时退不回这笔款项，工作人员正在处理，款项不会丢失。"),
}
