"""FAQ 5: name or ID number are wrong. A new account is made, and it takes the place of the wrong one."""

import pytest

from chalicelib.domain.registration import State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.clerks import confirm_identity
from chalicelib.usecases.desk.move_paid import move_paid
from chalicelib.usecases.desk.release_identity import release_identity
from chalicelib.usecases.messages.notify import notify_of_state
from chalicelib.usecases.money.received import money_received
from tests.api.browser import problem_code
from tests.builders import EXAM_ID, a_payable_registration, an_entry, an_order, money_for
from tests.fakes import World
from tests.faq.candidate import Candidate, candidate

V = VerificationState


def wrong_one(world: World, identity: VerificationState = V.NOT_FOUND) -> Candidate:
    return candidate(world, 1, name="王小明", identity=identity)


def right_one(world: World, identity: VerificationState = V.VERIFIED) -> Candidate:
    return candidate(world, 2, identity=identity)


# how far the wrong one has come
STEPS = ["started", "filled in", "under review"]


def come_so_far(wrong: Candidate, step: str) -> dict[str, object]:
    match step:
        case "started":
            return dict(wrong.start().json_body)
        case "filled in":
            return wrong.filled()
        case _:
            return wrong.confirmed()


@pytest.mark.parametrize("step", STEPS)
def test_faq_05_an_unpaid_registration_gives_way_to_the_verified_identity(world: World, step: str) -> None:
    wrong, right = wrong_one(world), right_one(world)
    lost = come_so_far(wrong, step)
    start = right.get(f"/exams/{EXAM_ID}/start")["offerings"][0]["start"]
    assert start == {"allowed": True}
    won = right.start()
    assert won.status_code == 201
    assert won.json_body["state"] == "draft"
    seen = wrong.seen(lost)
    assert (seen["state"], seen["state_label"]) == ("superseded", "已被取代")
    assert "重新报名" in seen["state_sentence"]
    assert {p["code"] for p in seen["allowed_actions"].values()} <= {"superseded", "nothing_to_check"}


def test_faq_05_the_loser_is_told_by_sms(world: World) -> None:
    wrong, right = wrong_one(world), right_one(world)
    lost = wrong.filled()
    right.start()
    (seen,) = world.registrations.of(wrong.account.id)
    notify_of_state(
        wrong.account.id,
        seen.id,
        seen.state,
        is_reinstated=False,
        version=seen.version,
        accounts=world.accounts,
        registrations=world.registrations,
        exams=world.exams,
        messages=world.messages,
        sms=world.sms,
        now=world.clock.now(),
    )
    assert lost["registration_id"] == seen.id
    assert world.sms.sent[-1].phone == wrong.account.phone
    assert "已被取代" in (world.sms.sent[-1].notice or "")


def test_faq_05_the_loser_may_start_nothing_while_the_right_one_holds_the_exam(world: World) -> None:
    wrong, right = wrong_one(world), right_one(world)
    wrong.filled()
    right.start()
    assert problem_code(wrong.start()) == "registration_exists"
    start = wrong.get(f"/exams/{EXAM_ID}/start")["offerings"][0]["start"]
    assert (start["allowed"], start["code"]) == (False, "held_by_verified_account")
    listed = wrong.get("/registrations")["registrations"]
    assert [registration["state"] for registration in listed] == ["superseded"]


# the holder's identity, ours, the holder has paid | what stands beside the button, a word of it
STAYING = [
    (V.NOT_FOUND, V.NOT_FOUND, False, "gives_way_once_verified", "核验通过"),
    (V.NOT_FOUND, V.UNCHECKABLE, False, "gives_way_once_verified", "考试机构确认"),
    (V.VERIFIED, V.VERIFIED, False, "held_by_verified_account", "考试机构"),
    (V.VERIFIED, V.NOT_FOUND, False, "held_by_verified_account", "考试机构"),
    (V.NOT_FOUND, V.VERIFIED, True, "held_by_paid_registration", "已缴费"),
]


@pytest.mark.parametrize(("theirs", "ours", "paid", "code", "word"), STAYING)
def test_faq_05_otherwise_it_is_said_whether_the_place_can_come_free(
    world: World, theirs: VerificationState, ours: VerificationState, paid: bool, code: str, word: str
) -> None:
    wrong, right = wrong_one(world, theirs), right_one(world, ours)
    state = State.PAID if paid else State.PAYABLE
    world.given_registration(a_payable_registration(wrong.account, state=state), wrong.account)
    start = right.get(f"/exams/{EXAM_ID}/start")["offerings"][0]["start"]
    assert (start["code"], start["faq"]) == (code, 5)
    refused = right.start()
    assert problem_code(refused) == "registration_exists"
    assert refused.json_body["detail"] == start["reason"]
    assert word in start["reason"]
    assert world.registrations.of(wrong.account.id)[0].state is state


def test_faq_05_who_is_verified_only_later_just_clicks_again(world: World) -> None:
    wrong, right = wrong_one(world), right_one(world, V.VERIFYING)
    wrong.filled()
    assert problem_code(right.start()) == "identity_verifying"
    verified = Verification(V.VERIFIED, world.clock.now())
    world.accounts.settle_identity(right.account.id, verified)
    assert right.start().status_code == 201


def test_faq_05_money_that_comes_after_giving_way_goes_back(world: World) -> None:
    wrong, right = wrong_one(world), right_one(world)
    registration = a_payable_registration(wrong.account)
    world.given_registration(registration, wrong.account)
    order = an_order(registration)
    world.orders.open(order, registration, None)
    won = right.start().json_body
    money = world.provider.pay(order)
    money_received(money, ports=world.payment_ports, now=world.clock.now())
    orders = wrong.get(f"/registrations/{registration.id}/payment-orders")["payment_orders"]
    assert [each["state"] for each in orders] == ["surplus"]
    assert [refund.amount_fen for refund in world.memory.refunds.values()] == [order.amount_fen]
    assert world.registrations.of(wrong.account.id)[0].state is State.SUPERSEDED
    assert right.seen(won)["state"] == "draft"


def test_faq_05_a_paid_one_is_moved_by_the_authority_and_no_money_moves(world: World) -> None:
    wrong, right = wrong_one(world), right_one(world)
    registration = a_payable_registration(wrong.account)
    world.given_registration(registration, wrong.account)
    order = an_order(registration)
    world.orders.open(order, registration, None)
    world.orders.settle(order, money_for(order), now=world.clock.now())
    assert problem_code(right.start()) == "registration_exists"
    moved = move_paid(
        wrong.account.id,
        registration.id,
        right.account.id,
        an_entry(),
        id_number=right.account.identity.id_number,
        accounts=world.accounts,
        registrations=world.registrations,
        credentials=world.credentials,
        randomness=world.randomness,
        now=world.clock.now(),
    )
    (lost,) = wrong.get("/registrations")["registrations"]
    assert lost["state"] == "superseded"
    assert "无需重新报名或缴费" in lost["state_sentence"]
    (own,) = right.get("/registrations")["registrations"]
    assert (own["registration_id"], own["state"], own["choices"]["level"]) == (moved.id, "paid", "all")
    orders = right.get(f"/registrations/{moved.id}/payment-orders")["payment_orders"]
    assert [(each["order_id"], each["state"]) for each in orders] == [(order.id, "paid")]
    assert wrong.get(f"/registrations/{registration.id}/payment-orders")["payment_orders"] == []
    assert wrong.send("GET", f"/payment-orders/{order.id}").status_code == 404
    assert world.memory.refunds == {}


def test_faq_05_an_identity_that_disagrees_is_confirmed_by_a_clerk_who_sees_the_id(world: World) -> None:
    wrong = wrong_one(world, V.MISMATCHED)
    assert problem_code(wrong.start()) == "identity_mismatched"
    confirm_identity(wrong.account.id, an_entry(), accounts=world.accounts)
    assert wrong.start().status_code == 201
    assert wrong.get("/session")["account"]["identity"]["state"] == "verified"
    (entry,) = world.audit_log.of(wrong.account.id)
    assert (entry.what, entry.before, entry.after) == ("confirm_identity", "mismatched", "verified")
    assert entry.reason == an_entry().reason


def test_faq_05_a_stranger_under_ones_own_name_and_number_is_put_out_by_the_authority(world: World) -> None:
    stranger = candidate(world, 1)
    held = stranger.confirmed("declined")
    release_identity(
        stranger.account.id,
        stranger.account.identity.id_number,
        an_entry(),
        accounts=world.accounts,
        registrations=world.registrations,
        exams=world.exams,
        now=world.clock.now(),
    )
    assert problem_code(stranger.send("GET", "/session")) == "not_logged_in"
    assert world.registrations.of(stranger.account.id)[0].state is State.SUPERSEDED
    # The true holder registers, starts, and finds the commitment open.
    holder = candidate(world, 2)
    assert world.accounts.of_person(holder.account.identity) is not None
    assert holder.confirmed("adopted")["state"] == "payable"
    assert held["exam_id"] == EXAM_ID
    assert [entry.what for entry in world.audit_log.of(stranger.account.id)] == ["release_identity"]


def test_faq_05_name_and_id_number_of_an_account_cannot_be_changed(world: World) -> None:
    someone = candidate(world)
    before = world.accounts.get(someone.account.id)
    for path in ("/account", "/account/identity", "/account/name"):
        assert someone.send("PUT", path, {"name": "王小明"}).status_code in {403, 404, 405}
    assert world.accounts.get(someone.account.id) == before
