"""FAQ 14: passed subjects load by themselves, each with its year, and are not charged again."""

from dataclasses import replace

import pytest

from chalicelib.domain.archive import ArchiveRecord
from tests.api.browser import Browser, problem_code
from tests.builders import a_registration, an_archive_record, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Candidate, candidate, reviewed
from tests.faq.earlier_years import archived, preview, subjects_passed, try_to_save

TWO_PASSED = an_archive_record(2025, passed=("economy", "law"))
LEFT = ["project", "practice"]


def returning(world: World, *records: ArchiveRecord) -> Candidate:
    return archived(world, candidate(world), *(records or (TWO_PASSED,)))


def test_faq_14_they_are_there_when_the_registration_is_started(world: World) -> None:
    started = returning(world).start().json_body
    assert subjects_passed(started) == {"economy": 2025, "law": 2025}
    assert (started["choices"]["level"], started["choices"]["major"]) == ("all", "building")
    assert started["standing"]["label"] == "老考生"
    assert started["standing"]["subjects_left"] == LEFT
    assert [each["name"] for each in started["standing"]["passes"]] == [
        "建设工程经济",
        "建设工程法规及相关知识",
    ]
    assert {each["counts_until"] for each in started["standing"]["passes"]} == {2026}


def test_faq_14_whose_records_are_too_old_begins_with_nothing_chosen(world: World) -> None:
    started = returning(world, an_archive_record(2020, passed=("law",))).start().json_body
    assert started["standing"]["kind"] == "new"
    assert (started["choices"]["level"], started["choices"]["major"]) == (None, None)


def test_faq_14_only_the_others_are_paid_for(world: World) -> None:
    someone = returning(world)
    confirmed = someone.confirmed(subjects=LEFT)
    fees = an_offering().subject_fees_fen
    assert confirmed["state"] == "payable"
    assert confirmed["amount_fen"] == fees["project"] + fees["practice"] + 1000
    assert subjects_passed(someone.seen(confirmed)) == {"economy": 2025, "law": 2025}


def test_faq_14_a_passed_subject_cannot_be_chosen_again(world: World) -> None:
    someone = returning(world)
    draft = someone.start().json_body
    choices = {"level": "all", "major": "building", "subjects": ["law", "practice"]}
    told = preview(someone, draft, **choices)
    assert (told["refusal"]["code"], told["refusal"]["field"], told["refusal"]["faq"]) == (
        "subject_passed",
        "subjects",
        14,
    )
    assert told["amount_fen"] is None
    assert try_to_save(someone, draft, **choices) == (409, "subject_passed", "subjects")


def test_faq_14_what_was_chosen_before_the_archive_came_is_refused_at_the_confirmation(world: World) -> None:
    someone = candidate(world)
    draft = someone.filled(subjects=["law", "practice"])
    archived(world, someone, TWO_PASSED)
    shown = someone.seen(draft)["allowed_actions"]["confirm"]
    assert (shown["allowed"], shown["code"]) == (False, "subject_passed")
    assert problem_code(someone.confirm(draft)) == "subject_passed"
    assert someone.confirm(someone.fill(draft, subjects=LEFT)).json_body["state"] == "payable"


def test_faq_14_whoever_has_passed_everything_has_nothing_to_take(world: World) -> None:
    someone = returning(world, an_archive_record(2025, passed=("economy", "law", "practice", "project")))
    draft = someone.start().json_body
    assert draft["allowed_actions"]["confirm"]["code"] == "all_subjects_passed"
    assert preview(someone, draft, level="all", major="building")["refusal"]["faq"] == 14


NOT_COUNTING = [
    # why, the record, returning, what the page says of the pass
    ("too long ago", an_archive_record(2024, passed=("law",)), "returning", "lapsed"),
    ("long over", an_archive_record(2020, passed=("law",)), "new", "lapsed"),
    (
        "the certificate is there",
        an_archive_record(2025, passed=("law",), certificate_year=2025),
        "new",
        "certificate_gained",
    ),
    (
        "a level of one year",
        an_archive_record(2025, passed=("law",), level="exempt"),
        "returning",
        "one_year_level",
    ),
]


@pytest.mark.parametrize(
    ("record", "kind", "code"), [r[1:] for r in NOT_COUNTING], ids=[r[0] for r in NOT_COUNTING]
)
def test_faq_14_what_does_not_count_is_shown_with_the_reason_and_is_taken_again(
    world: World, record: ArchiveRecord, kind: str, code: str
) -> None:
    someone = returning(world, record)
    draft = someone.filled(level=record.level, subjects=["law", "practice"])
    standing = draft["standing"]
    assert (standing["kind"], standing["passes"]) == (kind, [])
    assert [(each["subject"], each["code"]) for each in standing["not_counting"]] == [("law", code)]
    assert standing["not_counting"][0]["reason"].endswith("。")
    assert someone.confirm(draft).status_code == 200


def test_faq_14_a_level_of_one_year_takes_all_its_subjects(world: World) -> None:
    someone = returning(world, an_archive_record(2025, passed=("law",), level="exempt"))
    draft = someone.filled(level="exempt", subjects=["practice"])
    refused = someone.confirm(draft)
    assert (problem_code(refused), refused.json_body["field"]) == ("invalid_input", "subjects")


def test_faq_14_an_extension_of_the_authority_keeps_a_pass_alive(world: World) -> None:
    someone = returning(world, an_archive_record(2024, passed=("law",)))
    draft = someone.start().json_body
    assert subjects_passed(draft) == {}
    world.exams.put(an_exam(extended_years={2024: 1}), [])
    assert subjects_passed(someone.seen(draft)) == {"law": 2024}


def test_faq_14_an_archive_under_another_name_counts_only_once_a_person_has_looked(world: World) -> None:
    someone = returning(world, replace(TWO_PASSED, name="王小明"))
    confirmed = someone.confirmed()
    assert confirmed["standing"]["name_differs"]
    assert confirmed["standing"]["passes"] == []
    assert [reason["code"] for reason in confirmed["review_reasons"]] == ["archive_name_differs"]
    assert confirmed["review_channel"]["channel"] == "on_site"
    # The authority mends its archive, the candidate takes out what is passed.
    archived(world, someone, TWO_PASSED)
    edited = someone.fill(someone.seen(confirmed), subjects=LEFT)
    assert someone.confirm(edited).json_body["state"] == "payable"


def test_faq_14_a_reviewer_may_also_let_the_registration_pass_as_it_is(world: World) -> None:
    someone = returning(world, replace(TWO_PASSED, name="王小明"))
    confirmed = someone.confirmed()
    reviewed(world, confirmed, someone.account)
    assert someone.seen(confirmed)["state"] == "payable"


def test_faq_14_nobody_sees_the_archive_of_another_number_and_a_name_alone_shows_no_passes(
    world: World,
) -> None:
    returning(world)
    wrong_name = candidate(world, 2, name="王大明")
    assert wrong_name.start().json_body["standing"]["passes"] == []
    stranger = candidate(world, 3, name="李明", id_number_of=3)
    standing = stranger.start().json_body["standing"]
    assert (standing["kind"], standing["not_counting"], standing["name_differs"]) == ("new", [], False)


def test_faq_14_a_preview_is_the_candidates_own_and_saves_nothing(world: World) -> None:
    someone = returning(world)
    draft = someone.start().json_body
    preview(someone, draft, level="exempt", subjects=["law", "practice"])
    assert someone.seen(draft)["choices"] == draft["choices"]
    path = f"/registrations/{draft['registration_id']}/choices/preview"
    body: dict[str, object] = {"choices": {}}
    stranger = candidate(world, 2, name="李明", id_number_of=2)
    assert stranger.send("POST", path, body).status_code == 404
    assert Browser(world).send("POST", path, body).status_code == 401
    unknown = someone.send(
        "POST", f"/registrations/{a_registration(someone.account, 9).id}/choices/preview", body
    )
    assert unknown.status_code == 404


def test_faq_14_a_preview_says_what_the_choices_would_cost(world: World) -> None:
    someone = returning(world)
    draft = someone.start().json_body
    assert preview(someone, draft, level="all", subjects=LEFT)["amount_fen"] == 5600 + 6200 + 1000
    assert preview(someone, draft)["amount_fen"] is None
    unknown = preview(someone, draft, level="senior")
    assert (unknown["refusal"]["field"], unknown["standing"]["kind"]) == ("level", "new")
