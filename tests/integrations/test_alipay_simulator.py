"""The adapter and the simulated Alipay, each speaking the real protocol: from the address to the money."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.domain.payment import PaymentOrder
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.usecases.ports import (
    Channel,
    Closed,
    NotAboutPayment,
    Paid,
    ProviderRefusedError,
    ProviderUnavailableError,
    Unknown,
    Unpaid,
)
from local.simulators.faults import FaultSwitch
from tests.integrations.alipay_buyer import Buyer, notices_of, provider_at
from tests.integrations.alipay_side import MERCHANT, ORDER, pay_url
from tests.integrations.both_sides import fresh
from tests.integrations.stub import Party
from tests.local.simulators.running import Service, simulator


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with simulator(
        "alipay", tmp_path_factory.mktemp("alipay"), "--root-path", "/simulators/alipay"
    ) as service:
        yield service


@pytest.fixture
def order() -> PaymentOrder:
    return fresh(ORDER)


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("prefix", ["", "/simulators/alipay"])
def test_a_buyer_pays_and_notice_and_query_agree_on_the_money(
    service: Service, product: Party, order: PaymentOrder, channel: Channel, prefix: str
) -> None:
    alipay = provider_at(f"{service.url}{prefix}/gateway.do", service.folder, product.url)
    before = datetime.now(UTC) - timedelta(seconds=1)
    buyer = Buyer(pay_url(alipay, order, channel))
    assert "192.05" in buyer.page()
    assert order.subject in buyer.page()
    assert alipay.query(order.id) == Unknown()
    buyer.log_in()
    assert alipay.query(order.id) == Unpaid()
    back = buyer.pay()
    assert back.startswith(f"{product.url}/registrations/r1/payment?order={order.id}")

    paid = alipay.query(order.id)
    assert isinstance(paid, Paid)
    assert (paid.money.amount_fen, paid.money.merchant) == (19205, MERCHANT)
    assert before <= paid.money.paid_at <= datetime.now(UTC)
    for body in notices_of(product, order):
        assert alipay.read_notice(body, {}) == paid
    assert {asked.path for asked in product.asked} == {"/api/webhooks/alipay"}


def test_closing_is_unknown_then_closed_and_a_paid_trade_is_not_closed(
    alipay: AlipayProvider, order: PaymentOrder
) -> None:
    assert alipay.close(order.id) == Unknown()
    buyer = Buyer(pay_url(alipay, order, Channel.PAGE))
    buyer.log_in()
    assert alipay.close(order.id) == Closed()
    assert alipay.query(order.id) == Closed()
    assert alipay.close(order.id) == Unpaid()

    another = fresh(order)
    buyer = Buyer(pay_url(alipay, another, Channel.PAGE))
    buyer.log_in()
    buyer.pay()
    assert alipay.close(another.id) == Unpaid()
    assert isinstance(alipay.query(another.id), Paid)


def test_the_notice_of_a_closing_is_genuine_and_is_no_payment(
    alipay: AlipayProvider, product: Party, order: PaymentOrder
) -> None:
    Buyer(pay_url(alipay, order, Channel.PAGE)).log_in()
    alipay.close(order.id)
    assert [alipay.read_notice(body, {}) for body in notices_of(product, order)] == [NotAboutPayment()]


def test_a_subject_full_of_signs_is_shown_paid_and_queried(
    alipay: AlipayProvider, order: PaymentOrder
) -> None:
    order = replace(order, subject="一级/二级 {建造师} a=1&b=2 “费” 100%+")
    buyer = Buyer(pay_url(alipay, order, Channel.PAGE))
    buyer.log_in()
    buyer.pay()
    assert isinstance(alipay.query(order.id), Paid)


def test_a_wrong_app_or_a_wrong_key_is_refused_for_good(
    service: Service, product: Party, order: PaymentOrder, tmp_path: Path
) -> None:
    gateway = f"{service.url}/gateway.do"
    wrong_app = provider_at(gateway, service.folder, product.url, app_id="2021000000000009")
    wrong_key = provider_at(gateway, tmp_path, product.url)
    for alipay in (wrong_app, wrong_key):
        with pytest.raises(ProviderRefusedError, match=r"isv\.invalid"):
            alipay.query(order.id)


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_a_gateway_out_of_order_is_unavailable(
    hasty: AlipayProvider, faults: FaultSwitch, order: PaymentOrder, fault: str
) -> None:
    faults.change({"alipay": {fault: True}})
    for ask in (hasty.query, hasty.close):
        with pytest.raises(ProviderUnavailableError):
            ask(order.id)
