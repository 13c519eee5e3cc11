"""Logging in, being known again, and when a session ends."""

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import (
    LoginAmbiguousError,
    LoginFailedError,
    NotLoggedInError,
    TooManyLoginsError,
    TooManyRequestsError,
)
from chalicelib.domain.identity import IdType
from chalicelib.usecases.accounts import sessions
from tests.builders import a_phone, an_id_number
from tests.fakes import World
from tests.usecases.joining import ADDRESS, PASSWORD, join


def log_in(world: World, login: str, password: str = PASSWORD, address: str = ADDRESS) -> Account:
    return sessions.log_in(
        login,
        password,
        address=address,
        accounts=world.accounts,
        limits=world.limits,
        passwords=world.passwords,
        one_time_passwords=world.one_time_passwords,
        sealer=world.sealer,
        now=world.clock.now(),
    )


def token_of(world: World, account: Account) -> str:
    return sessions.open_session(
        account, sessions=world.sessions, randomness=world.randomness, now=world.clock.now()
    )[0]


def known(world: World, token: str | None) -> Account:
    found = sessions.logged_in(token, sessions=world.sessions, accounts=world.accounts, now=world.clock.now())
    return found.account


@pytest.fixture
def account(world: World) -> Account:
    return join(world)


@pytest.mark.parametrize(
    "login",
    [
        "wangming",
        "WANGMING",
        " wangming ",
        a_phone(),
        an_id_number(),
        an_id_number().lower(),
        f" {an_id_number()} ",
    ],
)
def test_username_phone_and_id_number_all_log_in(world: World, account: Account, login: str) -> None:
    assert log_in(world, login) == account


@pytest.mark.parametrize("login", ["E12345678", "e12345678", " e1234 5678", "Ｅ１２３４５６７８"])
def test_a_passport_number_logs_in_however_it_is_written(world: World, login: str) -> None:
    account = join(world, id_type=IdType.PASSPORT, id_number="E12345678")
    assert log_in(world, login) == account


@pytest.mark.parametrize("login", ["H12345678", "H1234567801", "h1234567802"])
def test_a_permit_logs_in_however_often_it_was_issued_anew(world: World, login: str) -> None:
    account = join(world, id_type=IdType.HK_MACAO_PERMIT, id_number="H1234567801")
    assert log_in(world, login) == account


def test_an_old_number_of_15_digits_logs_in(world: World) -> None:
    account = join(world, id_number="110105491231002")
    assert log_in(world, "110105491231002") == log_in(world, "11010519491231002x") == account


@pytest.mark.parametrize("login", ["wangming", "nobody", a_phone(9), an_id_number(9), "not a number"])
def test_a_wrong_password_and_an_unknown_login_are_not_told_apart(
    world: World, account: Account, login: str
) -> None:
    asked = world.passwords.asked
    with pytest.raises(LoginFailedError) as refused:
        log_in(world, login, "wrong password 1")
    assert (refused.value.field, refused.value.detail) == ("password", LoginFailedError.message)
    assert world.passwords.asked == asked + 1, "an unknown login must take as long as a wrong password"


def test_of_two_accounts_under_one_id_number_the_password_tells(world: World, account: Account) -> None:
    other = join(
        world,
        a_phone(2),
        username="another",
        name="王小明",
        password="other-horse-2",
        confirms_same_id_number=True,
    )
    assert log_in(world, an_id_number(), "other-horse-2") == other
    assert log_in(world, an_id_number()) == account


def test_two_accounts_under_one_id_number_and_one_password_need_the_username(
    world: World, account: Account
) -> None:
    join(world, a_phone(2), username="another", name="王小明", confirms_same_id_number=True)
    with pytest.raises(LoginAmbiguousError):
        log_in(world, an_id_number())
    assert log_in(world, "wangming") == account


def fail(world: World, login: str, times: int, *, addresses: int = 1) -> None:
    for number in range(times):
        with pytest.raises(LoginFailedError):
            log_in(world, login, "wrong password 1", address=f"203.0.113.{number % addresses}")


def test_ten_tries_at_one_login_from_one_address_in_a_quarter_of_an_hour(
    world: World, account: Account
) -> None:
    fail(world, "wangming", 10)
    with pytest.raises(TooManyLoginsError):
        log_in(world, "WANGMING", address="203.0.113.0")
    world.clock.advance(minutes=15)
    assert log_in(world, "wangming", address="203.0.113.0") == account


def test_who_tries_on_and_on_from_one_address_keeps_the_owner_out_no_more(
    world: World, account: Account
) -> None:
    fail(world, "wangming", 10)
    for _ in range(60):
        with pytest.raises(TooManyLoginsError):
            log_in(world, "wangming", "wrong password 1", address="203.0.113.0")
    assert log_in(world, "wangming") == account


def test_sixty_tries_at_one_login_from_wherever(world: World, account: Account) -> None:
    fail(world, "wangming", 60, addresses=6)
    with pytest.raises(TooManyLoginsError) as refused:
        log_in(world, "wangming")
    assert "找回密码" in refused.value.detail
    world.clock.advance(minutes=15)
    assert log_in(world, "wangming") == account


def test_with_a_new_password_counting_begins_anew(world: World, account: Account) -> None:
    fail(world, "wangming", 60, addresses=6)
    world.accounts.change_password(account, world.passwords.hashed("another-horse-2"))
    assert log_in(world, "wangming", "another-horse-2").id == account.id


def test_writing_the_login_in_other_ways_gives_no_more_tries(world: World, account: Account) -> None:
    number = an_id_number()
    ways = ["wangming", a_phone(), *(f"{number[:cut]} {number[cut:]}" for cut in range(1, 9))]
    for way in ways:
        with pytest.raises(LoginFailedError):
            log_in(world, way, "wrong password 1")
    with pytest.raises(TooManyLoginsError):
        log_in(world, f"{number[:12]} {number[12:]}")


def test_an_address_has_200_tries_whatever_the_logins(world: World, account: Account) -> None:
    for number in range(200):
        with pytest.raises(LoginFailedError):
            log_in(world, f"nobody{number}")
    with pytest.raises(TooManyRequestsError):
        log_in(world, "wangming")
    assert log_in(world, "wangming", address="198.51.100.1") == account


def test_a_session_is_known_by_its_token_for_twelve_hours(world: World, account: Account) -> None:
    token = token_of(world, account)
    world.clock.advance(hours=12, seconds=-1)
    assert known(world, token) == account
    world.clock.advance(seconds=1)
    with pytest.raises(NotLoggedInError):
        known(world, token)


def test_the_store_does_not_know_the_token(world: World, account: Account) -> None:
    token = token_of(world, account)
    assert token not in repr(world.memory.sessions)


@pytest.mark.parametrize("token", [None, "", "nobody's token"])
def test_without_a_token_of_ours_nobody_is_logged_in(
    world: World, account: Account, token: str | None
) -> None:
    with pytest.raises(NotLoggedInError):
        known(world, token)


def test_a_new_password_ends_all_sessions(world: World, account: Account) -> None:
    tokens = [token_of(world, account), token_of(world, account)]
    world.accounts.change_password(account, world.passwords.hashed("another-horse-2"))
    for token in tokens:
        with pytest.raises(NotLoggedInError):
            known(world, token)
    fresh = world.accounts.get(account.id)
    assert fresh is not None
    assert known(world, token_of(world, fresh)) == fresh


def test_a_session_of_an_account_that_is_gone_is_over(world: World, account: Account) -> None:
    token = token_of(world, account)
    del world.memory.accounts[account.id]
    with pytest.raises(NotLoggedInError):
        known(world, token)


def test_the_csrf_token_belongs_to_its_session(world: World, account: Account) -> None:
    one, other = token_of(world, account), token_of(world, account)
    assert sessions.is_csrf_token(sessions.csrf_token(one), one)
    assert not sessions.is_csrf_token(sessions.csrf_token(other), one)
    assert not sessions.is_csrf_token("", one)
    assert not sessions.is_csrf_token("页面", one)
    assert sessions.csrf_token(one) != sessions.token_hash(one)
