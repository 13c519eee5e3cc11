"""Notices of payment providers, answered as each provider needs it."""

from chalice.app import Response

from chalicelib.api import views
from chalicelib.api.routing import Audience, Call, Resource, rendered
from chalicelib.observability import count, log
from chalicelib.usecases.ports import NoticeRefusedError, ProbeRefusedError
from chalicelib.usecases.receive_notice import NoticeOutcome, receive_notice

resource = Resource(__name__, tag="支付通知")
ALARMING = frozenset(
    {
        NoticeOutcome.MISMATCH,
        NoticeOutcome.SECOND_TRADE,
        NoticeOutcome.UNKNOWN_ORDER,
        NoticeOutcome.UNKNOWN_REFUND,
    }
)


@resource.serves("POST", "/webhooks/alipay", audience=Audience.PROVIDER, answer=str)
def alipay_notice(call: Call[None]) -> Response:
    """Take a notice of Alipay: `success` once it is durable, anything else to be sent it again."""
    outcome = _received(call, "alipay")
    if outcome is None:
        return _plain("failure", 400)
    return _plain("failure", 500) if outcome is NoticeOutcome.UNKNOWN_ORDER else _plain("success", 200)


@resource.serves(
    "POST", "/webhooks/wechatpay", audience=Audience.PROVIDER, answer=views.WechatPayAcknowledgement
)
def wechatpay_notice(call: Call[None]) -> Response:
    """Take a notice of WeChat Pay: 200 once it is durable, 401 for a wrong signature, 5xx to get it again."""
    outcome = _received(call, "wechatpay")
    if outcome is None:
        return rendered(views.WechatPayAcknowledgement(code="FAIL", message="signature"), 401)
    if outcome is NoticeOutcome.UNKNOWN_ORDER:
        return rendered(views.WechatPayAcknowledgement(code="FAIL", message="unknown order"), 500)
    return rendered(views.WechatPayAcknowledgement(code="SUCCESS", message=""))


def _received(call: Call[None], provider: str) -> NoticeOutcome | None:
    """What became of a notice; None where it is not the provider's."""
    try:
        outcome = receive_notice(
            call.raw_body,
            call.headers,
            provider=call.services.providers[provider],
            ports=call.services.payment_ports,
            now=call.services.clock.now(),
        )
    except ProbeRefusedError:
        # The provider tries whether we look at signatures. We do: nothing to be alarmed about.
        log.info("probe refused", provider=provider)
        return None
    except NoticeRefusedError as refused:
        log.warning("notice refused", provider=provider, why=str(refused))
        count("NoticeRefused")
        return None
    _tell(outcome)
    return outcome


def _tell(outcome: NoticeOutcome) -> None:
    count(f"Notice{outcome.name.title().replace('_', '')}")
    if outcome in ALARMING:
        log.error("a payment needs a person", outcome=outcome.value)


def _plain(text: str, status: int) -> Response:
    return Response(body=text, status_code=status, headers={"Content-Type": "text/plain; charset=utf-8"})
