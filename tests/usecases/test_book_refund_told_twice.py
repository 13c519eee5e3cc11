"""One refund that was told of in several ways is booked once, and two under one number are told of as two."""

from datetime import date

import pytest

from chalicelib.domain.bill import BilledRefund
from chalicelib.domain.discrepancy import DiscrepancyKind, discrepancy_id
from chalicelib.domain.errors import NotRefundableError
from chalicelib.domain.ids import DiscrepancyId, RefundId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.usecases.money.match_bill import Matching
from chalicelib.usecases.money.what_went_back import SaidByClerk
from tests.builders import a_credential, a_payable_registration, an_account
from tests.usecases.booking import CONSOLE, SECOND, acts, book, in_the_bill, told, waiting
from tests.usecases.giving_back import paid, receive
from tests.usecases.paying import Payer

DAY = date(2026, 9, 1)
AT_TEN, AT_ELEVEN = "refund_fee 10.00 2026-09-01 10:00:00", "refund_fee 20.00 2026-09-01 11:00:00"


def told_without_number(payer: Payer, order: PaymentOrder, mark: str) -> DiscrepancyId:
    """A notice of a refund that somebody made at the console."""
    before = set(waiting(payer))
    told(payer, order, "", mark=mark)
    (noticed,) = set(waiting(payer)) - before
    return noticed


def nameless_row(payer: Payer, order: PaymentOrder, number: int) -> DiscrepancyId:
    """A row of a bill about a refund without a number."""
    noticed = discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", f"{order.id}.20260901.{number}")
    return in_the_bill(payer, order, 1000, id=noticed, refund_id=None)


def test_what_a_bill_told_of_by_number_is_not_booked_again_by_a_clerk_who_has_none(payer: Payer) -> None:
    order = paid(payer)
    payer.world.provider.refund_at_console(order, CONSOLE, 1000)
    nameless = told_without_number(payer, order, AT_TEN)
    book(payer, in_the_bill(payer, order, 1000))
    payer.world.clock.advance(days=3)
    for said in (SaidByClerk(amount_fen=1000), SaidByClerk(amount_fen=1000, number=CONSOLE)):
        with pytest.raises(NotRefundableError):
            book(payer, nameless, said)
    assert payer.order(order).refunded_fen == 1000


def test_what_a_bill_has_already_waits_for_no_other(payer: Payer) -> None:
    order = paid(payer)
    payer.world.provider.refund_at_console(order, CONSOLE, 1000)
    nameless = told_without_number(payer, order, AT_TEN)
    in_the_bill(payer, order, 1000)
    made = book(payer, nameless, SaidByClerk(number=CONSOLE))
    assert made.is_billed
    assert CONSOLE not in payer.world.memory.unmatched
    assert acts(payer)[0][3] == f"{CONSOLE} 1000 by bill"
    assert waiting(payer) == []


def test_a_provider_that_knows_one_by_the_orders_number_is_believed_once(payer: Payer) -> None:
    """Two notices without a number are two refunds, of which it knows one so."""
    order = paid(payer)
    payer.world.provider.refund_at_console(order, order.id, 1000)
    payer.world.provider.refund_at_console(order, CONSOLE, 2000)
    first, second = (told_without_number(payer, order, mark) for mark in (AT_TEN, AT_ELEVEN))
    assert book(payer, first).id == RefundId(order.id)
    with pytest.raises(NotRefundableError):
        book(payer, second)
    book(payer, second, SaidByClerk(number=CONSOLE))
    assert payer.order(order).refunded_fen == 3000


@pytest.mark.parametrize("is_billed_first", [True, False])
def test_one_without_a_number_is_booked_by_notice_or_by_bill(payer: Payer, is_billed_first: bool) -> None:
    order = paid(payer)
    payer.world.provider.refund_at_console(order, order.id, 1000)
    ways = [told_without_number(payer, order, AT_TEN), nameless_row(payer, order, 1)]
    first, second = reversed(ways) if is_billed_first else ways
    book(payer, first)
    with pytest.raises(NotRefundableError):
        book(payer, second)
    assert payer.order(order).refunded_fen == 1000


def test_two_rows_without_a_number_are_two(payer: Payer) -> None:
    order = paid(payer)
    for number in (1, 2):
        book(payer, nameless_row(payer, order, number))
    assert payer.order(order).refunded_fen == 2000


def another_paid(payer: Payer) -> PaymentOrder:
    """The order of another candidate."""
    account = payer.world.given_account(an_account(2))
    payer.world.given_credential(a_credential(account))
    registration = payer.world.given_registration(a_payable_registration(account, 2), account)
    other = Payer(payer.world, account, registration, payer.world.orders)
    order = other.open()
    receive(other, payer.world.provider.pay(order, trade=SECOND))
    return other.order(order)


def test_the_same_number_at_two_trades_is_two_refunds(payer: Payer) -> None:
    order, other = paid(payer), another_paid(payer)
    told(payer, order, CONSOLE, trade_no=order.trade and order.trade.trade_no)
    for _ in range(2):
        told(payer, other, CONSOLE, trade_no=SECOND.trade_no)
    first = discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", CONSOLE)
    second = discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", f"{other.id}.{CONSOLE}")
    assert sorted(waiting(payer)) == sorted([first, second])
    payer.world.provider.refund_at_console(other, RefundId(CONSOLE), 1000, trade=SECOND)
    book(payer, second)
    assert waiting(payer) == [first], "what the other order was told of waits still"


def test_what_a_bill_says_of_that_number_at_another_trade_counts_for_that_one_only(payer: Payer) -> None:
    order, other = paid(payer), another_paid(payer)
    in_the_bill(payer, other, 2000)
    payer.world.provider.refund_at_console(order, CONSOLE, 1000)
    nameless = told_without_number(payer, order, AT_TEN)
    assert book(payer, nameless, SaidByClerk(number=CONSOLE)).amount_fen == 1000


def test_a_bill_tells_of_both_as_well(payer: Payer) -> None:
    order, other = paid(payer), another_paid(payer)
    rows = [
        BilledRefund(order_id=each.id, trade=each.trade, refund_id=CONSOLE, amount_fen=1000)
        for each in (order, other)
        if each.trade is not None
    ]
    matching = Matching(payer.world.provider, DAY, payer.world.bill_ports, payer.world.clock.now())
    matching.match(rows)
    assert matching.differing == len(waiting(payer)) == 2
