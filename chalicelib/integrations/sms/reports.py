"""What Tencent Cloud calls back: which messages reached their phones.

It signs nothing, so the address that it is given carries a token that only it and we know. Its own words are
never passed on: they may carry the phone.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from chalicelib.domain.china import CHINA
from chalicelib.domain.sms import DeliveryReport, SendOutcome
from chalicelib.usecases.ports import Clock, NoticeRefusedError

_MOST_REPORTS = 1_000
# The longest beginning of a code that stands here speaks for it; operators add digits of their own.
_REASONS = {
    "UNDELIV": "手机关机、停机或不在服务区",
    "EXPIRED": "手机长时间没有信号",
    "REJECTD": "被运营商拦截",
    "DELETED": "手机未能接收",
    "SUBFAIL": "手机号码有误",
    "COMFAIL": "运营商网络故障",
    "WTNFAIL": "运营商网络故障",
    "MK": "号码是空号，或手机关机、停机",
    "MN": "号码是空号，或手机关机、停机",
    "MI": "号码是空号，或手机关机、停机",
    "BLACK": "号码在运营商的黑名单中",
    "BLOCKED": "号码在运营商的黑名单中",
}
_OTHERWISE = "运营商未能送达"


class _Report(msgspec.Struct, frozen=True):
    """One element of the callback, as documented; other fields are passed over."""

    sid: str
    report_status: str
    errmsg: str = ""
    user_receive_time: str = ""


class TencentReports:
    """The `SmsReports` port."""

    def __init__(self, token: str, *, clock: Clock) -> None:
        self._token = token.encode()
        self._clock = clock

    def read(self, token: str, body: bytes) -> Sequence[DeliveryReport]:
        """Reports from the operator, who knows the token."""
        if not hmac.compare_digest(self._token, token.encode()):
            raise NoticeRefusedError("wrong token")
        try:
            found = msgspec.json.decode(body, type=list[_Report])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise NoticeRefusedError("not the documented form") from error
        if len(found) > _MOST_REPORTS or not all(0 < len(report.sid) <= 100 for report in found):
            raise NoticeRefusedError("more than the documented form allows")
        return [self._report(report) for report in found]

    def _report(self, report: _Report) -> DeliveryReport:
        is_delivered = report.report_status == "SUCCESS"
        return DeliveryReport(
            serial=report.sid,
            outcome=SendOutcome.DELIVERED if is_delivered else SendOutcome.FAILED,
            reason="" if is_delivered else reason_for_failure(report.errmsg),
            at=self._moment(report.user_receive_time),
        )

    def _moment(self, written: str) -> datetime:
        try:
            return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).astimezone(UTC)
        except ValueError:
            return self._clock.now()


def reason_for_failure(code: str) -> str:
    """Why a message that was taken did not arrive, in Chinese."""
    normal = re.sub(r"[^A-Z]", "", code.upper())
    known = [beginning for beginning in _REASONS if normal.startswith(beginning)]
    return _REASONS[max(known, key=len)] if known else _OTHERWISE
