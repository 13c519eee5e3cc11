"""What clerks do from a shell at the help desk, with windows, and with requests for a change."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.authority import Authority, PasswordReset
from chalicelib.domain.change import ChangeRequest, ChangeState, wishing
from chalicelib.domain.errors import AccountNotFoundError, ChangedElsewhereError, InvalidInputError
from chalicelib.domain.exam import ChoiceField
from chalicelib.domain.ids import ChangeRequestId
from chalicelib.domain.registration import Registration, state_at
from chalicelib.domain.sms import DeliveryReport, SendOutcome
from chalicelib.domain.windows import ExtensionRefusedError
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    NOW,
    a_credential,
    a_payable_registration,
    a_phone,
    an_account,
)
from tests.commands.desk import WHY, run
from tests.fakes import World
from tests.usecases.joining import send


@pytest.fixture
def account(world: World) -> Account:
    account = world.given_account(an_account())
    world.given_credential(a_credential(account))
    return account


def test_an_account_is_found_with_its_questions_and_nothing_unmasked(world: World, account: Account) -> None:
    first, *questions = run(world, "find-account", *WHY, typed=f"{a_phone(1)}\n")
    assert first.startswith(f"{account.id} candidate_1 王晓明 ")
    assert a_phone(1) not in first
    assert account.identity.id_number not in first
    assert [line.strip() for line in questions] == list(account.security_questions)
    with pytest.raises(AccountNotFoundError):
        run(world, "find-account", *WHY, typed="nobody\n")
    assert [entry.what for entry in world.audit_log.of(account.id)] == ["look_up_account"]


def test_the_outcomes_of_messages_are_listed_newest_first(world: World) -> None:
    send(world, a_phone(7))
    world.messages.report(
        DeliveryReport(serial=world.sms.latest_serial, outcome=SendOutcome.FAILED, reason="手机关机", at=NOW)
    )
    world.clock.advance(seconds=60)
    send(world, a_phone(7))
    assert run(world, "sms", *WHY, typed=f"{a_phone(7)}\n") == [
        "2026-09-01 10:01:00 register 已提交运营商，尚无回执",
        "2026-09-01 10:00:00 register 未送达 手机关机",
    ]
    assert run(world, "sms", *WHY, typed=f"{a_phone(8)}\n") == ["no message in the last 30 days"]
    assert a_phone(7) not in str(world.memory.audit)


def test_a_reset_password_is_told_with_its_end(world: World, account: Account) -> None:
    (told,) = run(world, "reset-password", account.id, *WHY)
    assert "2026-09-02 10:00 前有效" in told
    world.authorities.put(Authority(id=AUTHORITY_ID, name="沈阳市", password_reset=PasswordReset.FIXED))
    (told,) = run(world, "reset-password", account.id, *WHY)
    assert told.startswith("一次性密码 111111，2026-09-01 10:30 前有效")
    assert "后六位" in told


def test_a_window_is_extended_with_what_comes_after_it(world: World, account: Account) -> None:
    registration = world.given_registration(a_payable_registration(account), account)
    world.clock.advance(days=9)  # payment ended a day ago
    where = ("--exam", EXAM_ID, "--window", "payment")
    lines = run(world, "extend", *where, "--until", "2026-09-12 24:00", *WHY)
    assert "payment: 2026-08-27 10:00 – 2026-09-13 00:00" in lines
    offering = world.exams.fresh_offering(EXAM_ID, AUTHORITY_ID)
    assert offering is not None
    assert state_at(registration, offering, world.clock.now()) is registration.state
    (entry,) = world.audit_log.of(f"{EXAM_ID}/{AUTHORITY_ID}")
    assert (entry.what, entry.clerk.name) == ("extend_window", "zhang")
    assert entry.before != entry.after
    for until in ("2026-09-12 24:00", "2026-09-01 12:00"):
        with pytest.raises(ExtensionRefusedError):
            run(world, "extend", *where, "--until", until, *WHY)
    with pytest.raises(InvalidInputError):
        run(world, "extend", *where, "--until", "tomorrow", *WHY)


def waiting(world: World, account: Account) -> tuple[Registration, ChangeRequest]:
    registration = world.given_registration(a_payable_registration(account), account)
    request = ChangeRequest(
        id=ChangeRequestId("request-1"),
        account_id=account.id,
        registration_id=registration.id,
        authority_id=AUTHORITY_ID,
        what=(ChoiceField.SUBJECTS,),
        why="多选了两科",
        wanted=replace(registration.choices, subjects=("law", "practice")),
        asked_at=NOW,
    )
    world.change_requests.ask(registration, wishing(registration, request, now=NOW), request)
    return registration, request


def test_a_request_is_seen_and_carried_out(world: World, account: Account) -> None:
    registration, request = waiting(world, account)
    named = (account.id, registration.id, request.id)
    first, second = run(world, "change-requests")
    assert first == f"{account.id} {registration.id} request-1 open 报考科目"
    assert second.strip() == "subjects=economy,law,project,practice -> subjects=law,practice: 多选了两科"
    assert run(world, "carry-out", *named, *WHY) == [f"{registration.id}: changed, 128.00 yuan, payable"]
    assert run(world, "change-requests") == ["no request waits"]
    with pytest.raises(ChangedElsewhereError):
        run(world, "refuse", *named, *WHY)


def test_a_request_is_refused_with_what_the_candidate_is_told(world: World, account: Account) -> None:
    registration, request = waiting(world, account)
    run(world, "refuse", account.id, registration.id, request.id, "--reason", "修改表没有签名")
    (answered,) = world.change_requests.of(account.id, registration.id)
    assert (answered.state, answered.answer) == (ChangeState.REFUSED, "修改表没有签名")
