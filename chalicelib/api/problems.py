"""Refusals on the wire: which status each error becomes, as application/problem+json (RFC 9457)."""

import math
import re
from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

import msgspec
from chalice.app import Response

from chalicelib import wiring
from chalicelib.api.views import Problem
from chalicelib.domain import errors
from chalicelib.domain.actions import ActionRefusedError
from chalicelib.domain.audit import ReasonMissingError
from chalicelib.domain.bill import BillDamagedError
from chalicelib.domain.change import ChangeMaterialMissingError
from chalicelib.domain.material import (
    MaterialLimitError,
    MaterialMissingError,
    MaterialNotUploadedError,
)
from chalicelib.domain.moving import MoveRefusedError
from chalicelib.domain.one_time_password import OneTimePasswordSpentError, PasswordChangeRequiredError
from chalicelib.domain.voiding import NotReinstatableError
from chalicelib.domain.windows import ExtensionRefusedError
from chalicelib.observability import count, log
from chalicelib.usecases.ports import (
    FilesUnavailableError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StaleWriteError,
)


class UnsupportedContentTypeError(errors.InvalidInputError):
    """Only JSON is read."""

    code = "unsupported_content_type"
    message = "请求格式应为 application/json。"


class BodyTooLargeError(errors.InvalidInputError):
    """Larger than any form of ours."""

    code = "body_too_large"
    message = "提交的内容过长。"


class InvalidBodyError(errors.InvalidInputError):
    """The body does not have the shape that the route asks for."""

    code = "invalid_body"


STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.DomainError: HTTPStatus.CONFLICT,
    errors.InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidBodyError: HTTPStatus.BAD_REQUEST,
    UnsupportedContentTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.IdNumberInvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NameInvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PhoneInvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UsernameInvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PasswordWeakError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SecurityQuestionsInvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UsernameTakenError: HTTPStatus.CONFLICT,
    errors.PhoneTakenError: HTTPStatus.CONFLICT,
    errors.PersonRegisteredError: HTTPStatus.CONFLICT,
    errors.IdNumberRegisteredError: HTTPStatus.CONFLICT,
    errors.IdNumberCrowdedError: HTTPStatus.CONFLICT,
    errors.PhoneProofInvalidError: HTTPStatus.CONFLICT,
    errors.SmsCodeWrongError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SmsCodeExpiredError: HTTPStatus.GONE,
    errors.SmsNotSentError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.TooManyLoginsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.NotLoggedInError: HTTPStatus.UNAUTHORIZED,
    errors.CsrfTokenWrongError: HTTPStatus.FORBIDDEN,
    errors.LoginFailedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.LoginAmbiguousError: HTTPStatus.CONFLICT,
    errors.AccountReleasedError: HTTPStatus.CONFLICT,
    errors.IdentityNotConfirmableError: HTTPStatus.CONFLICT,
    PasswordChangeRequiredError: HTTPStatus.CONFLICT,
    OneTimePasswordSpentError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PasswordWrongError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AccountNotFoundError: HTTPStatus.NOT_FOUND,
    errors.RecoveryExpiredError: HTTPStatus.GONE,
    errors.RecoveryAnswerWrongError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.NotRefundableError: HTTPStatus.CONFLICT,
    BillDamagedError: HTTPStatus.CONFLICT,
    errors.CredentialDuplicateError: HTTPStatus.CONFLICT,
    errors.CredentialLimitError: HTTPStatus.CONFLICT,
    errors.RegistrationExistsError: HTTPStatus.CONFLICT,
    errors.IdempotencyKeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ChangedElsewhereError: HTTPStatus.CONFLICT,
    ChangeMaterialMissingError: HTTPStatus.CONFLICT,
    ExtensionRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReasonMissingError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MaterialLimitError: HTTPStatus.CONFLICT,
    MaterialMissingError: HTTPStatus.CONFLICT,
    MaterialNotUploadedError: HTTPStatus.NOT_FOUND,
    MoveRefusedError: HTTPStatus.CONFLICT,
    NotReinstatableError: HTTPStatus.CONFLICT,
    ActionRefusedError: HTTPStatus.CONFLICT,
}
"""Every refusal has a line; a test holds the table against the classes."""

_WORDS_FOR_SHAPE = (
    (re.compile(r"missing required field `(\w+)`"), "请填写此项。"),
    (re.compile(r"unknown field `(\w+)`"), "不认识的字段。"),
    (re.compile(r"length >= \d+"), "请填写此项。"),
    (re.compile(r"length <= (\d+)"), "内容过长。"),
    (re.compile(r"matching regex"), "格式不正确。"),
)


def body_error(text: str) -> InvalidBodyError:
    """The validator's sentence as a refusal that names the field, without repeating what was sent."""
    place = re.search(r"at `\$\.?(.*?)`", text)
    path = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", place.group(1)) if place else ""
    for pattern, sentence in _WORDS_FOR_SHAPE:
        if found := pattern.search(text):
            named = found.group(1) if found.groups() and "field" in pattern.pattern else ""
            return InvalidBodyError(field=".".join(filter(None, (path, named))) or None, detail=sentence)
    return InvalidBodyError(field=path or None, detail="填写的内容格式不正确。")


def response_to(error: Exception) -> Response:
    """The answer to any error of a request: a refusal, or a fault of ours under a reference."""
    match error:
        case ActionRefusedError():
            return _refusal(error, code=error.reason.value, faq=error.explanation.faq)
        case errors.DomainError():
            return _refusal(error, code=error.code, faq=error.faq)
        case StaleWriteError():
            return _refusal(errors.ChangedElsewhereError(), code=errors.ChangedElsewhereError.code, faq=None)
        case ProviderUnavailableError():
            return _silence(error)
        case ProviderRefusedError():
            log.exception("a provider refused us")
            count("ProviderRefused")
            return _outage("provider_refused", "支付或核验平台暂时不能使用，我们已收到警报，请稍后再试。")
        case _:
            return _fault()


def _refusal(error: errors.DomainError, *, code: str, faq: int | None) -> Response:
    status = STATUS[type(error)]
    log.info("refused", code=code, status=int(status))
    problem = Problem(
        title=status.phrase,
        status=int(status),
        code=code,
        detail=error.detail,
        field=error.field,
        faq=faq,
        changes_at=error.changes_at,
    )
    return _answer(problem, retry_at=error.changes_at if status is HTTPStatus.TOO_MANY_REQUESTS else None)


def _silence(error: ProviderUnavailableError) -> Response:
    if isinstance(error, FilesUnavailableError):
        count("FilesUnavailable")
        return _outage("files_unavailable", "文件存储暂时没有应答，请稍后再试；已上传的文件不会丢失。")
    count("ProviderUnavailable")
    return _outage("provider_unavailable", "支付或核验平台暂时没有应答，请稍后再试；已付款项不会丢失。")


def _outage(code: str, sentence: str) -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return _answer(Problem(title=status.phrase, status=int(status), code=code, detail=sentence))


def _fault() -> Response:
    reference = uuid4().hex[:12]
    # A fault of ours: with its trace, under the number that the candidate is shown.
    log.exception("unexpected fault", reference=reference)
    count("Fault")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    sentence = f"系统出错了，我们已收到警报。如需咨询，请提供编号 {reference}。"
    return _answer(
        Problem(title=status.phrase, status=int(status), code="fault", detail=sentence, reference=reference)
    )


def _answer(problem: Problem, retry_at: datetime | None = None) -> Response:
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    headers["Content-Type"] = "application/problem+json; charset=utf-8"
    if retry_at is not None:
        wait_s = math.ceil((retry_at - wiring.services().clock.now()).total_seconds())
        headers["Retry-After"] = str(max(wait_s, 1))
    return Response(body=msgspec.json.encode(problem).decode(), status_code=problem.status, headers=headers)
