"""The adapter and the simulated WeChat Pay: the day's bill agrees with what was paid and what went back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from chalicelib.domain.bill import BillDamagedError, BilledPayment, BilledRefund, BillRow
from chalicelib.domain.china import CHINA
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import refund_number
from chalicelib.integrations.wechatpay import WechatPayProvider
from chalicelib.usecases.ports import (
    Channel,
    NoBill,
    Paid,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundDone,
)
from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from tests.integrations.both_sides import fresh
from tests.integrations.wechatpay_pair import Payer, provider_at
from tests.integrations.wechatpay_refund_side import REFUND
from tests.integrations.wechatpay_side import ORDER
from tests.local.simulators.running import Service, simulator

PRODUCT = "http://127.0.0.1:9"
"""Where nobody takes notices, so that only the bill tells."""
PREFIX = "/simulators/wechatpay"


class Days:
    """A simulator whose clock goes from day to day."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.clock = ShiftedClock(service.folder / "clock.json")
        self.wechatpay = provider_at(service.url, service.folder, PRODUCT)
        self.day = (datetime.now(CHINA) + timedelta(days=1)).date()
        self.faults = FaultSwitch(service.folder / "faults.json")

    def at(self, hour: int, minute: int = 0, *, days_later: int = 0) -> None:
        """It is this hour in China, today or later."""
        moment = datetime(self.day.year, self.day.month, self.day.day, hour, minute, tzinfo=CHINA)
        self.clock.shift((moment + timedelta(days=days_later) - datetime.now(UTC)).total_seconds())

    def pay(self) -> tuple[PaymentOrder, Paid]:
        """Somebody pays now."""
        order = fresh(ORDER, now=self.clock.now())
        Payer(self.service, self.wechatpay, order, Channel.PAGE).pay()
        paid = self.wechatpay.query(order.id)
        assert isinstance(paid, Paid)
        return replace(order, trade=paid.money.trade), paid

    def give_back(self, order: PaymentOrder, amount_fen: int, *, earlier: int = 0) -> BilledRefund:
        """We give back now; how it will be billed."""
        assert order.trade is not None
        number = refund_number(order.id, earlier)
        refund = replace(REFUND, id=number, order_id=order.id, trade=order.trade, amount_fen=amount_fen)
        assert self.wechatpay.refund(refund) == RefundDone()
        return BilledRefund(order_id=order.id, trade=order.trade, refund_id=number, amount_fen=amount_fen)

    def rows(self, day: date | None = None, wechatpay: WechatPayProvider | None = None) -> list[BillRow]:
        """The bill of a day."""
        with (wechatpay or self.wechatpay).daily_bill(day or self.day) as bill:
            assert not isinstance(bill, NoBill)
            rows = list(bill.rows())
            assert list(bill.rows()) == rows
            return rows


def billed(paid: Paid) -> BilledPayment:
    money = paid.money
    return BilledPayment(
        order_id=money.order_id, trade=money.trade, amount_fen=money.amount_fen, paid_at=money.paid_at
    )


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with simulator("wechatpay", tmp_path, "--root-path", PREFIX) as service:
        days = Days(service)
        days.faults.change({"wechatpay": {"refund_delay_s": 0}})
        days.at(9)
        yield days


def test_the_bill_of_a_day_has_its_payments_and_refunds_and_no_others(days: Days) -> None:
    first, first_paid = days.pay()
    part = days.give_back(first, 6100)
    days.at(23, 59)
    second, second_paid = days.pay()
    days.at(0, days_later=1)
    _, third_paid = days.pay()
    rest = days.give_back(first, 13105, earlier=1)
    whole = days.give_back(second, 19205)

    days.at(11, days_later=2)
    assert days.rows() == [billed(first_paid), part, billed(second_paid)]
    assert days.rows(days.day + timedelta(days=1)) == [billed(third_paid), rest, whole]
    prefixed = provider_at(f"{days.service.url}{PREFIX}", days.service.folder, PRODUCT)
    assert days.rows(wechatpay=prefixed) == days.rows()


def test_there_is_a_bill_from_ten_in_the_morning_and_none_where_nothing_was_paid(days: Days) -> None:
    _, paid = days.pay()
    with pytest.raises(ProviderRefusedError):
        days.rows()
    days.at(9, 59, days_later=1)
    with pytest.raises(ProviderUnavailableError):
        days.rows()
    days.at(10, days_later=1)
    assert days.rows() == [billed(paid)]
    with days.wechatpay.daily_bill(days.day - timedelta(days=1)) as bill:
        assert isinstance(bill, NoBill)
    days.faults.change({"wechatpay": {"bill_late_s": 3600}})
    with pytest.raises(ProviderUnavailableError):
        days.rows()
    days.at(11, days_later=1)
    assert days.rows() == [billed(paid)]


def test_a_bill_that_lacks_a_row_agrees_with_itself_and_one_with_wrong_totals_does_not(days: Days) -> None:
    paid = [days.pay()[1] for _ in range(2)]
    days.at(10, days_later=1)
    days.faults.change({"wechatpay": {"bill_lacks_row": True}})
    assert days.rows() == [billed(paid[0])]
    days.faults.change({"wechatpay": {"bill_lacks_row": False, "bill_wrong_total": True}})
    with pytest.raises(BillDamagedError):
        days.rows()


def test_what_was_given_back_on_the_console_stands_in_the_bill_alone(days: Days) -> None:
    order, paid = days.pay()
    assert order.trade is not None
    with httpx.Client(trust_env=False) as browser:
        browser.post(f"{days.service.url}/console/payments/{order.trade.trade_no}/refund")
    days.at(10, days_later=1)
    payment, refund = days.rows()
    assert payment == billed(paid)
    assert isinstance(refund, BilledRefund)
    assert (refund.order_id, refund.trade, refund.amount_fen) == (order.id, order.trade, 19205)
    assert not refund.refund_id.startswith(order.id)


def test_a_second_payment_of_one_order_is_billed_as_well(days: Days) -> None:
    days.faults.change({"wechatpay": {"pay_twice": True}})
    order = fresh(ORDER, now=days.clock.now())
    payer = Payer(days.service, days.wechatpay, order, Channel.PAGE)
    payer.pay()
    payer.pay()
    days.at(10, days_later=1)
    rows = days.rows()
    assert [row.order_id for row in rows] == [order.id] * 2
    assert len({row.trade for row in rows}) == 2


@pytest.mark.parametrize("fault", ["silent", "error_500", "probe_answers"])
def test_interfaces_out_of_order_are_asked_again(days: Days, fault: str) -> None:
    days.pay()
    days.at(10, days_later=1)
    days.faults.change({"wechatpay": {fault: True}})
    with pytest.raises(ProviderUnavailableError):
        days.rows()
    days.faults.change({"wechatpay": {fault: False}})
    assert len(days.rows()) == 1
