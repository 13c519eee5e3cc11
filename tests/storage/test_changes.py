"""What a stream record tells, read without any table; that real rows look so is in `tests/contracts`."""

from typing import Any

import pytest

from chalicelib.domain.ids import AccountId, CredentialId, RegistrationId
from chalicelib.domain.registration import State
from chalicelib.storage.changes import Change, CheckBegan, RegistrationGone, RegistrationMoved, read_change

Image = dict[str, dict[str, Any]]


def row(sk: str, **texts: str) -> Image:
    image: Image = {"pk": {"S": "ACCOUNT#a1"}, "sk": {"S": sk}}
    return image | {name: {"S": text} for name, text in texts.items()}


def registration(state: str, version: int = 2) -> Image:
    image = row("REGISTRATION#r1", account_id="a1", registration_id="r1", state=state)
    return image | {"version": {"N": str(version)}}


ACCOUNT, RECORD = AccountId("a1"), CredentialId("c1")
CASES: list[tuple[str, Image | None, Image | None, Change | None]] = [
    # what happened, row before, row after, what it means
    ("an account to be verified", None, row("ACCOUNT", check_state="verifying"), CheckBegan(ACCOUNT, None)),
    (
        "a record to be verified",
        None,
        row("CREDENTIAL#c1", check_state="verifying"),
        CheckBegan(ACCOUNT, RECORD),
    ),
    ("an account that cannot be verified", None, row("ACCOUNT", check_state="uncheckable"), None),
    (
        "a check that moved on",
        row("ACCOUNT", check_state="verifying"),
        row("ACCOUNT", check_state="verifying", due_shard="verification#1"),
        None,
    ),
    (
        "a registration that moved",
        registration("payable", 3),
        registration("paid", 4),
        RegistrationMoved(ACCOUNT, RegistrationId("r1"), State.PAID, 4),
    ),
    (
        "a registration that was found void by mistake",
        registration("void", 3),
        registration("under_review", 4),
        RegistrationMoved(ACCOUNT, RegistrationId("r1"), State.UNDER_REVIEW, 4, is_reinstated=True),
    ),
    (
        "a void registration that gave way to the true holder of the identity",
        registration("void", 3),
        registration("superseded", 4),
        RegistrationMoved(ACCOUNT, RegistrationId("r1"), State.SUPERSEDED, 4),
    ),
    ("a registration that was changed and stayed", registration("draft", 1), registration("draft", 2), None),
    ("a registration that began", None, registration("draft", 1), None),
    (
        "a paid one that a clerk has moved here",
        None,
        registration("paid", 1),
        RegistrationMoved(ACCOUNT, RegistrationId("r1"), State.PAID, 1),
    ),
    (
        "a registration that was given up",
        registration("draft", 1),
        None,
        RegistrationGone(ACCOUNT, RegistrationId("r1")),
    ),
    ("a claim", None, row("CLAIM", account_id="a1"), None),
    ("an order that was paid", row("ORDER", state="pending"), row("ORDER", state="paid"), None),
    ("nothing", None, None, None),
]


@pytest.mark.parametrize(("old", "new", "change"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_what_a_record_tells(old: Image | None, new: Image | None, change: Change | None) -> None:
    assert read_change(old, new) == change


def test_the_archive_concerns_nobody() -> None:
    row = {"pk": {"S": "ARCHIVE#first-class-constructor#fingerprint"}, "sk": {"S": "YEAR#2025"}}
    assert read_change(None, row) is None
    assert read_change(row, row) is None
    assert read_change(row, None) is None
