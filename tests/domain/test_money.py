"""What evidence of money means for the order it names (payments 3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.exam import Window
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import (
    OPEN,
    AlreadyKnown,
    Decision,
    Merchant,
    Mismatch,
    Money,
    OrderState,
    PaymentOrder,
    SecondTrade,
    Settle,
    Surplus,
    Trade,
    decide_on_money,
)
from chalicelib.domain.registration import Registration, State
from tests.builders import MERCHANT, NOW, a_payable_registration, an_account, an_offering, an_order, money_for

WINDOW = an_offering().windows.payment
MOMENT = timedelta(microseconds=1)
PAYABLE = a_payable_registration(an_account())
ORDER = an_order(PAYABLE)
PAID_AS_ASKED = money_for(ORDER)
OTHER_TRADE = Trade("alipay", TradeNo("another trade"))
SURPLUS = Surplus()


def state(of_registration: State) -> Registration:
    return replace(PAYABLE, state=of_registration)


def order(**changes: Any) -> PaymentOrder:
    return replace(ORDER, **changes)


def money(**changes: Any) -> Money:
    return replace(PAID_AS_ASKED, **changes)


PAID = order(state=OrderState.PAID, trade=PAID_AS_ASKED.trade)
SET_ASIDE = order(state=OrderState.MISMATCH, trade=PAID_AS_ASKED.trade)
GOES_BACK = order(state=OrderState.SURPLUS, trade=PAID_AS_ASKED.trade)

CASES = [
    # the case, order, registration, money, decision
    ("as asked", ORDER, PAYABLE, money(), Settle()),
    ("the order is pending", order(state=OrderState.PENDING), PAYABLE, money(), Settle()),
    ("the order is closing", order(state=OrderState.CLOSING), PAYABLE, money(), Settle()),
    ("the order was closed", order(state=OrderState.CLOSED), PAYABLE, money(), Settle()),
    ("paid in the last moment", ORDER, PAYABLE, money(paid_at=WINDOW.end - MOMENT), Settle()),
    ("paid in the first moment", ORDER, PAYABLE, money(paid_at=WINDOW.start), Settle()),
    ("paid when the window is over", ORDER, PAYABLE, money(paid_at=WINDOW.end), SURPLUS),
    ("paid before the window", ORDER, PAYABLE, money(paid_at=WINDOW.start - MOMENT), SURPLUS),
    ("paid by another order already", ORDER, state(State.PAID), money(), SURPLUS),
    ("edited meanwhile", ORDER, state(State.DRAFT), money(), SURPLUS),
    ("under review again", ORDER, state(State.UNDER_REVIEW), money(), SURPLUS),
    ("rejected meanwhile", ORDER, state(State.REJECTED), money(), SURPLUS),
    ("superseded", ORDER, state(State.SUPERSEDED), money(), SURPLUS),
    ("void", ORDER, state(State.VOID), money(), SURPLUS),
    ("given up", ORDER, None, money(), SURPLUS),
    ("left after it was paid", ORDER, state(State.OPTED_OUT), money(), SURPLUS),
    ("it costs more now", ORDER, replace(PAYABLE, amount_fen=24100), money(), SURPLUS),
    ("it costs less now", ORDER, replace(PAYABLE, amount_fen=12000), money(), SURPLUS),
    ("a fen too little", ORDER, PAYABLE, money(amount_fen=23999), Mismatch()),
    ("a fen too much", ORDER, PAYABLE, money(amount_fen=24001), Mismatch()),
    ("nothing", ORDER, PAYABLE, money(amount_fen=0), Mismatch()),
    ("another seller", ORDER, PAYABLE, money(merchant=replace(MERCHANT, seller_id="2088")), Mismatch()),
    ("another app", ORDER, PAYABLE, money(merchant=replace(MERCHANT, app_id="2021")), Mismatch()),
    ("another currency", ORDER, PAYABLE, money(currency="USD"), Mismatch()),
    ("some went back already", ORDER, PAYABLE, money(is_whole=False), Mismatch()),
    ("another provider", ORDER, PAYABLE, money(trade=Trade("wechatpay", TradeNo("1"))), Mismatch()),
    (
        "a wrong amount on a closed order",
        order(state=OrderState.CLOSED),
        PAYABLE,
        money(amount_fen=1),
        Mismatch(),
    ),
    ("a wrong amount for what was given up", ORDER, None, money(amount_fen=1), Mismatch()),
    ("the same trade again", PAID, state(State.PAID), money(), AlreadyKnown()),
    ("the same trade again, set aside", SET_ASIDE, PAYABLE, money(), AlreadyKnown()),
    ("the same trade again, on its way back", GOES_BACK, None, money(), AlreadyKnown()),
    ("the same trade with another amount", PAID, state(State.PAID), money(amount_fen=1), AlreadyKnown()),
    ("a second trade", PAID, state(State.PAID), money(trade=OTHER_TRADE), SecondTrade()),
    ("a second trade after a wrong amount", SET_ASIDE, PAYABLE, money(trade=OTHER_TRADE), SecondTrade()),
    (
        "a second trade with a wrong amount",
        PAID,
        PAYABLE,
        money(trade=OTHER_TRADE, amount_fen=1),
        SecondTrade(),
    ),
]


@pytest.mark.parametrize(
    ("asked", "registration", "came", "decision"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_what_money_means(
    asked: PaymentOrder, registration: Registration | None, came: Money, decision: Decision
) -> None:
    assert decide_on_money(asked, registration, came, WINDOW) == decision


def test_money_for_an_exam_that_is_gone_goes_back() -> None:
    assert decide_on_money(ORDER, PAYABLE, money(), None) == SURPLUS


def test_when_it_is_learnt_of_does_not_matter() -> None:
    """Only the provider's clock counts: a trade of the last day still settles a week later (handbook 4.7)."""
    late = money(paid_at=WINDOW.end - MOMENT)
    assert decide_on_money(order(state=OrderState.CLOSED), PAYABLE, late, WINDOW) == Settle()


_MONIES = st.builds(
    money,
    trade=st.sampled_from([PAID_AS_ASKED.trade, OTHER_TRADE, Trade("alipay", TradeNo("third"))]),
    amount_fen=st.sampled_from([24000, 24000, 24000, 1, 23999]),
    paid_at=st.sampled_from([NOW, WINDOW.end - MOMENT, WINDOW.end]),
    merchant=st.sampled_from([MERCHANT, MERCHANT, Merchant(seller_id="2088", app_id="2021")]),
)
_HELD = {Settle: OrderState.PAID, Surplus: OrderState.SURPLUS, Mismatch: OrderState.MISMATCH}


@given(st.sampled_from(OPEN), st.lists(_MONIES, max_size=12))
def test_no_order_of_arrival_and_no_repetition_settles_twice(
    begins: OrderState, arriving: list[Money]
) -> None:
    held, registration, decisions = order(state=begins), PAYABLE, []
    for came in arriving:
        decision = decide_on_money(held, registration, came, WINDOW)
        decisions.append(decision)
        if type(decision) in _HELD:
            assert held.trade is None, "an order that has its trade takes no other"
            held = replace(held, state=_HELD[type(decision)], trade=came.trade)
        if isinstance(decision, Settle):
            assert (came.amount_fen, came.merchant) == (held.amount_fen, held.merchant)
            assert came.paid_at in WINDOW
            registration = state(State.PAID)
    assert sum(isinstance(decision, Settle) for decision in decisions) <= 1
    assert sum(type(decision) in _HELD for decision in decisions) == min(len(arriving), 1)


@given(st.lists(st.tuples(st.integers(0, 3), _MONIES), max_size=16))
def test_of_many_orders_of_one_registration_one_settles(arriving: list[tuple[int, Money]]) -> None:
    registration = PAYABLE
    orders = [an_order(PAYABLE, number) for number in range(4)]
    settled = 0
    for which, came in arriving:
        named = replace(came, order_id=orders[which].id)
        decision = decide_on_money(orders[which], registration, named, WINDOW)
        if type(decision) in _HELD:
            orders[which] = replace(orders[which], state=_HELD[type(decision)], trade=came.trade)
        if isinstance(decision, Settle):
            settled += 1
            registration = state(State.PAID)
    assert settled <= 1


_WINDOWS = st.sampled_from([Window(NOW, NOW + timedelta(days=1)), WINDOW])


@given(_MONIES, st.sampled_from(State), _WINDOWS)
def test_only_a_payable_registration_is_settled(came: Money, of_registration: State, window: Window) -> None:
    decision = decide_on_money(ORDER, state(of_registration), came, window)
    if isinstance(decision, Settle):
        assert of_registration is State.PAYABLE
        assert window.start <= came.paid_at < window.end
