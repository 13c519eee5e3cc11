"""Good requests for the routes of cancelling and of requests for a change."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.registration import State
from tests.builders import an_exam, an_offering
from tests.handing_in import hand_in_for_a_change

if TYPE_CHECKING:
    from tests.api.story import Request, Story


def cancellable(story: "Story") -> "Request":
    """A confirmation at an authority that lets candidates take it back."""
    policy = replace(an_offering().policy, allows_cancelling_confirmation=True)
    story.world.exams.put(an_exam(), [an_offering(policy=policy)])
    registration = story.registration(State.PAYABLE)
    return {"registration_id": registration.id}, {"version": registration.version}


def wish(story: "Story") -> "Request":
    """A wish for one more subject, with the photo and the form uploaded."""
    registration = story.registration(State.PAYABLE)
    hand_in_for_a_change(registration, story.world)
    body = {"what": ["subjects"], "why": "漏选了一科", "wanted": wanted_of(story, subjects=["economy"])}
    return {"registration_id": registration.id}, body


def wanted_of(story: "Story", **changes: object) -> dict[str, object]:
    """The choices as they shall be."""
    choices = story.choices
    return {
        "level": choices.level,
        "major": choices.major,
        "subjects": list(choices.subjects),
        "site": choices.site,
        "education_id": choices.education_id,
        "degree_id": None,
        **changes,
    }
