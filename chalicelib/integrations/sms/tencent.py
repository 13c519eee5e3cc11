"""The `Sms` port over Tencent Cloud's `SendSms` (API 2021-01-11), through the operator's SDK.

The SDK is imported at the first message only, and asks once: a second try could send a second message.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.sms import SendOutcome
from chalicelib.integrations.sms.reasons import outcome_of, reason_for
from chalicelib.usecases.ports.outside import Sending

_REGION = "ap-guangzhou"
_CONNECT_S, _READ_S = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TencentAccount:
    """Who we are at the operator, where it is, and which approved texts we use.

    `endpoint` is scheme, host and port. The code template takes the code and its minutes, the notice template
    one text.
    """

    endpoint: str
    secret_id: str
    secret_key: str = field(repr=False)
    app_id: str
    sign_name: str
    code_template: str
    notice_template: str


class TencentSms:
    """The `Sms` port. What went wrong is in the outcome; nothing about it is raised."""

    def __init__(self, account: TencentAccount) -> None:
        """Raises ValueError for an endpoint that the SDK cannot sign: it has no place for a path."""
        parts = urlsplit(account.endpoint)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
            raise ValueError("the SMS endpoint must be scheme, host and port without a path")
        self._scheme, self._host = parts.scheme, parts.netloc
        self._account = account

    def send_code(self, phone: str, code: str, *, minutes: int) -> Sending:
        """Send a code and say for how many minutes it lives."""
        return self._send(phone, self._account.code_template, [code, str(minutes)])

    def send_notice(self, phone: str, text: str) -> Sending:
        """Send a short notice about a registration."""
        return self._send(phone, self._account.notice_template, [text])

    def _send(self, phone: str, template: str, parameters: Sequence[str]) -> Sending:
        from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
        from tencentcloud.sms.v20210111.models import SendSmsRequest

        request = SendSmsRequest()
        request.PhoneNumberSet = [f"+86{phone}"]
        request.SmsSdkAppId = self._account.app_id
        request.SignName = self._account.sign_name
        request.TemplateId = template
        request.TemplateParamSet = list(parameters)
        try:
            statuses = self._client.SendSms(request).SendStatusSet or []
        except TencentCloudSDKException as error:
            return _sending(error.code)
        if len(statuses) != 1:
            return _sending("")
        return _sending(statuses[0].Code, statuses[0].SerialNo)

    @cached_property
    def _client(self) -> Any:
        from tencentcloud.common.credential import Credential
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile
        from tencentcloud.sms.v20210111.sms_client import SmsClient

        # At DEBUG the SDK writes whole requests, with phone and code in them.
        logging.getLogger("tencentcloud_sdk_common").setLevel(logging.WARNING)
        http = HttpProfile(protocol=self._scheme, endpoint=self._host, reqTimeout=(_CONNECT_S, _READ_S))
        account = Credential(self._account.secret_id, self._account.secret_key)
        client = SmsClient(account, _REGION, ClientProfile(httpProfile=http))
        # The SDK would take a proxy from the environment, for an address on this machine too.
        client.request.conn.proxy = None
        client.request.conn._session.trust_env = False  # noqa: SLF001 - no other door
        return client


def _sending(code: object, serial: object = None) -> Sending:
    said = code if isinstance(code, str) else ""
    outcome = outcome_of(said)
    if outcome is SendOutcome.ACCEPTED:
        return Sending(outcome, serial=serial if isinstance(serial, str) else "")
    return Sending(outcome, reason_for(said))
