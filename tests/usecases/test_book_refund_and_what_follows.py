"""What a booked refund moves beside its order: the registration, a refund of ours in its way, what waited."""

from dataclasses import replace

import pytest

from chalicelib.domain.audit import Act
from chalicelib.domain.discrepancy import DiscrepancyKind, discrepancy_id
from chalicelib.domain.errors import (
    NotRefundableError,
)
from chalicelib.domain.ids import DiscrepancyId, RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import RefundCause, RefundState
from chalicelib.domain.registration import State
from chalicelib.usecases.money.finance import (
    give_back,
    give_second_trade_back,
    resume_refund,
)
from chalicelib.usecases.money.opt_out import opt_out_for
from chalicelib.usecases.ports import (
    RefundDone,
    RefundPending,
    RefundRefused,
)
from tests.builders import an_entry
from tests.usecases.booking import (
    CONSOLE,
    SECOND,
    acts,
    at_console,
    book,
    told,
    waiting,
)
from tests.usecases.giving_back import mismatch, paid, receive, refund_of, surplus, sweep
from tests.usecases.paying import Payer


def test_what_went_back_whole_ends_the_registration_as_letting_out_does(payer: Payer) -> None:
    order = paid(payer)
    book(payer, at_console(payer, order, 24000))
    assert payer.order(order).state is OrderState.REFUNDED
    left = payer.stored()
    assert left.state is State.OPTED_OUT
    assert payer.world.memory.live == {}
    assert acts(payer)[1] == (left.id, Act.OPT_OUT, State.PAID, State.OPTED_OUT)


def test_what_is_left_may_not_fall_to_nothing_by_another_refund_under_way(payer: Payer) -> None:
    order = paid(payer)
    give_back(order.id, 1000, an_entry(), ports=payer.ports)
    book(payer, at_console(payer, order, 23000))
    assert payer.stored().state is State.OPTED_OUT
    assert payer.order(order).state is OrderState.REFUNDING
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED


def test_more_than_is_left_is_not_booked(payer: Payer) -> None:
    order = paid(payer)
    noticed = told(payer, order)
    payer.world.provider.moved[CONSOLE] = replace(
        payer.world.provider.refund_at_console(order, CONSOLE, 1), amount_fen=24001
    )
    with pytest.raises(NotRefundableError):
        book(payer, noticed)
    assert payer.order(order) == order


def failed(payer: Payer, fen: int) -> tuple[PaymentOrder, DiscrepancyId]:
    """Leaving asked for all of it, of which a part was back already: the provider refuses for good."""
    order = paid(payer)
    noticed = at_console(payer, order, fen)
    opt_out_for(payer.account, payer.registration.id, an_entry(), ports=payer.ports)
    sweep(payer.world)
    there = payer.order(order)
    assert there.state is OrderState.REFUND_FAILED
    return there, noticed


def test_a_failed_refund_of_the_same_money_gives_way(payer: Payer) -> None:
    order, noticed = failed(payer, 24000)
    book(payer, noticed)
    assert payer.order(order).state is OrderState.REFUNDED
    assert refund_of(payer, order).state is RefundState.DEAD
    assert waiting(payer) == []
    with pytest.raises(NotRefundableError):
        resume_refund(RefundId(f"{order.id}R01"), an_entry(), ports=payer.ports)


def test_what_a_failed_refund_wanted_beyond_it_goes_back_under_the_next_number(payer: Payer) -> None:
    order, noticed = failed(payer, 1000)
    book(payer, noticed)
    assert waiting(payer) == []
    sweep(payer.world)
    assert payer.world.provider.given_back == {CONSOLE: 1000, f"{order.id}R02": 23000}
    assert payer.order(order).state is OrderState.REFUNDED
    assert refund_of(payer, order, 2).cause is RefundCause.OPT_OUT


@pytest.mark.parametrize("answer", [RefundDone(), RefundPending(), RefundRefused("ABNORMAL", is_final=True)])
def test_a_failed_refund_that_may_yet_move_money_gives_no_way(
    payer: Payer, answer: RefundDone | RefundPending | RefundRefused
) -> None:
    order, noticed = failed(payer, 24000)
    payer.world.provider.found_answers[RefundId(f"{order.id}R01")] = answer
    with pytest.raises(NotRefundableError):
        book(payer, noticed)
    assert payer.order(order) == order
    payer.world.provider.found_answers[RefundId(f"{order.id}R01")] = RefundRefused(
        "CLOSED", is_final=True, is_dead=True
    )
    book(payer, noticed)


def test_a_refund_of_ours_under_way_has_to_end_first(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 24000)
    opt_out_for(payer.account, payer.registration.id, an_entry(), ports=payer.ports)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)
    going = surplus_of_another(payer)
    with pytest.raises(NotRefundableError):
        book(payer, at_console(payer, going, 1000, "console-2"))


def surplus_of_another(payer: Payer) -> PaymentOrder:
    payer.change(state=State.PAYABLE, paid_order_id=None)
    return surplus(payer)


def test_a_mismatch_that_somebody_gave_back_is_settled_with_it(payer: Payer) -> None:
    order = mismatch(payer)
    book(payer, at_console(payer, order, 30000))
    assert payer.order(order).state is OrderState.REFUNDED
    assert waiting(payer) == []
    assert payer.open().id != order.id


def second_trade_at_console(payer: Payer, fen: int) -> tuple[PaymentOrder, DiscrepancyId]:
    order = paid(payer)
    receive(payer, payer.world.provider.pay(order, trade=SECOND))
    payer.world.provider.refund_at_console(order, CONSOLE, fen, trade=SECOND)
    return order, told(payer, order, trade_no=SECOND.trade_no)


def test_a_second_trade_that_somebody_gave_back_is_settled_with_it(payer: Payer) -> None:
    order, noticed = second_trade_at_console(payer, 24000)
    made = book(payer, noticed)
    assert made.trade == SECOND
    assert waiting(payer) == []
    assert payer.order(order) == replace(order, outside_refunds=(CONSOLE,))
    assert payer.stored().state is State.PAID
    second = discrepancy_id(DiscrepancyKind.SECOND_TRADE, "alipay", SECOND.trade_no)
    with pytest.raises(NotRefundableError):
        give_second_trade_back(second, an_entry(), ports=payer.ports)


def test_a_mismatch_holds_its_registration_whatever_goes_back_of_a_second_trade(payer: Payer) -> None:
    order = mismatch(payer)
    receive(payer, payer.world.provider.pay(order, trade=SECOND))
    payer.world.provider.refund_at_console(order, CONSOLE, 24000, trade=SECOND)
    book(payer, told(payer, order, trade_no=SECOND.trade_no))
    assert payer.stored().held_order_id == order.id
    assert payer.order(order).state is OrderState.MISMATCH


def test_of_a_second_trade_a_part_is_not_booked(payer: Payer) -> None:
    """The rest could go back no more: a second trade goes back whole."""
    _, noticed = second_trade_at_console(payer, 1000)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)


def test_a_trade_that_is_not_in_the_books_gives_nothing_back(payer: Payer) -> None:
    order = paid(payer)
    payer.world.provider.refund_at_console(order, CONSOLE, 1000, trade=SECOND)
    with pytest.raises(NotRefundableError):
        book(payer, told(payer, order, trade_no=SECOND.trade_no))
