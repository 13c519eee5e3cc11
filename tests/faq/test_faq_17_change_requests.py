"""FAQ 17: after the lock the authority is asked for a change, and carries it out or says why not."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.actions import ActionRefusedError
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.exam import ChoiceField, LockAt
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.material import MaterialKind
from chalicelib.domain.registration import State
from chalicelib.domain.verification import Verification, VerificationState
from tests.api.browser import problem_code
from tests.builders import NOW, a_credential, an_entry
from tests.builders_material import a_material
from tests.fakes import World
from tests.faq.candidate import Answer, candidate
from tests.faq.changing import (
    ask,
    asked,
    carry_out,
    refuse,
    requests_of,
    settle,
    stored,
)
from tests.handing_in import hand_in_for_a_change


def test_faq_17_after_the_lock_the_authority_changes_it_on_request(world: World) -> None:
    settle(world)
    someone = candidate(world)
    payable = someone.confirmed()
    request = asked(someone, payable, subjects=["economy", "law", "practice"], site="sy-2")
    waiting = someone.seen(payable)
    assert waiting["open_change_request_id"] == request.id
    assert waiting["allowed_actions"]["request_change"]["code"] == "change_requested"
    (shown,) = requests_of(someone, payable)
    assert (shown["state"], shown["label"], shown["what"]) == ("open", "等待办理", ["subjects", "site"])
    carry_out(world, request)
    after = someone.seen(payable)
    assert (after["state"], after["choices"]["site"]) == ("payable", "sy-2")
    assert (payable["amount_fen"], after["amount_fen"]) == (12200, 18400)
    assert requests_of(someone, payable)[0]["state"] == "carried_out"
    entry = world.audit_log.of(request.registration_id)[-1]
    assert (entry.what, entry.before, entry.after) == (
        "carry_out_change",
        "subjects=economy,law site=sy-1",
        "subjects=economy,law,practice site=sy-2",
    )


def test_faq_17_a_review_that_is_still_to_come_asks_for_what_the_change_brought(world: World) -> None:
    settle(world, LockAt.CONFIRMATION)
    someone = candidate(world)
    waiting = someone.confirmed(level="exempt", subjects=["law", "practice"])
    assert [reason["code"] for reason in waiting["review_reasons"]] == ["exemption_level"]
    unknown = a_credential(someone.account, 2, check=Verification(VerificationState.NOT_FOUND, NOW))
    world.given_credential(unknown)
    carry_out(world, asked(someone, waiting, education_id=unknown.id))
    after = someone.seen(waiting)
    assert after["state"] == "under_review"
    assert [reason["code"] for reason in after["review_reasons"]] == [
        "education_unverified",
        "exemption_level",
    ]
    assert "education_certificate" in {each["kind"] for each in after["materials_needed"]}


def test_faq_17_a_change_leaves_no_review_without_a_reason(world: World) -> None:
    settle(world, LockAt.CONFIRMATION)
    someone = candidate(world)
    waiting = someone.confirmed(level="exempt", subjects=["law", "practice"])
    carry_out(world, asked(someone, waiting, level="all"))
    after = someone.seen(waiting)
    assert (after["state"], after["review_reasons"]) == ("under_review", waiting["review_reasons"])


def test_faq_17_or_says_why_not(world: World) -> None:
    settle(world)
    someone = candidate(world)
    payable = someone.confirmed()
    request = asked(someone, payable, site="sy-2")
    refuse(world, request, "信息修改表没有签名，请补签后重新申请。")
    (shown,) = requests_of(someone, payable)
    assert (shown["state"], shown["answer"]) == ("refused", "信息修改表没有签名，请补签后重新申请。")
    assert someone.seen(payable)["choices"]["site"] == "sy-1"
    assert ask(someone, payable, site="sy-2").status_code == 201, "it may be asked again"


def test_faq_17_ten_files_of_the_review_leave_room_for_the_form(world: World) -> None:
    settle(world)
    someone = candidate(world)
    payable = someone.confirmed()
    for number in range(1, 11):
        world.materials.begin(
            a_material(stored(world, payable), number, kind=MaterialKind.OTHER), stored(world, payable)
        )
    path = f"/registrations/{payable['registration_id']}/materials"
    assert someone.get(path)["uploads"]["change_form"]["allowed"]
    form = {"kind": "change_form", "content_type": "application/pdf", "size_bytes": 1000}
    assert someone.send("POST", path, form).status_code == 201
    hand_in_for_a_change(stored(world, payable), world, first_number=11)
    assert ask(someone, payable, site="sy-2").status_code == 201


def test_faq_17_without_the_photo_and_the_form_nothing_is_asked(world: World) -> None:
    settle(world)
    someone = candidate(world)
    refused = ask(someone, someone.confirmed(), site="sy-2")
    assert (refused.status_code, problem_code(refused)) == (409, "change_material_missing")
    assert "信息修改表" in refused.json_body["detail"]


# what is wanted | the code, and the field at fault
WRONG_WISHES: list[tuple[dict[str, Any], tuple[str, ...], str, str]] = [
    ({"site": "nowhere"}, (), "invalid_input", "site"),
    ({"level": "exempt", "subjects": ["law"]}, (), "invalid_input", "subjects"),
    ({"subjects": []}, (), "invalid_input", "subjects"),
    ({"site": "sy-2"}, ("site", "major"), "invalid_input", "what"),
    ({}, ("site",), "invalid_input", "wanted"),
]


@pytest.mark.parametrize(("changes", "what", "code", "field"), WRONG_WISHES)
def test_faq_17_what_cannot_be_is_refused_before_a_clerk_sees_it(
    world: World, changes: dict[str, Any], what: tuple[str, ...], code: str, field: str
) -> None:
    settle(world)
    someone = candidate(world)
    payable = someone.confirmed()
    hand_in_for_a_change(stored(world, payable), world)
    refused = ask(someone, payable, *what, **changes)
    assert (problem_code(refused), refused.json_body["field"]) == (code, field)


def test_faq_17_what_this_authority_does_not_change_is_refused(world: World) -> None:
    settle(world, changeable_on_request=(ChoiceField.SITE,))
    someone = candidate(world)
    payable = someone.confirmed()
    hand_in_for_a_change(stored(world, payable), world)
    refused = ask(someone, payable, major="highway")
    assert (problem_code(refused), refused.json_body["field"]) == ("invalid_input", "what")
    assert ask(someone, payable, site="sy-2").status_code == 201


def test_faq_17_while_one_can_edit_there_is_nothing_to_ask(world: World) -> None:
    settle(world, LockAt.PAYMENT)
    someone = candidate(world)
    payable = someone.confirmed()
    assert problem_code(ask(someone, payable, site="sy-2")) == "edit_instead"


def paid(world: World, registration: Answer) -> None:
    seen = stored(world, registration)
    world.memory.registrations[seen.account_id, seen.id] = replace(seen, state=State.PAID)


def test_faq_17_after_paying_nobody_changes_anything_through_the_candidate(world: World) -> None:
    settle(world)
    someone = candidate(world)
    payable = someone.confirmed()
    paid(world, payable)
    refused = ask(someone, payable, site="sy-2")
    assert (refused.status_code, problem_code(refused), refused.json_body["faq"]) == (409, "already_paid", 17)
    for action in ("edit", "cancel_confirmation", "request_change"):
        assert someone.seen(payable)["allowed_actions"][action]["code"] == "already_paid"


def test_faq_17_paying_while_a_request_waits_leaves_it_moot_and_that_is_said_before(world: World) -> None:
    settle(world)
    someone = candidate(world)
    payable = someone.confirmed()
    request = asked(someone, payable, site="sy-2")
    assert someone.seen(payable)["allowed_actions"]["pay"]["loses"]
    paid(world, payable)
    assert requests_of(someone, payable)[0]["label"] == "已失效"
    with pytest.raises(ActionRefusedError) as refused:
        carry_out(world, request)
    assert refused.value.reason == "already_paid"
    assert someone.seen(payable)["choices"]["site"] == "sy-1"


def test_faq_17_a_request_is_for_the_clerks_of_its_authority(world: World) -> None:
    settle(world)
    someone = candidate(world)
    request = asked(someone, someone.confirmed(), site="sy-2")
    elsewhere = replace(an_entry().clerk, authority_id=AuthorityId("dalian"))
    with pytest.raises(NotFoundError):
        carry_out(world, request, clerk=elsewhere)


def test_faq_17_a_request_is_answered_once(world: World) -> None:
    settle(world)
    someone = candidate(world)
    payable = someone.confirmed()
    request = asked(someone, payable, site="sy-2")
    refuse(world, request, "材料看不清")
    with pytest.raises(ChangedElsewhereError):
        carry_out(world, request)
    assert someone.seen(payable)["choices"]["site"] == "sy-1"


def test_faq_17_nobody_sees_or_asks_for_anothers_change(world: World) -> None:
    settle(world)
    payable = candidate(world).confirmed()
    stranger = candidate(world, 2, name="李明", id_number_of=2)
    path = f"/registrations/{payable['registration_id']}/change-requests"
    assert stranger.send("GET", path).status_code == 404
    assert ask(stranger, payable, site="sy-2").status_code == 404
