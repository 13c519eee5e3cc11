"""The adapter fetches the daily bill of the simulated Alipay, each speaking the real protocol."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from chalicelib.domain.bill import BillDamagedError, BilledPayment, BilledRefund, BillRow
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import refund_number
from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.integrations.alipay.forms import SHANGHAI
from chalicelib.usecases.ports import Paid, ProviderUnavailableError
from chalicelib.usecases.ports.providers import NoBill, RefundDone
from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from tests.integrations.alipay_buyer import pay, provider_at
from tests.integrations.alipay_side import ORDER, REFUND
from tests.integrations.both_sides import fresh
from tests.integrations.stub import Party
from tests.local.simulators.running import Service, simulator


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("alipay")
    with simulator("alipay", folder, "--root-path", "/simulators/alipay") as service:
        yield service


@pytest.fixture
def clock(service: Service) -> ShiftedClock:
    return ShiftedClock(service.folder / "clock.json")


def set_to(clock: ShiftedClock, day: date, hour: int, minute: int = 0) -> None:
    """Move the clock to a moment in Shanghai."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    clock.shift((moment - datetime.now(UTC)).total_seconds())


def paid_order(alipay: AlipayProvider, clock: ShiftedClock, *, fen: int = 19205) -> tuple[PaymentOrder, Paid]:
    order = fresh(ORDER, now=clock.now(), amount_fen=fen, subject="一级,建造师\t“费”€")
    pay(alipay, order)
    paid = alipay.query(order.id)
    assert isinstance(paid, Paid)
    return order, paid


def rows(alipay: AlipayProvider, day: date) -> list[BillRow]:
    with alipay.daily_bill(day) as found:
        assert not isinstance(found, NoBill)
        return list(found.rows())


def gives_back(alipay: AlipayProvider, paid: Paid, fen: int, earlier: int = 0) -> BilledRefund:
    order_id = paid.money.order_id
    number = refund_number(order_id, earlier)
    refund = replace(REFUND, id=number, order_id=order_id, trade=paid.money.trade, amount_fen=fen)
    assert alipay.refund(refund) == RefundDone()
    return BilledRefund(order_id=order_id, trade=paid.money.trade, refund_id=number, amount_fen=fen)


def billed(paid: Paid) -> BilledPayment:
    money = paid.money
    return BilledPayment(
        order_id=money.order_id, trade=money.trade, amount_fen=money.amount_fen, paid_at=money.paid_at
    )


@pytest.mark.parametrize("prefix", ["", "/simulators/alipay"])
def test_each_payment_and_refund_stands_in_the_bill_of_its_own_day_in_shanghai(
    service: Service, product: Party, clock: ShiftedClock, prefix: str
) -> None:
    alipay = provider_at(f"{service.url}{prefix}/gateway.do", service.folder, product.url)
    first, second = date(2026, 12, 31), date(2027, 1, 1)
    set_to(clock, first, 23, 40)
    _, one = paid_order(alipay, clock)
    _, other = paid_order(alipay, clock, fen=1)
    part = gives_back(alipay, one, 6100)
    set_to(clock, second, 0, 1)
    _, third = paid_order(alipay, clock)
    rest = gives_back(alipay, one, 13105, earlier=1)
    console = f"{service.url}/trades/{third.money.trade.trade_no}/refund"
    assert httpx.post(console, data={"amount": "0.05"}, trust_env=False).status_code == 303

    set_to(clock, second + timedelta(days=1), 10)
    assert rows(alipay, first) == [billed(one), billed(other), part]
    *known, unknown = rows(alipay, second)
    assert known == [billed(third), rest]
    assert isinstance(unknown, BilledRefund)
    assert (unknown.trade, unknown.amount_fen) == (third.money.trade, 5)
    assert not unknown.refund_id.startswith(third.money.order_id)


def test_a_bill_is_there_from_ten_and_a_day_without_money_has_none(
    alipay: AlipayProvider, clock: ShiftedClock, faults: FaultSwitch
) -> None:
    day = date(2026, 12, 30)
    following = day + timedelta(days=1)
    set_to(clock, day, 12)
    _, paid = paid_order(alipay, clock)
    for on, hour, minute in ((day, 23, 59), (following, 0, 1), (following, 9, 59)):
        set_to(clock, on, hour, minute)
        with pytest.raises(ProviderUnavailableError), alipay.daily_bill(day):
            pass
    set_to(clock, following, 10)
    assert rows(alipay, day) == [billed(paid)]
    with alipay.daily_bill(day - timedelta(days=1)) as found:
        assert found == NoBill()
    faults.change({"alipay": {"bill_late_s": 3600}})
    with alipay.daily_bill(day) as found:
        assert found == NoBill()
    set_to(clock, following, 11)
    assert rows(alipay, day) == [billed(paid)]


def test_a_bill_whose_total_is_off_is_damaged_and_one_that_lacks_a_row_adds_up_all_the_same(
    alipay: AlipayProvider, clock: ShiftedClock, faults: FaultSwitch
) -> None:
    day = date(2026, 12, 30)
    set_to(clock, day, 12)
    _, one = paid_order(alipay, clock)
    paid_order(alipay, clock)
    set_to(clock, day + timedelta(days=1), 10)
    faults.change({"alipay": {"bill_wrong_total": True}})
    with pytest.raises(BillDamagedError):
        rows(alipay, day)
    faults.change({"alipay": {"bill_wrong_total": False, "bill_lacks_row": True}})
    assert rows(alipay, day) == [billed(one)]


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_a_gateway_out_of_order_has_no_bill_to_tell_of(
    hasty: AlipayProvider, clock: ShiftedClock, faults: FaultSwitch, fault: str
) -> None:
    day = date(2026, 12, 30)
    set_to(clock, day + timedelta(days=1), 10)
    faults.change({"alipay": {fault: True}})
    with pytest.raises(ProviderUnavailableError), hasty.daily_bill(day):
        pass
