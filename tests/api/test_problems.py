"""Every refusal has its status; a fault of ours has a number and no more."""

import pytest

import app
from chalicelib import wiring
from chalicelib.api.problems import STATUS
from chalicelib.domain.errors import DomainError
from tests.api.browser import header, problem_code, services_of
from tests.api.story import Story
from tests.builders import an_id_number
from tests.fakes.accounts import FakeCredentials


def every_refusal() -> list[type[DomainError]]:
    assert app.app.routes, "importing the app brings every module that refuses"
    found: list[type[DomainError]] = []
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return [kind for kind in found if kind.__module__.startswith("chalicelib.")]


def test_every_refusal_has_its_line_in_the_table() -> None:
    assert set(every_refusal()) - set(STATUS) == set()
    assert all(400 <= status < 500 or status == 503 for status in STATUS.values())


class BrokenCredentials(FakeCredentials):
    """A bug of ours, with personal data in its text."""

    def of(self, account_id: str) -> tuple[()]:
        raise RuntimeError(f"no such row: {an_id_number()} 13800000001")


def test_a_fault_of_ours_tells_its_number_and_nothing_else(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    story.world.credentials = BrokenCredentials(story.world.memory)
    wiring.install(services_of(story.world))
    response = story.candidate.send("GET", "/credentials")
    assert (response.status_code, problem_code(response)) == (500, "fault")
    reference = response.json_body["reference"]
    assert reference in response.json_body["detail"]
    assert b"no such row" not in response.body
    lines = capsys.readouterr().out
    assert reference in lines
    assert "RuntimeError" in lines
    assert an_id_number() not in lines
    assert "13800000001" not in lines


def test_every_answer_says_what_time_it_is_here(story: Story) -> None:
    here = story.world.clock.now().isoformat()
    answered, refused = story.anyone.send("GET", "/exams"), story.anyone.send("GET", "/exams/none-2026")
    assert (header(answered, "X-Server-Time"), header(refused, "X-Server-Time")) == (here, here)
