"""The parts of the simulated SMS operator put together: `POST /` is the API, `GET /` the inbox."""

import time
import uuid
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.simulators.page import Pages, wall_clock
from local.simulators.service import Surroundings, health_route, keep_silent
from local.simulators.sms.mailbox import Mailbox, Message
from local.simulators.sms.operator import (
    CallRefusedError,
    Customer,
    Operator,
    read_operator_data,
    read_send_sms,
)
from local.simulators.sms.reports import Reporter
from local.simulators.sms.signing import SignatureRefusedError, check_signature


def build(
    surroundings: Surroundings, customer: Customer, *, report_url: str, report_delay_s: float
) -> Starlette:
    """The API and the inbox over the folder's messages; reports go to the URL, where it is not empty."""
    mailbox = Mailbox(surroundings.folder)
    reporter = Reporter(surroundings.folder, report_url, clock=surroundings.clock, delay_s=report_delay_s)
    operator = Operator(customer, mailbox, surroundings.clock, reporter.report)
    pages = Pages(Path(__file__).parent / "templates")

    async def call(request: Request) -> Response:
        faults = surroundings.faults.read().sms
        if faults.error_500:
            return PlainTextResponse("Internal Server Error", status_code=500)
        if faults.silent:
            return await keep_silent(request, lambda: surroundings.faults.read().sms.silent)
        body = await request.body()
        try:
            check_signature(
                request.headers,
                body,
                secret_id=customer.secret_id,
                secret_key=customer.secret_key,
                now_s=time.time(),
            )
            statuses = operator.send(read_send_sms(request.headers, body), faults)
        except (SignatureRefusedError, CallRefusedError) as refusal:
            return _answer({"Error": {"Code": refusal.code, "Message": refusal.message}})
        return _answer({"SendStatusSet": statuses})

    async def inbox(request: Request) -> Response:
        phone = request.query_params.get("phone", "").strip()
        values = {"messages": mailbox.latest(phone), "phone": phone, "numbers": read_operator_data().numbers}
        return pages.answer(request, "inbox.html", values)

    async def inbox_json(request: Request) -> Response:
        messages = mailbox.latest(request.query_params.get("phone", "").strip())
        return JSONResponse({"messages": [message_json(message) for message in messages]})

    return Starlette(
        routes=[
            health_route(),
            Route("/", call, methods=["POST"]),
            Route("/", inbox),
            Route("/inbox.json", inbox_json),
        ],
        lifespan=reporter.reporting(),
    )


def message_json(message: Message) -> dict[str, object]:
    """A message as tests and the control page read it."""
    return {
        "id": message.id,
        "phone": message.phone,
        "text": message.text,
        "code": message.code,
        "template_id": message.template_id,
        "outcome": message.outcome,
        "has_arrived": message.has_arrived,
        "sent_at": wall_clock(message.sent_at),
    }


def _answer(content: dict[str, object]) -> Response:
    return JSONResponse({"Response": {**content, "RequestId": str(uuid.uuid4())}})
