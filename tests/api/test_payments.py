"""Paying over HTTP: one order for one wish, and a door only while it can be paid (FAQ 18, 19)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.exam import Window
from chalicelib.domain.registration import State
from chalicelib.usecases.ports import ProviderRefusedError
from tests.api.browser import problem_code
from tests.api.story import Story
from tests.builders import an_exam, an_offering

PAGE = {"provider": "alipay", "channel": "page"}


def pay(story: Story, registration_id: str, *, key: str | None = None, **changes: Any) -> HTTPResponse:
    path = f"/registrations/{registration_id}/payment-orders"
    return story.candidate.send("POST", path, PAGE | changes, {"Idempotency-Key": key})


@pytest.fixture
def registration_id(story: Story) -> str:
    return story.registration(State.PAYABLE).id


def test_an_order_comes_with_the_way_to_pay_it(story: Story, registration_id: str) -> None:
    order = pay(story, registration_id).json_body
    assert order["amount_fen"] == 24000
    assert order["pay_url"].startswith("https://pay.example/alipay/")
    shown = story.candidate.send("GET", f"/payment-orders/{order['order_id']}").json_body
    assert (shown["state"], shown["pay_url"]) == ("pending", None)


def test_the_channel_goes_to_the_provider(story: Story, registration_id: str) -> None:
    assert pay(story, registration_id, channel="wap").json_body["pay_url"].endswith("channel=wap")


def test_the_same_key_gets_the_same_order_even_when_it_is_over(story: Story, registration_id: str) -> None:
    first = pay(story, registration_id, key="k1").json_body
    assert pay(story, registration_id, key="k1").json_body["order_id"] == first["order_id"]
    story.world.clock.advance(minutes=31)
    again = pay(story, registration_id, key="k1").json_body
    assert (again["order_id"], again["pay_url"]) == (first["order_id"], None)


def test_the_same_key_for_another_wish_is_refused(story: Story, registration_id: str) -> None:
    pay(story, registration_id, key="k1")
    other = pay(story, "another-registration", key="k1")
    assert (other.status_code, problem_code(other)) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["k" * 101, "密"])
def test_a_key_that_cannot_be_one_is_refused(story: Story, registration_id: str, key: str) -> None:
    refused = pay(story, registration_id, key=key)
    assert (refused.status_code, problem_code(refused)) == (422, "invalid_input")
    assert refused.json_body["field"] == "Idempotency-Key"


def test_what_cannot_be_paid_says_why_and_what_helps(story: Story) -> None:
    refused = pay(story, story.registration(State.UNDER_REVIEW).id)
    assert (refused.status_code, problem_code(refused)) == (409, "waits_for_review")
    assert refused.json_body["faq"] == 8
    assert refused.json_body["detail"].endswith("。")


def test_before_the_payment_window_it_is_said_when_it_opens(story: Story, registration_id: str) -> None:
    now = story.world.clock.now()
    later = replace(an_offering().windows, payment=Window(now + timedelta(days=1), now + timedelta(days=2)))
    story.world.exams.put(an_exam(), [an_offering(windows=later)])
    refused = pay(story, registration_id)
    assert (refused.status_code, problem_code(refused)) == (409, "payment_not_open")
    assert "changes_at" in refused.json_body


def test_a_silent_provider_is_503_and_the_order_stays(story: Story) -> None:
    order = story.order()
    story.world.provider.be_silent()
    silent = story.candidate.send("POST", f"/payment-orders/{order.id}/check")
    assert (silent.status_code, problem_code(silent)) == (503, "provider_unavailable")
    assert story.world.memory.orders[order.id] == order


def test_a_provider_that_refuses_us_is_503_and_an_alarm(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    order = story.order()
    story.world.provider.failure = ProviderRefusedError("wrong key")
    refused = story.candidate.send("POST", f"/payment-orders/{order.id}/check")
    assert (refused.status_code, problem_code(refused)) == (503, "provider_refused")
    assert '"ProviderRefused"' in capsys.readouterr().out


def test_the_button_finds_the_payment(story: Story) -> None:
    order = story.order()
    story.world.provider.pay(order)
    found = story.candidate.send("POST", f"/payment-orders/{order.id}/check").json_body
    assert (found["state"], found["label"]) == ("paid", "支付成功")
    assert found["trade_no"]
    shown = story.candidate.send("GET", f"/registrations/{order.registration_id}").json_body
    assert (shown["state"], shown["state_label"]) == ("paid", "报名完成")
    again = story.candidate.send("POST", f"/payment-orders/{order.id}/check")
    assert again.status_code == 200


def test_asking_again_at_once_is_too_often(story: Story) -> None:
    order = story.order()
    path = f"/payment-orders/{order.id}/check"
    assert story.candidate.send("POST", path).status_code == 200
    assert problem_code(story.candidate.send("POST", path)) == "too_many_requests"
