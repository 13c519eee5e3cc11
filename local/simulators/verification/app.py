"""The two calls of the verification service over the folder's requests and the sample people."""

import time
from typing import Annotated, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.simulators.faults import VerificationFaults
from local.simulators.service import Surroundings, health_route, keep_silent
from local.simulators.verification.desk import CheckRequest, Desk, FactsDifferError
from local.simulators.verification.people import Kind, Person, verdict_on
from local.simulators.verification.signing import answer_signature, is_rightly_signed

_IDENTITY_FACTS = frozenset({"name", "id_type", "id_number"})
_DOCUMENT_FACTS = _IDENTITY_FACTS | {"level", "school", "major", "certificate_no", "obtained_on"}
_LARGEST_BATCH = 500
RequestId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Submitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request as it is submitted."""

    request_id: RequestId
    kind: Kind
    facts: dict[str, Annotated[str, msgspec.Meta(min_length=1, max_length=200)]]


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /batches`."""

    requests: Annotated[list[Submitted], msgspec.Meta(min_length=1, max_length=_LARGEST_BATCH)]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /results`."""

    request_ids: Annotated[list[RequestId], msgspec.Meta(min_length=1, max_length=_LARGEST_BATCH)]


_Body = TypeVar("_Body", Batch, Question)


class BadRequestError(Exception):
    """Rightly signed, and not what the protocol has."""


class Service:
    """One client's verification service."""

    def __init__(
        self, surroundings: Surroundings, people: tuple[Person, ...], *, client_id: str, key: str
    ) -> None:
        self._desk = Desk(surroundings.folder)
        self._clock = surroundings.clock
        self._faults = surroundings.faults
        self._people = people
        self._client_id = client_id
        self._key = key

    async def answer(self, request: Request) -> Response:
        """Check the signature, do what is asked, sign the answer."""
        faults = self._faults.read().verification
        if faults.error_500:
            return PlainTextResponse("Internal Server Error", status_code=500)
        if faults.silent:
            return await keep_silent(request, lambda: self._faults.read().verification.silent)
        body = await request.body()
        if not self._is_from_the_client(request, body):
            return JSONResponse({"error": "the signature is wrong or too old"}, status_code=401)
        try:
            if request.scope["path"].endswith("/batches"):
                status, content = 202, self._take(body)
            else:
                status, content = 200, self._results(body, faults)
        except BadRequestError as error:
            status, content = 400, {"error": str(error)}
        return self._signed(request, status, content)

    def _is_from_the_client(self, request: Request, body: bytes) -> bool:
        return request.headers.get("x-client-id") == self._client_id and is_rightly_signed(
            request.headers,
            body,
            method=request.method,
            path=request.scope["path"],
            key=self._key,
            # A client may date its calls by the product's clock or, as some libraries do, by real time.
            now_s=(self._clock.now().timestamp(), time.time()),
        )

    def _signed(self, request: Request, status: int, content: object) -> Response:
        body = msgspec.json.encode(content)
        signature = answer_signature(self._key, nonce=request.headers["x-nonce"], body=body)
        return Response(body, status, {"X-Signature": signature}, media_type="application/json")

    def _take(self, body: bytes) -> dict[str, object]:
        batch = _decoded(body, Batch)
        for submitted in batch.requests:
            wanted = _IDENTITY_FACTS if submitted.kind == "identity" else _DOCUMENT_FACTS
            if submitted.facts.keys() != wanted:
                raise BadRequestError(f"the facts of kind {submitted.kind} are {sorted(wanted)}")
        now_s = self._clock.now().timestamp()
        try:
            self._desk.take([CheckRequest(s.request_id, s.kind, s.facts, now_s) for s in batch.requests])
        except FactsDifferError as error:
            raise BadRequestError(f"request {error} came before with other facts") from error
        return {"accepted": [submitted.request_id for submitted in batch.requests]}

    def _results(self, body: bytes, faults: VerificationFaults) -> dict[str, object]:
        question = _decoded(body, Question)
        known = (self._desk.find(request_id) for request_id in dict.fromkeys(question.request_ids))
        return {"results": [self._result(request, faults) for request in known if request is not None]}

    def _result(self, request: CheckRequest, faults: VerificationFaults) -> dict[str, object]:
        verdict = verdict_on(request.kind, request.facts, self._people, strangers=faults.strangers)
        is_ready = self._clock.now().timestamp() >= request.received_at + faults.delay_s
        errors_told = request.errors_told
        outcome: str = verdict.outcome
        if verdict.never_answers or not is_ready:
            outcome = "PENDING"
        elif faults.error or errors_told < verdict.errors_first:
            outcome = "ERROR"
            errors_told += 0 if faults.error else 1
        self._desk.record_answer(request.request_id, outcome, errors_told=errors_told)
        fields = list(verdict.fields) if outcome == "MISMATCHED" else []
        return {"request_id": request.request_id, "outcome": outcome, "fields": fields}


def build(surroundings: Surroundings, people: tuple[Person, ...], *, client_id: str, key: str) -> Starlette:
    """The service as an application."""
    service = Service(surroundings, people, client_id=client_id, key=key)
    return Starlette(
        routes=[
            health_route(),
            Route("/batches", service.answer, methods=["POST"]),
            Route("/results", service.answer, methods=["POST"]),
        ]
    )


def _decoded(body: bytes, type_: type[_Body]) -> _Body:
    try:
        return msgspec.json.decode(body, type=type_)
    except msgspec.MsgspecError as error:
        raise BadRequestError(str(error)) from error
