"""What became of messages: the operator reports, the candidate and the help desk look (FAQ 3)."""

from collections import Counter

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import CodeFate, SendOutcome
from chalicelib.usecases.ports import Messages, SmsReports


def take_reports(
    token: str, body: bytes, *, sms_reports: SmsReports, messages: Messages
) -> Counter[SendOutcome]:
    """Note what the operator reports; how many messages of each outcome it told something new of.

    Told the same again, nothing changes. Raises NoticeRefusedError.
    """
    return Counter(r.outcome for r in sms_reports.read(token, body) if messages.report(r))


def fate_of_code(code_id: SmsCodeId, *, messages: Messages) -> CodeFate:
    """What became of the message with a code. Raises NotFoundError."""
    fate = messages.of_code(code_id)
    if fate is None:
        raise NotFoundError
    return fate
