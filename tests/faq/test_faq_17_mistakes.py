"""FAQ 17: until when one can edit, and taking a confirmation back where that is offered."""

import pytest

from chalicelib.domain.exam import LockAt
from chalicelib.domain.verification import Verification, VerificationState
from tests.api.browser import problem_code
from tests.builders import NOW, a_credential, an_account, an_offering
from tests.fakes import World
from tests.faq.candidate import candidate, reviewed
from tests.faq.changing import (
    cancel,
    settle,
    under_review,
)

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


def test_faq_17_after_the_registration_window_nobody_is_told_to_confirm(world: World) -> None:
    someone = candidate(world)
    draft = someone.filled()
    assert "请填完并确认" in draft["state_sentence"]
    world.clock.move_to(an_offering().windows.registration.end)
    someone.browser = someone.browser.log_in(someone.account)
    late = someone.seen(draft)
    assert late["state"] == "draft"
    assert late["allowed_actions"]["confirm"]["code"] == "registration_over"
    assert late["state_sentence"].startswith("报名已经截止")


def test_faq_17_after_the_registration_window_what_was_rejected_is_not_to_be_mended(world: World) -> None:
    someone = candidate(world)
    waiting = someone.confirmed("declined")
    reviewed(world, waiting, someone.account, rejection="照片不清晰")
    assert "重新确认" in someone.seen(waiting)["state_sentence"]
    world.clock.move_to(an_offering().windows.registration.end)
    someone.browser = someone.browser.log_in(someone.account)
    late = someone.seen(waiting)
    assert late["allowed_actions"]["edit"]["code"] == "registration_over"
    assert late["state_sentence"].startswith("核查未通过，报名已经截止")
    assert late["allowed_actions"]["pay"]["code"] == "review_failed_too_late"
    assert late["allowed_actions"]["pay"]["reason"] == late["state_sentence"]
    assert "重新确认" not in late["state_sentence"]
