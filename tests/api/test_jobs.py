"""What time and the stream start, called as Lambda calls it: idempotent, and no bad record hides others."""

from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib.domain.account import Account
from chalicelib.domain.registration import State
from chalicelib.domain.sms import SendOutcome
from chalicelib.domain.verification import Outcome, VerificationState
from chalicelib.usecases.ports import CheckRequest, ProviderRefusedError, Sending
from tests.api.story import Story
from tests.builders import VERIFYING, a_registration, an_account
from tests.fakes import World

CLIENT = Client(app.app)
HANDED_ON: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
Image = dict[str, dict[str, Any]]


def record(number: int, new: Image | None, old: Image | None = None) -> dict[str, Any]:
    """One record as the stream of a table has it."""
    keys = {name: value for name, value in (new or old or {}).items() if name in ("pk", "sk")}
    change: dict[str, Any] = {"Keys": keys, "SequenceNumber": f"{number:021}", "SizeBytes": 100}
    change |= {"NewImage": new} if new else {}
    change |= {"OldImage": old} if old else {}
    return {
        "eventID": f"event{number}",
        "eventName": "REMOVE" if not new else "MODIFY" if old else "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "cn-north-1",
        "dynamodb": change | {"ApproximateCreationDateTime": 1.0, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "eventSourceARN": "arn:aws-cn:dynamodb:cn-north-1:1:table/records/stream/1",
    }


def told(function: str, *records: dict[str, Any]) -> Any:
    return CLIENT.lambda_.invoke(function, {"Records": list(records)}).payload


def failed_at(number: int) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": [{"itemIdentifier": f"{number:021}"}]}


def account_row(account: Account) -> Image:
    return {
        "pk": {"S": f"ACCOUNT#{account.id}"},
        "sk": {"S": "ACCOUNT"},
        "check_state": {"S": account.identity_check.state},
    }


def newcomer(world: World, number: int) -> Account:
    return world.given_account(an_account(number, identity_check=VERIFYING))


def test_a_new_identity_is_handed_in_and_told_again_it_is_not(world: World) -> None:
    account = newcomer(world, 1)
    records = record(1, account_row(account)), record(2, account_row(account))
    assert told("verify_stream", *records) == HANDED_ON
    assert told("verify_stream", *records) == HANDED_ON
    assert world.verification.submitted == [CheckRequest(account.identity)]


def test_what_concerns_nobody_is_passed_over(world: World) -> None:
    account = newcomer(world, 1)
    row = account_row(account)
    strange: Image = {"pk": {"S": "SOMETHING#1"}, "sk": {"S": "ELSE"}}
    records = record(1, strange), record(2, None, row), record(3, row, row)
    for function in ("verify_stream", "notify_stream"):
        assert told(function, *records) == HANDED_ON
    assert world.verification.submitted == []
    assert world.sms.sent == []


def test_a_silent_service_stops_the_batch_at_its_record(world: World) -> None:
    accounts = [newcomer(world, number) for number in (1, 2, 3)]
    settled: Image = {**account_row(accounts[0]), "check_state": {"S": "verified"}}
    world.verification.be_silent()
    records = [record(number, account_row(account)) for number, account in enumerate(accounts, start=5)]
    assert told("verify_stream", record(4, settled), *records) == failed_at(5)
    world.verification.failure = None
    world.clock.advance(minutes=1)
    assert told("verify_stream", *records) == HANDED_ON
    assert len(world.verification.submitted) == 3


def test_a_record_that_cannot_be_read_is_named_and_the_ones_before_it_are_done(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    account = newcomer(world, 1)
    poison: Image = {"pk": {"S": "ACCOUNT#x"}, "sk": {"S": "REGISTRATION#y"}, "state": {"S": "no such state"}}
    old: Image = {**poison, "state": {"S": "draft"}}
    records = record(7, account_row(account)), record(8, poison, old), record(9, account_row(account))
    assert told("verify_stream", *records) == failed_at(8)
    assert world.verification.submitted == [CheckRequest(account.identity)]
    assert "a stream record failed" in capsys.readouterr().out


def moved(story: Story, state: State, version: int = 2, before: State = State.DRAFT) -> dict[str, Any]:
    registration = a_registration(story.account)
    row: Image = {
        "pk": {"S": f"ACCOUNT#{story.account.id}"},
        "sk": {"S": f"REGISTRATION#{registration.id}"},
        "account_id": {"S": story.account.id},
        "registration_id": {"S": registration.id},
        "state": {"S": state},
        "version": {"N": str(version)},
    }
    return record(version, row, {**row, "state": {"S": before}, "version": {"N": str(version - 1)}})


def notices(story: Story) -> list[str]:
    return [text.notice for text in story.world.sms.sent if text.notice]


def test_a_candidate_is_told_once_of_a_payment(story: Story) -> None:
    story.registration(State.PAID)
    for _ in range(2):
        assert told("notify_stream", moved(story, State.PAID)) == HANDED_ON
    assert notices(story) == ["2026年一级建造师：缴费成功，报名完成"]


def test_a_payment_is_not_told_of_again_when_a_finding_is_taken_back(story: Story) -> None:
    story.registration(State.PAID)
    assert told("notify_stream", moved(story, State.PAID, before=State.VOID)) == HANDED_ON
    (notice,) = notices(story)
    assert "撤销无效认定" in notice


def test_an_operator_without_an_answer_makes_the_record_come_again(story: Story) -> None:
    story.registration(State.PAYABLE)
    story.world.sms.answer = Sending(SendOutcome.UNKNOWN)
    assert told("notify_stream", moved(story, State.PAYABLE, 3)) == failed_at(3)
    story.world.sms.answer = Sending(SendOutcome.ACCEPTED)
    assert told("notify_stream", moved(story, State.PAYABLE, 3)) == HANDED_ON


def tick(function: str) -> Any:
    event = CLIENT.events.generate_cw_event("aws.events", "Scheduled Event", {}, ["rule"])
    return CLIENT.lambda_.invoke(function, event).payload


def test_the_sweep_finds_a_payment_whose_notice_was_lost(story: Story) -> None:
    order = story.order()
    story.world.provider.pay(order)
    story.world.clock.advance(seconds=30)
    assert tick("sweep_payments") == {"due": 1, "asked": 1}
    assert tick("sweep_payments") == {"due": 0, "asked": 0}
    assert story.world.memory.registrations[order.account_id, order.registration_id].state is State.PAID


@pytest.mark.parametrize(
    ("failure", "metric"), [(None, "ProviderUnavailable"), (ProviderRefusedError("key"), "ProviderRefused")]
)
def test_a_sweep_that_gets_no_answer_is_counted(
    story: Story, capsys: pytest.CaptureFixture[str], failure: Exception | None, metric: str
) -> None:
    story.order()
    story.world.provider.be_silent()
    story.world.provider.failure = failure or story.world.provider.failure
    story.world.clock.advance(seconds=30)
    assert tick("sweep_payments") == {"due": 1, "asked": 1}
    assert f'"{metric}"' in capsys.readouterr().out


def test_the_poll_settles_what_was_answered(world: World) -> None:
    account = newcomer(world, 1)
    assert tick("poll_verifications") == {"due": 1, "settled": 0}
    world.verification.answer(CheckRequest(account.identity), Outcome.MATCHED)
    world.clock.advance(minutes=15)
    assert tick("poll_verifications") == {"due": 1, "settled": 1}
    assert world.memory.accounts[account.id].identity_check.state is VerificationState.VERIFIED


@pytest.mark.parametrize(
    ("failure", "metric"), [(None, "ProviderUnavailable"), (ProviderRefusedError("key"), "ProviderRefused")]
)
def test_a_poll_that_gets_no_answer_is_counted(
    world: World, capsys: pytest.CaptureFixture[str], failure: Exception | None, metric: str
) -> None:
    newcomer(world, 1)
    world.verification.be_silent()
    world.verification.failure = failure or world.verification.failure
    assert tick("poll_verifications") == {"due": 1, "settled": 0}
    assert f'"{metric}"' in capsys.readouterr().out
