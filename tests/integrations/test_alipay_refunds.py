"""The adapter gives money back at the simulated Alipay, each speaking the real protocol."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest

from chalicelib.domain.ids import RefundId, TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.domain.refund import Refund, refund_number
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.usecases.ports import Channel, Closed, Paid, ProviderUnavailableError
from chalicelib.usecases.ports.providers import RefundDone, RefundNews, RefundRefused
from local.simulators.faults import FaultSwitch
from tests.integrations.alipay_buyer import Buyer, notices_of, pay
from tests.integrations.alipay_side import ORDER, REFUND, pay_url
from tests.integrations.both_sides import fresh
from tests.integrations.stub import Party
from tests.local.simulators.running import Service, simulator


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("alipay")
    with simulator("alipay", folder, "--notice-scale", "0.0005") as service:
        yield service


@pytest.fixture
def order() -> PaymentOrder:
    return fresh(ORDER)


@pytest.fixture
def part(alipay: AlipayProvider, order: PaymentOrder) -> Callable[[int, int], Refund]:
    """A refund of the order, which is paid here, by its count and amount."""
    pay(alipay, order)
    paid = alipay.query(order.id)
    assert isinstance(paid, Paid)
    trade = paid.money.trade
    return lambda earlier, amount_fen: replace(
        REFUND, id=refund_number(order.id, earlier), order_id=order.id, trade=trade, amount_fen=amount_fen
    )


def news_of(alipay: AlipayProvider, product: Party, order: PaymentOrder, count: int) -> list[RefundNews]:
    give_up_at = time.monotonic() + 5
    while True:
        read = [alipay.read_notice(body, {}) for body in notices_of(product, order)]
        if len(news := [notice for notice in read if isinstance(notice, RefundNews)]) >= count:
            assert len({notice.money for notice in read if isinstance(notice, Paid)}) <= 1
            return news
        assert time.monotonic() < give_up_at, "no news of the refund came"
        time.sleep(0.02)


def test_two_parts_go_back_each_under_its_number_and_the_product_is_told_of_both(
    alipay: AlipayProvider, product: Party, order: PaymentOrder, part: Callable[[int, int], Refund]
) -> None:
    first, second = part(0, 6100), part(1, 13105)
    assert alipay.refund(first) == RefundDone()
    assert isinstance(alipay.query(order.id), Paid)
    assert alipay.refund(second) == RefundDone()
    gone = alipay.query(order.id)
    assert isinstance(gone, Paid)
    assert not gone.money.is_whole
    news = news_of(alipay, product, order, 2)
    assert {one.refund_id for one in news} == {first.id, second.id}
    assert {one.order_id for one in news} == {order.id}


def test_the_same_number_moves_money_once_however_often_it_is_asked(
    alipay: AlipayProvider, part: Callable[[int, int], Refund]
) -> None:
    whole = part(0, 19205)
    assert [alipay.refund(whole) for _ in range(3)] == [RefundDone()] * 3
    again = part(1, 1)
    assert alipay.refund(again) == RefundRefused("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", is_final=True)


def test_the_same_number_with_another_amount_is_refused_for_good(
    alipay: AlipayProvider, part: Callable[[int, int], Refund]
) -> None:
    assert alipay.refund(part(0, 6100)) == RefundDone()
    assert alipay.refund(part(0, 6000)) == RefundRefused("ACQ.DISCORDANT_REPEAT_REQUEST", is_final=True)


def test_more_than_came_does_not_go_back(alipay: AlipayProvider, part: Callable[[int, int], Refund]) -> None:
    refusal = RefundRefused("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", is_final=True)
    assert alipay.refund(part(0, 19206)) == refusal
    assert alipay.refund(part(0, 10000)) == RefundDone()
    assert alipay.refund(part(1, 9206)) == refusal
    assert alipay.refund(part(1, 9205)) == RefundDone()


def test_a_trade_that_nobody_paid_or_knows_gives_nothing_back(
    alipay: AlipayProvider, service: Service, order: PaymentOrder
) -> None:
    Buyer(pay_url(alipay, order, Channel.PAGE)).log_in()
    page = httpx.get(service.url, trust_env=False).text
    row = next(row for row in page.split("<tr>") if order.id in row)
    trade_no = TradeNo(row.split("</td>")[0].removeprefix("<td>"))
    refund = replace(REFUND, order_id=order.id, trade=Trade("alipay", trade_no))
    assert alipay.refund(refund) == RefundRefused("ACQ.TRADE_STATUS_ERROR", is_final=True)
    unknown = replace(refund, trade=Trade("alipay", TradeNo("2026030122001481070500000009")))
    assert alipay.refund(unknown) == RefundRefused("ACQ.TRADE_NOT_EXIST", is_final=True)
    alipay.close(order.id)
    assert alipay.query(order.id) == Closed()


def test_too_little_on_the_account_is_no_for_now_and_yes_after_it_was_filled(
    alipay: AlipayProvider, faults: FaultSwitch, part: Callable[[int, int], Refund]
) -> None:
    faults.change({"alipay": {"balance_too_low": True}})
    assert alipay.refund(part(0, 6100)) == RefundRefused("ACQ.SELLER_BALANCE_NOT_ENOUGH", is_final=False)
    faults.clear()
    assert alipay.refund(part(0, 6100)) == RefundDone()
    faults.change({"alipay": {"balance_too_low": True}})
    assert alipay.refund(part(0, 6100)) == RefundDone()


def test_a_refund_whose_answer_is_lost_is_done_and_asking_again_says_so(
    alipay: AlipayProvider,
    hasty: AlipayProvider,
    faults: FaultSwitch,
    part: Callable[[int, int], Refund],
) -> None:
    refund = part(0, 19205)
    faults.change({"alipay": {"answer_late_s": 1.5}})
    with pytest.raises(ProviderUnavailableError):
        hasty.refund(refund)
    faults.clear()
    assert alipay.refund(refund) == RefundDone()


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_a_gateway_out_of_order_refunds_nothing(
    alipay: AlipayProvider,
    hasty: AlipayProvider,
    faults: FaultSwitch,
    part: Callable[[int, int], Refund],
    fault: str,
) -> None:
    refund = part(0, 6100)
    faults.change({"alipay": {fault: True}})
    with pytest.raises(ProviderUnavailableError):
        hasty.refund(refund)
    faults.clear()
    assert alipay.refund(part(0, 19205)) == RefundDone()


def test_a_refund_from_the_console_is_told_of_without_a_number_of_ours(
    alipay: AlipayProvider,
    service: Service,
    product: Party,
    order: PaymentOrder,
    part: Callable[[int, int], Refund],
) -> None:
    button = f"{service.url}/trades/{part(0, 1).trade.trade_no}/refund"
    for amount in ("192.06", "0", "x", ""):
        refused = httpx.post(button, data={"amount": amount}, trust_env=False)
        assert (refused.status_code, "不能退款" in refused.text) == (400, True)
    assert httpx.post(button, data={"amount": "192.05"}, trust_env=False).status_code == 303
    (news,) = news_of(alipay, product, order, 1)
    assert replace(news, mark="") == RefundNews(
        order_id=order.id, refund_id=RefundId(""), answer=RefundDone(), trade_no=part(0, 1).trade.trade_no
    )
    assert "192.05" in news.mark
    gone = alipay.query(order.id)
    assert isinstance(gone, Paid)
    assert not gone.money.is_whole
    unknown = f"{service.url}/trades/2026030122001481070500000009/refund"
    assert httpx.post(unknown, data={"amount": "1"}, trust_env=False).status_code == 400


def test_news_of_a_refund_is_sent_again_until_it_is_taken(
    alipay: AlipayProvider,
    product: Party,
    order: PaymentOrder,
    faults: FaultSwitch,
    part: Callable[[int, int], Refund],
) -> None:
    refund = part(0, 6100)
    faults.change({"alipay": {"repeat_notices": 1}})
    alipay.refund(refund)
    assert {one.refund_id for one in news_of(alipay, product, order, 2)} == {refund.id}
