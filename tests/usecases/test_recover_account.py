"""Getting back in: the questions or a code to the bound phone, and both ways lock (FAQ 4)."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import (
    AccountNotFoundError,
    NotLoggedInError,
    PasswordWeakError,
    RecoveryAnswerWrongError,
    RecoveryExpiredError,
    SmsCodeExpiredError,
    SmsCodeWrongError,
    TooManyRequestsError,
)
from chalicelib.domain.identity import Identity
from chalicelib.domain.sms import Purpose, SmsCode
from chalicelib.usecases.accounts import recover_account, sessions
from chalicelib.usecases.ports import Recovery, StaleWriteError
from tests.builders import a_phone, an_id_number, an_identity
from tests.fakes import World
from tests.usecases.joining import ADDRESS, ANSWERS, PASSWORD, join, send

NEW = "another-horse-2"


@pytest.fixture
def account(world: World) -> Account:
    account = join(world)
    world.clock.advance(minutes=5)
    return account


@pytest.fixture
def recovery(world: World, account: Account) -> Recovery:
    return find(world, account.identity)


def find(world: World, identity: Identity, address: str = ADDRESS) -> Recovery:
    recovery, _ = recover_account.find_account(
        identity,
        address=address,
        accounts=world.accounts,
        recoveries=world.recoveries,
        limits=world.limits,
        randomness=world.randomness,
        now=world.clock.now(),
    )
    return recovery


def answer(world: World, recovery: Recovery, *answers: str) -> str:
    token, _, account = recover_account.recover_by_answers(
        recovery.id,
        answers or ANSWERS,
        accounts=world.accounts,
        recoveries=world.recoveries,
        limits=world.limits,
        passwords=world.passwords,
        randomness=world.randomness,
        now=world.clock.now(),
    )
    assert account.username == "wangming"
    return token


def code_to(world: World, account: Account, recovery: Recovery) -> SmsCode:
    return send(world, account.phone, Purpose.RECOVER, subject=recovery.id)


def type_code(world: World, recovery: Recovery, code: SmsCode, digits: str | None = None) -> str:
    token, _, account = recover_account.recover_by_code(
        recovery.id,
        code_id=code.id,
        digits=digits or world.sms.code_to(code.phone),
        accounts=world.accounts,
        recoveries=world.recoveries,
        sms_codes=world.sms_codes,
        sealer=world.sealer,
        randomness=world.randomness,
        now=world.clock.now(),
    )
    assert account.username == "wangming"
    return token


def set_password(world: World, recovery: Recovery, token: str, password: str = NEW) -> None:
    recover_account.set_new_password(
        recovery.id,
        reset_token=token,
        password=password,
        accounts=world.accounts,
        recoveries=world.recoveries,
        passwords=world.passwords,
        now=world.clock.now(),
    )


def log_in(world: World, password: str) -> Account:
    return sessions.log_in(
        "wangming",
        password,
        address=ADDRESS,
        accounts=world.accounts,
        limits=world.limits,
        passwords=world.passwords,
        one_time_passwords=world.one_time_passwords,
        sealer=world.sealer,
        now=world.clock.now(),
    )


def test_the_answers_lead_to_a_new_password(world: World, recovery: Recovery) -> None:
    set_password(world, recovery, answer(world, recovery))
    log_in(world, NEW)


def test_a_code_to_the_bound_phone_leads_to_a_new_password(
    world: World, account: Account, recovery: Recovery
) -> None:
    set_password(world, recovery, type_code(world, recovery, code_to(world, account, recovery)))
    log_in(world, NEW)


def test_answers_count_without_case_width_and_spaces(world: World, recovery: Recovery) -> None:
    assert answer(world, recovery, " 沈 阳", "第一小学 ")


def test_a_new_password_ends_all_sessions(world: World, account: Account, recovery: Recovery) -> None:
    token, _ = sessions.open_session(
        account, sessions=world.sessions, randomness=world.randomness, now=world.clock.now()
    )
    set_password(world, recovery, answer(world, recovery))
    with pytest.raises(NotLoggedInError):
        sessions.logged_in(token, sessions=world.sessions, accounts=world.accounts, now=world.clock.now())


@pytest.mark.parametrize(
    "identity",
    [an_identity(name="王小明"), an_identity(id_number=an_id_number(2))],
    ids=["another name", "another number"],
)
def test_only_name_and_number_together_find_an_account(
    world: World, account: Account, identity: Identity
) -> None:
    with pytest.raises(AccountNotFoundError):
        find(world, identity)


def test_a_person_is_looked_for_ten_times_a_day(world: World, account: Account) -> None:
    for number in range(10):
        find(world, account.identity, address=f"203.0.113.{number}")
    with pytest.raises(TooManyRequestsError):
        find(world, account.identity, address="198.51.100.1")
    world.clock.advance(days=1)
    find(world, account.identity)


def test_an_address_looks_for_thirty_persons_an_hour(world: World, account: Account) -> None:
    for number in range(30):
        with pytest.raises(AccountNotFoundError):
            find(world, an_identity(100 + number))
    with pytest.raises(TooManyRequestsError):
        find(world, account.identity)


def test_five_wrong_answers_lock_the_recovery_even_for_the_right_ones(
    world: World, recovery: Recovery
) -> None:
    told = []
    for _ in range(5):
        with pytest.raises(RecoveryAnswerWrongError) as refused:
            answer(world, recovery, "错", "错")
        told.append(refused.value.detail)
    assert all(f"{left} 次" in text for left, text in zip((4, 3, 2, 1), told[:-1], strict=True))
    assert "今天不能再试" in told[-1]
    with pytest.raises(RecoveryExpiredError):
        answer(world, recovery)


def test_two_guesses_at_once_do_not_share_a_try(world: World, recovery: Recovery) -> None:
    world.recoveries.pay_try(recovery, at_most=5)
    with pytest.raises(StaleWriteError):
        world.recoveries.pay_try(recovery, at_most=5)


def test_five_wrong_codes_lock_the_code(world: World, account: Account, recovery: Recovery) -> None:
    code = code_to(world, account, recovery)
    for _ in range(5):
        with pytest.raises(SmsCodeWrongError):
            type_code(world, recovery, code, "999999")
    with pytest.raises(SmsCodeExpiredError):
        type_code(world, recovery, code)


def test_a_code_of_another_recovery_does_not_serve(
    world: World, account: Account, recovery: Recovery
) -> None:
    other = find(world, account.identity)
    code = code_to(world, account, other)
    with pytest.raises(SmsCodeExpiredError):
        type_code(world, recovery, code)


def test_a_code_sent_for_a_registration_does_not_serve(world: World, recovery: Recovery) -> None:
    code = send(world, a_phone(7), subject=recovery.id)
    with pytest.raises(SmsCodeExpiredError):
        type_code(world, recovery, code)


def test_a_recovery_lives_half_an_hour(world: World, recovery: Recovery) -> None:
    token = answer(world, recovery)
    world.clock.advance(minutes=30)
    with pytest.raises(RecoveryExpiredError):
        answer(world, recovery)
    with pytest.raises(RecoveryExpiredError):
        set_password(world, recovery, token)


def test_a_recovery_sets_one_password(world: World, recovery: Recovery) -> None:
    token = answer(world, recovery)
    set_password(world, recovery, token)
    with pytest.raises(RecoveryExpiredError):
        set_password(world, recovery, token, "third-horse-3")


@pytest.mark.parametrize("token", ["", "a guess"])
def test_without_the_token_no_password_is_set(world: World, recovery: Recovery, token: str) -> None:
    with pytest.raises(RecoveryExpiredError):
        set_password(world, recovery, token)
    answer(world, recovery)
    with pytest.raises(RecoveryExpiredError):
        set_password(world, recovery, token)
    log_in(world, PASSWORD)


def test_a_weak_password_does_not_use_the_recovery_up(world: World, recovery: Recovery) -> None:
    token = answer(world, recovery)
    with pytest.raises(PasswordWeakError):
        set_password(world, recovery, token, "wangming-1")
    set_password(world, recovery, token)


def test_a_recovery_of_nobody_is_over(world: World, recovery: Recovery) -> None:
    unknown = replace(recovery, id=type(recovery.id)("nothing"))
    with pytest.raises(RecoveryExpiredError):
        answer(world, unknown)


def test_beginning_anew_gives_no_more_tries_at_the_security_questions(world: World, account: Account) -> None:
    for _ in range(5):
        with pytest.raises(RecoveryAnswerWrongError):
            answer(world, find(world, account.identity), "错", "错")
    with pytest.raises(TooManyRequestsError):
        answer(world, find(world, account.identity))
