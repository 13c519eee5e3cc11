"""The operator's rules: what a `SendSms` must look like and what becomes of each number in it."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from local.clock import ShiftedClock
from local.simulators.faults import SmsFaults
from local.simulators.sms.mailbox import Mailbox, Message
from local.simulators.sms.reports import DELIVERED

_DATA_FILE = Path(__file__).parent / "operator.json"
_MAINLAND_NUMBER = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_PLACEHOLDER = re.compile(r"\{([0-9]+)\}")
_CODE = re.compile(r"[0-9]{4,8}")
_REGIONS = frozenset({"ap-beijing", "ap-guangzhou", "ap-nanjing"})
_PACKAGE_USED_UP = ("FailedOperation.InsufficientBalanceInSmsPackage", "Insufficient balance in SMS package")
_SENT = ("Ok", "send success")


class CallRefusedError(Exception):
    """The call as a whole is wrong, in the operator's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class SendSms(msgspec.Struct, frozen=True):
    """The parameters of the call that matter inside China."""

    phone_numbers: Annotated[list[str], msgspec.Meta(max_length=200)] = msgspec.field(name="PhoneNumberSet")
    app_id: str = msgspec.field(name="SmsSdkAppId")
    template_id: str = msgspec.field(name="TemplateId")
    sign_name: str = msgspec.field(name="SignName", default="")
    parameters: list[str] | None = msgspec.field(name="TemplateParamSet", default=None)
    session_context: Annotated[str, msgspec.Meta(max_length=512)] = msgspec.field(
        name="SessionContext", default=""
    )


class KnownNumber(msgspec.Struct, frozen=True):
    """A number that fares in a way of its own."""

    code: str
    message: str
    meaning: str
    report: str = ""
    """What is reported of a message that was taken; nothing where it is empty."""


class OperatorData(msgspec.Struct, frozen=True):
    """The approved templates and the known numbers."""

    templates: dict[str, str]
    numbers: dict[str, KnownNumber]


def read_operator_data() -> OperatorData:
    """Read the templates and numbers that come with the simulator."""
    return msgspec.json.decode(_DATA_FILE.read_bytes(), type=OperatorData)


@dataclass(frozen=True, slots=True)
class Customer:
    """Whose messages are sent."""

    secret_id: str
    secret_key: str
    app_id: str
    sign_name: str


def read_send_sms(headers: Mapping[str, str], body: bytes) -> SendSms:
    """The call, when it is a SendSms in the right form. Raises CallRefusedError."""
    if headers.get("x-tc-action") != "SendSms":
        raise CallRefusedError("InvalidAction", "The request action is not valid")
    if headers.get("x-tc-version") != "2021-01-11":
        raise CallRefusedError("NoSuchVersion", "The API version does not exist")
    if not headers.get("x-tc-region"):
        raise CallRefusedError("MissingParameter", "The request is missing the parameter `Region`")
    if headers["x-tc-region"] not in _REGIONS:
        raise CallRefusedError("UnsupportedRegion", "The request region is not supported")
    try:
        call = msgspec.json.decode(body, type=SendSms)
    except msgspec.MsgspecError as error:
        raise CallRefusedError("InvalidParameter", str(error)) from error
    if not call.phone_numbers:
        raise CallRefusedError("MissingParameter.EmptyPhoneNumberSet", "PhoneNumberSet is empty")
    return call


class Operator:
    """Sends what it is given to send, one number after the other."""

    def __init__(
        self,
        customer: Customer,
        mailbox: Mailbox,
        clock: ShiftedClock,
        report: Callable[[str, str, str], None],
    ) -> None:
        """`report` is told the number of a message, its phone and what is to be reported of it."""
        self._customer = customer
        self._mailbox = mailbox
        self._report = report
        self._clock = clock
        self._known = read_operator_data()

    def send(self, call: SendSms, faults: SmsFaults) -> list[dict[str, object]]:
        """What became of each number, in the order of the call."""
        return [self._send_one(call, written, faults) for written in call.phone_numbers]

    def _send_one(self, call: SendSms, written: str, faults: SmsFaults) -> dict[str, object]:
        match = _MAINLAND_NUMBER.fullmatch(written)
        phone = match[1] if match else ""
        code, message = self._verdict(call, phone, faults)
        is_sent = code == "Ok"
        known = self._known.numbers.get(phone)
        parameters = call.parameters or []
        self._mailbox.add(
            Message(
                phone=phone or written[:20],
                text=self._text(call),
                code=parameters[0] if parameters and _CODE.fullmatch(parameters[0]) else "",
                template_id=call.template_id,
                outcome=code,
                has_arrived=is_sent and known is None and not faults.lose_messages,
                sent_at=self._clock.now().timestamp(),
            )
        )
        serial = f"2640:{uuid.uuid4().int % 10**18:018d}" if is_sent else ""
        if is_sent and (told := known.report if known else DELIVERED) and not faults.lose_messages:
            self._report(serial, phone, told)
        return {
            "SerialNo": serial,
            "PhoneNumber": f"+86{phone}" if phone else written,
            "Fee": 1 if is_sent else 0,
            "SessionContext": call.session_context,
            "Code": code,
            "Message": message,
            "IsoCode": "CN" if is_sent else "",
        }

    def _verdict(self, call: SendSms, phone: str, faults: SmsFaults) -> tuple[str, str]:
        known = self._known.numbers.get(phone)
        if (refusal := self._refusal_of_call(call)) is not None:
            return refusal
        if not phone:
            return "InvalidParameterValue.IncorrectPhoneNumber", "Incorrect phone number"
        if faults.refuse:
            return _PACKAGE_USED_UP
        return (known.code, known.message) if known else _SENT

    def _refusal_of_call(self, call: SendSms) -> tuple[str, str] | None:
        template = self._known.templates.get(call.template_id)
        if call.app_id != self._customer.app_id:
            return "UnauthorizedOperation.SmsSdkAppIdVerifyFail", "Failed to verify SmsSdkAppId"
        if call.sign_name != self._customer.sign_name:
            return (
                "FailedOperation.SignatureIncorrectOrUnapproved",
                "The signature is incorrect or unapproved",
            )
        if template is None:
            return "FailedOperation.TemplateIncorrectOrUnapproved", "The template is incorrect or unapproved"
        if len(call.parameters or []) != len(set(_PLACEHOLDER.findall(template))):
            return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "The parameters do not fit"
        return None

    def _text(self, call: SendSms) -> str:
        parameters = call.parameters or []
        template = self._known.templates.get(call.template_id, "").replace("{sign}", call.sign_name)

        def value(placeholder: re.Match[str]) -> str:
            number = int(placeholder[1])
            return parameters[number - 1] if 0 < number <= len(parameters) else placeholder[0]

        return _PLACEHOLDER.sub(value, template)
