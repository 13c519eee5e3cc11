"""The adapter and the simulated WeChat Pay: money goes back, once for each number, and is told of."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.domain.refund import Refund, refund_number
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import (
    Channel,
    Paid,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundDone,
    RefundNews,
    RefundPending,
    RefundRefused,
)
from local.simulators.faults import FaultSwitch
from tests.integrations.both_sides import fresh
from tests.integrations.stub import Party
from tests.integrations.wechatpay_pair import Payer, is_probe, notices_of, provider_at
from tests.integrations.wechatpay_refund_side import REFUND
from tests.integrations.wechatpay_side import ORDER
from tests.local.simulators.running import Service, simulator


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("wechatpay")
    with simulator("wechatpay", folder, "--notice-scale", "0.001") as service:
        yield service


@pytest.fixture
def faults(faults: FaultSwitch) -> FaultSwitch:
    """Refunds are done at once unless told."""
    faults.change({"wechatpay": {"refund_delay_s": 0}})
    return faults


@pytest.fixture
def paid(service: Service, wechatpay: WechatPayProvider, faults: FaultSwitch) -> PaymentOrder:
    """An order that was paid at the simulator."""
    order = fresh(ORDER)
    Payer(service, wechatpay, order, Channel.PAGE).pay()
    answer = wechatpay.query(order.id)
    assert isinstance(answer, Paid)
    return replace(order, trade=answer.money.trade)


def refund_of(order: PaymentOrder, *, earlier: int = 0, amount_fen: int = 19205) -> Refund:
    assert order.trade is not None
    return replace(
        REFUND,
        id=refund_number(order.id, earlier),
        order_id=order.id,
        trade=order.trade,
        total_fen=order.amount_fen,
        amount_fen=amount_fen,
    )


def news_of(refund: Refund) -> RefundNews:
    return RefundNews(
        order_id=refund.order_id,
        refund_id=refund.id,
        answer=RefundDone(),
        trade_no=refund.trade.trade_no,
        amount_fen=refund.amount_fen,
    )


def test_money_goes_back_whole_and_is_told_of_and_asking_again_moves_nothing(
    product: Party, wechatpay: WechatPayProvider, paid: PaymentOrder
) -> None:
    refund = refund_of(paid)
    assert [wechatpay.refund(refund) for _ in range(3)] == [RefundDone()] * 3
    payment, told = notices_of(product, wechatpay, paid, 2)
    assert {type(payment), type(told)} == {Paid, RefundNews}
    assert news_of(refund) in (payment, told)
    assert {asked.path for asked in product.asked} == {"/api/webhooks/wechatpay"}
    after = wechatpay.query(paid.id)
    assert isinstance(after, Paid)
    assert not after.money.is_whole
    assert after.money.amount_fen == 19205, "what was paid, whatever went back"


def test_two_parts_go_back_under_two_numbers_and_no_more_than_was_paid(
    product: Party, wechatpay: WechatPayProvider, paid: PaymentOrder
) -> None:
    first = refund_of(paid, amount_fen=6100)
    second = refund_of(paid, earlier=1, amount_fen=13105)
    assert wechatpay.refund(replace(second, amount_fen=19206)) == RefundRefused(
        "INVALID_REQUEST", is_final=True
    )
    assert wechatpay.refund(first) == RefundDone()
    assert wechatpay.refund(replace(second, amount_fen=13106)) == RefundRefused(
        "INVALID_REQUEST", is_final=True
    )
    assert wechatpay.refund(second) == RefundDone()
    assert wechatpay.refund(refund_of(paid, earlier=2, amount_fen=1)) == RefundRefused(
        "INVALID_REQUEST", is_final=True
    )
    assert wechatpay.refund(first) == RefundDone()
    told = notices_of(product, wechatpay, paid, 3)
    assert [news in told for news in (news_of(first), news_of(second))] == [True, True]


def test_a_number_that_was_used_for_another_amount_moves_nothing_and_settles_nothing(
    wechatpay: WechatPayProvider, paid: PaymentOrder
) -> None:
    refund = refund_of(paid, amount_fen=6100)
    wechatpay.refund(refund)
    with pytest.raises(ProviderUnavailableError):
        wechatpay.refund(replace(refund, amount_fen=6200))
    assert wechatpay.refund(refund_of(paid, earlier=1, amount_fen=13105)) == RefundDone()


def test_a_refund_that_takes_time_is_pending_until_it_is_done(
    product: Party, wechatpay: WechatPayProvider, faults: FaultSwitch, paid: PaymentOrder
) -> None:
    faults.change({"wechatpay": {"refund_delay_s": 1}})
    refund = refund_of(paid)
    assert [wechatpay.refund(refund) for _ in range(2)] == [RefundPending()] * 2
    assert news_of(refund) in notices_of(product, wechatpay, paid, 2)
    assert wechatpay.refund(refund) == RefundDone()


def test_too_little_on_the_account_is_refused_for_now_and_done_with_the_same_number_later(
    wechatpay: WechatPayProvider, faults: FaultSwitch, paid: PaymentOrder
) -> None:
    faults.change({"wechatpay": {"balance_too_low": True}})
    refund = refund_of(paid)
    assert wechatpay.refund(refund) == RefundRefused("NOT_ENOUGH", is_final=False)
    faults.change({"wechatpay": {"balance_too_low": False}})
    assert wechatpay.refund(refund) == RefundDone()


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        ("refund_abnormal", RefundRefused("ABNORMAL", is_final=True)),
        ("refund_closed", RefundRefused("CLOSED", is_final=True, is_dead=True)),
    ],
)
def test_a_refund_that_cannot_arrive_is_refused_for_good(
    product: Party,
    wechatpay: WechatPayProvider,
    faults: FaultSwitch,
    paid: PaymentOrder,
    fault: str,
    refused: RefundRefused,
) -> None:
    faults.change({"wechatpay": {fault: True}})
    refund = refund_of(paid)
    assert [wechatpay.refund(refund) for _ in range(2)] == [refused] * 2
    assert replace(news_of(refund), answer=refused) in notices_of(product, wechatpay, paid, 2)


def test_what_a_person_helped_on_the_console_is_told_as_done(
    service: Service, product: Party, wechatpay: WechatPayProvider, faults: FaultSwitch, paid: PaymentOrder
) -> None:
    faults.change({"wechatpay": {"refund_abnormal": True}})
    refund = refund_of(paid)
    wechatpay.refund(refund)
    on_console(service, f"refunds/{refund.id}/help")
    assert news_of(refund) in notices_of(product, wechatpay, paid, 3)
    assert wechatpay.refund(refund) == RefundDone()


def test_money_given_back_on_the_console_is_told_under_a_number_that_is_not_ours(
    service: Service, product: Party, wechatpay: WechatPayProvider, paid: PaymentOrder
) -> None:
    assert paid.trade is not None
    on_console(service, f"payments/{paid.trade.trade_no}/refund", amount="192.05", told="on")
    (news,) = [notice for notice in notices_of(product, wechatpay, paid, 2) if isinstance(notice, RefundNews)]
    assert news.answer == RefundDone()
    assert not news.refund_id.startswith(paid.id)
    assert wechatpay.refund(refund_of(paid)) == RefundRefused("INVALID_REQUEST", is_final=True)


def on_console(service: Service, path: str, **form: str) -> None:
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:
        assert browser.post(f"{service.url}/console/{path}", data=form).status_code == 200


def test_a_trade_that_they_do_not_know_is_refused_for_good(
    wechatpay: WechatPayProvider, paid: PaymentOrder
) -> None:
    refund = replace(refund_of(paid), trade=Trade("wechatpay", REFUND.trade.trade_no))
    assert wechatpay.refund(refund) == RefundRefused("RESOURCE_NOT_EXISTS", is_final=True)


def test_a_refund_whose_answer_was_lost_is_found_done_and_moved_once(
    wechatpay: WechatPayProvider, faults: FaultSwitch, paid: PaymentOrder
) -> None:
    refund = refund_of(paid)
    faults.change({"wechatpay": {"answer_late_s": 2}})
    with pytest.raises(ProviderUnavailableError):
        wechatpay.refund(refund)
    faults.change({"wechatpay": {"answer_late_s": 0}})
    assert wechatpay.refund(refund) == RefundDone()
    assert wechatpay.refund(refund_of(paid, earlier=1, amount_fen=1)) == RefundRefused(
        "INVALID_REQUEST", is_final=True
    ), "all of it is gone"


@pytest.mark.parametrize("fault", ["silent", "error_500", "probe_answers"])
def test_interfaces_out_of_order_leave_the_refund_open(
    wechatpay: WechatPayProvider, faults: FaultSwitch, paid: PaymentOrder, fault: str
) -> None:
    faults.change({"wechatpay": {fault: True}})
    with pytest.raises(ProviderUnavailableError):
        wechatpay.refund(refund_of(paid))
    faults.change({"wechatpay": {fault: False}})
    assert wechatpay.refund(refund_of(paid)) == RefundDone()


def test_a_second_trade_of_an_order_goes_back_by_its_own_number(
    service: Service, wechatpay: WechatPayProvider, faults: FaultSwitch, product: Party
) -> None:
    faults.change({"wechatpay": {"pay_twice": True}})
    order = fresh(ORDER)
    payer = Payer(service, wechatpay, order, Channel.PAGE)
    payer.pay()
    payer.pay()
    trades = {
        notice.money.trade for notice in notices_of(product, wechatpay, order, 2) if isinstance(notice, Paid)
    }
    assert len(trades) == 2
    for earlier, trade in enumerate(trades):
        assert wechatpay.refund(refund_of(replace(order, trade=trade), earlier=earlier)) == RefundDone()


def test_notices_of_refunds_survive_a_migration_with_probes_between(
    product: Party, wechatpay: WechatPayProvider, faults: FaultSwitch, paid: PaymentOrder
) -> None:
    faults.change({"wechatpay": {"old_key": "always", "probe_notices": True, "repeat_notices": 1}})
    refund = refund_of(paid)
    wechatpay.refund(refund)
    told = notices_of(product, wechatpay, paid, 4)
    assert told.count(news_of(refund)) >= 1
    assert any(is_probe(asked) for asked in product.asked)


def test_a_wrong_key_of_ours_is_for_a_person(service: Service, product: Party, paid: PaymentOrder) -> None:
    stranger = provider_at(service.url, service.folder, product.url, certificate_serial="0" * 40)
    with pytest.raises(ProviderRefusedError, match="SIGN_ERROR"):
        stranger.refund(refund_of(paid))
