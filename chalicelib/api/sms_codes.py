"""Codes to a phone, and the proof that a right one gives (FAQ 3)."""

from typing import Any

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.domain.identity import masked_phone, normal_phone
from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import RESEND_AFTER, Purpose, SmsCode
from chalicelib.usecases.accounts.sms_codes import prove_phone, send_sms_code

resource = Resource(__name__, tag="手机验证")


@resource.serves(
    "POST",
    "/sms-codes",
    audience=Audience.ANYONE,
    body=bodies.SmsCodeRequest,
    answer=views.SmsCodeView,
    status=201,
)
def send_registration_code(call: Call[bodies.SmsCodeRequest]) -> views.SmsCodeView:
    """Send a code to a phone that shall open an account."""
    return sms_code_view(send_to(call, normal_phone(call.body.phone), Purpose.REGISTER, subject=""))


@resource.serves(
    "POST",
    "/account/phone/sms-codes",
    audience=Audience.CANDIDATE,
    body=bodies.SmsCodeRequest,
    answer=views.SmsCodeView,
    status=201,
)
def send_phone_change_code(call: Call[bodies.SmsCodeRequest]) -> views.SmsCodeView:
    """Send a code to the phone that shall be bound to my account."""
    phone = normal_phone(call.body.phone)
    return sms_code_view(send_to(call, phone, Purpose.CHANGE_PHONE, subject=call.account.id))


@resource.serves(
    "POST",
    "/sms-codes/{code_id}/proof",
    audience=Audience.ANYONE,
    body=bodies.SmsCodeAnswer,
    answer=views.PhoneProofView,
    status=201,
)
def answer_sms_code(call: Call[bodies.SmsCodeAnswer], code_id: str) -> views.PhoneProofView:
    """Trade the right digits for a proof of the phone; five tries."""
    token, proof = prove_phone(
        SmsCodeId(code_id),
        call.body.code,
        sms_codes=call.services.sms_codes,
        sealer=call.services.sealer,
        randomness=call.services.randomness,
        now=call.services.clock.now(),
    )
    return views.PhoneProofView(phone_proof=token, expires_at=proof.expires_at)


def send_to(call: Call[Any], phone: str, purpose: Purpose, *, subject: str) -> SmsCode:
    """Send a code with everything the use case needs taken from the call."""
    services = call.services
    return send_sms_code(
        phone,
        purpose,
        subject=subject,
        address=call.address,
        sms_codes=services.sms_codes,
        limits=services.limits,
        messages=services.messages,
        sms=services.sms,
        sealer=services.sealer,
        randomness=services.randomness,
        now=services.clock.now(),
    )


def sms_code_view(code: SmsCode) -> views.SmsCodeView:
    """Where the code went, how long it lives and when another may be asked for."""
    return views.SmsCodeView(
        code_id=code.id,
        phone_hint=masked_phone(code.phone),
        expires_at=code.expires_at,
        resend_at=code.sent_at + RESEND_AFTER,
    )
