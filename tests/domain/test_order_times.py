"""How long an order lives, and when its provider is asked (payments 4)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.exam import Window
from chalicelib.domain.payment import (
    OrderState,
    is_over,
    is_reusable,
    next_due_at,
    order_expiry,
    unknown_means_closed,
)
from tests.builders import NOW, a_payable_registration, an_account, an_order

ORDER = an_order(a_payable_registration(an_account()))
EXPIRES = ORDER.expires_at
S, MINUTE, MOMENT = timedelta(seconds=1), timedelta(minutes=1), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("window_ends", "expires"),
    [
        (NOW + timedelta(days=3), NOW + 30 * MINUTE),
        (NOW + 30 * MINUTE + S, NOW + 30 * MINUTE),
        (NOW + 30 * MINUTE, NOW + 30 * MINUTE),
        (NOW + 29 * MINUTE, NOW + 29 * MINUTE),
        (NOW + 10 * S, NOW + 10 * S),
    ],
)
def test_an_order_lives_half_an_hour_and_never_past_the_payment_window(
    window_ends: datetime, expires: datetime
) -> None:
    assert order_expiry(NOW, Window(NOW - MINUTE, window_ends)) == expires


REUSE = [
    # state, provider, fen, moment, served again
    (OrderState.CREATED, "alipay", 24000, NOW, True),
    (OrderState.PENDING, "alipay", 24000, EXPIRES - MOMENT, True),
    (OrderState.PENDING, "alipay", 24000, EXPIRES, False),
    (OrderState.PENDING, "wechatpay", 24000, NOW, False),
    (OrderState.PENDING, "alipay", 23999, NOW, False),
    (OrderState.CLOSING, "alipay", 24000, NOW, False),
    (OrderState.CLOSED, "alipay", 24000, NOW, False),
    (OrderState.PAID, "alipay", 24000, NOW, False),
    (OrderState.SURPLUS, "alipay", 24000, NOW, False),
    (OrderState.MISMATCH, "alipay", 24000, NOW, False),
]


@pytest.mark.parametrize(("state", "provider", "fen", "now", "again"), REUSE)
def test_a_live_order_of_the_same_provider_and_amount_serves_again(
    state: OrderState, provider: str, fen: int, now: datetime, again: bool
) -> None:
    order = replace(ORDER, state=state)
    assert is_reusable(order, provider=provider, amount_fen=fen, now=now) is again


# answers so far, moment | asked again at
BACK_OFF = [
    (0, NOW, NOW + 30 * S),
    (1, NOW, NOW + 1 * MINUTE),
    (2, NOW, NOW + 2 * MINUTE),
    (3, NOW, NOW + 4 * MINUTE),
    (4, NOW, NOW + 8 * MINUTE),
    (5, NOW, NOW + 15 * MINUTE),
    (50, NOW, NOW + 15 * MINUTE),
    (5, EXPIRES - MINUTE, EXPIRES + 60 * S),
    (5, EXPIRES + 60 * S - MOMENT, EXPIRES + 60 * S),
    (5, EXPIRES + 60 * S, EXPIRES + 5 * MINUTE),
    (0, EXPIRES + 60 * S, EXPIRES + 90 * S),
    (5, EXPIRES + 5 * MINUTE, EXPIRES + 20 * MINUTE),
]


@pytest.mark.parametrize(("attempts", "now", "due_at"), BACK_OFF)
def test_asking_backs_off_with_stops_at_the_end(attempts: int, now: datetime, due_at: datetime) -> None:
    assert next_due_at(replace(ORDER, attempts=attempts), now) == due_at


@given(st.integers(0, 1000), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_the_next_time_is_always_to_come_and_never_far(attempts: int, later: timedelta) -> None:
    now = ORDER.created_at + later
    assert now < next_due_at(replace(ORDER, attempts=attempts), now) <= now + 15 * MINUTE


@pytest.mark.parametrize(
    ("now", "over", "closed"),
    [
        (EXPIRES, False, False),
        (EXPIRES + 60 * S - MOMENT, False, False),
        (EXPIRES + 60 * S, True, False),
        (EXPIRES + 5 * MINUTE - MOMENT, True, False),
        (EXPIRES + 5 * MINUTE, True, True),
    ],
)
def test_when_an_order_is_over_and_when_an_unknown_one_is_closed(
    now: datetime, over: bool, closed: bool
) -> None:
    assert is_over(ORDER, now) is over
    assert unknown_means_closed(ORDER, now) is closed
