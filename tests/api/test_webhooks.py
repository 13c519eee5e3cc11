"""What a provider is answered: success once it is durable, anything else to be told again (payments 3)."""

from dataclasses import replace

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.domain.ids import OrderId, TradeNo
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade
from chalicelib.domain.registration import State
from tests.api.browser import header, services_of
from tests.api.story import Story
from tests.builders import money_for
from tests.fakes.orders import FakeOrders
from tests.fakes.outside import FakePaymentProvider

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def tell(story: Story, body: bytes) -> HTTPResponse:
    return story.anyone.send("POST", "/webhooks/alipay", body, FORM)


def answered(story: Story, body: bytes) -> tuple[int, bytes]:
    response = tell(story, body)
    assert header(response, "Content-Type") == "text/plain; charset=utf-8"
    return response.status_code, response.body


SUCCESS, FAILURE = (200, b"success"), (500, b"failure")


@pytest.fixture
def order(story: Story) -> PaymentOrder:
    return story.order()


def test_money_is_taken_and_told_again_it_is_known(story: Story, order: PaymentOrder) -> None:
    body = story.world.provider.notice_of(money_for(order))
    assert [answered(story, body) for _ in range(3)] == [SUCCESS] * 3
    assert story.world.memory.orders[order.id].state is OrderState.PAID
    assert story.world.memory.registrations[order.account_id, order.registration_id].state is State.PAID


def test_a_surplus_a_mismatch_and_a_second_trade_are_taken_note_of(
    story: Story, order: PaymentOrder, capsys: pytest.CaptureFixture[str]
) -> None:
    provider = story.world.provider
    assert answered(story, provider.notice_of(money_for(order, amount_fen=1))) == SUCCESS
    assert "a payment needs a person" in capsys.readouterr().out
    second = money_for(order, trade=Trade("alipay", TradeNo("another trade")))
    assert answered(story, provider.notice_of(second)) == SUCCESS
    assert "a payment needs a person" in capsys.readouterr().out
    assert story.world.memory.orders[order.id].state is OrderState.MISMATCH


def test_a_notice_about_something_else_is_taken_note_of(story: Story, order: PaymentOrder) -> None:
    assert answered(story, story.world.provider.notice_of_something_else(order.id)) == SUCCESS
    assert story.world.memory.orders[order.id] == order


def test_an_order_that_is_not_ours_is_told_again_and_kept_and_alarms(
    story: Story, order: PaymentOrder, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = money_for(replace(order, id=OrderId("z" * 20)))
    assert answered(story, story.world.provider.notice_of(unknown)) == FAILURE
    assert [kept.outcome for kept in story.world.memory.notices.values()] == ["unknown_order"]
    assert "a payment needs a person" in capsys.readouterr().out


@pytest.mark.parametrize("body", [b"", b"forged=1", b"\xff\xfe", b"{}", b"x" * 100_000])
def test_what_is_not_the_providers_is_refused_and_not_kept(
    story: Story, order: PaymentOrder, body: bytes
) -> None:
    assert answered(story, body) == (400, b"failure")
    assert story.world.memory.notices == {}
    assert story.world.memory.orders[order.id] == order


class LostStore(FakeOrders):
    """The table does not answer."""

    def get(self, order_id: OrderId) -> PaymentOrder | None:
        raise TimeoutError


def test_trouble_with_the_store_makes_the_provider_tell_it_again(story: Story, order: PaymentOrder) -> None:
    body = story.world.provider.notice_of(money_for(order))
    story.world.orders = LostStore(story.world.memory)
    wiring.install(services_of(story.world))
    response = tell(story, body)
    assert response.status_code == 500
    assert b"success" not in response.body


def test_a_provider_that_we_do_not_have_is_not_found(story: Story) -> None:
    assert story.anyone.send("POST", "/webhooks/unionpay", b"", FORM).status_code == 404


def test_another_provider_needs_no_route_of_its_own(story: Story, order: PaymentOrder) -> None:
    third = FakePaymentProvider("unionpay")
    theirs = replace(order, id=OrderId("u" * 20), provider="unionpay", merchant=third.merchant)
    story.world.memory.orders[theirs.id] = theirs
    wiring.install(replace(services_of(story.world), providers={"unionpay": third}))
    money = money_for(theirs, trade=Trade("unionpay", TradeNo("u1")))
    response = story.anyone.send("POST", "/webhooks/unionpay", third.notice_of(money), FORM)
    assert (response.status_code, response.body) == (200, b"success")
    assert story.world.memory.orders[theirs.id].trade == money.trade
