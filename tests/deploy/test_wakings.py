"""A stream function is woken by every record that it acts on, and by few others."""

from itertools import product
from typing import Any

import pytest

from chalicelib.domain.registration import State
from chalicelib.domain.verification import VerificationState
from chalicelib.storage.changes import (
    CheckBegan,
    DiscrepancyOpened,
    MaterialGone,
    RegistrationGone,
    RegistrationMoved,
    read_change,
)
from chalicelib.usecases.messages.notify import _SENTENCES
from deploy.functions import WOKEN_BY
from tests.deploy.patterns import lets_through

Image = dict[str, dict[str, Any]]


def account(state: VerificationState, *, submitted: bool) -> Image:
    image: Image = {"pk": {"S": "ACCOUNT#a"}, "sk": {"S": "ACCOUNT"}, "check_state": {"S": state.value}}
    return image | ({"submitted": {"BOOL": submitted}} if state is VerificationState.VERIFYING else {})


def credential(state: VerificationState, *, submitted: bool) -> Image:
    return account(state, submitted=submitted) | {"sk": {"S": "CREDENTIAL#c"}}


def registration(state: State) -> Image:
    return {
        "pk": {"S": "ACCOUNT#a"},
        "sk": {"S": "REGISTRATION#r"},
        "account_id": {"S": "a"},
        "registration_id": {"S": "r"},
        "state": {"S": state.value},
        "version": {"N": "3"},
    }


def order(state: str) -> Image:
    return {"pk": {"S": "ORDER#o"}, "sk": {"S": "ORDER"}, "state": {"S": state}}


def material(state: str) -> Image:
    image = {"pk": {"S": "ACCOUNT#a"}, "sk": {"S": "MATERIAL#r#m"}, "state": {"S": state}}
    return image | {
        name: {"S": "x"} for name in ("account_id", "registration_id", "authority_id", "material_id")
    }


def of_one_thing(make: Any) -> list[Image]:
    return [make(state, submitted=submitted) for state in VerificationState for submitted in (False, True)]


def discrepancy(*, waits: bool) -> Image:
    image: Image = {"pk": {"S": "DISCREPANCY#d"}, "sk": {"S": "DISCREPANCY"}}
    image |= {"discrepancy_id": {"S": "d"}, "kind": {"S": "mismatch"}}
    return image | ({"review_shard": {"S": "discrepancy#0"}} if waits else {})


THINGS = [
    of_one_thing(account),
    of_one_thing(credential),
    [registration(state) for state in State],
    [order("open"), order("paid")],
    [material("uploaded"), material("accepted")],
    [discrepancy(waits=True), discrepancy(waits=False)],
]
GONE = [registration(State.DRAFT), material("accepted")]
RECORDS = [(old, new) for images in THINGS for old, new in product([None, *images], images)]


def wakes(function: str, old: Image | None, new: Image | None) -> bool:
    image = new or old or {}
    record = {"Keys": {name: image[name] for name in ("pk", "sk")}}
    record |= {"OldImage": old} if old else {}
    record |= {"NewImage": new} if new else {}
    return any(lets_through(shape, record) for shape in WOKEN_BY[function])


def test_no_record_that_is_acted_on_is_kept_back() -> None:
    for old, new in RECORDS:
        match read_change(old, new):
            case CheckBegan():
                # An item begins unsubmitted: `storage/checks.py`.
                assert wakes("verify_stream", old, new) or new["submitted"]["BOOL"], (old, new)
            case RegistrationMoved(state=state, is_reinstated=is_reinstated):
                is_told = is_reinstated or state in _SENTENCES
                assert wakes("notify_stream", old, new) or not is_told, (old, new)
            case DiscrepancyOpened():
                assert wakes("notify_stream", old, new), (old, new)
            case _:
                assert read_change(old, new) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (order("open"), order("paid")),
        (None, material("uploaded")),
        (material("uploaded"), material("accepted")),
        (order("open"), None),
        (discrepancy(waits=True), discrepancy(waits=False)),
        (None, registration(State.DRAFT)),
        (registration(State.DRAFT), registration(State.UNDER_REVIEW)),
        (
            account(VerificationState.VERIFYING, submitted=True),
            account(VerificationState.VERIFIED, submitted=True),
        ),
        (
            credential(VerificationState.VERIFYING, submitted=True),
            credential(VerificationState.VERIFYING, submitted=True),
        ),
    ],
)
def test_the_writes_of_every_day_wake_nothing(old: Image | None, new: Image | None) -> None:
    assert not [function for function in WOKEN_BY if wakes(function, old, new)]


def test_a_check_wakes_one_function_and_a_passed_review_the_other() -> None:
    began = account(VerificationState.VERIFYING, submitted=False)
    assert [function for function in WOKEN_BY if wakes(function, None, began)] == ["verify_stream"]
    passed = (registration(State.UNDER_REVIEW), registration(State.PAYABLE))
    assert [function for function in WOKEN_BY if wakes(function, *passed)] == ["notify_stream"]


def test_what_is_gone_wakes_the_one_that_forgets() -> None:
    for gone in GONE:
        assert isinstance(read_change(gone, None), RegistrationGone | MaterialGone)
        assert [function for function in WOKEN_BY if wakes(function, gone, None)] == ["forget_stream"]
