"""The catalogue over HTTP: what it says to somebody who is not logged in."""

from tests.api.browser import problem_code
from tests.api.story import Story
from tests.builders import an_exam


def test_to_a_stranger_an_exam_says_whether_its_registration_is_open(story: Story) -> None:
    def start() -> dict[str, object]:
        (offering,) = story.anyone.send("GET", f"/exams/{an_exam().id}").json_body["offerings"]
        return dict(offering["start"])

    assert start() == {"allowed": True}
    story.world.clock.advance(days=6)
    assert (start()["allowed"], start()["code"]) == (False, "registration_over")


def test_what_bears_on_somebody_is_not_said_to_a_stranger(story: Story) -> None:
    refused = story.anyone.send("GET", f"/exams/{an_exam().id}/start")
    assert (refused.status_code, problem_code(refused)) == (401, "not_logged_in")
