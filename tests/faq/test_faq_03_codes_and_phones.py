"""FAQ 3: a code has a short life, sending has limits, and whoever is in may bind another phone."""

from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.sms import Purpose
from tests.api.browser import Browser, problem_code
from tests.api.story import Story
from tests.builders import a_phone
from tests.fakes import World
from tests.usecases.joining import PASSWORD, proof


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


def asked(world: World) -> HTTPResponse:
    return Browser(world).send("POST", "/sms-codes", {"phone": a_phone(7)})


def typed(world: World, code: Any, digits: str) -> HTTPResponse:
    return Browser(world).send("POST", f"/sms-codes/{code['code_id']}/proof", {"code": digits})


def test_faq_03_a_code_dies_after_five_minutes(world: World) -> None:
    code = asked(world).json_body
    world.clock.advance(minutes=5)
    assert problem_code(typed(world, code, world.sms.code_to(a_phone(7)))) == "sms_code_expired"


def test_faq_03_a_code_dies_after_five_wrong_tries(world: World) -> None:
    code = asked(world).json_body
    right = world.sms.code_to(a_phone(7))
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        assert problem_code(typed(world, code, wrong)) == "sms_code_wrong"
    assert problem_code(typed(world, code, right)) == "sms_code_expired"


def test_faq_03_a_code_dies_after_one_right_try(world: World) -> None:
    code = asked(world).json_body
    right = world.sms.code_to(a_phone(7))
    assert typed(world, code, right).status_code == 201
    assert problem_code(typed(world, code, right)) == "sms_code_expired"


def test_faq_03_a_phone_gets_ten_codes_a_day(world: World) -> None:
    for _ in range(10):
        assert asked(world).status_code == 201
        world.clock.advance(seconds=60)
    refused = asked(world)
    assert (refused.status_code, problem_code(refused)) == (429, "too_many_requests")


def bind(story: Story, number: int, password: str = PASSWORD) -> HTTPResponse:
    token = proof(story.world, a_phone(number), Purpose.CHANGE_PHONE, subject=story.account.id)
    return story.candidate.send("PUT", "/account/phone", {"phone_proof": token, "password": password})


def log_in(world: World, login: str) -> HTTPResponse:
    return Browser(world).send("POST", "/session", {"login": login, "password": PASSWORD})


def test_faq_03_another_phone_is_bound_by_a_code_to_it_and_the_password(story: Story) -> None:
    assert bind(story, 8).status_code == 200
    assert log_in(story.world, a_phone(8)).status_code == 201
    # The old one is free for somebody else, and no way in any more.
    assert problem_code(log_in(story.world, a_phone(1))) == "login_failed"
    assert story.world.accounts.with_phone(a_phone(1)) is None


def test_faq_03_not_without_the_password_and_not_a_phone_that_is_bound(story: Story) -> None:
    assert problem_code(bind(story, 8, "wrong-horse-1")) == "password_wrong"
    assert problem_code(bind(story, 2)) == "phone_taken"
    assert log_in(story.world, a_phone(1)).status_code == 201
