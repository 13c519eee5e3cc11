"""Verification over HTTP: against the simulated service, and against odd answers."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chalicelib.domain.credential import CredentialFacts, CredentialKind, CredentialLevel
from chalicelib.domain.identity import Identity, IdType
from chalicelib.domain.verification import Outcome
from chalicelib.integrations.line import Line
from chalicelib.integrations.verification import HttpVerification, VerificationAccount
from chalicelib.integrations.verification.facts import submission_of
from chalicelib.usecases.ports import (
    CheckRequest,
    CheckResult,
    ProviderRefusedError,
    ProviderUnavailableError,
    VerificationService,
)
from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from local.simulators.verification.signing import answer_signature, request_signature
from local.sockets import free_port
from tests.integrations.both_sides import NOW, StandingClock
from tests.integrations.stub import Asked, Party, Said
from tests.local.simulators.running import Service, simulator

KEY = "a key that both sides hold"
CLIENT = "baokao-test"
PERSON = Identity("张小明", IdType.RESIDENT_ID, "110101199003070433")
CERTIFICATE = CredentialFacts(
    kind=CredentialKind.EDUCATION,
    level=CredentialLevel.UNDERGRADUATE,
    school="东北大学",
    major="土木工程",
    certificate_no="101451201205000888",
    obtained_on=date(2012, 7, 1),
    name_on_certificate="张小明",
    foreign=False,
)


def identity(name: str = "张小明") -> CheckRequest:
    return CheckRequest(replace(PERSON, name=name))


def certificate(end: str = "888") -> CheckRequest:
    number = CERTIFICATE.certificate_no[:-3] + end
    return CheckRequest(PERSON, replace(CERTIFICATE, certificate_no=number))


def verification_at(url: str, *, key: str = KEY, clock: ShiftedClock | None = None) -> HttpVerification:
    account = VerificationAccount(url=url, client_id=CLIENT, key=key)
    return HttpVerification(account, clock=clock or StandingClock(datetime.now(UTC)), line=Line(read_s=0.5))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    environ = {"VERIFICATION_CLIENT_ID": CLIENT, "BAOKAO_SECRETS": json.dumps({"verification_key": KEY})}
    folder = tmp_path_factory.mktemp("verification")
    options = ("--root-path", "/simulators/verification")
    with simulator("verification", folder, *options, environ=environ) as service:
        yield service


@pytest.fixture
def faults(service: Service) -> Iterator[FaultSwitch]:
    switch = FaultSwitch(service.folder / "faults.json")
    switch.change({"verification": {"delay_s": 0}})
    yield switch
    switch.clear()


@pytest.mark.parametrize("prefix", ["", "/simulators/verification"])
def test_answers_come_in_the_order_of_the_requests_whatever_they_are(
    service: Service, faults: FaultSwitch, prefix: str
) -> None:
    verification: VerificationService = verification_at(service.url + prefix)
    requests = [
        identity(),
        certificate("001"),
        certificate("002"),
        certificate("003"),
        certificate("004"),
        certificate(),
        identity("李不符"),
        identity(),
    ]
    verification.submit(requests)
    verification.submit(requests)
    assert verification.results([*requests, identity("从未提交")]) == [
        CheckResult(Outcome.MATCHED),
        CheckResult(Outcome.MISMATCHED, ("major",)),
        CheckResult(Outcome.NOT_FOUND),
        CheckResult(Outcome.UNCHECKABLE),
        CheckResult(Outcome.PENDING),
        CheckResult(Outcome.MATCHED),
        CheckResult(Outcome.MISMATCHED, ("name",)),
        CheckResult(Outcome.MATCHED),
        CheckResult(Outcome.PENDING),
    ]


def test_an_answer_is_pending_until_it_is_ready_and_an_error_may_be_asked_again(
    service: Service, faults: FaultSwitch
) -> None:
    clock = ShiftedClock(service.folder / "clock.json")
    verification = verification_at(service.url, clock=clock)
    faults.change({"verification": {"delay_s": 3600}})
    verification.submit([certificate("005")])
    assert verification.results([certificate("005")]) == [CheckResult(Outcome.PENDING)]
    clock.shift(3601)
    assert verification.results([certificate("005")]) == [CheckResult(Outcome.ERROR)]
    assert verification.results([certificate("005")]) == [CheckResult(Outcome.MATCHED)]
    clock.shift(0)


def test_every_kind_of_certificate_and_hundreds_of_requests_are_taken(
    service: Service, faults: FaultSwitch
) -> None:
    degree = replace(CERTIFICATE, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR)
    requests = [CheckRequest(PERSON, degree), *(identity(f"张{uuid.uuid4().hex}") for _ in range(250))]
    verification = verification_at(service.url)
    verification.submit(requests)
    assert verification.results(requests) == [CheckResult(Outcome.MATCHED)] * 251


def test_a_wrong_key_is_refused_for_good(service: Service) -> None:
    with pytest.raises(ProviderRefusedError, match="401"):
        verification_at(service.url, key="another").submit([identity()])


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_a_service_out_of_order_is_unavailable(service: Service, faults: FaultSwitch, fault: str) -> None:
    faults.change({"verification": {fault: True}})
    verification = verification_at(service.url)
    for ask in (verification.submit, verification.results):
        with pytest.raises(ProviderUnavailableError):
            ask([identity()])


def test_nothing_to_ask_asks_nobody() -> None:
    verification = verification_at(f"http://127.0.0.1:{free_port()}")
    verification.submit([])
    assert verification.results([]) == []
    with pytest.raises(ProviderUnavailableError):
        verification.submit([identity()])


def test_the_request_id_follows_from_the_facts_and_nothing_else() -> None:
    ids = {submission_of(request).request_id for request in (identity(), identity("李四"), certificate())}
    assert len(ids) == 3
    assert submission_of(identity()).request_id in ids
    degree = CheckRequest(PERSON, replace(CERTIFICATE, kind=CredentialKind.DEGREE))
    assert submission_of(degree).request_id not in ids


def test_a_certificate_is_looked_for_under_the_name_it_carries() -> None:
    request = CheckRequest(PERSON, replace(CERTIFICATE, name_on_certificate="张大明"))
    assert submission_of(request).facts == {
        "name": "张大明",
        "id_type": "resident_id",
        "id_number": PERSON.id_number,
        "level": "undergraduate",
        "school": "东北大学",
        "major": "土木工程",
        "certificate_no": "101451201205000888",
        "obtained_on": "2012-07-01",
    }


def test_requests_are_signed_as_the_protocol_has_it_by_the_products_clock(stub: Party) -> None:
    account = VerificationAccount(url=f"{stub.url}/v1", client_id=CLIENT, key=KEY)
    verification = HttpVerification(account, clock=StandingClock())
    stub.answer = signed(202, {"accepted": [submission_of(identity()).request_id]})
    stub.asked.clear()
    verification.submit([identity()])
    (asked,) = stub.asked
    headers = asked.headers
    assert (asked.path, headers["x-client-id"]) == ("/v1/batches", CLIENT)
    assert headers["x-timestamp"] == str(int(NOW.timestamp()))
    assert headers["x-signature"] == request_signature(
        KEY, "POST", "/v1/batches", headers["x-timestamp"], nonce=headers["x-nonce"], body=asked.body
    )
    assert KEY not in repr(account)


def signed(
    status: int, content: object, *, key: str = KEY, nonce: str | None = None
) -> Callable[[Asked], Said]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    def answer(asked: Asked) -> Said:
        signature = answer_signature(key, nonce=nonce or asked.headers["x-nonce"], body=body)
        return Said(body, status, {"X-Signature": signature})

    return answer


def found(outcome: str, *fields: str) -> dict[str, object]:
    request_id = submission_of(identity()).request_id
    return {"results": [{"request_id": request_id, "outcome": outcome, "fields": fields}]}


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (found("MISMATCHED", "name", "hair", "name2"), CheckResult(Outcome.MISMATCHED, ("name",))),
        (found("MATCHED", "name"), CheckResult(Outcome.MATCHED)),
        (found("SOMETHING_NEW"), CheckResult(Outcome.ERROR)),
        ({"results": []}, CheckResult(Outcome.PENDING)),
        ({"results": [{"request_id": "0" * 64, "outcome": "MATCHED"}]}, CheckResult(Outcome.PENDING)),
    ],
)
def test_only_what_was_asked_and_is_known_is_taken_from_an_answer(
    stub: Party, content: object, result: CheckResult
) -> None:
    stub.answer = signed(200, content)
    assert verification_at(stub.url).results([identity()]) == [result]


ODD: dict[str, Callable[[Asked], Said]] = {
    "unsigned": lambda _: Said(json.dumps(found("MATCHED")).encode()),
    "signed with another key": signed(200, found("MATCHED"), key="another"),
    "the answer to an earlier request": signed(200, found("MATCHED"), nonce="0" * 32),
    "wrong signature text": lambda _: Said(b"{}", headers={"X-Signature": "\xe9"}),
    "no json": signed(200, b"<html>"),
    "not utf-8": signed(200, b'{"results":[{"request_id":"\xff","outcome":"MATCHED"}]}'),
    "another form": signed(200, {"results": {}}),
    "empty": signed(200, b""),
    "taken, not answered": signed(202, found("MATCHED")),
    "redirect": lambda _: Said(status=302, headers={"Location": "/"}),
    "too many": lambda _: Said(status=429),
    "their trouble": lambda _: Said(status=503),
    "late": lambda _: Said(after_s=1),
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD.keys())
def test_an_answer_that_is_none_counts_as_silence(stub: Party, answer: Callable[[Asked], Said]) -> None:
    stub.answer = answer
    with pytest.raises(ProviderUnavailableError):
        verification_at(stub.url).results([identity()])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_no_is_final(stub: Party, status: int) -> None:
    stub.answer = lambda _: Said(status=status)
    with pytest.raises(ProviderRefusedError):
        verification_at(stub.url).submit([identity()])


def test_a_batch_that_was_not_taken_whole_is_handed_in_again(stub: Party) -> None:
    stub.answer = signed(202, {"accepted": [submission_of(identity()).request_id]})
    verification_at(stub.url).submit([identity()])
    with pytest.raises(ProviderUnavailableError):
        verification_at(stub.url).submit([identity(), certificate()])


def test_the_sample_people_get_their_outcomes_through_the_adapter(
    service: Service, faults: FaultSwitch
) -> None:
    """Every person of the sample file whose identity is answered at once."""
    people = json.loads((Path(__file__).parents[2] / "local" / "people.json").read_text())["people"]
    told = [
        (CheckRequest(Identity(p["name"], IdType.RESIDENT_ID, p["id_number"])), p["identity"]["outcome"])
        for p in people
        if not p["identity"].get("never_answers") and not p["identity"].get("errors_first")
    ]
    verification = verification_at(service.url)
    verification.submit([request for request, _ in told])
    results = verification.results([request for request, _ in told])
    assert [str(result.outcome) for result in results] == [outcome for _, outcome in told]
