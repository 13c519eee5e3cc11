"""What WeChat Pay is answered: 200 once it is durable, 401 for a wrong signature, 5xx to get it again."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import State
from tests.api.browser import header, services_of
from tests.api.story import Story
from tests.builders import an_order, money_for
from tests.fakes.orders import FakeOrders
from tests.integrations.wechatpay_side import Notice, content_with, notice_body, provider, signed

JSON = {"Content-Type": "application/json"}
SUCCESS, FAIL = (200, "SUCCESS"), (500, "FAIL")


def tell(story: Story, body: bytes, headers: dict[str, str] | None = None) -> HTTPResponse:
    return story.anyone.send("POST", "/webhooks/wechatpay", body, headers or JSON)


def answered(response: HTTPResponse) -> tuple[int, str]:
    assert header(response, "Content-Type") == "application/json; charset=utf-8"
    return response.status_code, json.loads(response.body)["code"]


@pytest.fixture
def order(story: Story) -> PaymentOrder:
    registration = story.registration(State.PAYABLE)
    order = an_order(registration, provider="wechatpay", created_at=story.world.clock.now())
    story.world.orders.open(order, registration, None)
    return order


def test_money_is_taken_and_told_again_it_is_known(story: Story, order: PaymentOrder) -> None:
    body = story.world.wechatpay.notice_of(money_for(order))
    assert [answered(tell(story, body)) for _ in range(3)] == [SUCCESS] * 3
    assert story.world.memory.orders[order.id].state is OrderState.PAID
    assert story.world.memory.registrations[order.account_id, order.registration_id].state is State.PAID


def test_money_of_another_currency_is_taken_note_of(story: Story, order: PaymentOrder) -> None:
    body = story.world.wechatpay.notice_of(money_for(order, currency="USD"))
    assert answered(tell(story, body)) == SUCCESS
    assert story.world.memory.orders[order.id].state is OrderState.MISMATCH


def test_a_refund_is_taken_note_of(story: Story, order: PaymentOrder) -> None:
    assert answered(tell(story, story.world.wechatpay.notice_of_something_else(order.id))) == SUCCESS
    assert story.world.memory.orders[order.id] == order


def test_an_order_that_is_not_ours_is_told_again_and_kept(story: Story, order: PaymentOrder) -> None:
    unknown = money_for(replace(order, id=OrderId("z" * 20)))
    assert answered(tell(story, story.world.wechatpay.notice_of(unknown))) == FAIL
    assert [kept.outcome for kept in story.world.memory.notices.values()] == ["unknown_order"]


@pytest.mark.parametrize("body", [b"", b"forged=1", b"\xff\xfe", b"{}", b"x" * 100_000])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "image/png", "", "x"])
def test_what_is_not_the_providers_is_refused_and_not_kept(
    story: Story, order: PaymentOrder, body: bytes, content_type: str
) -> None:
    assert answered(tell(story, body, {"Content-Type": content_type})) == (401, "FAIL")
    assert story.world.memory.notices == {}


@pytest.fixture
def genuine(story: Story) -> Iterator[Story]:
    """The real adapter behind the route, with the other side's keys in our hands."""
    services = services_of(story.world)
    wiring.install(replace(services, providers={**services.providers, "wechatpay": provider()}))
    yield story
    wiring.install(services)


def send(story: Story, notice: Notice) -> HTTPResponse:
    headers = {name.title(): value for name, value in notice.headers.items()}
    return tell(story, notice.body, JSON | headers)


def test_the_body_reaches_the_signature_as_it_came(genuine: Story) -> None:
    said = content_with(attach="“中文” \\ / é 😀")
    assert answered(send(genuine, signed(notice_body(said)))) == FAIL, "genuine, and about no order of ours"
    assert len(genuine.world.memory.notices) == 1


def test_a_probe_is_refused_without_an_alarm_and_a_forgery_is_not(
    genuine: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = signed(notice_body(content_with()))
    probe = "WECHATPAY/SIGNTEST/" + notice.headers["wechatpay-signature"][19:]
    assert answered(send(genuine, notice.but(signature=probe))) == (401, "FAIL")
    said = capsys.readouterr().out
    assert "probe refused" in said
    assert "NoticeRefused" not in said
    assert answered(send(genuine, notice.but(nonce="another"))) == (401, "FAIL")
    assert "notice refused" in capsys.readouterr().out
    assert genuine.world.memory.notices == {}


class LostStore(FakeOrders):
    """The table does not answer."""

    def get(self, order_id: OrderId) -> PaymentOrder | None:
        raise TimeoutError


def test_trouble_with_the_store_makes_the_provider_tell_it_again(story: Story, order: PaymentOrder) -> None:
    body = story.world.wechatpay.notice_of(money_for(order))
    story.world.orders = LostStore(story.world.memory)
    wiring.install(services_of(story.world))
    assert tell(story, body).status_code == 500
