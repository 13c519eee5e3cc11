"""A paid exam is left while the authority allows it, and the fee goes back once (handbook 4.8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.audit import Act
from chalicelib.domain.discrepancy import DiscrepancyKind, about_order
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.exam import Window
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import RefundCause
from chalicelib.domain.registration import State
from chalicelib.usecases.money.finance import give_back
from chalicelib.usecases.money.opt_out import opt_out, opt_out_for
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import (
    NOW,
    a_payable_registration,
    an_account,
    an_entry,
    an_exam,
    an_offering,
)
from tests.fakes.money import FakeRefunds
from tests.usecases.giving_back import paid, receive, refund_of, sweep
from tests.usecases.paying import Payer


def offered(payer: Payer, window: Window | None) -> None:
    offering = an_offering()
    policy = replace(offering.policy, opt_out_refund=window)
    payer.world.exams.put(an_exam(), [replace(offering, policy=policy)])


OPEN = Window(NOW - timedelta(days=1), NOW + timedelta(days=9))


@pytest.fixture
def order(payer: Payer) -> PaymentOrder:
    offered(payer, OPEN)
    return paid(payer)


def leave(payer: Payer) -> State:
    now = payer.world.clock.now()
    return opt_out(payer.account, payer.registration.id, ports=payer.ports, now=now).registration.state


def refusal(payer: Payer) -> Reason:
    with pytest.raises(ActionRefusedError) as refused:
        leave(payer)
    return refused.value.reason


def test_whoever_leaves_gets_the_fee_back(payer: Payer, order: PaymentOrder) -> None:
    assert leave(payer) is State.OPTED_OUT
    refund = refund_of(payer, order)
    assert (refund.amount_fen, refund.cause) == (24000, RefundCause.OPT_OUT)
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED
    assert payer.world.provider.given_back == {refund.id: 24000}


def test_the_exam_is_free_to_be_registered_for_again(payer: Payer, order: PaymentOrder) -> None:
    leave(payer)
    again = a_payable_registration(payer.account, 2)
    payer.world.registrations.start(again, payer.account.identity)
    assert payer.stored().state is State.OPTED_OUT


def test_pressed_twice_it_goes_back_once(payer: Payer, order: PaymentOrder) -> None:
    leave(payer)
    assert refusal(payer) is Reason.OPTED_OUT
    sweep(payer.world)
    assert payer.world.provider.given_back == {f"{order.id}R01": 24000}


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        (None, Reason.OPT_OUT_NOT_OFFERED),
        (Window(NOW + timedelta(hours=1), NOW + timedelta(days=9)), Reason.OPT_OUT_NOT_OPEN),
        (Window(NOW - timedelta(days=1), NOW), Reason.OPT_OUT_OVER),
    ],
)
def test_outside_the_window_nothing_goes_back(payer: Payer, window: Window | None, reason: Reason) -> None:
    order = paid(payer)
    offered(payer, window)
    assert refusal(payer) is reason
    assert payer.order(order) == order


def test_what_is_not_paid_is_not_left_like_this(payer: Payer) -> None:
    offered(payer, OPEN)
    assert refusal(payer) is Reason.NOT_PAID


def test_nobody_leaves_the_exam_of_another(payer: Payer, order: PaymentOrder) -> None:
    payer.account = an_account(2)
    with pytest.raises(NotFoundError):
        leave(payer)


def going_back_in_part(payer: Payer, order: PaymentOrder) -> None:
    give_back(order.id, 1000, an_entry(), ports=payer.ports)


def frozen(payer: Payer, order: PaymentOrder) -> None:
    differs = about_order(DiscrepancyKind.AMOUNT_DIFFERS, order, now=NOW, bill_day=NOW.date())
    payer.world.discrepancies.freeze(differs)


@pytest.mark.parametrize("meanwhile", [going_back_in_part, frozen])
def test_while_the_payment_is_in_question_nobody_leaves(
    payer: Payer, order: PaymentOrder, meanwhile: Callable[[Payer, PaymentOrder], None]
) -> None:
    meanwhile(payer, order)
    there = payer.order(order)
    assert refusal(payer) is Reason.PAYMENT_IN_QUESTION
    assert payer.order(order) == there
    assert payer.stored().state is State.PAID


def test_of_what_went_back_in_part_the_rest_goes_back(payer: Payer, order: PaymentOrder) -> None:
    going_back_in_part(payer, order)
    sweep(payer.world)
    leave(payer)
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED
    assert payer.world.provider.given_back == {f"{order.id}R01": 1000, f"{order.id}R02": 23000}


class Contested(FakeRefunds):
    """Somebody writes first, so many times."""

    left = 2

    def opt_out(self, *facts: object, **more: object) -> None:
        if self.left:
            self.left -= 1
            raise StaleWriteError
        super().opt_out(*facts, **more)  # type: ignore[arg-type]


def test_whoever_writes_first_makes_it_decided_again(payer: Payer, order: PaymentOrder) -> None:
    payer.world.refunds = Contested(payer.world.memory)
    assert leave(payer) is State.OPTED_OUT


def test_after_three_times_the_candidate_is_told(payer: Payer, order: PaymentOrder) -> None:
    contested = Contested(payer.world.memory)
    contested.left = 3
    payer.world.refunds = contested
    with pytest.raises(StaleWriteError):
        leave(payer)
    assert payer.stored().state is State.PAID


def by_a_clerk(payer: Payer) -> None:
    opt_out_for(payer.account, payer.registration.id, an_entry(), ports=payer.ports)


def test_finance_lets_somebody_out_whatever_the_window(payer: Payer) -> None:
    order = paid(payer)
    by_a_clerk(payer)
    assert payer.stored().state is State.OPTED_OUT
    (entry,) = payer.world.memory.audit
    assert (entry.on_whom, entry.what) == (payer.registration.id, Act.OPT_OUT)
    assert (entry.before, entry.after) == ("paid", "opted_out")
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED


def test_finance_lets_nobody_out_who_has_not_paid_or_has_left(payer: Payer, order: PaymentOrder) -> None:
    by_a_clerk(payer)
    with pytest.raises(ActionRefusedError) as refused:
        by_a_clerk(payer)
    assert refused.value.reason is Reason.OPTED_OUT
    assert len(payer.world.memory.audit) == 1


def test_finance_is_told_of_what_is_not_paid_yet_that_it_is_not(payer: Payer) -> None:
    with pytest.raises(ActionRefusedError) as refused:
        by_a_clerk(payer)
    assert refused.value.reason is Reason.NOT_PAID


def test_a_clerk_who_comes_second_is_told(payer: Payer, order: PaymentOrder) -> None:
    payer.world.refunds = Contested(payer.world.memory)
    with pytest.raises(ChangedElsewhereError):
        by_a_clerk(payer)
    assert payer.world.memory.audit == []


def test_a_late_payment_of_another_order_goes_back_as_well(payer: Payer) -> None:
    offered(payer, OPEN)
    first = payer.open()
    payer.orders.close(first)
    second = paid(payer)
    leave(payer)
    receive(payer, payer.world.provider.pay(first))
    sweep(payer.world)
    assert sorted(payer.world.provider.given_back) == sorted([f"{first.id}R01", f"{second.id}R01"])
