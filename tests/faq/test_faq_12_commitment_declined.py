"""FAQ 12: the commitment is declined. It stays declined for this exam and year, whatever is tried."""

from collections.abc import Callable
from datetime import date

import pytest

from chalicelib.domain.identity import IdType
from chalicelib.domain.integrity import IntegrityKind
from chalicelib.domain.verification import VerificationState
from chalicelib.usecases.desk.clerks import add_integrity_record, end_integrity_record
from tests.api.browser import problem_code
from tests.builders import an_entry, an_exam, an_id_number, an_offering
from tests.fakes import World
from tests.faq.candidate import TEXT_HASH, Answer, Candidate, candidate


def adopting(registration: Answer) -> tuple[bool, str | None]:
    """What stands beside the choice on the page."""
    option = registration["commitment_options"]["adopted"]
    return option["allowed"], option.get("code")


def give_up(someone: Candidate, registration: Answer) -> None:
    assert someone.send("DELETE", f"/registrations/{registration['registration_id']}").status_code == 204


def test_faq_12_declined_it_is_reviewed_online_by_the_authority(world: World) -> None:
    confirmed = candidate(world).confirmed("declined")
    assert (confirmed["state"], confirmed["commitment"]) == ("under_review", "declined")
    assert [reason["code"] for reason in confirmed["review_reasons"]] == ["commitment_declined"]
    assert confirmed["review_channel"]["channel"] == "online"
    assert "上传" in confirmed["review_channel"]["sentence"]


def test_faq_12_both_choices_are_open_before(world: World) -> None:
    draft = candidate(world).filled()
    assert draft["commitment_options"] == {"adopted": {"allowed": True}, "declined": {"allowed": True}}


def edited(someone: Candidate, declined: Answer) -> Answer:
    return someone.fill(declined, subjects=["law"])


def started_again(someone: Candidate, declined: Answer) -> Answer:
    give_up(someone, declined)
    return someone.filled()


@pytest.mark.parametrize("tried", [edited, started_again], ids=["edited", "started again"])
def test_faq_12_it_cannot_be_adopted_any_more(
    world: World, tried: Callable[[Candidate, Answer], Answer]
) -> None:
    someone = candidate(world)
    draft = tried(someone, someone.confirmed("declined"))
    refuses_adopting(someone, draft)
    again = someone.confirm(draft, "declined")
    assert (again.status_code, again.json_body["commitment"]) == (200, "declined")


def refuses_adopting(someone: Candidate, draft: Answer, code: str = "commitment_closed") -> None:
    assert adopting(draft) == (False, code)
    refused = someone.confirm(draft, "adopted")
    assert (problem_code(refused), refused.json_body["field"]) == (code, "commitment")
    assert someone.seen(draft)["state"] == "draft"


def test_faq_12_nor_from_a_second_account_of_the_same_person(world: World) -> None:
    first = candidate(world)
    give_up(first, first.confirmed("declined"))
    second = candidate(world, 2, name="王小明")
    refuses_adopting(second, second.filled())


def test_faq_12_nor_by_the_account_that_takes_the_place_of_the_wrong_one(world: World) -> None:
    wrong = candidate(world, name="王小明", identity=VerificationState.NOT_FOUND)
    wrong.confirmed("declined")
    right = candidate(world, 2)
    refuses_adopting(right, right.filled())


def test_faq_12_what_was_adopted_may_be_declined_later_but_not_back(world: World) -> None:
    someone = candidate(world, identity=VerificationState.NOT_FOUND)
    draft = someone.fill(someone.confirmed("adopted"), subjects=["law"])
    declined = someone.confirm(draft, "declined").json_body
    refuses_adopting(someone, someone.fill(declined, subjects=["economy"]))


def test_faq_12_another_person_and_another_exam_are_not_touched(world: World) -> None:
    someone = candidate(world)
    someone.confirmed("declined")
    other = candidate(world, 2, name="李明", id_number_of=2)
    assert other.confirmed("adopted")["state"] == "payable"


def test_faq_12_what_was_closed_between_page_and_click_is_found_out(world: World) -> None:
    """The second account was shown the choice as open; the first declines and gives up meanwhile."""
    first, second = candidate(world), candidate(world, 2, name="王小明")
    draft = first.filled()
    assert adopting(draft) == (True, None)
    give_up(first, first.confirm(draft, "declined").json_body)
    late = second.filled()
    assert problem_code(second.confirm(late, "adopted")) == "commitment_closed"


def test_faq_12_the_signed_text_is_kept_with_version_hash_and_moment(world: World) -> None:
    someone = candidate(world)
    confirmed = someone.confirmed("declined")
    path = f"/registrations/{confirmed['registration_id']}/commitment"
    signed = someone.get(path)
    assert signed["text"] == an_offering().commitment_text
    assert (signed["commitment"], signed["text_hash"], signed["text_version"]) == ("declined", TEXT_HASH, "1")
    assert signed["signed_at"].startswith("2026-09-01T02:00:00")
    assert signed["withdrawn_at"] is None
    # The authority words it anew: what was signed is still what was signed.
    world.exams.put(an_exam(), [an_offering(commitment_text="新的承诺书。", commitment_version="2")])
    assert someone.get(path)["text"] == signed["text"]
    stranger = candidate(world, 2, name="李明", id_number_of=2)
    assert stranger.send("GET", path).status_code == 404


def test_faq_12_before_anything_is_signed_there_is_no_text(world: World) -> None:
    someone = candidate(world)
    draft = someone.filled()
    path = f"/registrations/{draft['registration_id']}/commitment"
    assert someone.send("GET", path).status_code == 404


def enter(world: World, kind: IntegrityKind, decided_on: str, number: int = 1) -> str:
    record = add_integrity_record(
        IdType.RESIDENT_ID,
        an_id_number(1),
        kind,
        date.fromisoformat(decided_on),
        an_entry(number),
        integrity=world.integrity,
    )
    return record.id


@pytest.mark.parametrize(
    ("kind", "decided_on", "changes_at"),
    [
        (IntegrityKind.FALSE_COMMITMENT, "2010-01-01", None),
        (IntegrityKind.ESPECIALLY_SERIOUS, "2015-01-01", None),
        (IntegrityKind.SERIOUS, "2024-05-06", "2029-05-06T00:00:00+08:00"),
    ],
)
def test_faq_12_who_has_a_record_in_force_is_not_eligible(
    world: World, kind: IntegrityKind, decided_on: str, changes_at: str | None
) -> None:
    enter(world, kind, decided_on)
    someone = candidate(world)
    draft = someone.filled()
    refuses_adopting(someone, draft, "commitment_not_eligible")
    assert draft["commitment_options"]["adopted"].get("changes_at") == changes_at
    declined = someone.confirm(draft, "declined").json_body
    assert (declined["state"], declined["commitment"]) == ("under_review", "not_eligible")
    assert [reason["code"] for reason in declined["review_reasons"]] == ["commitment_not_eligible"]
    # The second click finds it done.
    assert someone.confirm(draft, "declined").json_body["version"] == declined["version"]


def test_faq_12_a_record_that_is_over_is_forgotten(world: World) -> None:
    enter(world, IntegrityKind.SERIOUS, "2021-08-31")
    assert candidate(world).confirmed("adopted")["state"] == "payable"


def test_faq_12_a_record_entered_between_page_and_click_counts(world: World) -> None:
    someone = candidate(world)
    draft = someone.filled()
    assert adopting(draft) == (True, None)
    enter(world, IntegrityKind.FALSE_COMMITMENT, "2026-09-01")
    assert problem_code(someone.confirm(draft, "adopted")) == "commitment_not_eligible"


def test_faq_12_a_record_ended_by_a_clerk_opens_the_choice_again(world: World) -> None:
    record_id = enter(world, IntegrityKind.FALSE_COMMITMENT, "2026-01-01")
    someone = candidate(world)
    waiting = someone.confirmed("declined")
    end_integrity_record(
        IdType.RESIDENT_ID, an_id_number(1), record_id, an_entry(2), integrity=world.integrity
    )
    # The candidate never declined: there was nothing to choose.
    draft = someone.fill(waiting, subjects=["law"])
    assert someone.confirm(draft, "adopted").json_body["state"] == "payable"
    assert len(world.audit_log.of(f"integrity-{record_id}")) == 2
