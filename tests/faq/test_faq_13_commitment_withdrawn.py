"""FAQ 13: the commitment is withdrawn, unpaid and before registering ends; then it is reviewed on site."""

from datetime import timedelta

import pytest

from chalicelib.domain.verification import VerificationState
from tests.api.browser import problem_code
from tests.builders import an_offering
from tests.fakes import World
from tests.faq.candidate import Answer, candidate, reviewed

REGISTRATION = an_offering().windows.registration


def withdrawing(registration: Answer) -> tuple[bool, str | None]:
    permission = registration["allowed_actions"]["withdraw_commitment"]
    return permission["allowed"], permission.get("code")


def test_faq_13_withdrawn_it_is_reviewed_on_site(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed("adopted")
    assert (payable["state"], withdrawing(payable)) == ("payable", (True, None))
    after = someone.withdraw(payable).json_body
    assert (after["state"], after["commitment"]) == ("under_review", "withdrawn")
    assert after["review_channel"]["channel"] == "on_site"
    assert [reason["code"] for reason in after["review_reasons"]] == ["commitment_withdrawn"]
    assert after["allowed_actions"]["pay"]["code"] == "waits_for_review"
    signed = someone.get(f"/registrations/{payable['registration_id']}/commitment")
    assert signed["withdrawn_at"] is not None


def test_faq_13_the_second_click_finds_it_done(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed("adopted")
    first, second = someone.withdraw(payable), someone.withdraw(payable)
    assert first.json_body["version"] == second.json_body["version"]
    assert withdrawing(second.json_body) == (False, "commitment_withdrawn")


def test_faq_13_the_commitment_is_closed_for_this_exam_and_year(world: World) -> None:
    someone = candidate(world)
    waiting = someone.withdraw(someone.confirmed("adopted")).json_body
    draft = someone.fill(waiting, subjects=["law"])
    assert problem_code(someone.confirm(draft, "adopted")) == "commitment_withdrawn"
    # Not adopting it leaves it withdrawn, and the review on site.
    again = someone.confirm(draft, "declined").json_body
    assert (again["commitment"], again["review_channel"]["channel"]) == ("withdrawn", "on_site")
    gone = someone.send("DELETE", f"/registrations/{again['registration_id']}")
    assert gone.status_code == 204
    other = candidate(world, 2, name="王小明")
    assert problem_code(other.confirm(other.filled(), "adopted")) == "commitment_withdrawn"


# seconds after the end of registering | what stands beside the button
MOMENTS = [(-1, None), (0, "registration_over"), (60, "registration_over")]


@pytest.mark.parametrize(("seconds", "code"), MOMENTS)
def test_faq_13_only_before_the_registration_window_ends(
    world: World, seconds: int, code: str | None
) -> None:
    someone = candidate(world)
    payable = someone.confirmed("adopted")
    world.clock.move_to(REGISTRATION.end + timedelta(seconds=seconds))
    someone.browser = someone.browser.log_in(someone.account)
    assert withdrawing(someone.seen(payable)) == (code is None, code)
    answered = someone.withdraw(payable)
    if code is None:
        assert answered.json_body["state"] == "under_review"
    else:
        assert problem_code(answered) == code
        assert someone.seen(payable)["commitment"] == "adopted"


def test_faq_13_not_while_a_payment_is_under_way_nor_after(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed("adopted")
    path = f"/registrations/{payable['registration_id']}/payment-orders"
    order = someone.send("POST", path, {"provider": "alipay"}).json_body
    assert problem_code(someone.withdraw(payable)) == "payment_under_way"
    stored = world.memory.orders[order["order_id"]]
    world.provider.pay(stored)
    assert someone.send("POST", f"/payment-orders/{order['order_id']}/check").status_code == 200
    assert problem_code(someone.withdraw(payable)) == "already_paid"


def test_faq_13_what_waits_for_a_review_may_be_withdrawn_too(world: World) -> None:
    someone = candidate(world, identity=VerificationState.NOT_FOUND)
    waiting = someone.confirmed("adopted")
    after = someone.withdraw(waiting).json_body
    codes = [reason["code"] for reason in after["review_reasons"]]
    assert codes == ["commitment_withdrawn", "identity_unverified"]


def test_faq_13_after_the_review_on_site_it_can_be_paid(world: World) -> None:
    someone = candidate(world)
    waiting = someone.withdraw(someone.confirmed("adopted")).json_body
    reviewed(world, waiting, someone.account)
    assert someone.seen(waiting)["allowed_actions"]["pay"]["allowed"]


def test_faq_13_what_was_declined_cannot_be_withdrawn(world: World) -> None:
    someone = candidate(world)
    waiting = someone.confirmed("declined")
    assert withdrawing(waiting) == (False, "commitment_not_adopted")
    assert problem_code(someone.withdraw(waiting)) == "commitment_not_adopted"


def test_faq_13_nobody_withdraws_for_another(world: World) -> None:
    payable = candidate(world).confirmed("adopted")
    stranger = candidate(world, 2, name="李明", id_number_of=2)
    assert problem_code(stranger.withdraw(payable)) == "not_found"
