"""Notices as both providers send them, through the real adapters: what each comes to, how it is answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.domain.china import CHINA
from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import State
from chalicelib.usecases.money.finance import give_back
from tests.api.browser import services_of
from tests.api.story import Story
from tests.builders import an_entry, an_order
from tests.integrations import alipay_side, both_sides, wechatpay_refund_side, wechatpay_side
from tests.waiting import open_in

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
Sent = tuple[bytes, dict[str, str]]


def _paid_at(story: Story) -> Any:
    return (story.world.clock.now() + timedelta(minutes=2)).astimezone(CHINA)


def alipay_paid(story: Story, **changes: Any) -> Sent:
    """Alipay's notice of the payment, inside the window."""
    at = f"{_paid_at(story):%Y-%m-%d %H:%M:%S}"
    return alipay_side.notice(**({"gmt_payment": at} | changes)), FORM


def alipay_refund(story: Story, **changes: Any) -> Sent:
    """Alipay's notice of a part that went back."""
    return alipay_side.notice(alipay_side.REFUND_NOTICE, **changes), FORM


def _from_wechatpay(notice: wechatpay_side.Notice) -> Sent:
    headers = {name.title(): value for name, value in notice.headers.items()}
    return notice.body, {"Content-Type": "application/json"} | headers


def wechatpay_paid(story: Story, **changes: Any) -> Sent:
    """WeChat Pay's notice of the payment, inside the window."""
    at = f"{_paid_at(story):%Y-%m-%dT%H:%M:%S}+08:00"
    content = wechatpay_side.content_with(**({"success_time": at} | changes))
    return _from_wechatpay(wechatpay_side.signed(wechatpay_side.notice_body(content)))


def wechatpay_refund(story: Story, **changes: Any) -> Sent:
    """WeChat Pay's notice of a part that went back."""
    return _from_wechatpay(wechatpay_refund_side.refund_notice(**changes))


@dataclass(frozen=True)
class Side:
    """A provider: its adapter, its order, its notices, and what it is answered."""

    name: str
    adapter: Any
    order: PaymentOrder
    paid: Callable[..., Sent]
    refunded: Callable[..., Sent]
    refused: int


ALIPAY = Side("alipay", alipay_side.provider(), alipay_side.ORDER, alipay_paid, alipay_refund, 400)
WECHATPAY = Side(
    "wechatpay", wechatpay_side.provider(), wechatpay_side.ORDER, wechatpay_paid, wechatpay_refund, 401
)


@pytest.fixture(params=[ALIPAY, WECHATPAY], ids=lambda side: side.name)
def side(request: pytest.FixtureRequest, story: Story) -> Iterator[Side]:
    """The real adapter behind the route, and an order of it."""
    services = services_of(story.world)
    chosen: Side = request.param
    wiring.install(replace(services, providers={**services.providers, chosen.name: chosen.adapter}))
    registration = story.registration(State.PAYABLE)
    key = (registration.account_id, registration.id)
    story.world.memory.registrations[key] = registration = replace(registration, amount_fen=19205)
    order = an_order(
        registration,
        id=chosen.order.id,
        provider=chosen.name,
        merchant=chosen.order.merchant,
        created_at=story.world.clock.now(),
    )
    story.world.orders.open(order, registration, None)
    yield chosen
    wiring.install(services)


def send(story: Story, side: Side, sent: Sent) -> HTTPResponse:
    body, headers = sent
    return story.anyone.send("POST", f"/webhooks/{side.name}", body, headers)


def taken(story: Story, side: Side, sent: Sent) -> bool:
    """Whether the provider is told that it need not send this again."""
    response = send(story, side, sent)
    assert (response.status_code == 200) == (b"success" in response.body.lower())
    return bool(response.status_code == 200)


def state(story: Story, side: Side) -> OrderState:
    return story.world.memory.orders[side.order.id].state


def waiting(story: Story) -> list[DiscrepancyKind]:
    return [each.kind for each in open_in(story.world.discrepancies)]


def test_a_payment_is_taken_once_however_often_it_is_told(story: Story, side: Side) -> None:
    sent = side.paid(story)
    assert [taken(story, side, sent) for _ in range(3)] == [True] * 3
    assert state(story, side) is OrderState.PAID
    assert len(story.world.memory.notices) == 1
    assert story.world.memory.refunds == {}


def test_money_after_the_window_goes_back(story: Story, side: Side) -> None:
    changes = (
        {"gmt_payment": "2026-03-01 09:05:10"}
        if side is ALIPAY
        else {"success_time": "2026-03-01T09:05:10+08:00"}
    )
    assert taken(story, side, side.paid(story, **changes))
    assert state(story, side) is OrderState.SURPLUS
    assert list(story.world.memory.refunds) == [f"{side.order.id}R01"]


WRONG: list[tuple[Side, dict[str, Any]]] = [
    (ALIPAY, {"total_amount": "0.01"}),
    (ALIPAY, {"seller_id": "2088000000000099"}),
    (ALIPAY, {"app_id": "2021000000000099"}),
    (WECHATPAY, {"amount": wechatpay_side.AMOUNT | {"total": 1}}),
    (WECHATPAY, {"amount": wechatpay_side.AMOUNT | {"currency": "USD"}}),
    (WECHATPAY, {"mchid": "1900000099"}),
    (WECHATPAY, {"appid": "wx0000000000000099"}),
]


@pytest.mark.parametrize(("side", "changes"), WRONG, indirect=["side"])
def test_money_that_is_not_as_asked_is_in_front_of_a_person(
    story: Story, side: Side, changes: dict[str, Any]
) -> None:
    assert taken(story, side, side.paid(story, **changes))
    assert state(story, side) is OrderState.MISMATCH
    assert waiting(story) == [DiscrepancyKind.MISMATCH]
    assert len(story.world.memory.notices) == 1


def test_money_for_an_order_not_ours_is_kept_is_in_front_of_a_person_and_is_told_again(
    story: Story, side: Side
) -> None:
    sent = side.paid(story, out_trade_no=OrderId("z" * 24))
    assert [send(story, side, sent).status_code for _ in range(2)] == [500, 500]
    assert waiting(story) == [DiscrepancyKind.UNKNOWN_ORDER]
    assert [kept.outcome for kept in story.world.memory.notices.values()] == ["unknown_order"]


def refused(story: Story, side: Side, sent: Sent) -> None:
    response = send(story, side, sent)
    assert response.status_code == side.refused
    assert story.world.memory.notices == {}
    assert state(story, side) is OrderState.CREATED
    assert waiting(story) == []


def test_a_body_with_anything_changed_or_cut_off_is_refused(story: Story, side: Side) -> None:
    body, headers = side.paid(story)
    for at in range(0, len(body), 37):
        refused(story, side, (body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], headers))
        refused(story, side, (body[:at], headers))
    refused(story, side, (body + b"&", headers))


def test_the_notice_of_one_provider_is_not_the_others(story: Story, side: Side) -> None:
    other = WECHATPAY if side is ALIPAY else ALIPAY
    refused(story, side, other.paid(story))


def test_a_notice_is_read_whatever_it_says_it_is_made_of(story: Story, side: Side) -> None:
    body, headers = side.paid(story)
    for content_type in ("", "x", "text/plain", "image/png", "application/octet-stream"):
        assert taken(story, side, (body, headers | {"Content-Type": content_type}))
    assert state(story, side) is OrderState.PAID


@pytest.mark.parametrize("side", [WECHATPAY], indirect=True)
@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "Serial", "Signature"])
def test_without_one_of_its_headers_or_with_another_a_notice_is_refused(
    story: Story, side: Side, name: str
) -> None:
    body, headers = side.paid(story)
    header = f"Wechatpay-{name}"
    refused(story, side, (body, {key: value for key, value in headers.items() if key != header}))
    refused(story, side, (body, headers | {header: "1"}))


@pytest.mark.parametrize("side", [WECHATPAY], indirect=True)
@pytest.mark.parametrize("away_s", [-301, 301])
def test_a_notice_that_is_old_or_from_the_future_is_refused(story: Story, side: Side, away_s: int) -> None:
    at = both_sides.NOW + timedelta(seconds=away_s)
    body = wechatpay_side.notice_body(wechatpay_side.content_with())
    refused(story, side, _from_wechatpay(wechatpay_side.signed(body, at=at)))


def going_back(story: Story, side: Side) -> None:
    """Paid, and a part of it on its way back."""
    assert taken(story, side, side.paid(story))
    ports = story.world.payment_ports
    give_back(side.order.id, 6100, an_entry(at=story.world.clock.now()), ports=ports)


def test_a_refund_of_ours_is_booked_once_however_often_it_is_told(story: Story, side: Side) -> None:
    going_back(story, side)
    assert [taken(story, side, side.refunded(story)) for _ in range(2)] == [True] * 2
    assert state(story, side) is OrderState.PART_REFUNDED
    assert story.world.memory.orders[side.order.id].refunded_fen == 6100
    assert waiting(story) == []


def test_a_refund_not_ours_is_taken_note_of_and_in_front_of_a_person(
    story: Story, side: Side, capsys: pytest.CaptureFixture[str]
) -> None:
    assert taken(story, side, side.paid(story))
    assert taken(story, side, side.refunded(story))
    assert waiting(story) == [DiscrepancyKind.UNKNOWN_REFUND]
    assert state(story, side) is OrderState.PAID
    assert "a payment needs a person" in capsys.readouterr().out


@pytest.mark.parametrize("side", [WECHATPAY], indirect=True)
@pytest.mark.parametrize("event", ["ABNORMAL", "CLOSED"])
def test_a_refund_that_failed_is_in_front_of_a_person(story: Story, side: Side, event: str) -> None:
    going_back(story, side)
    assert taken(story, side, side.refunded(story, event=event))
    assert state(story, side) is OrderState.REFUND_FAILED
    assert waiting(story) == [DiscrepancyKind.REFUND_FAILED]
