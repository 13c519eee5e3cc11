"""What became of a code's message: told by the operator, shown to who asked for the code (FAQ 3)."""

from chalicelib.api import views, words
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import SmsCodeId
from chalicelib.observability import count, log
from chalicelib.usecases.messages.outcomes import fate_of_code, take_reports
from chalicelib.usecases.ports import NoticeRefusedError

resource = Resource(__name__, tag="手机验证")


@resource.serves("GET", "/sms-codes/{code_id}", audience=Audience.ANYONE, answer=views.CodeFateView)
def get_code_fate(call: Call[None], code_id: str) -> views.CodeFateView:
    """Whether the message with a code reached its phone; for the page under the countdown."""
    fate = fate_of_code(SmsCodeId(code_id), messages=call.services.messages)
    return views.CodeFateView(
        code_id=code_id,
        outcome=fate.outcome,
        sentence=words.MESSAGE_SENTENCES[fate.outcome].format(reason=fate.reason),
        sent_at=fate.at,
        reported_at=fate.reported_at,
    )


@resource.serves(
    "POST",
    "/webhooks/sms/tencent/{token}",
    audience=Audience.PROVIDER,
    answer=views.SmsReportsAnswer,
)
def take_sms_reports(call: Call[None], token: str) -> views.SmsReportsAnswer:
    """Take status reports of Tencent Cloud; anything but `result` 0 to be sent them again."""
    try:
        told = take_reports(
            token, call.raw_body, sms_reports=call.services.sms_reports, messages=call.services.messages
        )
    except NoticeRefusedError as refused:
        log.warning("sms reports refused", why=str(refused))
        count("SmsReportsRefused")
        # Without the token there is nothing at this address.
        raise NotFoundError from refused
    for outcome, messages in told.items():
        count(f"Sms{outcome.name.title()}", messages)
    return views.SmsReportsAnswer(result=0, errmsg="OK")
