"""FAQ 19: paid and not shown as paid solves itself: by the notice, by the button, by the sweep."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.windows import WindowName, extended
from chalicelib.usecases.desk.void import void_registration
from chalicelib.usecases.money.sweep import Pace, sweep_money
from tests.api.browser import Browser
from tests.builders import an_entry, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Answer, Candidate, candidate


def opened(someone: Candidate, registration: Answer) -> PaymentOrder:
    path = f"/registrations/{registration['registration_id']}/payment-orders"
    order_id = someone.send("POST", path, {"provider": "alipay", "channel": "page"}).json_body["order_id"]
    order = someone.world.orders.get(OrderId(order_id))
    assert order is not None
    return order


def by_notice(someone: Candidate, order: PaymentOrder) -> None:
    money = someone.world.provider.pay(order)
    notice = someone.world.provider.notice_of(money)
    assert Browser(someone.world).send("POST", "/webhooks/alipay", notice).body == b"success"


def by_button(someone: Candidate, order: PaymentOrder) -> None:
    someone.world.provider.pay(order)
    assert someone.send("POST", f"/payment-orders/{order.id}/check").status_code == 200


def by_sweep(someone: Candidate, order: PaymentOrder) -> None:
    someone.world.provider.pay(order)
    someone.world.clock.advance(minutes=2)
    sweep(someone.world)


def sweep(world: World) -> None:
    pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0)
    sweep_money(ports=wiring.services().payment_ports, pace=pace, now=world.clock.now())


WAYS = [by_notice, by_button, by_sweep]


@pytest.mark.parametrize("way", WAYS)
def test_faq_19_each_way_alone_shows_it_as_paid(
    world: World, way: Callable[[Candidate, PaymentOrder], None]
) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    way(someone, opened(someone, payable))
    assert someone.seen(payable)["state"] == "paid"


def test_faq_19_all_ways_together_pay_once(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    order = opened(someone, payable)
    for way in (*WAYS, *WAYS):
        world.clock.advance(seconds=30)
        way(someone, order)
    assert someone.seen(payable)["state"] == "paid"
    assert world.memory.refunds == {}


def test_faq_19_the_help_page_says_how_the_payment_stands(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    order = opened(someone, payable)
    assert any("待支付" in sentence for sentence in told_of_payments(someone))
    by_notice(someone, order)
    assert any("支付成功" in s and "报名完成" in s for s in told_of_payments(someone))


def test_faq_19_what_was_paid_and_then_found_void_is_not_called_complete(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    order = opened(someone, payable)
    by_notice(someone, order)
    void_registration(
        an_entry(reason="学历证书系伪造"),
        order.account_id,
        order.registration_id,
        registrations=world.registrations,
        orders=world.orders,
        now=world.clock.now(),
    )
    assert "报名完成" not in someone.get(f"/payment-orders/{order.id}")["sentence"]
    assert any("报名无效" in sentence for sentence in told_of_payments(someone))
    assert not any("报名完成" in sentence for sentence in told_of_payments(someone))


def told_of_payments(someone: Candidate) -> list[str]:
    answers = {answer["number"]: answer for answer in someone.get("/help/mine")["answers"]}
    return list(answers[19]["sentences"])


def test_faq_19_money_that_came_in_an_extension_counts(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    end = an_offering().windows.payment.end
    world.clock.advance(seconds=int((end - world.clock.now()).total_seconds()))
    someone.browser = Browser(world).log_in(someone.account)
    assert someone.seen(payable)["state"] == "lapsed"
    longer = extended(an_offering(), WindowName.PAYMENT, end + timedelta(days=1), world.clock.now())
    world.exams.change_offering(an_offering(), longer, an_entry())
    assert someone.seen(payable)["state"] == "payable", "it lapsed by the clock, so it is alive again"
    order = opened(someone, payable)
    money = world.provider.pay(order, paid_at=world.clock.now())
    assert Browser(world).send("POST", "/webhooks/alipay", world.provider.notice_of(money)).body == b"success"
    assert someone.seen(payable)["state"] == "paid"
    assert an_exam().id == payable["exam_id"]
