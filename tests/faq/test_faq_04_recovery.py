"""FAQ 4: username or password are forgotten. Two ways back in by oneself, each with an end to guessing."""

from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.api.browser import Browser, problem_code
from tests.api.story import Story
from tests.builders import an_id_number
from tests.fakes import World
from tests.usecases.joining import ANSWERS, PASSWORD

NEW = "another-horse-2"


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


def begun(story: Story, **changes: str) -> HTTPResponse:
    who = {"name": "王晓明", "id_type": "resident_id", "id_number": an_id_number(1)}
    return story.anyone.send("POST", "/recoveries", who | changes)


def by_answers(story: Story, recovery: Any, *answers: str) -> HTTPResponse:
    path = f"/recoveries/{recovery['recovery_id']}/answers"
    return story.anyone.send("POST", path, {"answers": list(answers or ANSWERS)})


def by_code(story: Story, recovery: Any) -> HTTPResponse:
    path = f"/recoveries/{recovery['recovery_id']}"
    sent = story.anyone.send("POST", f"{path}/sms-code")
    assert sent.status_code == 201, sent.body
    code = {"code_id": sent.json_body["code_id"], "code": story.world.sms.code_to(story.account.phone)}
    return story.anyone.send("POST", f"{path}/code", code)


def set_new(story: Story, recovery: Any, token: str) -> HTTPResponse:
    path = f"/recoveries/{recovery['recovery_id']}/password"
    return story.anyone.send("PUT", path, {"reset_token": token, "password": NEW})


def log_in(world: World, password: str) -> HTTPResponse:
    return Browser(world).send("POST", "/session", {"login": "wangming", "password": password})


@pytest.mark.parametrize("way", [by_answers, by_code], ids=["questions", "code to the phone"])
def test_faq_04_either_way_shows_the_username_and_sets_a_new_password(story: Story, way: Any) -> None:
    recovery = begun(story).json_body
    found = way(story, recovery)
    assert (found.status_code, found.json_body["username"]) == (200, "wangming")
    assert set_new(story, recovery, found.json_body["reset_token"]).status_code == 204
    assert log_in(story.world, NEW).status_code == 201
    assert problem_code(log_in(story.world, PASSWORD)) == "login_failed"
    assert problem_code(story.candidate.send("GET", "/session")) == "not_logged_in"
    # Allowed once: the page that lies open elsewhere sets nothing any more.
    assert problem_code(set_new(story, recovery, found.json_body["reset_token"])) == "recovery_expired"


def test_faq_04_the_questions_and_the_end_of_the_phone_are_shown(story: Story) -> None:
    recovery = begun(story).json_body
    assert recovery["security_questions"] == list(story.account.security_questions)
    assert recovery["phone_hint"] == f"138****{story.account.phone[-4:]}"


def test_faq_04_who_is_not_registered_is_told_so(story: Story) -> None:
    refused = begun(story, id_number=an_id_number(9))
    assert (problem_code(refused), refused.json_body["faq"]) == ("account_not_found", 1)


def test_faq_04_how_the_answers_were_typed_does_not_matter(story: Story) -> None:
    typed = [f" {answer} " for answer in ANSWERS]
    assert by_answers(story, begun(story).json_body, *typed).status_code == 200


def test_faq_04_five_wrong_answers_and_the_right_one_comes_too_late(story: Story) -> None:
    recovery = begun(story).json_body
    for said in ("4 次", "3 次", "2 次", "1 次", "今天不能再试"):
        wrong = by_answers(story, recovery, "大连", "第二小学")
        assert problem_code(wrong) == "recovery_answer_wrong"
        assert said in wrong.json_body["detail"]
    assert problem_code(by_answers(story, recovery)) == "recovery_expired"


def test_faq_04_beginning_again_and_again_ends_too(story: Story) -> None:
    for _ in range(10):
        assert begun(story).status_code == 201
    refused = begun(story)
    assert (refused.status_code, problem_code(refused)) == (429, "too_many_requests")
