"""Notices of payment providers, answered as each provider needs it."""

from chalice.app import Response

from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.domain.errors import NotFoundError
from chalicelib.observability import count, log
from chalicelib.usecases.money.receive_notice import NoticeOutcome, receive_notice
from chalicelib.usecases.ports import NoticeRefusedError, PaymentProvider, ProbeRefusedError, Receipt

resource = Resource(__name__, tag="支付通知")
ALARMING = frozenset(
    {
        NoticeOutcome.MISMATCH,
        NoticeOutcome.SECOND_TRADE,
        NoticeOutcome.TRADE_OF_ANOTHER,
        NoticeOutcome.UNKNOWN_ORDER,
        NoticeOutcome.UNKNOWN_REFUND,
    }
)


@resource.serves("POST", "/webhooks/{provider}", audience=Audience.PROVIDER, answer=str)
def payment_notice(call: Call[None], provider: str) -> Response:
    """Take a notice of a payment provider, and answer it in the form that this provider understands."""
    told_by = call.services.providers.get(provider)
    if told_by is None:
        raise NotFoundError
    answer = told_by.acknowledge(_received(call, told_by))
    headers: dict[str, str | list[str]] = {"Content-Type": answer.content_type, "Cache-Control": "no-store"}
    return Response(body=answer.text, status_code=answer.status, headers=headers)


def _received(call: Call[None], provider: PaymentProvider) -> Receipt:
    """Whether a notice is taken."""
    try:
        outcome = receive_notice(
            call.raw_body,
            call.headers,
            provider=provider,
            ports=call.services.payment_ports,
            now=call.services.clock.now(),
        )
    except ProbeRefusedError:
        # The provider tries whether we look at signatures. We do: nothing to be alarmed about.
        log.info("probe refused", provider=provider.name)
        return Receipt.REFUSED
    except NoticeRefusedError as refused:
        log.warning("notice refused", provider=provider.name, why=str(refused))
        count("NoticeRefused")
        return Receipt.REFUSED
    _tell(outcome)
    return Receipt.UNKNOWN if outcome is NoticeOutcome.UNKNOWN_ORDER else Receipt.TAKEN


def _tell(outcome: NoticeOutcome) -> None:
    count(f"Notice{outcome.name.title().replace('_', '')}")
    if outcome in ALARMING:
        log.error("a payment needs a person", outcome=outcome.value)
