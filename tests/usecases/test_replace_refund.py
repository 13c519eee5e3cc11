"""A refund that its provider calls dead: another number takes its place, and never money twice."""

import pytest

from chalicelib.domain.audit import Act
from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.errors import NotFoundError, NotRefundableError
from chalicelib.domain.ids import RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import RefundState
from chalicelib.usecases.money.finance import replace_refund
from chalicelib.usecases.money.give_back import refund_told
from chalicelib.usecases.ports import (
    ProviderUnavailableError,
    RefundAnswer,
    RefundDone,
    RefundNews,
    RefundPending,
    RefundRefused,
)
from tests.builders import an_entry
from tests.usecases.giving_back import surplus, sweep
from tests.usecases.paying import Payer
from tests.waiting import open_in

ENTRY = an_entry()
DEAD = RefundRefused("CLOSED", is_final=True, is_dead=True)


def failed(payer: Payer) -> PaymentOrder:
    order = surplus(payer)
    payer.world.provider.refund_answer = DEAD
    sweep(payer.world)
    return payer.order(order)


def first(order: PaymentOrder) -> RefundId:
    return RefundId(f"{order.id}R01")


def test_the_money_of_a_dead_refund_goes_back_under_the_next_number(payer: Payer) -> None:
    order = failed(payer)
    successor = replace_refund(first(order), ENTRY, ports=payer.ports)
    assert successor.id == f"{order.id}R02"
    assert open_in(payer.world.discrepancies) == []
    assert [(e.what, e.before, e.after) for e in payer.world.memory.audit] == [
        (Act.REPLACE_REFUND, first(order), successor.id)
    ]
    payer.world.provider.refund_answer = RefundDone()
    sweep(payer.world)
    assert payer.order(order).state is OrderState.REFUNDED
    assert payer.world.provider.given_back == {successor.id: order.received_fen}


@pytest.mark.parametrize(
    "answer", [RefundDone(), RefundPending(), RefundRefused("ABNORMAL", is_final=True)], ids=repr
)
def test_only_the_providers_word_that_it_is_dead_allows_another_number(
    payer: Payer, answer: RefundAnswer
) -> None:
    order = failed(payer)
    payer.world.provider.refund_answer = answer
    with pytest.raises(NotRefundableError):
        replace_refund(first(order), ENTRY, ports=payer.ports)
    assert list(payer.world.memory.refunds) == [first(order)]


def test_while_the_provider_is_silent_no_other_number_is_given(payer: Payer) -> None:
    order = failed(payer)
    payer.world.provider.be_silent()
    with pytest.raises(ProviderUnavailableError):
        replace_refund(first(order), ENTRY, ports=payer.ports)
    assert list(payer.world.memory.refunds) == [first(order)]


def test_what_has_not_failed_or_is_not_there_is_not_replaced(payer: Payer) -> None:
    order = surplus(payer)
    with pytest.raises(NotRefundableError):
        replace_refund(first(order), ENTRY, ports=payer.ports)
    with pytest.raises(NotFoundError):
        replace_refund(RefundId("nothing"), ENTRY, ports=payer.ports)


def test_a_dead_refund_that_moves_money_all_the_same_is_put_before_a_person(payer: Payer) -> None:
    order = failed(payer)
    replace_refund(first(order), ENTRY, ports=payer.ports)
    news = RefundNews(order_id=order.id, refund_id=first(order), answer=RefundDone())
    refund_told(news, "alipay", ports=payer.ports, now=payer.world.clock.now())
    assert payer.world.memory.refunds[first(order)].state is RefundState.DEAD
    (noticed,) = open_in(payer.world.discrepancies)
    assert (noticed.kind, noticed.refund_id) == (DiscrepancyKind.UNKNOWN_REFUND, first(order))
