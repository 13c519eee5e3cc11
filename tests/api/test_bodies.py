"""Whatever is sent, the answer is a refusal with a code, never a fault of ours."""

from copy import deepcopy
from typing import Any

import msgspec
import pytest
from chalice.test import HTTPResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.api.routing import CONTRACTS, LARGEST_BODY, Audience, Contract
from tests.api.browser import JSON, problem_code
from tests.api.story import HAPPY, Story, name_of

WITH_BODY = [contract for contract in CONTRACTS if contract.body is not None]


def send(
    story: Story, contract: Contract, body: object, path: dict[str, str], content_type: str | None = JSON
) -> HTTPResponse:
    browser = story.candidate if contract.audience is Audience.CANDIDATE else story.anyone
    address = contract.path.format(**path)
    return browser.send(contract.method, address, body, {"Content-Type": content_type})


def good(story: Story, contract: Contract) -> tuple[dict[str, str], dict[str, Any]]:
    path, body = HAPPY[contract.name](story)
    return path, msgspec.to_builtins(body)


NOT_JSON_OF_OURS = {
    "nothing": b"",
    "a space": b" ",
    "half an object": b'{"phone": "13',
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a word": b"nonsense",
    "NaN": b"NaN",
    "a form": b"phone=13800000001",
    "invalid UTF-8": b'{"phone":"\xff\xfe"}',
    "invalid UTF-8 in a key": b'{"\xff":1}',
    "half a surrogate pair": b'{"phone":"\\ud800"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a hundred thousand lists": b"[" * 60_000,
    "twenty thousand objects": b'{"a":' * 12_000,
    "a very long number": b"9" * 60_000,
    "an unknown field that is deep": b'{"x":' + b"[" * 60_000,
}


@pytest.mark.parametrize("contract", WITH_BODY, ids=name_of)
def test_what_is_no_json_of_ours_is_400(story: Story, contract: Contract) -> None:
    path, _ = good(story, contract)
    for what, raw in NOT_JSON_OF_OURS.items():
        response = send(story, contract, raw, path)
        assert (response.status_code, problem_code(response)) == (400, "invalid_body"), what


@pytest.mark.parametrize("contract", WITH_BODY, ids=name_of)
def test_an_unknown_field_is_named(story: Story, contract: Contract) -> None:
    path, body = good(story, contract)
    response = send(story, contract, {**body, "surprise": 1}, path)
    assert (response.status_code, problem_code(response)) == (400, "invalid_body")
    assert response.json_body["field"] == "surprise"


@pytest.mark.parametrize("contract", WITH_BODY, ids=name_of)
def test_each_field_is_checked_for_its_type_and_its_length(story: Story, contract: Contract) -> None:
    path, body = good(story, contract)
    for name in body:
        wrongs: tuple[object, ...] = ([[]], {"a": {}}, "很" * 5_000, -1.5, [1] * 500)
        for wrong in wrongs:
            response = send(story, contract, {**body, name: wrong}, path)
            assert (response.status_code, problem_code(response)) == (400, "invalid_body"), (name, wrong)
            assert response.json_body["field"].split(".")[0] == name
            assert "很很" not in response.json_body["detail"]


@pytest.mark.parametrize("contract", WITH_BODY, ids=name_of)
def test_a_missing_field_is_named_or_has_a_default(story: Story, contract: Contract) -> None:
    path, body = good(story, contract)
    for name in body:
        left = deepcopy(body)
        del left[name]
        response = send(story, contract, left, path)
        if response.status_code == 400:
            assert problem_code(response) == "invalid_body"
            assert response.json_body["field"] == name
        else:
            assert response.status_code < 500


@pytest.mark.parametrize("contract", WITH_BODY, ids=name_of)
def test_only_json_is_read(story: Story, contract: Contract) -> None:
    path, body = good(story, contract)
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "json",
    ):
        response = send(story, contract, body, path, content_type)
        assert (response.status_code, problem_code(response)) == (415, "unsupported_content_type")


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_json_however_it_is_called(story: Story, content_type: str) -> None:
    body = {"login": "wangming", "password": "wrong password 1"}
    response = story.anyone.send("POST", "/session", body, {"Content-Type": content_type})
    assert problem_code(response) == "login_failed"


@pytest.mark.parametrize("contract", WITH_BODY, ids=name_of)
def test_more_than_64_kib_is_too_much(story: Story, contract: Contract) -> None:
    path, body = good(story, contract)
    for size in (LARGEST_BODY + 1, 10 * LARGEST_BODY):
        raw = msgspec.json.encode(body)
        response = send(story, contract, raw + b" " * (size - len(raw)), path)
        assert (response.status_code, problem_code(response)) == (413, "body_too_large")


def test_64_kib_are_read(story: Story) -> None:
    raw = msgspec.json.encode({"login": "wangming", "password": "wrong password 1"})
    response = story.anyone.send("POST", "/session", raw + b" " * (LARGEST_BODY - len(raw)))
    assert problem_code(response) == "login_failed"


NESTED = [
    ("save_choices", {"choices": {"level": 1}}, "choices.level"),
    ("save_choices", {"choices": {"nonsense": 1}}, "choices.nonsense"),
    ("save_choices", {"choices": {"subjects": ["law", 1]}}, "choices.subjects.1"),
    ("save_choices", {"version": 0}, "version"),
    ("register_account", {"security_questions": [{"question": "问"}] * 2}, "security_questions.0.answer"),
    ("register_account", {"security_questions": []}, "security_questions"),
    ("confirm", {"commitment": "not_eligible"}, "commitment"),
    ("confirm", {"commitment_text_hash": "0" * 63}, "commitment_text_hash"),
    ("start_payment", {"provider": "c" * 33}, "provider"),
    ("start_payment", {"channel": "carrier pigeon"}, "channel"),
    ("answer_sms_code", {"code": "12345"}, "code"),
    ("answer_sms_code", {"code": "１２３４５６"}, "code"),
    ("add_record", {"obtained_on": "2012-02-30"}, "obtained_on"),
    ("add_record", {"certificate_no": "<script>"}, "certificate_no"),
    ("add_record", {"level": "kindergarten"}, "level"),
]


@pytest.mark.parametrize(("name", "changes", "field"), NESTED)
def test_the_field_at_fault_is_named(story: Story, name: str, changes: dict[str, Any], field: str) -> None:
    contract = next(contract for contract in CONTRACTS if contract.name == name)
    path, body = good(story, contract)
    response = send(story, contract, body | changes, path)
    assert (response.status_code, problem_code(response)) == (400, "invalid_body")
    assert response.json_body["field"] == field


RULES = [
    # what is typed, the code and the field of the refusal: the rules speak where the shape is right
    ("send_registration_code", {"phone": "12345"}, "phone_invalid", "phone"),
    ("send_registration_code", {"phone": ""}, "phone_invalid", "phone"),
    ("register_account", {"username": "a\x00bc"}, "username_invalid", "username"),
    ("register_account", {"id_number": "1"}, "id_number_invalid", "id_number"),
    ("register_account", {"name": "\u200b\u200b"}, "name_invalid", "name"),
    ("register_account", {"phone_proof": "guess"}, "phone_proof_invalid", "phone_proof"),
    ("add_record", {"school": "   "}, "invalid_input", "school"),
    ("add_record", {"obtained_on": "2099-01-01"}, "invalid_input", "obtained_on"),
    ("add_record", {"level": "bachelor"}, "invalid_input", "level"),
    ("save_choices", {"version": 99}, "changed_elsewhere", None),
    ("save_choices", {"version": 10**40}, "changed_elsewhere", None),
    ("log_in", {"login": "   "}, "login_failed", "password"),
    ("start_registration", {"exam_id": "nothing"}, "not_found", None),
]


@pytest.mark.parametrize(("name", "changes", "code", "field"), RULES)
def test_a_rule_that_says_no_has_its_code(
    story: Story, name: str, changes: dict[str, Any], code: str, field: str | None
) -> None:
    contract = next(contract for contract in CONTRACTS if contract.name == name)
    path, body = good(story, contract)
    response = send(story, contract, body | changes, path)
    assert 400 <= response.status_code < 500
    assert problem_code(response) == code
    assert response.json_body.get("field") == field


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(WITH_BODY), st.data())
def test_no_body_whatever_is_a_fault_of_ours(story: Story, contract: Contract, data: st.DataObject) -> None:
    fields = {field.name for field in msgspec.structs.fields(contract.body or msgspec.Struct)}
    body = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(fields), _ANYTHING)) | _ANYTHING)
    path = {"registration_id": "r", "code_id": "c", "recovery_id": "r"}
    wanted = {name: value for name, value in path.items() if f"{{{name}}}" in contract.path}
    raw = msgspec.json.encode(body)
    assert send(story, contract, raw, wanted).status_code < 500
