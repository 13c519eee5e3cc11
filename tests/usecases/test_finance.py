"""What finance does with money: each thing once, with a reason, and nothing behind a candidate's back."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.audit import Act
from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, about_order
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    DomainError,
    InvalidInputError,
    NotFoundError,
    NotRefundableError,
)
from chalicelib.domain.ids import DiscrepancyId, OrderId, RefundId, TradeNo
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState
from chalicelib.domain.registration import State
from chalicelib.usecases.money.finance import (
    give_back,
    give_second_trade_back,
    resume_refund,
    settle_discrepancy,
)
from chalicelib.usecases.ports import RefundDone, RefundRefused
from tests.builders import an_entry
from tests.usecases.giving_back import mismatch, paid, receive, refund_of, surplus, sweep
from tests.usecases.paying import Payer
from tests.waiting import open_in

ENTRY = an_entry()
SECOND = Trade("alipay", TradeNo("second-trade"))


def back(payer: Payer, order: PaymentOrder, amount_fen: int | None = None) -> Refund:
    return give_back(order.id, amount_fen, ENTRY, ports=payer.ports)


def acts(payer: Payer) -> list[tuple[str, str, str, str]]:
    return [(entry.on_whom, entry.what, entry.before, entry.after) for entry in payer.world.memory.audit]


def the_only_one(payer: Payer) -> Discrepancy:
    (noticed,) = open_in(payer.world.discrepancies)
    return noticed


def test_a_part_goes_back_and_the_registration_stays_paid(payer: Payer) -> None:
    order = paid(payer)
    refund = back(payer, order, 1000)
    assert (refund.id, refund.amount_fen, refund.total_fen) == (f"{order.id}R01", 1000, 24000)
    assert refund.cause is RefundCause.FINANCE
    assert acts(payer) == [(order.id, Act.GIVE_BACK, "paid 24000", f"{refund.id} 1000")]
    assert [entry.reason for entry in payer.world.memory.audit] == [ENTRY.reason]
    sweep(payer.world)
    assert payer.order(order).state is OrderState.PART_REFUNDED
    assert payer.stored().state is State.PAID
    assert payer.world.provider.given_back == {refund.id: 1000}


def test_another_part_goes_back_under_the_next_number_once_the_first_is_back(payer: Payer) -> None:
    order = paid(payer)
    back(payer, order, 1000)
    with pytest.raises(NotRefundableError):
        back(payer, order, 1000)
    sweep(payer.world)
    assert back(payer, order, 500).id == f"{order.id}R02"
    sweep(payer.world)
    assert payer.order(order).refunded_fen == 1500


@pytest.mark.parametrize("amount_fen", [0, -1, 24001, 999_999_999])
def test_nothing_and_more_than_came_do_not_go_back(payer: Payer, amount_fen: int) -> None:
    order = paid(payer)
    with pytest.raises(InvalidInputError):
        back(payer, order, amount_fen)
    assert payer.order(order) == order
    assert acts(payer) == []


@pytest.mark.parametrize("amount_fen", [None, 24000])
def test_what_pays_a_registration_does_not_go_back_whole(payer: Payer, amount_fen: int | None) -> None:
    order = paid(payer)
    with pytest.raises(NotRefundableError):
        back(payer, order, amount_fen)
    back(payer, order, 23999)
    sweep(payer.world)
    for rest in (None, 1):
        with pytest.raises(NotRefundableError):
            back(payer, order, rest)
    assert payer.stored().state is State.PAID


def test_a_mismatch_goes_back_whole_and_the_registration_may_be_paid_anew(payer: Payer) -> None:
    order = mismatch(payer)
    noticed = the_only_one(payer)
    refund = back(payer, order)
    assert (refund.amount_fen, refund.total_fen) == (30000, 30000)
    settled = payer.world.discrepancies.get(noticed.id)
    assert settled is not None
    assert settled.given_back_by == refund.id
    assert payer.open().id != order.id
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED


def test_a_mismatch_may_go_back_in_parts(payer: Payer) -> None:
    order = mismatch(payer)
    for part in (6000, 24000):
        back(payer, order, part)
        sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED
    assert sum(payer.world.provider.given_back.values()) == 30000


def no_money(payer: Payer) -> PaymentOrder:
    return payer.open()


def going_back_by_itself(payer: Payer) -> PaymentOrder:
    return surplus(payer)


def frozen(payer: Payer) -> PaymentOrder:
    order = paid(payer)
    now = payer.world.clock.now()
    payer.world.discrepancies.freeze(
        about_order(DiscrepancyKind.AMOUNT_DIFFERS, order, now=now, bill_day=now.date())
    )
    return payer.order(order)


def back_already(payer: Payer) -> PaymentOrder:
    order = surplus(payer)
    sweep(payer.world)
    return payer.order(order)


@pytest.mark.parametrize("given", [no_money, going_back_by_itself, frozen, back_already])
def test_what_has_no_money_or_is_being_looked_at_does_not_go_back(
    payer: Payer, given: Callable[[Payer], PaymentOrder]
) -> None:
    order = given(payer)
    with pytest.raises(NotRefundableError):
        back(payer, order, 1000)
    assert payer.order(order) == order


def test_what_is_not_there_is_not_found(payer: Payer) -> None:
    for act in (
        lambda: give_back(OrderId("nothing"), None, ENTRY, ports=payer.ports),
        lambda: give_second_trade_back(DiscrepancyId("nothing"), ENTRY, ports=payer.ports),
        lambda: resume_refund(RefundId("nothing"), ENTRY, ports=payer.ports),
        lambda: settle_discrepancy(DiscrepancyId("nothing"), ENTRY, ports=payer.ports),
    ):
        with pytest.raises(NotFoundError):
            act()


def second_trade(payer: Payer) -> tuple[PaymentOrder, Discrepancy]:
    order = paid(payer)
    receive(payer, payer.world.provider.pay(order, trade=SECOND))
    return order, the_only_one(payer)


def test_a_second_trade_goes_back_whole_and_the_registration_stays_paid(payer: Payer) -> None:
    order, noticed = second_trade(payer)
    refund = give_second_trade_back(noticed.id, ENTRY, ports=payer.ports)
    assert (refund.trade, refund.amount_fen) == (SECOND, 24000)
    assert open_in(payer.world.discrepancies) == []
    sweep(payer.world)
    assert payer.world.provider.given_back == {refund.id: 24000}
    assert payer.order(order) == replace(order, refunds=1)
    assert payer.stored().state is State.PAID


def test_a_mismatch_holds_its_registration_while_a_second_trade_goes_back(payer: Payer) -> None:
    order = mismatch(payer)
    receive(payer, payer.world.provider.pay(order, trade=SECOND))
    second = next(each for each in open_in(payer.world.discrepancies) if each.trade_no == SECOND.trade_no)
    give_second_trade_back(second.id, ENTRY, ports=payer.ports)
    assert payer.stored().held_order_id == order.id


def test_a_second_trade_goes_back_once(payer: Payer) -> None:
    _, noticed = second_trade(payer)
    give_second_trade_back(noticed.id, ENTRY, ports=payer.ports)
    with pytest.raises(NotRefundableError):
        give_second_trade_back(noticed.id, ENTRY, ports=payer.ports)


def test_only_a_second_trade_that_waits_goes_back_as_one(payer: Payer) -> None:
    mismatch(payer)
    with pytest.raises(NotRefundableError):
        give_second_trade_back(the_only_one(payer).id, ENTRY, ports=payer.ports)


def test_a_second_trade_that_was_settled_does_not_go_back_as_well(payer: Payer) -> None:
    _, noticed = second_trade(payer)
    settle_discrepancy(noticed.id, ENTRY, ports=payer.ports)
    with pytest.raises(NotRefundableError):
        give_second_trade_back(noticed.id, ENTRY, ports=payer.ports)


def failed(payer: Payer) -> PaymentOrder:
    order = surplus(payer)
    payer.world.provider.refund_answer = RefundRefused("CLOSED", is_final=True)
    sweep(payer.world)
    payer.world.provider.refund_answer = RefundDone()
    return payer.order(order)


def test_a_failed_refund_is_asked_for_again_under_its_number(payer: Payer) -> None:
    order = failed(payer)
    resume_refund(RefundId(f"{order.id}R01"), ENTRY, ports=payer.ports)
    assert open_in(payer.world.discrepancies) == []
    assert acts(payer) == [(order.id, Act.RESUME_REFUND, "failed", f"{order.id}R01")]
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED
    assert payer.world.provider.refund_asks == [f"{order.id}R01"] * 2


def test_a_resumed_refund_has_seven_days_again(payer: Payer) -> None:
    order = failed(payer)
    now = payer.world.clock.advance(days=30)
    resume_refund(RefundId(f"{order.id}R01"), replace(ENTRY, at=now), ports=payer.ports)
    payer.world.provider.refund_answer = RefundRefused("NO_BALANCE", is_final=False)
    sweep(payer.world)
    assert refund_of(payer, order).state is RefundState.REQUESTED


def test_only_what_has_failed_is_resumed(payer: Payer) -> None:
    order = surplus(payer)
    with pytest.raises(NotRefundableError):
        resume_refund(RefundId(f"{order.id}R01"), ENTRY, ports=payer.ports)


def test_settling_takes_it_from_the_list_once(payer: Payer) -> None:
    order, noticed = second_trade(payer)
    settle_discrepancy(noticed.id, ENTRY, ports=payer.ports)
    assert open_in(payer.world.discrepancies) == []
    assert acts(payer) == [(order.id, Act.SETTLE_DISCREPANCY, noticed.id, "")]
    with pytest.raises(ChangedElsewhereError):
        settle_discrepancy(noticed.id, ENTRY, ports=payer.ports)


def test_settling_a_mismatch_lets_the_candidate_pay(payer: Payer) -> None:
    order = mismatch(payer)
    settle_discrepancy(the_only_one(payer).id, ENTRY, ports=payer.ports)
    assert payer.open().id != order.id
    assert payer.order(order).state is OrderState.MISMATCH
    back(payer, order)
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED


def test_settling_what_a_bill_told_lets_the_money_move_again(payer: Payer) -> None:
    order = frozen(payer)
    settle_discrepancy(the_only_one(payer).id, ENTRY, ports=payer.ports)
    back(payer, order, 1000)


class _Meanwhile:
    """An order or a discrepancy as it was before somebody else changed it."""

    def __init__(self, found: object) -> None:
        self._found = found

    def get(self, _: str) -> object:
        return self._found

    def __getattr__(self, name: str) -> object:
        raise AssertionError(name)


@pytest.mark.parametrize("second", [1000, 2000])
def test_of_two_clerks_one_gives_back(payer: Payer, second: int) -> None:
    order = paid(payer)
    back(payer, order, 1000)
    stale = replace(payer.ports, orders=_Meanwhile(order))  # type: ignore[arg-type]
    with pytest.raises(ChangedElsewhereError) as told:
        give_back(order.id, second, ENTRY, ports=stale)
    assert isinstance(told.value, DomainError)
    assert "已由他人处理" in told.value.detail
    assert len(payer.world.memory.refunds) == 1
