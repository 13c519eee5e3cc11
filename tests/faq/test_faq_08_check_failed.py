"""FAQ 8: the check of a credential failed although the record is in order."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.credential import Credential
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.clerks import enter_pass
from tests.api.browser import problem_code
from tests.builders import EXAM_CODE, NOW, a_credential, an_account, an_entry, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Candidate, candidate, reviewed

V = VerificationState
OTHER_NAME = replace(a_credential(an_account()).facts, name_on_certificate="王小明")
FAILED = [V.MISMATCHED, V.NOT_FOUND, V.UNCHECKABLE, V.TIMED_OUT]


def education(state: VerificationState, *fields: str, **changes: Any) -> Credential:
    check = Verification(state, NOW, fields)
    return replace(a_credential(an_account()), check=check, **changes)


def next_year(world: World, exam: str = EXAM_CODE) -> None:
    """The same exam in the next year takes the place of this year's, or another exam."""
    world.memory.live.clear()
    world.memory.registrations.clear()
    world.exams.put(replace(an_exam(), code=exam, year=2027), [an_offering()])


@pytest.mark.parametrize("state", FAILED)
def test_faq_08_a_failed_check_blocks_nothing_but_paying(world: World, state: VerificationState) -> None:
    someone = candidate(world, education=education(state))
    confirmed = someone.confirmed()
    assert confirmed["state"] == "under_review"
    assert [reason["code"] for reason in confirmed["review_reasons"]] == ["education_unverified"]
    pay = confirmed["allowed_actions"]["pay"]
    assert (pay["code"], pay["faq"]) == ("waits_for_review", 8)
    assert confirmed["review_channel"]["channel"] == "on_site"
    assert "沈阳第一考点" in confirmed["review_channel"]["sentence"]


def test_faq_08_it_is_said_which_field_disagrees(world: World) -> None:
    someone = candidate(world, education=education(V.MISMATCHED, "major", "school"))
    (record,) = someone.get("/credentials")["credentials"]
    assert record["check"]["mismatched_fields"] == ["major", "school"]
    assert "核对" in record["check"]["next_step"]


def test_faq_08_after_the_review_it_can_be_paid(world: World) -> None:
    someone = candidate(world, education=education(V.NOT_FOUND))
    confirmed = someone.confirmed()
    reviewed(world, confirmed, someone.account)
    seen = someone.seen(confirmed)
    assert (seen["state"], seen["review_channel"]) == ("payable", None)
    assert seen["allowed_actions"]["pay"]["allowed"]


def passed(someone: Candidate) -> list[dict[str, str]]:
    (record,) = someone.get("/credentials")["credentials"]
    return list(record["passed_for"])


def test_faq_08_a_pass_is_remembered_for_this_exam_in_later_years(world: World) -> None:
    someone = candidate(world, education=education(V.NOT_FOUND, facts=OTHER_NAME))
    confirmed = someone.confirmed()
    codes = [reason["code"] for reason in confirmed["review_reasons"]]
    assert codes == ["education_unverified", "name_differs"]
    reviewed(world, confirmed, someone.account)
    assert passed(someone) == [{"exam_code": EXAM_CODE, "exam_name": "一级建造师"}]
    next_year(world)
    assert someone.confirmed()["state"] == "payable"


def test_faq_08_a_pass_for_one_exam_is_none_for_another(world: World) -> None:
    someone = candidate(world, education=education(V.NOT_FOUND))
    reviewed(world, someone.confirmed(), someone.account)
    next_year(world, exam="another-exam")
    assert someone.confirmed()["state"] == "under_review"


def test_faq_08_a_rejection_is_no_pass(world: World) -> None:
    someone = candidate(world, education=education(V.NOT_FOUND))
    reviewed(world, someone.confirmed(), someone.account, "证书照片不清晰")
    assert passed(someone) == []


def test_faq_08_a_pass_entered_on_site_counts_before_any_registration(world: World) -> None:
    someone = candidate(world, education=education(V.NOT_FOUND))
    enter_pass(
        someone.account.id,
        someone.education.id,
        EXAM_CODE,
        an_entry(),
        credentials=world.credentials,
        exams=world.exams,
    )
    assert someone.confirmed()["state"] == "payable"
    assert [entry.what for entry in world.audit_log.of(someone.account.id)] == ["enter_pass"]


def test_faq_08_five_records_at_most_and_a_duplicate_eats_no_place(world: World) -> None:
    someone = candidate(world)
    body = {
        "kind": "education",
        "level": "undergraduate",
        "school": "东北大学",
        "major": "工程管理",
        "obtained_on": "2012-07-01",
    }
    for number in range(4):
        added = someone.send("POST", "/credentials", body | {"certificate_no": f"10145201205{number}"})
        assert added.status_code == 201
    again = someone.send("POST", "/credentials", body | {"certificate_no": "101452012050"})
    assert problem_code(again) == "credential_duplicate"
    adding = someone.get("/credentials")["adding"]
    assert (adding["allowed"], adding["code"], adding["faq"]) == (False, "credential_limit", 8)
    more = someone.send("POST", "/credentials", body | {"certificate_no": "101452012059"})
    assert (problem_code(more), more.json_body["faq"]) == ("credential_limit", 8)
