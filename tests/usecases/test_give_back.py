"""Money on its way back: asked for under one number until it is back or in front of a person (payments 4)."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from chalicelib.domain.discrepancy import DiscrepancyKind, about_order
from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import OrderState
from chalicelib.domain.refund import Refund, RefundState
from chalicelib.usecases.money.receive_notice import NoticeOutcome, receive_notice
from chalicelib.usecases.ports import (
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundAnswer,
    RefundDone,
    RefundPending,
    RefundRefused,
    StaleWriteError,
)
from tests.builders import an_entry
from tests.fakes.money import FakeRefunds
from tests.usecases.giving_back import a_week_later, paid, refund_of, surplus, sweep, sweep_when_due
from tests.usecases.paying import Payer
from tests.waiting import open_in

REFUSED, REFUSED_FOR_GOOD = (
    RefundRefused("NO_BALANCE", is_final=False),
    RefundRefused("CLOSED", is_final=True),
)


def open_kinds(payer: Payer) -> list[tuple[DiscrepancyKind, str]]:
    return [(each.kind, each.code) for each in open_in(payer.world.discrepancies)]


def test_the_next_sweep_gives_a_surplus_back(payer: Payer) -> None:
    order = surplus(payer)
    assert sweep(payer.world).asked == 1
    assert payer.world.provider.given_back == {f"{order.id}R01": 24000}
    assert payer.order(order).state is OrderState.REFUNDED
    assert refund_of(payer, order).state is RefundState.DONE
    assert sweep(payer.world).due == 0


def test_while_the_provider_is_at_it_the_surplus_is_on_its_way_and_asked_about_by_the_plan(
    payer: Payer,
) -> None:
    order = surplus(payer)
    payer.world.provider.refund_answer = RefundPending()
    after = [sweep_when_due(payer, refund_of(payer, order)) for _ in range(8)]
    assert payer.order(order).state is OrderState.REFUNDING
    waits = [later - earlier for earlier, later in pairwise(after)]
    hours = [timedelta(hours=h) for h in (2, 6, 12, 12)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), *hours]
    payer.world.provider.refund_answer = RefundDone()
    sweep_when_due(payer, refund_of(payer, order))
    assert payer.order(order).state is OrderState.REFUNDED


@pytest.mark.parametrize(
    ("answer", "code"), [(RefundPending(), "PENDING"), (REFUSED, "NO_BALANCE"), (None, "NO_ANSWER")]
)
def test_after_seven_days_a_person_looks_whatever_the_provider_says(
    payer: Payer, answer: RefundAnswer | None, code: str
) -> None:
    order = surplus(payer)
    if answer is None:
        payer.world.provider.be_silent()
    else:
        payer.world.provider.refund_answer = answer
    while refund_of(payer, order).due_at is not None:
        after = sweep_when_due(payer, refund_of(payer, order))
        assert after < timedelta(days=7, hours=13)
    assert after >= timedelta(days=7)
    assert payer.order(order).state is OrderState.REFUND_FAILED
    assert open_kinds(payer) == [(DiscrepancyKind.REFUND_FAILED, code)]


def test_a_provider_that_refuses_us_for_seven_days_brings_a_person_as_well(payer: Payer) -> None:
    surplus(payer)
    payer.world.provider.failure = ProviderRefusedError("wrong key")
    assert sweep(payer.world).refused == 1
    assert open_kinds(payer) == []
    a_week_later(payer)
    assert sweep(payer.world).refused == 1
    assert open_kinds(payer) == [(DiscrepancyKind.REFUND_FAILED, "NO_ANSWER")]


def test_a_refusal_that_is_not_final_is_kept_and_asked_again(payer: Payer) -> None:
    order = surplus(payer)
    payer.world.provider.refund_answer = REFUSED
    sweep(payer.world)
    refund = refund_of(payer, order)
    assert (refund.state, refund.refusal) == (RefundState.REQUESTED, "NO_BALANCE")
    assert refund.due_at is not None
    assert open_kinds(payer) == []


def test_a_final_refusal_is_in_front_of_a_person_at_once(payer: Payer) -> None:
    order = surplus(payer)
    payer.world.provider.refund_answer = REFUSED_FOR_GOOD
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUND_FAILED
    assert open_kinds(payer) == [(DiscrepancyKind.REFUND_FAILED, "CLOSED")]


def test_nothing_goes_back_while_a_bill_disagrees_about_the_order(payer: Payer) -> None:
    order = surplus(payer)
    now = payer.world.clock.now()
    differs = about_order(DiscrepancyKind.AMOUNT_DIFFERS, order, now=now, bill_day=now.date(), amount_fen=1)
    payer.world.discrepancies.freeze(differs)
    assert sweep(payer.world).asked == 0
    assert payer.world.provider.refund_asks == []
    payer.world.discrepancies.settle(differs, an_entry())
    sweep_when_due(payer, refund_of(payer, order))
    assert payer.order(order).state is OrderState.REFUNDED


def test_a_refund_that_another_sweep_claimed_is_left_to_it(payer: Payer) -> None:
    surplus(payer)

    class Slow(FakeRefunds):
        def get(self, refund_id: RefundId) -> Refund | None:
            found = super().get(refund_id)
            assert found is not None
            super().claim(
                found, due_at=payer.world.clock.now() + timedelta(minutes=1), now=found.requested_at
            )
            return found

    payer.world.refunds = Slow(payer.world.memory)
    assert sweep(payer.world).asked == 0
    assert payer.world.provider.refund_asks == []


class Contested(FakeRefunds):
    """Somebody moves the order first, so many times."""

    left = 2

    def complete(self, refund: Refund, *, now: datetime) -> None:
        if self.left:
            self.left -= 1
            raise StaleWriteError
        super().complete(refund, now=now)


def test_whoever_moves_the_order_first_makes_it_written_again(payer: Payer) -> None:
    order = surplus(payer)
    payer.world.refunds = Contested(payer.world.memory)
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED


def test_after_three_times_it_is_left_to_the_next_sweep(payer: Payer) -> None:
    order = surplus(payer)
    contested = Contested(payer.world.memory)
    contested.left = 3
    payer.world.refunds = contested
    with pytest.raises(ExceptionGroup):
        sweep(payer.world)
    sweep_when_due(payer, refund_of(payer, order))
    assert payer.order(order).state is OrderState.REFUNDED
    assert payer.world.provider.given_back == {f"{order.id}R01": 24000}


def told(payer: Payer, order_id: OrderId, refund_id: str, answer: RefundAnswer) -> NoticeOutcome:
    body = payer.world.provider.notice_of_refund(order_id, RefundId(refund_id), answer)
    world = payer.world
    return receive_notice(body, {}, provider=world.provider, ports=world.payment_ports, now=world.clock.now())


def test_a_notice_ends_a_refund_as_a_query_does(payer: Payer) -> None:
    order = surplus(payer)
    for _ in range(2):
        assert told(payer, order.id, f"{order.id}R01", RefundDone()) is NoticeOutcome.REFUND
    assert payer.order(order).state is OrderState.REFUNDED
    assert sweep(payer.world).due == 0
    assert [kept.outcome for kept in payer.world.memory.notices.values()] == ["refund"]


def test_a_notice_of_a_failure_puts_it_before_a_person(payer: Payer) -> None:
    order = surplus(payer)
    assert told(payer, order.id, f"{order.id}R01", REFUSED_FOR_GOOD) is NoticeOutcome.REFUND
    assert open_kinds(payer) == [(DiscrepancyKind.REFUND_FAILED, "CLOSED")]


def test_a_late_notice_of_a_failure_changes_nothing_about_what_is_done(payer: Payer) -> None:
    order = surplus(payer)
    sweep(payer.world)
    told(payer, order.id, f"{order.id}R01", REFUSED_FOR_GOOD)
    told(payer, order.id, f"{order.id}R01", RefundPending())
    assert payer.order(order).state is OrderState.REFUNDED
    assert open_kinds(payer) == []


def test_what_had_failed_is_done_once_the_provider_says_so(payer: Payer) -> None:
    order = surplus(payer)
    told(payer, order.id, f"{order.id}R01", REFUSED_FOR_GOOD)
    told(payer, order.id, f"{order.id}R01", RefundDone())
    assert payer.order(order).state is OrderState.REFUNDED
    assert open_kinds(payer) == []


@pytest.mark.parametrize("number", ["somebody-elses", ""])
def test_a_refund_that_we_did_not_ask_for_is_put_before_a_person_once(payer: Payer, number: str) -> None:
    order = paid(payer)
    for _ in range(2):
        assert told(payer, order.id, number, RefundDone()) is NoticeOutcome.UNKNOWN_REFUND
    assert open_kinds(payer) == [(DiscrepancyKind.UNKNOWN_REFUND, "")]
    assert payer.order(order) == order


def test_of_two_refunds_without_a_number_each_is_put_before_a_person(payer: Payer) -> None:
    order = paid(payer)
    world = payer.world
    for mark in ("refund_fee 5.00", "refund_fee 11.00", "refund_fee 5.00"):
        body = world.provider.notice_of_refund(order.id, RefundId(""), RefundDone(), mark=mark)
        receive_notice(body, {}, provider=world.provider, ports=payer.ports, now=world.clock.now())
    assert open_kinds(payer) == [
        (DiscrepancyKind.UNKNOWN_REFUND, "refund_fee 11.00"),
        (DiscrepancyKind.UNKNOWN_REFUND, "refund_fee 5.00"),
    ]


def test_a_refund_of_another_order_or_provider_is_not_taken_for_ours(payer: Payer) -> None:
    order = surplus(payer)
    refund = refund_of(payer, order)
    assert told(payer, OrderId("another"), refund.id, RefundDone()) is NoticeOutcome.UNKNOWN_REFUND
    world = payer.world
    body = world.wechatpay.notice_of_refund(order.id, refund.id, RefundDone())
    outcome = receive_notice(
        body, {}, provider=world.wechatpay, ports=world.payment_ports, now=world.clock.now()
    )
    assert outcome is NoticeOutcome.UNKNOWN_REFUND
    assert refund_of(payer, order) == refund


def test_silence_leaves_the_refund_to_a_later_sweep(payer: Payer) -> None:
    order = surplus(payer)
    payer.world.provider.failure = ProviderUnavailableError("timed out")
    assert sweep(payer.world).silent == {"alipay": 1}
    payer.world.provider.failure = None
    sweep_when_due(payer, refund_of(payer, order))
    assert payer.world.provider.given_back == {f"{order.id}R01": 24000}
