"""Answers about what became of messages (FAQ 3)."""

from datetime import datetime

from chalicelib.api.views.basics import View
from chalicelib.domain.sms import SendOutcome


class CodeFateView(View, frozen=True):
    """What became of the message with a code; worth asking again while it is `accepted` or `unknown`."""

    code_id: str
    outcome: SendOutcome
    sentence: str
    sent_at: datetime
    reported_at: datetime | None


class SmsReportsAnswer(View, frozen=True):
    """What the SMS operator wants to hear: `result` 0 once its reports are durable."""

    result: int
    errmsg: str
