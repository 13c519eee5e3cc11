"""Notices of payment providers, answered as each provider needs it."""

from chalice.app import Response

from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.observability import count, log
from chalicelib.usecases.ports import NoticeRefusedError
from chalicelib.usecases.receive_notice import NoticeOutcome, receive_notice

resource = Resource(__name__, tag="支付通知")
ALARMING = frozenset({NoticeOutcome.MISMATCH, NoticeOutcome.SECOND_TRADE, NoticeOutcome.UNKNOWN_ORDER})


@resource.serves("POST", "/webhooks/alipay", audience=Audience.PROVIDER, answer=str)
def alipay_notice(call: Call[None]) -> Response:
    """Take a notice of Alipay: `success` once it is durable, anything else to be sent it again."""
    try:
        outcome = receive_notice(
            call.raw_body,
            call.headers,
            provider=call.services.providers["alipay"],
            orders=call.services.orders,
            registrations=call.services.registrations,
            exams=call.services.exams,
            now=call.services.clock.now(),
        )
    except NoticeRefusedError as refused:
        log.warning("notice refused", why=str(refused))
        count("NoticeRefused")
        return _plain("failure", 400)
    _tell(outcome)
    return _plain("failure", 500) if outcome is NoticeOutcome.UNKNOWN_ORDER else _plain("success", 200)


def _tell(outcome: NoticeOutcome) -> None:
    count(f"Notice{outcome.name.title().replace('_', '')}")
    if outcome in ALARMING:
        log.error("a payment needs a person", outcome=outcome.value)


def _plain(text: str, status: int) -> Response:
    return Response(body=text, status_code=status, headers={"Content-Type": "text/plain; charset=utf-8"})
