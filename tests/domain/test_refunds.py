"""What a refund makes of its order, and when it is asked for again (payments 3 and 4)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import (
    Refund,
    RefundCause,
    is_given_up,
    next_refund_ask,
    refund_of,
    refunded,
    refunding,
    with_refund_failed,
    with_refund_resumed,
)
from tests.builders import NOW, a_payable_registration, an_account, an_order

TRADE = Trade("alipay", TradeNo("first"))
PAID = replace(
    an_order(a_payable_registration(an_account())), state=OrderState.PAID, trade=TRADE, received_fen=24000
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def wanted(order: PaymentOrder, fen: int, trade: Trade = TRADE) -> Refund:
    return refund_of(order, trade, fen, total_fen=24000, cause=RefundCause.FINANCE, now=NOW)


def test_refunds_of_an_order_have_fixed_numbers() -> None:
    first = wanted(PAID, 100)
    assert first.id == f"{PAID.id}R01"
    assert wanted(refunding(PAID, first), 100).id == f"{PAID.id}R02"


def test_a_whole_refund_ends_in_refunded() -> None:
    whole = wanted(PAID, 24000)
    under_way = refunding(PAID, whole)
    assert (under_way.state, under_way.left_fen) == (OrderState.REFUNDING, 0)
    done = refunded(under_way, whole)
    assert (done.state, done.refunding_fen, done.refunded_fen) == (OrderState.REFUNDED, 0, 24000)


def test_a_part_leaves_the_rest() -> None:
    part = wanted(PAID, 4000)
    done = refunded(refunding(PAID, part), part)
    assert (done.state, done.left_fen, done.refunded_fen) == (OrderState.PART_REFUNDED, 20000, 4000)


def test_a_stuck_refund_keeps_its_money_reserved_and_goes_on_under_its_number() -> None:
    whole = wanted(PAID, 24000)
    stuck = with_refund_failed(refunding(PAID, whole), whole)
    assert (stuck.state, stuck.left_fen) == (OrderState.REFUND_FAILED, 0)
    assert with_refund_resumed(stuck, whole).state is OrderState.REFUNDING


def test_the_refund_of_a_second_trade_takes_a_number_and_nothing_of_the_first() -> None:
    second = wanted(PAID, 24000, Trade("alipay", TradeNo("second")))
    after = refunding(PAID, second)
    assert after == replace(PAID, refunds=1)
    assert refunded(after, second) == after
    assert with_refund_failed(after, second) == after


@given(st.lists(st.integers(1, 9000), max_size=6))
def test_whatever_goes_back_in_parts_adds_up(parts: list[int]) -> None:
    order = PAID
    for fen in parts:
        if fen > order.left_fen:
            break
        part = wanted(order, fen)
        order = refunded(refunding(order, part), part)
    assert order.left_fen + order.refunded_fen == 24000
    assert (order.state is OrderState.REFUNDED) == (order.left_fen == 0)


# asks so far | asked again after
BACK_OFF = [
    (0, MINUTE),
    (1, 5 * MINUTE),
    (2, 30 * MINUTE),
    (3, 2 * HOUR),
    (4, 6 * HOUR),
    (5, 12 * HOUR),
    (14, 12 * HOUR),
]


@pytest.mark.parametrize(("attempts", "after"), BACK_OFF)
def test_asking_for_a_refund_backs_off(attempts: int, after: timedelta) -> None:
    assert next_refund_ask(replace(wanted(PAID, 1), attempts=attempts), NOW) == NOW + after


@pytest.mark.parametrize(("now", "given_up"), [(NOW + 7 * DAY - MINUTE, False), (NOW + 7 * DAY, True)])
def test_after_seven_days_a_person_looks(now: datetime, given_up: bool) -> None:
    assert is_given_up(wanted(PAID, 1), now) is given_up
