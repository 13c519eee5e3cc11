"""The `VerificationService` port over HTTP: signed batches out, signed outcomes back, in domain words.

When to submit and when to ask again is the domain's to say; nothing is tried twice here.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from chalicelib.domain.verification import Outcome
from chalicelib.integrations.line import Line
from chalicelib.integrations.verification.facts import Submission, submission_of
from chalicelib.integrations.verification.signing import is_genuine_answer, request_signature
from chalicelib.usecases.ports.means import Clock
from chalicelib.usecases.ports.outside import (
    CheckRequest,
    CheckResult,
    ProviderRefusedError,
    ProviderUnavailableError,
)

_LARGEST_BATCH = 100
_MAY_PASS = frozenset({408, 425, 429})
"""Refusals that time heals, unlike the others from 400 to 499."""


class _Accepted(msgspec.Struct, frozen=True):
    accepted: list[str]


class _Result(msgspec.Struct, frozen=True):
    request_id: str
    outcome: str
    fields: list[str] = []


class _Results(msgspec.Struct, frozen=True):
    results: list[_Result]


_Body = TypeVar("_Body", _Accepted, _Results)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationAccount:
    """Where the service is and who we are there."""

    url: str
    client_id: str
    key: str = field(repr=False)


class HttpVerification:
    """The `VerificationService` port."""

    def __init__(self, account: VerificationAccount, *, clock: Clock, line: Line | None = None) -> None:
        """`account.url` has no slash at its end."""
        self._url = account.url
        self._client_id = account.client_id
        self._key = account.key.encode()
        self._clock = clock
        self._line = line or Line()

    def submit(self, requests: Sequence[CheckRequest]) -> None:
        """Hand in requests; the same facts twice are one request.

        Raises ProviderUnavailableError, ProviderRefusedError; some may then be taken, and all may come again.
        """
        for batch in _batches(requests):
            asked = [
                {"request_id": request_id, "kind": one.kind, "facts": one.facts}
                for request_id, one in batch.items()
            ]
            answer = self._ask("/batches", {"requests": asked}, status=202, form=_Accepted)
            if not batch.keys() <= set(answer.accepted):
                raise ProviderUnavailableError("the verification service did not take every request")

    def results(self, requests: Sequence[CheckRequest]) -> Sequence[CheckResult]:
        """Answers in the order of the requests; PENDING where there is none. Raises as `submit`."""
        found: dict[str, CheckResult] = {}
        for batch in _batches(requests):
            answer = self._ask("/results", {"request_ids": list(batch)}, status=200, form=_Results)
            found |= {
                result.request_id: _check_result(result, batch[result.request_id])
                for result in answer.results
                if result.request_id in batch
            }
        pending = CheckResult(Outcome.PENDING)
        return [found.get(submission_of(request).request_id, pending) for request in requests]

    def _ask(self, path: str, content: Mapping[str, object], *, status: int, form: type[_Body]) -> _Body:
        url, body, nonce = self._url + path, msgspec.json.encode(content), uuid.uuid4().hex
        answer = self._line.call("POST", url, headers=self._signed_headers(url, body, nonce), body=body)
        if answer.status != status:
            if 400 <= answer.status < 500 and answer.status not in _MAY_PASS:
                raise ProviderRefusedError(f"the verification service refuses us: status {answer.status}")
            raise ProviderUnavailableError(f"the verification service answered with status {answer.status}")
        signature = answer.headers.get("x-signature", "")
        if not is_genuine_answer(self._key, signature, nonce=nonce, body=answer.body):
            raise ProviderUnavailableError("the answer is not signed by the verification service")
        try:
            return msgspec.json.decode(answer.body, type=form)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # Without the cause, which may quote what stands in the answer.
            raise ProviderUnavailableError("the verification service's answer has another form") from None

    def _signed_headers(self, url: str, body: bytes, nonce: str) -> dict[str, str]:
        timestamp = str(int(self._clock.now().timestamp()))
        return {
            "Content-Type": "application/json",
            "X-Client-Id": self._client_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": request_signature(
                self._key, path=urlsplit(url).path, timestamp=timestamp, nonce=nonce, body=body
            ),
        }


def _batches(requests: Sequence[CheckRequest]) -> Iterator[dict[str, Submission]]:
    """The different ones among the requests by their ids, as many at a time as the service takes."""
    submissions = (submission_of(request) for request in requests)
    left = iter({one.request_id: one for one in submissions}.items())
    while batch := dict(islice(left, _LARGEST_BATCH)):
        yield batch


def _check_result(result: _Result, submission: Submission) -> CheckResult:
    """An outcome that we do not know is an error of theirs; fields are named only if they were sent."""
    try:
        outcome = Outcome(result.outcome)
    except ValueError:
        outcome = Outcome.ERROR
    fields = tuple(name for name in result.fields if name in submission.facts)
    return CheckResult(outcome, fields if outcome is Outcome.MISMATCHED else ())
