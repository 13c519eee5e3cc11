"""SMS through Tencent Cloud's SDK: against the simulated operator, and against odd answers."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from chalicelib.domain.sms import SendOutcome
from chalicelib.integrations.sms import TencentAccount, TencentSms
from chalicelib.usecases.ports import Sending, Sms
from local.simulators.faults import FaultSwitch
from local.sockets import free_port
from tests.integrations.stub import Party, Said
from tests.local.simulators.running import Service, simulator

ACCOUNT = TencentAccount(
    endpoint="http://127.0.0.1:9",
    secret_id="AKIDtest",
    secret_key="a key that both sides hold",
    app_id="1400000001",
    sign_name="报考",
    code_template="1000001",
    notice_template="1000002",
)
PHONE = "13800000001"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    environ = {
        "SMS_SECRET_ID": ACCOUNT.secret_id,
        "BAOKAO_SECRETS": json.dumps({"sms_secret_key": ACCOUNT.secret_key}),
    }
    with simulator("sms", tmp_path_factory.mktemp("sms"), environ=environ) as service:
        yield service


@pytest.fixture
def faults(service: Service) -> Iterator[FaultSwitch]:
    switch = FaultSwitch(service.folder / "faults.json")
    yield switch
    switch.clear()


def sms_at(url: str, **changes: str) -> TencentSms:
    return TencentSms(replace(ACCOUNT, endpoint=url, **changes))


def inbox(service: Service, phone: str) -> list[str]:
    answer = httpx.get(f"{service.url}/inbox.json", params={"phone": phone}, trust_env=False)
    return [message["text"] for message in answer.json()["messages"]]


def test_codes_and_notices_reach_the_phone(service: Service) -> None:
    sms: Sms = sms_at(service.url)
    sendings = [
        sms.send_code("13800000002", "246810", minutes=5),
        sms.send_notice("13800000002", "您的报名已通过核查，请缴费。"),
    ]
    assert [sending.outcome for sending in sendings] == [SendOutcome.ACCEPTED] * 2
    assert len({sending.serial for sending in sendings} - {""}) == 2  # each is reported on by its own number
    assert sorted(inbox(service, "13800000002")) == [
        "【报考】您的报名已通过核查，请缴费。",
        "【报考】验证码246810，5分钟内有效，请勿告诉他人。",
    ]


@pytest.mark.parametrize(
    ("phone", "reason"),
    [
        ("13900000001", "该手机号已退订或被运营商列入黑名单（FailedOperation.PhoneNumberInBlacklist）"),
        (
            "13900000002",
            "该手机号30秒内已发送过短信，请稍后再试（LimitExceeded.PhoneNumberThirtySecondLimit）",
        ),
        ("13900000003", "该手机号当日短信过多，请明日再试（LimitExceeded.PhoneNumberDailyLimit）"),
        ("12345", "手机号码有误（InvalidParameterValue.IncorrectPhoneNumber）"),
    ],
)
def test_a_refused_number_is_refused_with_the_reason_in_chinese(
    service: Service, phone: str, reason: str
) -> None:
    assert sms_at(service.url).send_code(phone, "246810", minutes=5) == Sending(SendOutcome.REFUSED, reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secret_key": "another"}, "短信平台账号验证失败（AuthFailure.SignatureFailure）"),
        ({"app_id": "1400000002"}, "短信平台账号没有权限（UnauthorizedOperation.SmsSdkAppIdVerifyFail）"),
        ({"sign_name": "别的"}, "短信签名未通过审核（FailedOperation.SignatureIncorrectOrUnapproved）"),
        ({"code_template": "9"}, "短信模板未通过审核（FailedOperation.TemplateIncorrectOrUnapproved）"),
    ],
)
def test_wrong_settings_are_refused_with_the_reason(
    service: Service, changes: dict[str, str], reason: str
) -> None:
    sending = sms_at(service.url, **changes).send_code(PHONE, "246810", minutes=5)
    assert sending == Sending(SendOutcome.REFUSED, reason)


def test_a_used_up_package_is_refused(service: Service, faults: FaultSwitch) -> None:
    faults.change({"sms": {"refuse": True}})
    sending = sms_at(service.url).send_notice(PHONE, "x")
    assert (sending.outcome, "余额不足" in sending.reason) == (SendOutcome.REFUSED, True)


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_an_operator_out_of_order_leaves_it_unknown(
    service: Service, faults: FaultSwitch, fault: str
) -> None:
    faults.change({"sms": {fault: True}})
    assert sms_at(service.url).send_code(PHONE, "246810", minutes=5).outcome is SendOutcome.UNKNOWN


def response(content: object) -> bytes:
    return json.dumps({"Response": content}).encode()


def statuses(*codes: object) -> bytes:
    return response({"SendStatusSet": [{"Code": code, "Message": PHONE} for code in codes], "RequestId": "r"})


def error(code: str) -> bytes:
    return response({"Error": {"Code": code, "Message": f"{PHONE} {code}"}, "RequestId": "r"})


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (statuses("Ok"), SendOutcome.ACCEPTED),
        (statuses("FailedOperation.SomethingNew"), SendOutcome.REFUSED),
        (statuses("InternalError.SendAndRecvFail"), SendOutcome.UNKNOWN),
        (statuses("SomethingNew"), SendOutcome.UNKNOWN),
        (statuses(), SendOutcome.UNKNOWN),
        (statuses("Ok", "Ok"), SendOutcome.UNKNOWN),
        (statuses(None), SendOutcome.UNKNOWN),
        (statuses(7), SendOutcome.UNKNOWN),
        (error("RequestLimitExceeded"), SendOutcome.REFUSED),
        (error("AuthFailure.SecretIdNotFound"), SendOutcome.REFUSED),
        (error("InternalError"), SendOutcome.UNKNOWN),
        (error(f"Odd {PHONE}"), SendOutcome.UNKNOWN),
        (response(None), SendOutcome.UNKNOWN),
        (response([]), SendOutcome.UNKNOWN),
        (response({}), SendOutcome.UNKNOWN),
        (b"", SendOutcome.UNKNOWN),
        (b"null", SendOutcome.UNKNOWN),
        (b"<html>", SendOutcome.UNKNOWN),
        (b"\xff", SendOutcome.UNKNOWN),
    ],
)
def test_no_answer_raises_and_none_puts_the_phone_into_the_reason(
    stub: Party, body: bytes, outcome: SendOutcome
) -> None:
    stub.answer = lambda _: Said(body, headers={"Content-Type": "application/json"})
    sending = sms_at(stub.url).send_code(PHONE, "246810", minutes=5)
    assert sending.outcome is outcome
    assert bool(sending.reason) == (outcome is not SendOutcome.ACCEPTED)
    assert "138" not in sending.reason


def test_nobody_there_leaves_it_unknown_and_nothing_is_sent_twice(stub: Party) -> None:
    sending = sms_at(f"http://127.0.0.1:{free_port()}").send_code(PHONE, "246810", minutes=5)
    assert sending.outcome is SendOutcome.UNKNOWN
    stub.answer = lambda _: Said(status=503)
    stub.asked.clear()
    assert sms_at(stub.url).send_code(PHONE, "246810", minutes=5).outcome is SendOutcome.UNKNOWN
    assert len(stub.asked) == 1


def test_the_sdk_writes_no_phone_and_no_code_into_the_log(
    stub: Party, caplog: pytest.LogCaptureFixture
) -> None:
    stub.answer = lambda _: Said(statuses("Ok"), headers={"Content-Type": "application/json"})
    with caplog.at_level(logging.DEBUG):
        sms_at(stub.url).send_code(PHONE, "246810", minutes=5)
    assert PHONE not in caplog.text
    assert "246810" not in caplog.text


@pytest.mark.parametrize(
    "endpoint", ["", "sms.tencentcloudapi.com", "ftp://x", "https://", "http://127.0.0.1:8000/simulators/sms"]
)
def test_an_endpoint_that_cannot_be_signed_is_refused_at_once(endpoint: str) -> None:
    with pytest.raises(ValueError, match="endpoint"):
        sms_at(endpoint)


def test_the_real_endpoint_is_taken_and_the_key_is_not_shown() -> None:
    TencentSms(replace(ACCOUNT, endpoint="https://sms.tencentcloudapi.com"))
    assert ACCOUNT.secret_key not in repr(ACCOUNT)
