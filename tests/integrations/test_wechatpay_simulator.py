"""The adapter and the simulated WeChat Pay, each speaking the real protocol: from the door to the money."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.domain.payment import PaymentOrder
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import (
    Channel,
    Closed,
    DoorShutError,
    Paid,
    ProviderRefusedError,
    ProviderUnavailableError,
    Unknown,
    Unpaid,
)
from local.simulators.faults import FaultSwitch
from local.simulators.wechatpay.keys import OLD_SERIAL, ensure_keys
from tests.integrations.both_sides import fresh
from tests.integrations.stub import Party
from tests.integrations.wechatpay_pair import ADDRESS, Payer, is_probe, notices_of, provider_at
from tests.integrations.wechatpay_side import MERCHANT, ORDER
from tests.local.simulators.running import Service, simulator


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("wechatpay")
    with simulator("wechatpay", folder, "--root-path", "/simulators/wechatpay") as service:
        yield service


@pytest.fixture
def order() -> PaymentOrder:
    return fresh(ORDER)


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("prefix", ["", "/simulators/wechatpay"])
def test_a_payer_pays_and_notice_and_query_agree_on_the_money(
    service: Service, product: Party, order: PaymentOrder, channel: Channel, prefix: str
) -> None:
    wechatpay = provider_at(f"{service.url}{prefix}", service.folder, product.url)
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert wechatpay.query(order.id) == Unknown()
    payer = Payer(service, wechatpay, order, channel)
    assert "192.05" in payer.page
    assert order.subject in payer.page
    assert wechatpay.query(order.id) == Unpaid()
    answer = payer.pay()
    if channel is Channel.WAP:
        assert answer.headers["Location"] == f"{product.url}/registrations/r1/payment?order={order.id}"

    paid = wechatpay.query(order.id)
    assert isinstance(paid, Paid)
    assert (paid.money.amount_fen, paid.money.merchant, paid.money.currency) == (19205, MERCHANT, "CNY")
    assert before <= paid.money.paid_at <= datetime.now(UTC)
    assert notices_of(product, wechatpay, order) == [paid]
    assert {asked.path for asked in product.asked} == {"/api/webhooks/wechatpay"}


@pytest.mark.parametrize("channel", list(Channel))
def test_opening_an_order_again_gives_another_door_to_the_same(
    service: Service, wechatpay: WechatPayProvider, order: PaymentOrder, channel: Channel
) -> None:
    first, second = (Payer(service, wechatpay, order, channel) for _ in range(2))
    first.pay()
    second.pay()
    with pytest.raises(DoorShutError):
        wechatpay.begin(order, channel, address=ADDRESS)


def test_an_order_begun_at_a_desk_is_not_opened_on_a_phone(
    wechatpay: WechatPayProvider, order: PaymentOrder
) -> None:
    wechatpay.begin(order, Channel.PAGE, address=ADDRESS)
    with pytest.raises(DoorShutError):
        wechatpay.begin(order, Channel.WAP, address=ADDRESS)
    assert wechatpay.close(order.id) == Closed()
    with pytest.raises(DoorShutError):
        wechatpay.begin(order, Channel.PAGE, address=ADDRESS)


def test_a_phone_that_changed_its_network_is_told_that_the_order_is_begun(
    wechatpay: WechatPayProvider, order: PaymentOrder
) -> None:
    wechatpay.begin(order, Channel.WAP, address=ADDRESS)
    with pytest.raises(DoorShutError):
        wechatpay.begin(order, Channel.WAP, address="203.0.113.8")


def test_what_is_asked_wrongly_is_refused_for_good(wechatpay: WechatPayProvider, order: PaymentOrder) -> None:
    with pytest.raises(ProviderRefusedError) as raised:
        wechatpay.begin(order, Channel.WAP, address="nowhere")
    assert not isinstance(raised.value, DoorShutError)


def test_closing_is_unknown_then_closed_and_a_paid_order_is_not_closed(
    service: Service, wechatpay: WechatPayProvider, order: PaymentOrder
) -> None:
    assert wechatpay.close(order.id) == Unknown()
    payer = Payer(service, wechatpay, order, Channel.PAGE)
    assert wechatpay.close(order.id) == Closed()
    assert wechatpay.query(order.id) == Closed()
    assert wechatpay.close(order.id) == Closed()
    assert "订单已关闭" in payer.pay().text
    assert wechatpay.query(order.id) == Closed()

    another = fresh(order)
    Payer(service, wechatpay, another, Channel.PAGE).pay()
    assert wechatpay.close(another.id) == Unpaid()
    assert isinstance(wechatpay.query(another.id), Paid)


def test_during_a_migration_either_key_signs_and_probes_come_between(
    service: Service, product: Party, wechatpay: WechatPayProvider, faults: FaultSwitch, order: PaymentOrder
) -> None:
    faults.change({"wechatpay": {"old_key": "always", "probe_notices": True}})
    Payer(service, wechatpay, order, Channel.PAGE).pay()
    paid = wechatpay.query(order.id)
    assert notices_of(product, wechatpay, order) == [paid]
    genuine = [asked for asked in product.asked if not is_probe(asked)]
    ours = next(asked for asked in genuine if wechatpay.read_notice(asked.body, asked.headers) == paid)
    sent = [asked for asked in product.asked if asked.body == ours.body]
    assert [asked.headers["wechatpay-serial"] for asked in sent] == [OLD_SERIAL] * 2
    assert [is_probe(asked) for asked in sent] == [True, False]


def test_an_answer_that_is_a_probe_is_silence(
    wechatpay: WechatPayProvider, faults: FaultSwitch, order: PaymentOrder
) -> None:
    faults.change({"wechatpay": {"probe_answers": True}})
    with pytest.raises(ProviderUnavailableError):
        wechatpay.begin(order, Channel.PAGE, address=ADDRESS)
    faults.clear()
    assert wechatpay.query(order.id) == Unpaid(), "it was opened all the same"


def test_foreign_money_is_told_as_foreign(
    service: Service, product: Party, wechatpay: WechatPayProvider, faults: FaultSwitch, order: PaymentOrder
) -> None:
    faults.change({"wechatpay": {"foreign_currency": True}})
    Payer(service, wechatpay, order, Channel.PAGE).pay()
    (notice,) = notices_of(product, wechatpay, order)
    assert isinstance(notice, Paid)
    assert notice.money.currency == "USD"


def test_a_wrong_merchant_or_a_wrong_key_is_refused_for_good(
    service: Service, product: Party, order: PaymentOrder, tmp_path: Path
) -> None:
    named = provider_at(service.url, service.folder, product.url, mchid="1900000009")
    serial = provider_at(service.url, service.folder, product.url, certificate_serial="0" * 40)
    other_key = ensure_keys(tmp_path).merchant.private.read_text()
    forged = provider_at(service.url, service.folder, product.url, private_key=other_key)
    for wechatpay in (named, serial, forged):
        with pytest.raises(ProviderRefusedError, match="SIGN_ERROR"):
            wechatpay.query(order.id)


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_interfaces_out_of_order_are_unavailable(
    wechatpay: WechatPayProvider, faults: FaultSwitch, order: PaymentOrder, fault: str
) -> None:
    faults.change({"wechatpay": {fault: True}})
    for ask in (wechatpay.query, wechatpay.close):
        with pytest.raises(ProviderUnavailableError):
            ask(order.id)
    with pytest.raises(ProviderUnavailableError):
        wechatpay.begin(order, Channel.PAGE, address=ADDRESS)
