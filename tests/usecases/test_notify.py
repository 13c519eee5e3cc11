"""A candidate is told once what became of a registration."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.sms import SendOutcome
from chalicelib.usecases.messages.notify import notify_of_state
from chalicelib.usecases.ports import ProviderUnavailableError, Sending
from tests.builders import a_registration, an_account
from tests.fakes import World
from tests.fakes.outside import SentText


@pytest.fixture
def account(world: World) -> Account:
    return world.given_account(an_account())


@pytest.fixture
def registration(world: World, account: Account) -> Registration:
    return world.given_registration(a_registration(account), account)


def notify(
    world: World, registration: Registration, state: State, version: int = 2, *, is_reinstated: bool = False
) -> bool:
    return notify_of_state(
        registration.account_id,
        registration.id,
        state,
        version=version,
        is_reinstated=is_reinstated,
        accounts=world.accounts,
        registrations=world.registrations,
        exams=world.exams,
        messages=world.messages,
        sms=world.sms,
        now=world.clock.now(),
    )


TOLD = [
    (State.PAYABLE, "2026年一级建造师：核查通过，请在缴费截止前登录缴费"),
    (State.REJECTED, "2026年一级建造师：核查未通过，原因和下一步请登录查看"),
    (State.PAID, "2026年一级建造师：缴费成功，报名完成"),
    (
        State.SUPERSEDED,
        "2026年一级建造师：您的报名已被取代：经核验，该证件号码属于另一账号的持有人，详情请登录查看",
    ),
    (State.VOID, "2026年一级建造师：经考试机构认定，您的报名无效，原因请登录查看；如有疑问，请联系考试机构"),
    (State.OPTED_OUT, "2026年一级建造师：退考已受理，报名费将原路退回"),
]


@pytest.mark.parametrize(("state", "text"), TOLD)
def test_what_matters_is_told(
    world: World, account: Account, registration: Registration, state: State, text: str
) -> None:
    assert notify(world, registration, state)
    assert world.sms.sent == [SentText(account.phone, notice=text)]
    assert world.messages.to_phone(account.phone)[0].purpose == state


def test_who_lost_a_paid_registration_to_the_right_identity_hears_that_no_money_is_lost(
    world: World, account: Account, registration: Registration
) -> None:
    moved = replace(registration, state=State.SUPERSEDED, moved_to=RegistrationId("there"))
    world.memory.registrations[account.id, registration.id] = moved
    assert notify(world, moved, State.SUPERSEDED)
    (sent,) = world.sms.sent
    assert sent.notice is not None
    assert "无需重新缴费" in sent.notice


@pytest.mark.parametrize("state", [State.UNDER_REVIEW, State.REJECTED, State.PAYABLE, State.PAID])
def test_who_was_found_void_by_mistake_hears_that_and_not_the_old_news_again(
    world: World, registration: Registration, state: State
) -> None:
    assert notify(world, registration, state, is_reinstated=True)
    (sent,) = world.sms.sent
    assert sent.notice == (
        "2026年一级建造师：考试机构已撤销无效认定，您的报名恢复到认定之前的状态，详情请登录查看"
    )


@pytest.mark.parametrize("state", sorted(set(State) - {row[0] for row in TOLD}))
def test_nothing_else_is_told(world: World, registration: Registration, state: State) -> None:
    assert not notify(world, registration, state)
    assert world.sms.sent == []


def test_the_same_change_is_told_once(world: World, registration: Registration) -> None:
    assert notify(world, registration, State.PAYABLE)
    assert not notify(world, registration, State.PAYABLE)
    assert len(world.sms.sent) == 1


def test_a_later_change_is_told_again(world: World, registration: Registration) -> None:
    notify(world, registration, State.REJECTED, version=2)
    notify(world, registration, State.REJECTED, version=4)
    assert len(world.sms.sent) == 2


def test_without_an_answer_of_the_operator_it_is_tried_again(
    world: World, registration: Registration
) -> None:
    world.sms.answer = Sending(SendOutcome.UNKNOWN)
    with pytest.raises(ProviderUnavailableError):
        notify(world, registration, State.PAYABLE)
    world.sms.answer = Sending(SendOutcome.ACCEPTED)
    assert notify(world, registration, State.PAYABLE)
    assert len(world.sms.sent) == 2


def test_what_the_operator_refuses_is_kept_and_not_tried_again(
    world: World, account: Account, registration: Registration
) -> None:
    world.sms.answer = Sending(SendOutcome.REFUSED, "号码已停机")
    notify(world, registration, State.PAYABLE)
    assert not notify(world, registration, State.PAYABLE)
    assert world.messages.to_phone(account.phone)[0].reason == "号码已停机"


def test_what_was_given_up_meanwhile_is_told_to_nobody(world: World, registration: Registration) -> None:
    world.memory.registrations.clear()
    assert not notify(world, registration, State.PAYABLE)


def test_what_has_no_exam_any_more_is_told_to_nobody(world: World, registration: Registration) -> None:
    world.memory.exams.clear()
    assert not notify(world, registration, State.PAYABLE)
