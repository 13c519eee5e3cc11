"""The simulated verification service over its own signed protocol."""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from chalicelib.domain.credential import LEVELS_OF, CredentialKind, CredentialLevel
from chalicelib.domain.identity import IdType, normal_id_number, normal_name, normal_phone
from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from local.simulators.verification.people import Person, read_people
from tests.local.simulators.running import Service, simulator

KEY = "the key of both sides"
PEOPLE = {person.phone: person for person in read_people()}
STRANGER = {"name": "韩梅梅", "id_type": "resident_id", "id_number": "219999199001019990"}
DIPLOMA = {
    **STRANGER,
    "level": "undergraduate",
    "school": "某大学",
    "major": "会计学",
    "certificate_no": "12345678",
    "obtained_on": "2015-07-01",
}


@pytest.fixture(scope="module")
def service(simulators_folder: Path) -> Iterator[Service]:
    environ = {"VERIFICATION_CLIENT_ID": "tester", "BAOKAO_SECRETS": json.dumps({"verification_key": KEY})}
    options = ("--root-path", "/simulators/verification")
    with simulator("verification", simulators_folder, *options, environ=environ) as service:
        yield service


@pytest.fixture(autouse=True)
def at_once(faults: FaultSwitch) -> None:
    faults.change({"verification": {"delay_s": 0}})


def call(
    service: Service,
    path: str,
    content: object,
    *,
    key: str = KEY,
    timestamp: int | None = None,
    timeout_s: float = 5,
) -> httpx.Response:
    """Sign as the protocol says, written out here a second time on purpose."""
    body = json.dumps(content).encode()
    at, nonce = str(int(time.time()) if timestamp is None else timestamp), uuid.uuid4().hex
    text = "\n".join(["POST", path, at, nonce, hashlib.sha256(body).hexdigest()])
    headers = {
        "X-Client-Id": "tester",
        "X-Timestamp": at,
        "X-Nonce": nonce,
        "X-Signature": hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest(),
    }
    answer = httpx.post(
        service.url + path, content=body, headers=headers, trust_env=False, verify=False, timeout=timeout_s
    )
    if answer.status_code not in {401, 500}:
        signed = f"{nonce}\n{hashlib.sha256(answer.content).hexdigest()}"
        expected = hmac.new(KEY.encode(), signed.encode(), hashlib.sha256).hexdigest()
        assert answer.headers["X-Signature"] == expected
    return answer


def submit(service: Service, kind: str, facts: dict[str, str]) -> str:
    request_id = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    requests = [{"request_id": request_id, "kind": kind, "facts": facts}]
    answer = call(service, "/batches", {"requests": requests})
    assert (answer.status_code, answer.json()) == (202, {"accepted": [request_id]})
    return request_id


def result(service: Service, request_id: str) -> tuple[str, list[str]]:
    (found,) = call(service, "/results", {"request_ids": [request_id]}).json()["results"]
    assert found["request_id"] == request_id
    return found["outcome"], found["fields"]


def check(service: Service, kind: str, facts: dict[str, str]) -> tuple[str, list[str]]:
    return result(service, submit(service, kind, facts))


def identity_of(person: Person) -> dict[str, str]:
    return {"name": person.name, "id_type": "resident_id", "id_number": person.id_number}


@pytest.mark.parametrize(
    ("phone", "outcome", "fields"),
    [
        ("13800000001", "MATCHED", []),
        ("13800000002", "MISMATCHED", ["name"]),
        ("13800000003", "NOT_FOUND", []),
        ("13800000004", "UNCHECKABLE", []),
        ("13800000006", "PENDING", []),
    ],
)
def test_each_sample_person_has_their_outcome(
    service: Service, phone: str, outcome: str, fields: list[str]
) -> None:
    assert check(service, "identity", identity_of(PEOPLE[phone])) == (outcome, fields)


def test_every_document_of_the_sample_people_has_its_outcome(service: Service) -> None:
    for person in PEOPLE.values():
        for document in person.documents:
            facts = {
                **identity_of(person),
                "name": document.name or person.name,
                "level": document.level,
                "school": document.school,
                "major": document.major,
                "certificate_no": document.certificate_no,
                "obtained_on": document.obtained_on,
            }
            outcome, fields = check(service, document.kind, facts)
            if document.verdict is None:
                assert (outcome, fields) == ("MATCHED", [])
                assert check(service, document.kind, {**facts, "school": "别处", "name": "别人"}) == (
                    "MISMATCHED",
                    ["name", "school"],
                )
            elif not (document.verdict.errors_first or document.verdict.never_answers):
                assert (outcome, tuple(fields)) == (document.verdict.outcome, document.verdict.fields)


def test_an_error_is_followed_by_the_answer_when_asked_again(service: Service) -> None:
    request_id = submit(service, "identity", identity_of(PEOPLE["13800000005"]))
    assert [result(service, request_id)[0] for _ in range(3)] == ["ERROR", "MATCHED", "MATCHED"]


def test_a_sample_persons_number_under_another_name_does_not_match(service: Service) -> None:
    facts = {**identity_of(PEOPLE["13800000001"]), "name": "张三"}
    assert check(service, "identity", facts) == ("MISMATCHED", ["name"])


def test_kinds_of_middle_dot_do_not_make_another_name(service: Service) -> None:
    person = PEOPLE["13800000014"]
    facts = {**identity_of(person), "name": person.name.replace("·", "•")}
    assert check(service, "identity", facts) == ("MATCHED", [])


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "MATCHED"),
        ({"name": "韩不符"}, "MISMATCHED"),
        ({"name": "韩查无"}, "NOT_FOUND"),
        ({"name": "韩不可查"}, "UNCHECKABLE"),
        ({"name": "韩出错"}, "ERROR"),
        ({"name": "韩不答"}, "PENDING"),
        ({"name": "韩[梅]"}, "UNCHECKABLE"),
        ({"id_type": "passport", "id_number": "E12345678"}, "UNCHECKABLE"),
    ],
)
def test_strangers_get_through_unless_their_name_says_otherwise(
    service: Service, changes: dict[str, str], outcome: str
) -> None:
    assert check(service, "identity", {**STRANGER, **changes})[0] == outcome


@pytest.mark.parametrize(
    ("certificate_no", "answer"),
    [
        ("12345678", ("MATCHED", [])),
        ("12345001", ("MISMATCHED", ["major"])),
        ("12345002", ("NOT_FOUND", [])),
        ("12345003", ("UNCHECKABLE", [])),
        ("12345004", ("PENDING", [])),
        ("12345005", ("ERROR", [])),
    ],
)
def test_documents_of_strangers_go_by_the_end_of_the_certificate_number(
    service: Service, certificate_no: str, answer: tuple[str, list[str]]
) -> None:
    assert check(service, "degree", {**DIPLOMA, "certificate_no": certificate_no}) == answer


def test_what_strangers_get_can_be_set(service: Service, faults: FaultSwitch) -> None:
    faults.change({"verification": {"strangers": "NOT_FOUND"}})
    assert check(service, "identity", STRANGER)[0] == "NOT_FOUND"
    assert check(service, "education", DIPLOMA)[0] == "NOT_FOUND"


def test_the_answer_is_ready_after_the_delay_on_the_products_clock(
    service: Service, faults: FaultSwitch, clock: ShiftedClock
) -> None:
    faults.change({"verification": {"delay_s": 86400}})
    request_id = submit(service, "identity", STRANGER)
    assert result(service, request_id)[0] == "PENDING"
    clock.shift(86401)
    assert result(service, request_id)[0] == "MATCHED"


def test_submitting_twice_is_harmless_and_other_facts_under_the_same_id_are_refused(service: Service) -> None:
    request_id = submit(service, "identity", STRANGER)
    again = {"request_id": request_id, "kind": "identity", "facts": STRANGER}
    assert call(service, "/batches", {"requests": [again, again]}).status_code == 202
    other = {**again, "facts": {**STRANGER, "name": "李雷"}}
    assert call(service, "/batches", {"requests": [other]}).status_code == 400


def test_unknown_requests_are_absent_from_the_answer(service: Service) -> None:
    assert call(service, "/results", {"request_ids": ["0" * 64]}).json() == {"results": []}


@pytest.mark.parametrize(
    "content",
    [
        {"requests": []},
        {"requests": [{"request_id": "short", "kind": "identity", "facts": STRANGER}]},
        {"requests": [{"request_id": "0" * 64, "kind": "education", "facts": STRANGER}]},
        {"requests": [{"request_id": "0" * 64, "kind": "fingerprint", "facts": STRANGER}]},
    ],
)
def test_what_the_protocol_does_not_have_is_refused(service: Service, content: object) -> None:
    assert call(service, "/batches", content).status_code == 400


def test_a_wrong_key_and_an_old_call_are_refused(service: Service, clock: ShiftedClock) -> None:
    question = {"request_ids": ["0" * 64]}
    assert call(service, "/results", question, key="another").status_code == 401
    assert call(service, "/results", question, timestamp=int(time.time()) - 302).status_code == 401
    assert call(service, "/results", question, timestamp=int(time.time()) + 302).status_code == 401
    clock.shift(86400)
    assert call(service, "/results", question, timestamp=int(time.time()) + 86400).status_code == 200


def test_behind_a_proxy_the_whole_path_is_what_is_signed(service: Service) -> None:
    answer = call(service, "/simulators/verification/results", {"request_ids": ["0" * 64]})
    assert answer.status_code == 200


def test_a_service_out_of_order(service: Service, faults: FaultSwitch) -> None:
    request_id = submit(service, "identity", STRANGER)
    faults.change({"verification": {"error": True}})
    assert result(service, request_id)[0] == "ERROR"
    faults.change({"verification": {"error": False, "error_500": True}})
    assert call(service, "/results", {"request_ids": [request_id]}).status_code == 500
    faults.change({"verification": {"error_500": False, "silent": True}})
    with pytest.raises(httpx.ReadTimeout):
        call(service, "/results", {"request_ids": [request_id]}, timeout_s=0.3)
    faults.change({"verification": {"silent": False}})
    assert result(service, request_id)[0] == "MATCHED"


def test_the_product_takes_every_sample_person_as_they_stand() -> None:
    for person in PEOPLE.values():
        assert normal_name(person.name) == person.name
        assert normal_phone(person.phone) == person.phone
        number = normal_id_number(IdType.RESIDENT_ID, person.id_number, today=date(2026, 1, 1))
        assert number == person.id_number
        for document in person.documents:
            assert CredentialLevel(document.level) in LEVELS_OF[CredentialKind(document.kind)]
    assert len({person.id_number for person in PEOPLE.values()}) == len(PEOPLE)
