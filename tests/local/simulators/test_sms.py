"""The simulated SMS operator as the real SDK and somebody with the phone in hand see it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from local.simulators.faults import FaultSwitch
from tests.local.simulators.running import Service, simulator

KEY = "a key that both sides hold"


@pytest.fixture(scope="module")
def sms(simulators_folder: Path) -> Iterator[Service]:
    environ = {"SMS_SECRET_ID": "AKIDtest", "BAOKAO_SECRETS": json.dumps({"sms_secret_key": KEY})}
    with simulator("sms", simulators_folder, "--root-path", "/simulators/sms", environ=environ) as service:
        yield service


def send(
    service: Service,
    *phones: str,
    template: str = "1000001",
    words: tuple[str, ...] = ("246810", "5"),
    key: str = KEY,
    changes: dict[str, object] | None = None,
) -> list[Any]:
    http = HttpProfile(protocol="http", endpoint=service.url.removeprefix("http://"), reqTimeout=1)
    client = SmsClient(Credential("AKIDtest", key), "ap-guangzhou", ClientProfile(httpProfile=http))
    request = SendSmsRequest()
    request.PhoneNumberSet = list(phones)
    request.SmsSdkAppId = "1400000001"
    request.SignName = "报考"
    request.TemplateId = template
    request.TemplateParamSet = list(words)
    for name, value in (changes or {}).items():
        setattr(request, name, value)
    return list(client.SendSms(request).SendStatusSet)


def inbox(service: Service, phone: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{service.url}/inbox.json", params={"phone": phone}, trust_env=False, verify=False)
    messages: list[dict[str, Any]] = answer.json()["messages"]
    return messages


def test_a_code_reaches_the_phone(sms: Service) -> None:
    (status,) = send(sms, "+8613800000001")
    assert (status.Code, status.PhoneNumber, status.Fee) == ("Ok", "+8613800000001", 1)
    assert status.SerialNo
    (message,) = inbox(sms, "13800000001")
    assert message["code"] == "246810"
    assert message["text"] == "【报考】验证码246810，5分钟内有效，请勿告诉他人。"


def test_the_inbox_shows_the_newest_first_and_one_phone_where_asked(sms: Service) -> None:
    send(sms, "13800000002", words=("111111", "5"))
    send(sms, "13800000002", words=("222222", "5"))
    send(sms, "13800000003", template="1000002", words=("您的报名已通过<核查>。{1}",))
    page = httpx.get(
        f"{sms.url}/simulators/sms/", params={"phone": "13800000002"}, trust_env=False, verify=False
    ).text
    assert page.index("222222") < page.index("111111")
    assert "&lt;核查&gt;" not in page
    assert 'action="/simulators/sms/"' in page
    everything = httpx.get(f"{sms.url}/", trust_env=False, verify=False).text
    assert "您的报名已通过&lt;核查&gt;。{1}" in everything
    assert inbox(sms, "13800000003")[0]["code"] == ""


def test_each_number_has_a_result_of_its_own(sms: Service) -> None:
    statuses = send(sms, "13800000004", "13900000001", "13900000002", "13900000003", "13900000004", "123")
    assert [status.Code for status in statuses] == [
        "Ok",
        "FailedOperation.PhoneNumberInBlacklist",
        "LimitExceeded.PhoneNumberThirtySecondLimit",
        "LimitExceeded.PhoneNumberDailyLimit",
        "Ok",
        "InvalidParameterValue.IncorrectPhoneNumber",
    ]
    assert inbox(sms, "13800000004")
    assert not inbox(sms, "13900000001")
    assert not inbox(sms, "13900000004"), "accepted, and never arrives"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"SmsSdkAppId": "1400000009"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ({"SignName": "别人"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"TemplateParamSet": ["1"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
    ],
)
def test_what_was_not_approved_is_not_sent(sms: Service, changes: dict[str, object], code: str) -> None:
    (status,) = send(sms, "13800000005", changes=changes)
    assert status.Code == code
    assert not inbox(sms, "13800000005")


def test_a_wrong_key_is_refused(sms: Service) -> None:
    with pytest.raises(TencentCloudSDKException) as refusal:
        send(sms, "13800000006", key="another key")
    assert refusal.value.get_code() == "AuthFailure.SignatureFailure"


def test_an_old_signature_is_refused(sms: Service) -> None:
    headers = {
        "Authorization": "TC3-HMAC-SHA256 Credential=AKIDtest/2026-01-01/sms/tc3_request, "
        f"SignedHeaders=content-type;host, Signature={'0' * 64}",
        "X-TC-Timestamp": str(int(time.time()) - 301),
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
    }
    answer = httpx.post(f"{sms.url}/", json={}, headers=headers, trust_env=False, verify=False)
    assert answer.json()["Response"]["Error"]["Code"] == "AuthFailure.SignatureExpire"


def test_an_empty_list_of_numbers_is_refused(sms: Service) -> None:
    with pytest.raises(TencentCloudSDKException) as refusal:
        send(sms)
    assert refusal.value.get_code() == "MissingParameter.EmptyPhoneNumberSet"


@pytest.mark.parametrize(
    ("fault", "code"), [("silent", "ClientNetworkError"), ("error_500", "ServerNetworkError")]
)
def test_an_operator_out_of_order_sends_nothing(
    sms: Service, faults: FaultSwitch, fault: str, code: str
) -> None:
    faults.change({"sms": {fault: True}})
    with pytest.raises(TencentCloudSDKException) as trouble:
        send(sms, "13800000007")
    assert trouble.value.get_code() == code
    assert not inbox(sms, "13800000007")


def test_an_operator_may_refuse_or_lose_everything(sms: Service, faults: FaultSwitch) -> None:
    faults.change({"sms": {"refuse": True}})
    assert send(sms, "13800000008")[0].Code == "FailedOperation.InsufficientBalanceInSmsPackage"
    faults.change({"sms": {"refuse": False, "lose_messages": True}})
    assert send(sms, "13800000008")[0].Code == "Ok"
    assert not inbox(sms, "13800000008")
