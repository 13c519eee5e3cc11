"""FAQ 16: with all professional subjects passed the major stays; otherwise it may change, and they drop."""

import pytest

from chalicelib.domain.exam import Level, Subject, SubjectKind
from tests.api.browser import problem_code
from tests.builders import an_archive_record, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import candidate
from tests.faq.earlier_years import archived, preview, subjects_passed, try_to_save

ALL_PROFESSIONAL = an_archive_record(2025, passed=("law", "practice"))
PUBLIC_ONLY = an_archive_record(2025, passed=("law", "economy"))
TWO_PROFESSIONAL = Level(
    code="two", name="两门专业", subjects=("law", "practice", "design"), validity_years=4
)


@pytest.fixture
def wider(world: World) -> World:
    """The exam has a level with two professional subjects, too."""
    exam = an_exam()
    world.exams.put(
        an_exam(
            levels=(*exam.levels, TWO_PROFESSIONAL),
            subjects=(*exam.subjects, Subject("design", "专业设计", SubjectKind.PROFESSIONAL)),
        ),
        [an_offering(subject_fees_fen={**an_offering().subject_fees_fen, "design": 7000})],
    )
    return world


def test_faq_16_with_all_professional_subjects_passed_it_is_refused(world: World) -> None:
    someone = archived(world, candidate(world), ALL_PROFESSIONAL)
    draft = someone.start().json_body
    told = preview(someone, draft, level="all", major="highway", subjects=["economy"])
    assert (told["refusal"]["code"], told["refusal"]["field"], told["refusal"]["faq"]) == (
        "major_change_refused",
        "major",
        16,
    )
    assert told["standing"]["major_change_refused"]
    saved = try_to_save(someone, draft, level="all", major="highway", subjects=["economy"])
    assert saved == (409, "major_change_refused", "major")
    assert someone.confirmed(subjects=["economy", "project"])["state"] == "payable"


def test_faq_16_with_public_passes_only_it_changes_and_nothing_is_lost(world: World) -> None:
    someone = archived(world, candidate(world), PUBLIC_ONLY)
    draft = someone.start().json_body
    told = preview(someone, draft, level="all", major="highway", subjects=["practice"])
    assert (told["refusal"], told["lost"]) == (None, [])
    changed = someone.confirmed(major="highway", subjects=["practice", "project"])
    assert subjects_passed(changed) == {"economy": 2025, "law": 2025}


def test_faq_16_with_some_professional_passes_it_changes_and_they_drop(wider: World) -> None:
    record = an_archive_record(2025, passed=("law", "practice"), level="two")
    someone = archived(wider, candidate(wider), record)
    draft = someone.start().json_body
    told = preview(someone, draft, level="two", major="highway")
    assert [(loss["subject"], loss["faq"]) for loss in told["lost"]] == [("practice", 16)]
    changed = someone.confirmed(level="two", major="highway", subjects=["practice", "design"])
    assert subjects_passed(changed) == {"law": 2025}
    assert [each["code"] for each in changed["standing"]["not_counting"]] == ["other_major"]


def test_faq_16_what_is_lost_is_told_against_what_is_saved_not_against_the_latest_record(
    wider: World,
) -> None:
    # The latest record is of another major, so that by itself nothing of the first one would count.
    first = an_archive_record(2024, passed=("practice",), level="two")
    latest = an_archive_record(2025, passed=("law",), level="two", major="highway")
    someone = archived(wider, candidate(wider), first, latest)
    draft = someone.start().json_body
    assert preview(someone, draft, level="two", major="highway")["lost"] == []
    draft = someone.fill(draft, level="two", major="building", subjects=["design"])
    assert subjects_passed(draft) == {"law": 2025, "practice": 2024}
    told = preview(someone, draft, level="two", major="highway")
    assert [loss["subject"] for loss in told["lost"]] == ["practice"]


def test_faq_16_passes_that_are_over_hold_nobody(world: World) -> None:
    someone = archived(world, candidate(world), an_archive_record(2024, passed=("practice",)))
    assert someone.confirmed(major="highway", subjects=["practice"])["state"] == "payable"


def test_faq_16_at_another_level_the_major_is_free(world: World) -> None:
    someone = archived(world, candidate(world), ALL_PROFESSIONAL)
    confirmed = someone.confirmed(level="exempt", major="highway", subjects=["law", "practice"])
    assert confirmed["standing"]["kind"] == "new"


def test_faq_16_a_major_saved_before_the_archive_came_is_refused_at_the_confirmation(world: World) -> None:
    someone = candidate(world)
    draft = someone.filled(major="highway", subjects=["economy"])
    archived(world, someone, ALL_PROFESSIONAL)
    shown = someone.seen(draft)["allowed_actions"]["confirm"]
    assert (shown["code"], shown["faq"]) == ("major_change_refused", 16)
    assert problem_code(someone.confirm(draft)) == "major_change_refused"
