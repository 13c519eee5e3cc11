"""FAQ 15: who keeps the level is a returning candidate; who changes it is a new one, and is told before."""

import pytest

from chalicelib.domain.exam import Level
from tests.builders import an_archive_record, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Candidate, candidate
from tests.faq.earlier_years import archived, preview, subjects_passed

LONG = Level(
    code="long", name="考全科（四年）", subjects=("economy", "law", "project", "practice"), validity_years=4
)


@pytest.fixture
def someone(world: World) -> Candidate:
    world.exams.put(an_exam(levels=(*an_exam().levels, LONG)), [an_offering()])
    return archived(world, candidate(world), an_archive_record(2025, passed=("economy", "law")))


def test_faq_15_the_same_level_is_returning(someone: Candidate) -> None:
    draft = someone.start().json_body
    told = preview(someone, draft, level="all", major="building")
    assert (told["standing"]["kind"], told["lost"], told["refusal"]) == ("returning", [], None)


@pytest.mark.parametrize("level", ["long", "exempt"])
def test_faq_15_another_level_is_new_and_what_is_lost_is_said_before_saving(
    someone: Candidate, level: str
) -> None:
    draft = someone.start().json_body
    told = preview(someone, draft, level=level, major="building")
    assert (told["standing"]["kind"], told["standing"]["passes"]) == ("new", [])
    assert [(loss["subject"], loss["faq"]) for loss in told["lost"]] == [
        (None, 15),
        ("economy", 15),
        ("law", 15),
    ]
    assert told["lost"][1]["sentence"] == "2025 年通过的“建设工程经济”将不再计算，需要重新报考和缴费。"
    assert told["refusal"] is None
    assert subjects_passed(someone.seen(draft)) == {"economy": 2025, "law": 2025}


def test_faq_15_after_the_change_everything_is_taken_and_paid_for(someone: Candidate) -> None:
    confirmed = someone.confirmed(level="long", subjects=list(LONG.subjects))
    assert confirmed["standing"]["label"] == "新考生"
    assert {each["code"] for each in confirmed["standing"]["not_counting"]} == {"other_level"}
    assert confirmed["amount_fen"] == sum(an_offering().subject_fees_fen.values()) + 1000


def test_faq_15_it_can_be_taken_back_and_nothing_is_lost(someone: Candidate) -> None:
    draft = someone.filled(level="long", subjects=["law"])
    told = preview(someone, draft, level="long", subjects=["law"])
    assert [loss["subject"] for loss in told["lost"]] == [None, "economy", "law"]
    back = someone.fill(draft, subjects=["practice"])
    assert subjects_passed(back) == {"economy": 2025, "law": 2025}
    assert preview(someone, back, level="all", subjects=["practice"])["lost"] == []


def test_faq_15_a_new_candidate_has_nothing_to_lose(world: World) -> None:
    fresh = candidate(world)
    told = preview(fresh, fresh.start().json_body, level="exempt", major="building")
    assert (told["standing"]["kind"], told["lost"]) == ("new", [])
