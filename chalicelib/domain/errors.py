"""Refusals: every way in which a rule says no, each with its code and a sentence a candidate understands.

What went wrong outside (a silent provider, somebody who wrote first) is in `usecases/ports`.
"""

from datetime import datetime
from typing import ClassVar


class DomainError(Exception):
    """A rule said no. Expected, so it is never logged above INFO."""

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "暂时不能办理。"
    faq: ClassVar[int | None] = None

    def __init__(
        self, *, field: str | None = None, detail: str | None = None, changes_at: datetime | None = None
    ) -> None:
        """`field` is the input at fault; `changes_at` the moment from which the answer would differ."""
        super().__init__(self.code)
        self.field = field
        self.detail = detail or self.message
        self.changes_at = changes_at


class InvalidInputError(DomainError):
    """A value cannot be what it claims to be."""

    code = "invalid_input"
    message = "填写的内容有误，请检查。"


class IdNumberInvalidError(InvalidInputError):
    """The ID number fails the check of its type (handbook section 6)."""

    code = "id_number_invalid"
    message = "证件号码与证件类型不符，请逐位核对。"


class NameInvalidError(InvalidInputError):
    """The name holds characters that no ID carries."""

    code = "name_invalid"
    message = "姓名只能包含文字、间隔号和方括号，请按证件填写。"


class PhoneInvalidError(InvalidInputError):
    """Not a mainland mobile number."""

    code = "phone_invalid"
    message = "手机号码应为 11 位大陆手机号。"


class UsernameInvalidError(InvalidInputError):
    """The username has the wrong form or could be taken for a phone or an ID number."""

    code = "username_invalid"
    message = "用户名为 4 至 20 位字母、数字或下划线，以字母开头，且不能像证件号码。"


class PasswordWeakError(InvalidInputError):
    """The password is too short, too plain or contains the username."""

    code = "password_weak"
    message = "密码为 8 至 64 位，至少含字母、数字、符号中的两种，且不能包含用户名。"


class SecurityQuestionsInvalidError(InvalidInputError):
    """Questions repeat, or an answer is empty."""

    code = "security_questions_invalid"
    message = "请选择互不相同的安全问题，并逐一填写答案。"


class UsernameTakenError(DomainError):
    """One username names one account."""

    code = "username_taken"
    message = "该用户名已被使用，请换一个。"
    faq = 5


class PhoneTakenError(DomainError):
    """One phone binds one account (FAQ 2)."""

    code = "phone_taken"
    message = "该手机号码已绑定其他账号，请更换手机号码；若是您本人的账号，可直接登录或找回。"
    faq = 2


class PersonRegisteredError(DomainError):
    """The same name with the same ID number has an account already (FAQ 1)."""

    code = "person_registered"
    message = (
        "该姓名和证件号码已注册过账号，请通过“找回用户名或密码”取回；若绑定的手机不是您的、也不是您本人注册的，"
        "请携带证件原件到考试机构，核实后即可重新注册。"
    )
    faq = 1


class IdNumberRegisteredError(DomainError):
    """The ID number is registered under another name; the candidate may confirm and go on (FAQ 1, 5)."""

    code = "id_number_registered"
    message = "该证件号码在注册库中已经存在（姓名不同）。若此前姓名填写有误，请确认后继续注册。"
    faq = 5


class IdNumberCrowdedError(DomainError):
    """Too many accounts stand under one ID number; only the authority can sort it out."""

    code = "id_number_crowded"
    message = "该证件号码下的账号过多，请携带证件到考试机构处理。"
    faq = 5


class PhoneProofInvalidError(DomainError):
    """The proof of a phone is unknown, used up or too old."""

    code = "phone_proof_invalid"
    message = "手机验证已失效，请重新获取验证码。"
    faq = 3


class SmsCodeWrongError(DomainError):
    """The code does not match; tries are counted (FAQ 3)."""

    code = "sms_code_wrong"
    message = "验证码不正确。"
    faq = 3


class SmsCodeExpiredError(DomainError):
    """The code is unknown, used, older than 5 minutes or was tried 5 times (FAQ 3)."""

    code = "sms_code_expired"
    message = "验证码已失效，请重新获取。"
    faq = 3


class SmsNotSentError(DomainError):
    """The operator refused the message; the reason is in `detail` (FAQ 3)."""

    code = "sms_not_sent"
    message = "短信未能发出，请更换手机号码或稍后再试。"
    faq = 3


class TooManyRequestsError(DomainError):
    """A limit per phone, address or account is reached; `changes_at` says when to come back."""

    code = "too_many_requests"
    message = "操作过于频繁，请稍后再试。"
    faq = 3


class TooManyLoginsError(TooManyRequestsError):
    """Too many tries to log in to one account."""

    message = "登录尝试过于频繁，请稍后再试；急用或忘记密码的，可以“找回密码”，设置新密码后即可登录。"
    faq = 4


class NotLoggedInError(DomainError):
    """No session, or it is over."""

    code = "not_logged_in"
    message = "请先登录。"


class CsrfTokenWrongError(DomainError):
    """A changing request without the session's own token."""

    code = "csrf_token_wrong"
    message = "页面已过期，请刷新后重试。"


class LoginFailedError(DomainError):
    """Unknown login or wrong password: the two are not told apart."""

    code = "login_failed"
    message = "账号或密码不正确。"
    faq = 4


class LoginAmbiguousError(DomainError):
    """Several accounts of one ID number share this password; the username tells them apart."""

    code = "login_ambiguous"
    message = "该证件号码下有多个账号，请用用户名或手机号码登录。"
    faq = 5


class AccountReleasedError(DomainError):
    """A clerk released the identity of this account to its true holder; it serves nobody any more."""

    code = "account_released"
    message = "此账号的身份信息经考试机构核实不属于持有人，账号已停用；如有疑问，请携带证件到考试机构处理。"
    faq = 5


class IdentityNotConfirmableError(DomainError):
    """A clerk puts right what came to another end: not a check under way, not a passed one (handbook 6)."""

    code = "identity_not_confirmable"
    message = "身份正在核验、已经通过核验，或账号已停用，不能人工确认。"
    faq = 5


class PasswordWrongError(DomainError):
    """The password that should prove a change is wrong."""

    code = "password_wrong"
    message = "密码不正确。"


class AccountNotFoundError(DomainError):
    """No account has this name and ID number (FAQ 1, 4)."""

    code = "account_not_found"
    message = "没有找到对应的账号：请核对姓名和证件号码；若从未注册，可以直接注册。"
    faq = 1


class RecoveryExpiredError(DomainError):
    """The recovery is unknown, over or locked after repeated failures (FAQ 4)."""

    code = "recovery_expired"
    message = "本次找回已失效，请重新开始。"
    faq = 4


class RecoveryAnswerWrongError(DomainError):
    """The answers to the security questions are wrong (FAQ 4)."""

    code = "recovery_answer_wrong"
    message = "安全问题的答案不正确。"
    faq = 4


class NotFoundError(DomainError):
    """Nothing stands there, or it is not the asker's to see."""

    code = "not_found"
    message = "没有找到。"


class CredentialDuplicateError(DomainError):
    """The same record was added before; it does not eat a place (FAQ 8)."""

    code = "credential_duplicate"
    message = "这条学历或学位信息已经添加过，无需重复添加。"
    faq = 8


class CredentialLimitError(DomainError):
    """Five records at most, never deleted (FAQ 8)."""

    code = "credential_limit"
    message = "学历学位信息最多 5 条，已达上限。"
    faq = 8


class RegistrationExistsError(DomainError):
    """The person (ID number, not account) has a live registration for this exam and year."""

    code = "registration_exists"
    message = "该证件号码本年度已报名此项考试，不能重复报名。"
    faq = 5


class IdempotencyKeyReusedError(DomainError):
    """The same `Idempotency-Key` came with a different request."""

    code = "idempotency_key_reused"
    message = "请求重复但内容不同，请刷新页面后重试。"


class ChangedElsewhereError(DomainError):
    """The registration was changed in another tab or by staff since it was read."""

    code = "changed_elsewhere"
    message = "这份报名已在别处修改过，请查看最新内容后再保存。"
    faq = 17


class NotRefundableError(DomainError):
    """An order or refund whose money cannot be given back as asked."""

    code = "not_refundable"
    message = "这笔款项现在不能退：没有收到款、已在退款，或正在核对。"
