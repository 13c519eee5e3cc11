"""One trade told of for two orders pays one: the other is before a person, and nobody waits for it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.bill import BilledPayment
from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind
from chalicelib.domain.errors import NotRefundableError
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import (
    UNKNOWN_IS_CLOSED_AFTER_EXPIRY,
    Money,
    OrderState,
    Outcome,
    PaymentOrder,
    SecondTrade,
    Settle,
    Trade,
    TradeOfAnother,
)
from chalicelib.usecases.money.finance import give_second_trade_back, settle_discrepancy
from chalicelib.usecases.money.let_go import cancel_payment
from chalicelib.usecases.money.look_into import find_money
from chalicelib.usecases.money.match_bill import Matching
from chalicelib.usecases.money.receive_notice import NoticeOutcome, receive_notice
from chalicelib.usecases.money.received import money_received
from tests.builders import a_credential, a_payable_registration, an_account, an_entry, money_for
from tests.usecases.giving_back import paid, sweep
from tests.usecases.paying import Payer
from tests.waiting import open_in

UNSEEN, SEEN = TradeOfAnother(is_seen_to=False), TradeOfAnother(is_seen_to=True)


@pytest.fixture
def other(payer: Payer) -> Payer:
    """Another candidate who has to pay."""
    account = payer.world.given_account(an_account(2))
    payer.world.given_credential(a_credential(account))
    registration = payer.world.given_registration(a_payable_registration(account, 2), account)
    return Payer(payer.world, account, registration, payer.world.orders)


def stolen_by(order: PaymentOrder, owner: PaymentOrder, **changes: Any) -> Money:
    """Money for one order, by the trade that paid another."""
    assert owner.trade is not None
    return money_for(order, trade=owner.trade, **changes)


def receive(payer: Payer, money: Money) -> Outcome:
    return money_received(money, ports=payer.ports, now=payer.world.clock.now())


def the_only_one(payer: Payer) -> Discrepancy:
    (noticed,) = open_in(payer.world.discrepancies)
    return noticed


def entry(payer: Payer) -> AuditEntry:
    return replace(an_entry(), at=payer.world.clock.now())


@pytest.mark.parametrize("wrong", [{}, {"amount_fen": 1}])
def test_a_trade_of_another_order_pays_nothing_and_waits_for_a_person_once(
    payer: Payer, other: Payer, wrong: dict[str, int]
) -> None:
    owner, order = paid(payer), other.open()
    money = stolen_by(order, owner, **wrong)
    assert [receive(other, money), receive(other, money)] == [UNSEEN, UNSEEN]
    noticed = the_only_one(payer)
    assert (noticed.kind, noticed.order_id) == (DiscrepancyKind.TRADE_OF_ANOTHER, order.id)
    assert (noticed.trade_no, noticed.amount_fen) == (money.trade.trade_no, money.amount_fen)
    assert other.order(order) == order, "it is still due"
    assert payer.order(owner) == owner


def test_its_notice_is_taken(payer: Payer, other: Payer) -> None:
    """Sent again, it would say the same."""
    owner, order = paid(payer), other.open()
    provider = payer.world.provider
    body = provider.notice_of(stolen_by(order, owner))
    told = receive_notice(body, {}, provider=provider, ports=other.ports, now=payer.world.clock.now())
    assert told is NoticeOutcome.TRADE_OF_ANOTHER


def test_each_order_that_it_is_told_of_for_waits_for_a_person(payer: Payer, other: Payer) -> None:
    owner, order = paid(payer), other.open()
    receive(other, stolen_by(order, owner))
    cancel_payment(other.account, other.registration.id, ports=other.ports, now=payer.world.clock.now())
    another = other.open()
    receive(other, stolen_by(another, owner))
    waiting = open_in(payer.world.discrepancies)
    assert sorted(each.order_id or "" for each in waiting) == sorted([order.id, another.id])


def test_who_finds_either_order_sees_it(payer: Payer, other: Payer) -> None:
    owner, order = paid(payer), other.open()
    receive(other, stolen_by(order, owner))
    noticed = the_only_one(payer)
    for number in (owner.id, order.id, noticed.trade_no or ""):
        found = find_money(number, an_entry().clerk, ports=payer.ports, audit_log=payer.world.audit_log)
        assert found.discrepancies == (noticed,)


def test_a_second_trade_is_its_orders_from_then_on(payer: Payer, other: Payer) -> None:
    first, order = paid(payer), other.open()
    second = money_for(first, trade=Trade("alipay", TradeNo("second-trade")))
    assert receive(payer, second) == SecondTrade()
    noticed = the_only_one(payer)
    assert receive(other, money_for(order, trade=second.trade)) == UNSEEN
    give_second_trade_back(noticed.id, an_entry(), ports=payer.ports)
    sweep(payer.world)
    assert list(payer.world.provider.given_back.values()) == [24000]


def test_a_trade_of_another_order_is_no_second_trade(payer: Payer, other: Payer) -> None:
    """Or it would go back, and what it paid would be paid by nothing."""
    owner, order = paid(payer), paid(other)
    assert receive(other, stolen_by(order, owner)) == UNSEEN
    noticed = the_only_one(payer)
    assert noticed.kind is DiscrepancyKind.TRADE_OF_ANOTHER
    with pytest.raises(NotRefundableError):
        give_second_trade_back(noticed.id, an_entry(), ports=other.ports)


def test_a_bill_that_has_it_for_another_order_makes_it_no_second_trade(payer: Payer, other: Payer) -> None:
    owner, order = paid(payer), paid(other)
    money = stolen_by(order, owner)
    row = BilledPayment(
        order_id=order.id, trade=money.trade, amount_fen=money.amount_fen, paid_at=money.paid_at
    )
    now = payer.world.clock.now()
    matching = Matching(payer.world.provider, date(2026, 9, 1), payer.world.bill_ports, now)
    matching.match([row])
    assert the_only_one(payer).kind is DiscrepancyKind.TRADE_OF_ANOTHER
    assert the_only_one(payer).bill_day == date(2026, 9, 1)
    assert matching.differing == 1


def asked_about(payer: Payer, other: Payer) -> PaymentOrder:
    """The provider's own query says so."""
    owner, order = paid(payer), other.open()
    assert owner.trade is not None
    payer.world.provider.pay(order, trade=owner.trade)
    sweep_when_due(other, order)
    return other.order(order)


def sweep_when_due(payer: Payer, order: PaymentOrder) -> None:
    due_at = payer.order(order).due_at
    assert due_at is not None, "an order without money hangs"
    payer.world.clock.move_to(due_at)
    sweep(payer.world)


def test_an_order_that_is_not_over_goes_on_being_asked_about(payer: Payer, other: Payer) -> None:
    order = asked_about(payer, other)
    assert order.state is OrderState.CREATED
    assert order.due_at is not None
    assert the_only_one(payer).order_id == order.id


def test_nobody_waits_for_it_once_it_is_over_or_not_wanted(payer: Payer, other: Payer) -> None:
    order = asked_about(payer, other)
    now = payer.world.clock.now()
    assert cancel_payment(other.account, other.registration.id, ports=other.ports, now=now).id == order.id
    newer = other.open()
    while other.order(newer).state is OrderState.CREATED:
        payer.world.provider.answers[newer.id] = payer.world.provider.answers[order.id]
        payer.world.provider.pay(newer, trade=stolen_trade(payer, order))
        sweep_when_due(other, newer)
    assert other.order(newer).state is OrderState.CLOSING
    assert other.stored().open_order_id is None
    assert receive(other, money_for(other.open())) == Settle()


def stolen_trade(payer: Payer, order: PaymentOrder) -> Trade:
    noticed = next(each for each in open_in(payer.world.discrepancies) if each.order_id == order.id)
    return Trade("alipay", noticed.trade_no or TradeNo(""))


def test_seen_to_by_a_person_it_ends_by_the_clock(payer: Payer, other: Payer) -> None:
    order = asked_about(payer, other)
    while payer.world.clock.now() < order.expires_at + UNKNOWN_IS_CLOSED_AFTER_EXPIRY:
        sweep_when_due(other, order)
    assert other.order(order).state is OrderState.CLOSING, "nobody has looked: it is asked about still"
    settle_discrepancy(the_only_one(payer).id, entry(payer), ports=payer.ports)
    sweep_when_due(other, order)
    assert other.order(order).state is OrderState.CLOSED
    assert other.order(order).due_at is None
    assert receive(other, stolen_by(order, payer.order(paid_by(payer)))) == SEEN
    assert open_in(payer.world.discrepancies) == []


def paid_by(payer: Payer) -> PaymentOrder:
    paying = payer.stored().paid_order_id
    assert paying is not None
    return payer.world.memory.orders[paying]
