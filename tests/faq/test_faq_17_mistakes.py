"""FAQ 17: mistakes after the confirmation: take it back where that is offered, or ask the authority."""

from dataclasses import replace
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.actions import ActionRefusedError
from chalicelib.domain.change import ChangeRequest
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.exam import ChoiceField, LockAt, Site
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.change_on_request import ChangePorts, carry_out_change, refuse_change
from tests.api.browser import problem_code
from tests.builders import AUTHORITY_ID, NOW, a_credential, an_account, an_entry, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Answer, Candidate, candidate, reviewed
from tests.handing_in import hand_in_for_a_change

SITES = (Site("sy-1", "沈阳第一考点", "文化路 1 号"), Site("sy-2", "沈阳第二考点", "青年大街 2 号"))


def settle(world: World, lock_at: LockAt = LockAt.REVIEW, **changes: Any) -> None:
    """The authority's policy for the exam."""
    policy = replace(an_offering().policy, lock_at=lock_at, **changes)
    world.exams.put(an_exam(), [an_offering(policy=policy, sites=SITES)])


def stored(world: World, registration: Answer) -> Registration:
    (found,) = [r for r in world.memory.registrations.values() if r.id == registration["registration_id"]]
    return found


def ask(someone: Candidate, registration: Answer, *what: str, **changes: Any) -> HTTPResponse:
    wanted = {**registration["choices"], **changes}
    body = {"what": what or tuple(changes), "why": "选错了", "wanted": wanted}
    return someone.send("POST", f"/registrations/{registration['registration_id']}/change-requests", body)


def asked(someone: Candidate, registration: Answer, **changes: Any) -> ChangeRequest:
    hand_in_for_a_change(stored(someone.world, registration), someone.world)
    done = ask(someone, registration, **changes)
    assert done.status_code == 201, done.body
    (request,) = someone.world.change_requests.open_at(AUTHORITY_ID, at_most=10)
    return request


def ports_of(world: World) -> ChangePorts:
    return ChangePorts(
        accounts=world.accounts,
        registrations=world.registrations,
        credentials=world.credentials,
        exams=world.exams,
        archive=world.archive,
        materials=world.materials,
        change_requests=world.change_requests,
    )


def carry_out(world: World, request: ChangeRequest, **of_entry: Any) -> Registration:
    entry = an_entry(id=world.randomness.new_id(), reason="材料齐全", **of_entry)
    return carry_out_change(
        request.account_id,
        request.registration_id,
        request.id,
        entry,
        ports=ports_of(world),
        now=world.clock.now(),
    )


def refuse(world: World, request: ChangeRequest, answer: str) -> None:
    refuse_change(
        request.account_id,
        request.registration_id,
        request.id,
        an_entry(id=world.randomness.new_id()),
        answer=answer,
        ports=ports_of(world),
        now=world.clock.now(),
    )


def cancel(someone: Candidate, registration: Answer) -> HTTPResponse:
    path = f"/registrations/{registration['registration_id']}/confirmation/cancellation"
    return someone.send("POST", path, {"version": registration["version"]})


def requests_of(someone: Candidate, registration: Answer) -> list[Answer]:
    path = f"/registrations/{registration['registration_id']}/change-requests"
    return list(someone.get(path)["change_requests"])


def under_review(world: World) -> tuple[Candidate, Answer]:
    record = a_credential(an_account(), check=Verification(VerificationState.NOT_FOUND, NOW))
    someone = candidate(world, education=record)
    return someone, someone.confirmed()


# The lock of the authority | before the confirmation, under review, after the review
LOCKS = [
    (LockAt.CONFIRMATION, "yes locked_by_confirmation locked_by_confirmation"),
    (LockAt.REVIEW, "yes yes locked_by_review"),
    (LockAt.PAYMENT, "yes yes yes"),
]


@pytest.mark.parametrize(("lock_at", "expected"), LOCKS)
def test_faq_17_until_when_one_can_edit_is_the_authoritys_policy(
    world: World, lock_at: LockAt, expected: str
) -> None:
    settle(world, lock_at)
    record = a_credential(an_account(), check=Verification(VerificationState.NOT_FOUND, NOW))
    someone = candidate(world, education=record)
    draft = someone.filled()
    waiting = someone.confirm(draft).json_body
    reviewed(world, waiting, someone.account)
    steps = (draft, waiting, someone.seen(waiting))
    told = [step["allowed_actions"]["edit"] for step in steps]
    assert " ".join("yes" if t["allowed"] else t["code"] for t in told) == expected
    assert all(t.get("faq") == 17 for t in told if not t["allowed"])


def test_faq_17_editing_what_is_confirmed_says_before_what_it_loses(world: World) -> None:
    settle(world, LockAt.PAYMENT)
    someone, waiting = under_review(world)
    assert any("重新排队" in loss for loss in waiting["allowed_actions"]["edit"]["loses"])
    reviewed(world, waiting, someone.account)
    passed = someone.seen(waiting)
    assert any("已经通过的核查作废" in loss for loss in passed["allowed_actions"]["edit"]["loses"])


def test_faq_17_where_it_is_offered_a_confirmation_is_taken_back(world: World) -> None:
    settle(world, LockAt.CONFIRMATION, allows_cancelling_confirmation=True)
    someone, waiting = under_review(world)
    reviewed(world, waiting, someone.account)
    payable = someone.seen(waiting)
    assert any(
        "已经通过的核查作废" in loss for loss in payable["allowed_actions"]["cancel_confirmation"]["loses"]
    )
    draft = cancel(someone, payable).json_body
    assert (draft["state"], draft["choices"], draft["amount_fen"]) == ("draft", payable["choices"], None)
    again = cancel(someone, payable)
    assert again.json_body["version"] == draft["version"], "the second click finds it done"
    assert someone.fill(draft, site="sy-2")["choices"]["site"] == "sy-2"


def test_faq_17_where_it_is_not_offered_it_is_said(world: World) -> None:
    someone = candidate(world)
    refused = cancel(someone, someone.confirmed())
    assert (refused.status_code, problem_code(refused)) == (409, "cancelling_not_offered")


def test_faq_17_cancelling_opens_no_declined_commitment(world: World) -> None:
    settle(world, LockAt.CONFIRMATION, allows_cancelling_confirmation=True)
    someone = candidate(world)
    draft = cancel(someone, someone.confirmed("declined")).json_body
    assert draft["commitment_options"]["adopted"]["code"] == "commitment_closed"
    assert problem_code(someone.confirm(draft, "adopted")) == "commitment_closed"


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
