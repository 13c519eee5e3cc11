"""FAQ 4: neither questions nor phone help, so a clerk who saw the original ID resets the password."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.authority import Authority, PasswordReset
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.one_time_password import FIXED_PASSWORD, MOST_TRIES
from chalicelib.usecases.desk.help_desk import look_up_accounts
from chalicelib.usecases.desk.one_time_passwords import reset_password
from tests.api.browser import Browser, problem_code
from tests.builders import AUTHORITY_ID, an_entry
from tests.fakes import World
from tests.faq.candidate import Candidate, candidate

NEW = "another-horse-2"


def reset(world: World, someone: Candidate) -> str:
    word, _ = reset_password(
        someone.account.id,
        an_entry(id=world.randomness.new_id(), reason="考生持身份证原件到场", at=world.clock.now()),
        accounts=world.accounts,
        authorities=world.authorities,
        one_time_passwords=world.one_time_passwords,
        passwords=world.passwords,
        sealer=world.sealer,
        randomness=world.randomness,
        now=world.clock.now(),
    )
    return word


def log_in(world: World, password: str, login: str = "candidate_1") -> HTTPResponse:
    return Browser(world).send("POST", "/session", {"login": login, "password": password})


def set_new(world: World, word: str, **changes: Any) -> HTTPResponse:
    body = {"login": "candidate_1", "one_time_password": word, "password": NEW} | changes
    return Browser(world).send("POST", "/session/new-password", body)


@pytest.fixture
def someone(world: World) -> Candidate:
    return candidate(world, password_hash=world.passwords.hashed("forgotten-horse-1"))


@pytest.fixture
def fixed(world: World) -> None:
    """The authority has kept the 111111 of old."""
    world.authorities.put(Authority(id=AUTHORITY_ID, name="沈阳市", password_reset=PasswordReset.FIXED))


def test_faq_04_a_clerk_gives_out_a_password_that_sets_a_new_one(world: World, someone: Candidate) -> None:
    word = reset(world, someone)
    told = log_in(world, word)
    assert (told.status_code, problem_code(told)) == (409, "password_change_required")
    assert told.json_body["faq"] == 4
    assert "field" not in told.json_body, "a random one needs nothing besides"
    done = set_new(world, word)
    assert (done.status_code, done.json_body["account"]["username"]) == (201, "candidate_1")
    assert log_in(world, NEW).status_code == 201


def test_faq_04_by_default_it_is_random(world: World, someone: Candidate) -> None:
    first, second = reset(world, someone), reset(world, someone)
    assert first != second
    assert FIXED_PASSWORD not in (first, second)
    assert problem_code(set_new(world, first)) == "login_failed", "the clerk's last word counts"
    assert set_new(world, second).status_code == 201


def test_faq_04_resetting_ends_all_sessions_and_the_old_password(world: World, someone: Candidate) -> None:
    reset(world, someone)
    assert someone.send("GET", "/session").status_code == 401
    assert problem_code(log_in(world, "forgotten-horse-1")) == "login_failed"


def test_faq_04_it_logs_nobody_in(world: World, someone: Candidate) -> None:
    refused = log_in(world, reset(world, someone))
    assert "Set-Cookie" not in refused.headers


def test_faq_04_it_works_once(world: World, someone: Candidate) -> None:
    word = reset(world, someone)
    assert set_new(world, word).status_code == 201
    again = set_new(world, word, password="a-third-horse-3")
    assert (again.status_code, problem_code(again)) == (422, "login_failed")
    assert problem_code(log_in(world, word)) == "login_failed"


# The policy of the authority | for how long what its clerk gave out is good
LIFETIMES = [(PasswordReset.RANDOM, timedelta(hours=24)), (PasswordReset.FIXED, timedelta(minutes=30))]


@pytest.mark.parametrize(("policy", "lifetime"), LIFETIMES)
def test_faq_04_it_works_for_a_short_time(
    world: World, someone: Candidate, policy: PasswordReset, lifetime: timedelta
) -> None:
    world.authorities.put(Authority(id=AUTHORITY_ID, name="沈阳市", password_reset=policy))
    word = reset(world, someone)
    world.clock.advance(seconds=int(lifetime.total_seconds()))
    tail = someone.account.identity.id_number[-6:]
    assert problem_code(set_new(world, word, id_number_tail=tail)) == "login_failed"


@pytest.mark.usefixtures("fixed")
def test_faq_04_the_fixed_one_asks_for_the_end_of_the_id_number(world: World, someone: Candidate) -> None:
    assert reset(world, someone) == FIXED_PASSWORD
    told = log_in(world, FIXED_PASSWORD)
    assert (problem_code(told), told.json_body["field"]) == ("password_change_required", "id_number_tail")
    tail = someone.account.identity.id_number[-6:]
    for wrong in ("", "123456", tail[:-1]):
        assert problem_code(set_new(world, FIXED_PASSWORD, id_number_tail=wrong)) == "login_failed"
    assert set_new(world, FIXED_PASSWORD, id_number_tail=tail.lower()).status_code == 201


@pytest.mark.usefixtures("fixed")
def test_faq_04_nobody_gets_in_with_111111_who_was_not_at_the_desk(world: World, someone: Candidate) -> None:
    tail = someone.account.identity.id_number[-6:]
    assert problem_code(log_in(world, FIXED_PASSWORD)) == "login_failed"
    assert problem_code(set_new(world, FIXED_PASSWORD, id_number_tail=tail)) == "login_failed"


@pytest.mark.usefixtures("fixed")
def test_faq_04_guessing_kills_it(world: World, someone: Candidate) -> None:
    reset(world, someone)
    for _ in range(MOST_TRIES):
        set_new(world, FIXED_PASSWORD, id_number_tail="000000")
    tail = someone.account.identity.id_number[-6:]
    assert problem_code(set_new(world, FIXED_PASSWORD, id_number_tail=tail)) == "login_failed"


@pytest.mark.parametrize("weak", ["short1", "onlyletters", FIXED_PASSWORD, "candidate_1x"])
def test_faq_04_a_weak_new_password_costs_no_try(world: World, someone: Candidate, weak: str) -> None:
    word = reset(world, someone)
    for _ in range(MOST_TRIES):
        refused = set_new(world, word, password=weak)
        assert (refused.status_code, problem_code(refused)) == (422, "password_weak")
    assert set_new(world, word).status_code == 201


def test_faq_04_what_the_clerk_did_is_on_record_and_the_password_is_not(
    world: World, someone: Candidate
) -> None:
    word = reset(world, someone)
    (entry,) = world.memory.audit
    assert (entry.on_whom, entry.what, entry.after) == (someone.account.id, "reset_password", "random")
    assert word not in str(entry)


def test_faq_04_an_account_whose_identity_was_released_gets_no_password(
    world: World, someone: Candidate
) -> None:
    world.memory.accounts[someone.account.id] = replace(someone.account, released_at=world.clock.now())
    with pytest.raises(NotFoundError):
        reset(world, someone)


@pytest.mark.parametrize("written", ["candidate_1", " CANDIDATE_1 ", "13800000001", "id number"])
def test_faq_04_the_clerk_finds_the_account_and_its_questions(
    world: World, someone: Candidate, written: str
) -> None:
    world.memory.under_id_number[someone.account.identity.id_number] = {someone.account.id}
    looked_for = someone.account.identity.id_number if written == "id number" else written
    (found,) = look_up_accounts(looked_for, an_entry(), accounts=world.accounts, audit_log=world.audit_log)
    assert found.security_questions == someone.account.security_questions
    assert [entry.what for entry in world.audit_log.of(someone.account.id)] == ["look_up_account"]
