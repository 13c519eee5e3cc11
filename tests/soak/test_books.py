"""What the soak says of books that do not balance; the soak itself is a program (`make soak`)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.ids import RefundId, TradeNo
from chalicelib.domain.payment import Money, PaymentOrder
from chalicelib.domain.refund import Refund, RefundCause, refund_of
from chalicelib.domain.registration import Registration
from chalicelib.storage.connection import Tables
from tests.builders import NOW, an_account, an_order, money_for
from tests.contracts.given import opened, payable, stored, stored_order
from tests.contracts.stores import Stores, stores_over
from tests.dynamo import fresh_tables, moto_connection
from tests.fakes.means import FakeSealer
from tests.soak.books import ProvidersBooks, balance_sheet, faults_found, lines_of
from tests.soak.candidate import id_number
from tests.soak.figures import Figures
from tests.whole_store import WholeStore, whole_store

LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def tables() -> Iterator[Tables]:
    with moto_connection() as connection:
        yield fresh_tables(connection)


@pytest.fixture
def stores(tables: Tables) -> Stores:
    return stores_over(tables)


def paid(stores: Stores) -> tuple[Registration, PaymentOrder, Money]:
    """A registration that is paid, and matched with its bill."""
    opened(stores, an_account())
    registration = payable(stores)
    order = an_order(registration)
    stores.orders.open(order, registration, None)
    money = money_for(order)
    stores.orders.settle(order, money, now=LATER)
    stores.bills.confirm_order(stored_order(stores, order))
    return stored(stores, registration), stored_order(stores, order), money


def seen(tables: Tables) -> WholeStore:
    return whole_store(tables, FakeSealer())


def books(*taken: Money, given_back: tuple[Refund, ...] = ()) -> ProvidersBooks:
    return ProvidersBooks(taken, given_back, Counter(), 0)


def a_refund(order: PaymentOrder, money: Money, fen: int) -> Refund:
    return refund_of(order, money.trade, fen, total_fen=fen, cause=RefundCause.OPT_OUT, now=LATER)


def test_books_that_balance_are_found_so(stores: Stores, tables: Tables) -> None:
    registration, _, money = paid(stores)
    figures = Figures(told_paid={registration.id})
    assert faults_found(seen(tables), books(money), figures) == []
    assert balance_sheet(seen(tables)) == {"pays a registration": 24000}
    assert "providers took ¥240.00 in 1 trades, gave back ¥0.00" in list(lines_of(seen(tables), books(money)))


def test_money_that_only_the_provider_knows_of_is_found(stores: Stores, tables: Tables) -> None:
    _, order, money = paid(stores)
    second = money_for(order, trade=replace(money.trade, trade_no=TradeNo("second")))
    found = faults_found(seen(tables), books(money, second), Figures())
    assert any(line.startswith("unbalanced: ") for line in found)
    assert "providers hold 48000 fen for us, we account for 24000" in "".join(found)


def test_money_that_only_we_know_of_is_found(stores: Stores, tables: Tables) -> None:
    paid(stores)
    assert "keeps 0 fen, 24000 are booked" in "".join(faults_found(seen(tables), books(), Figures()))


def test_a_refund_that_we_did_not_book_is_found(stores: Stores, tables: Tables) -> None:
    _, order, money = paid(stores)
    given = a_refund(order, money, 6100)
    found = "".join(faults_found(seen(tables), books(money, given_back=(given,)), Figures()))
    assert (
        f"refund {given.id} of trade {money.trade.trade_no}: 6100 fen went back and are not booked" in found
    )


def test_a_refund_under_another_number_is_found_twice(stores: Stores, tables: Tables) -> None:
    registration, order, money = paid(stores)
    refund = a_refund(order, money, order.amount_fen)
    stores.refunds.opt_out(order, refund, registration, an_account().identity, entry=None, now=LATER)
    stores.refunds.complete(refund, now=LATER)
    given = (refund, replace(refund, id=RefundId("another")))
    found = faults_found(seen(tables), books(money, given_back=given), Figures())
    assert any("refund another of trade" in line for line in found)
    assert f"REFUND#{refund.id} is in no bill" in found


def test_a_candidate_who_was_told_something_else_is_found(stores: Stores, tables: Tables) -> None:
    registration, _, money = paid(stores)
    figures = Figures(told_paid={registration.id, "another"})
    assert faults_found(seen(tables), books(money), figures) == [
        "registration another was shown as paid and is None"
    ]


def test_an_order_of_which_something_is_still_to_come_is_found(stores: Stores, tables: Tables) -> None:
    opened(stores, an_account())
    registration = payable(stores)
    stores.orders.open(an_order(registration), registration, None)
    assert [line.rpartition(" ")[2] for line in faults_found(seen(tables), books(), Figures())] == ["created"]


def test_no_two_candidates_of_a_soak_have_one_id_number() -> None:
    numbers = [id_number(number) for number in (*range(1, 3000), 83_999, 84_000, 84_001)]
    assert len(set(numbers)) == len(numbers)
