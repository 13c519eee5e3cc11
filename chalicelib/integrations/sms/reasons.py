"""What Tencent Cloud's codes mean to a candidate and to the help desk, in Chinese.

The operator's own words are never passed on: they may carry the phone.
"""

import re

from chalicelib.domain.sms import SendOutcome

# The longest beginning of a code that stands here speaks for it.
_REASONS = {
    "FailedOperation.PhoneNumberInBlacklist": "该手机号已退订或被运营商列入黑名单",
    "FailedOperation.InsufficientBalanceInSmsPackage": "短信服务余额不足",
    "FailedOperation.ContainSensitiveWord": "短信内容被运营商拦截",
    "FailedOperation.PhoneNumberParseFail": "手机号码有误",
    "FailedOperation.SignatureIncorrectOrUnapproved": "短信签名未通过审核",
    "FailedOperation.TemplateIncorrectOrUnapproved": "短信模板未通过审核",
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": "短信内容与模板不符",
    "FailedOperation.TemplateUnapprovedOrNotExist": "短信模板不存在或未通过审核",
    "FailedOperation": "短信平台未能发送",
    "InvalidParameterValue.IncorrectPhoneNumber": "手机号码有误",
    "InvalidParameterValue.ContentLengthLimit": "短信内容过长",
    "InvalidParameterValue.TemplateParameterLengthLimit": "短信内容过长",
    "InvalidParameterValue": "短信参数有误",
    "InvalidParameter": "短信参数有误",
    "MissingParameter": "短信参数有误",
    "LimitExceeded.PhoneNumberThirtySecondLimit": "该手机号30秒内已发送过短信，请稍后再试",
    "LimitExceeded.PhoneNumberOneHourLimit": "该手机号1小时内短信过多，请稍后再试",
    "LimitExceeded.PhoneNumberDailyLimit": "该手机号当日短信过多，请明日再试",
    "LimitExceeded.PhoneNumberSameContentDailyLimit": "该手机号当日收到的相同短信过多，请明日再试",
    "LimitExceeded": "短信发送过于频繁，请稍后再试",
    "RequestLimitExceeded": "短信平台繁忙，请稍后再试",
    "AuthFailure": "短信平台账号验证失败",
    "UnauthorizedOperation": "短信平台账号没有权限",
    "UnsupportedOperation": "该号码不支持接收短信",
    "UnsupportedRegion": "短信参数有误",
    "InvalidAction": "短信参数有误",
    "NoSuchVersion": "短信参数有误",
}
_NO_ANSWER = "短信平台没有回应，短信可能已发出，也可能没有"
_CODE = re.compile(r"[A-Za-z0-9_.]{1,80}")


def outcome_of(code: str) -> SendOutcome:
    """Accepted, refused where the operator says that it sent nothing, otherwise unknown.

    Errors of theirs (`InternalError`) and of the way there count as unknown: the message may have gone out.
    """
    if code == "Ok":
        return SendOutcome.ACCEPTED
    return SendOutcome.REFUSED if _known_beginning(code) else SendOutcome.UNKNOWN


def reason_for(code: str) -> str:
    """Why, in Chinese, with the operator's code for whoever looks closer; empty where it was accepted."""
    if code == "Ok":
        return ""
    shown = code if _CODE.fullmatch(code) else "?"
    return f"{_REASONS.get(_known_beginning(code), _NO_ANSWER)}（{shown}）"


def _known_beginning(code: str) -> str:
    beginning = code
    while beginning and beginning not in _REASONS:
        beginning = beginning.rpartition(".")[0]
    return beginning
