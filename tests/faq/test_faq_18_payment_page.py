"""FAQ 18: paying leaves for an address in the same tab, survives Back, and has another provider beside."""

import pytest

from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import PaymentOrder
from tests.api.browser import Browser, problem_code
from tests.builders import an_exam, an_offering
from tests.fakes import World
from tests.fakes.outside import FakePaymentProvider
from tests.faq.candidate import Answer, Candidate, candidate


@pytest.fixture
def second(world: World) -> FakePaymentProvider:
    """Another provider beside the first."""
    world.exams.put(an_exam(), [an_offering(providers=("alipay", "wechatpay"))])
    return world.wechatpay


def pay(someone: Candidate, registration: Answer, provider: str = "alipay") -> Answer:
    path = f"/registrations/{registration['registration_id']}/payment-orders"
    opened = someone.send("POST", path, {"provider": provider, "channel": "page"})
    assert opened.status_code in (200, 201), opened.body
    return dict(opened.json_body)


def test_faq_18_paying_is_one_address_to_go_to(world: World) -> None:
    someone = candidate(world)
    order = pay(someone, someone.confirmed())
    assert order["pay_url"].startswith("https://")


def test_faq_18_back_from_the_provider_the_order_is_still_there(world: World) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    order = pay(someone, payable)
    shown = someone.get(f"/payment-orders/{order['order_id']}")
    assert (shown["state"], shown["label"]) == ("pending", "待支付")
    assert pay(someone, payable)["order_id"] == order["order_id"], "the same order, opened once more"
    (listed,) = someone.get(f"/registrations/{payable['registration_id']}/payment-orders")["payment_orders"]
    assert listed["order_id"] == order["order_id"]


def test_faq_18_a_second_provider_stands_beside_the_first(world: World, second: FakePaymentProvider) -> None:
    someone = candidate(world)
    order = pay(someone, someone.confirmed(), "wechatpay")
    assert order["provider"] == "wechatpay"
    assert [begun[0] for begun in second.begun] == [order["order_id"]]


def test_faq_18_whoever_wants_the_other_provider_gets_it_once_the_first_is_closed(
    world: World, second: FakePaymentProvider
) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    first = pay(someone, payable)
    world.provider.visit(order_of(world, first))
    assert pay(someone, payable, "wechatpay")["provider"] == "wechatpay"
    assert someone.get(f"/payment-orders/{first['order_id']}")["state"] == "closed"


def test_faq_18_whoever_paid_at_the_first_does_not_pay_at_the_other_as_well(
    world: World, second: FakePaymentProvider
) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    world.provider.pay(order_of(world, pay(someone, payable)))
    path = f"/registrations/{payable['registration_id']}/payment-orders"
    refused = someone.send("POST", path, {"provider": "wechatpay", "channel": "page"})
    assert (refused.status_code, problem_code(refused)) == (409, "already_paid")
    assert someone.seen(payable)["state"] == "paid"


def test_faq_18_while_the_first_does_not_answer_nobody_is_sent_to_the_other(
    world: World, second: FakePaymentProvider
) -> None:
    someone = candidate(world)
    payable = someone.confirmed()
    pay(someone, payable)
    world.provider.be_silent()
    path = f"/registrations/{payable['registration_id']}/payment-orders"
    refused = someone.send("POST", path, {"provider": "wechatpay", "channel": "page"})
    assert refused.status_code == 503


def order_of(world: World, opened: Answer) -> PaymentOrder:
    return world.memory.orders[OrderId(opened["order_id"])]


def test_faq_18_what_is_offered_to_pay_with_stands_with_the_exam(
    world: World, second: FakePaymentProvider
) -> None:
    exam = Browser(world).send("GET", f"/exams/{an_exam().id}").json_body
    assert exam["offerings"][0]["providers"] == ["alipay", "wechatpay"]
