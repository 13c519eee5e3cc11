"""A refund made at the provider without us is booked: once, by the provider's word, with all that follows."""

from dataclasses import replace

import pytest

from chalicelib.domain.audit import Act, Clerk
from chalicelib.domain.discrepancy import DiscrepancyKind, about_order, discrepancy_id
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    DomainError,
    InvalidInputError,
    NotFoundError,
    NotRefundableError,
)
from chalicelib.domain.ids import AuthorityId, DiscrepancyId, RefundId
from chalicelib.domain.payment import OrderState
from chalicelib.domain.refund import RefundCause, RefundState
from chalicelib.domain.registration import State
from chalicelib.usecases.money.book_refund import book_refund
from chalicelib.usecases.money.finance import (
    give_back,
    settle_discrepancy,
)
from chalicelib.usecases.money.look_into import find_money
from chalicelib.usecases.money.opt_out import opt_out_for
from chalicelib.usecases.money.what_went_back import SaidByClerk
from chalicelib.usecases.ports import (
    ProviderUnavailableError,
    RefundPending,
    RefundRefused,
)
from tests.builders import an_entry
from tests.usecases.booking import (
    CONSOLE,
    NOTHING_SAID,
    acts,
    at_console,
    book,
    in_the_bill,
    told,
    waiting,
)
from tests.usecases.giving_back import mismatch, paid, refund_of, sweep
from tests.usecases.paying import Payer


def test_a_part_that_the_provider_confirms_is_booked_under_its_number(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    made = book(payer, noticed)
    assert (made.id, made.amount_fen, made.total_fen, made.state) == (CONSOLE, 1000, 24000, RefundState.DONE)
    assert made.cause is RefundCause.OUTSIDE
    assert payer.world.memory.refunds == {CONSOLE: made}
    assert payer.order(order) == replace(
        order, state=OrderState.PART_REFUNDED, refunded_fen=1000, outside_refunds=(CONSOLE,)
    )
    assert payer.stored().state is State.PAID
    assert waiting(payer) == []
    settled = payer.world.discrepancies.get(noticed)
    assert settled is not None
    assert settled.given_back_by == CONSOLE
    assert acts(payer) == [(order.id, Act.BOOK_REFUND, noticed, f"{CONSOLE} 1000 by provider")]
    assert CONSOLE in payer.world.memory.unmatched, "the daily bill has to have it as well"


def test_what_is_left_after_it_is_what_may_still_go_back(payer: Payer) -> None:
    order = paid(payer)
    book(payer, at_console(payer, order, 1000))
    opt_out_for(payer.account, payer.registration.id, an_entry(), ports=payer.ports)
    sweep(payer.world)
    assert refund_of(payer, order).amount_fen == 23000
    assert payer.order(order).state is OrderState.REFUNDED
    assert payer.world.provider.given_back == {CONSOLE: 1000, f"{order.id}R01": 23000}


def test_it_is_booked_once(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    book(payer, noticed)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)
    nameless = told(payer, order, "")
    with pytest.raises(NotRefundableError):
        book(payer, nameless, SaidByClerk(number=CONSOLE))
    assert payer.order(order).refunded_fen == 1000


def test_two_clerks_book_it_once(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    before = (payer.order(order), payer.world.discrepancies.get(noticed))

    class Earlier:
        def get(self, key: str) -> object:
            return {order.id: before[0], noticed: before[1]}.get(key)

    stale = replace(payer.ports, orders=Earlier(), discrepancies=Earlier())  # type: ignore[arg-type]
    book(payer, noticed)
    del payer.world.memory.refunds[CONSOLE]
    with pytest.raises(ChangedElsewhereError):
        book_refund(noticed, NOTHING_SAID, an_entry(), ports=stale, accounts=payer.world.accounts)
    assert payer.order(order).refunded_fen == 1000


def test_what_a_bill_says_needs_no_answer_of_the_provider(payer: Payer) -> None:
    order = paid(payer)
    noticed = in_the_bill(payer, order, 1000)
    payer.world.provider.be_silent()
    made = book(payer, noticed)
    assert (made.amount_fen, made.is_billed) == (1000, True)
    assert made.id not in payer.world.memory.unmatched, "a bill has it already"
    assert acts(payer)[0][3] == f"{CONSOLE} 1000 by bill"


def test_a_silent_provider_changes_nothing(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    payer.world.provider.be_silent()
    with pytest.raises(ProviderUnavailableError):
        book(payer, noticed, SaidByClerk(amount_fen=1000))
    assert payer.order(order) == order


@pytest.mark.parametrize("answer", [RefundPending(), RefundRefused("CLOSED", is_final=True)])
def test_what_is_not_back_at_the_provider_is_not_booked(
    payer: Payer, answer: RefundPending | RefundRefused
) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    payer.world.provider.found_answers[CONSOLE] = answer
    with pytest.raises(NotRefundableError):
        book(payer, noticed, SaidByClerk(amount_fen=1000))
    assert payer.order(order) == order
    assert waiting(payer) == [noticed]


def test_the_clerks_word_counts_only_where_nobody_else_can_tell(payer: Payer) -> None:
    order = paid(payer)
    noticed = told(payer, order)
    for said in (NOTHING_SAID, SaidByClerk(amount_fen=1000)):
        with pytest.raises(NotRefundableError):
            book(payer, noticed, said)
    payer.world.clock.advance(days=3)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)
    made = book(payer, noticed, SaidByClerk(amount_fen=1000))
    assert (made.amount_fen, made.is_billed) == (1000, False)
    assert acts(payer)[0][3] == f"{CONSOLE} 1000 by clerk"


def test_a_clerk_who_says_otherwise_than_the_provider_is_refused(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    with pytest.raises(InvalidInputError):
        book(payer, noticed, SaidByClerk(amount_fen=2000))
    with pytest.raises(InvalidInputError):
        book(payer, noticed, SaidByClerk(number=RefundId("another")))
    assert payer.order(order) == order
    book(payer, noticed, SaidByClerk(number=CONSOLE, amount_fen=1000))


def test_one_without_a_number_is_booked_by_the_number_of_the_console(payer: Payer) -> None:
    order = paid(payer)
    payer.world.provider.refund_at_console(order, CONSOLE, 1000)
    nameless = told(payer, order, "")
    by_number = in_the_bill(payer, order, 1000)
    assert waiting(payer) == sorted([nameless, by_number])
    book(payer, nameless, SaidByClerk(number=CONSOLE))
    assert waiting(payer) == [], "told of in two ways, it is one"


def test_one_without_any_number_is_booked_as_the_bill_tells_of_it(payer: Payer) -> None:
    order = paid(payer)
    number = f"{order.id}.20260901.1"
    noticed = discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", number)
    in_the_bill(payer, order, 1000, id=noticed, refund_id=None)
    assert book(payer, noticed).id == number


def test_what_a_bill_disagrees_about_is_not_booked(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    now = payer.world.clock.now()
    differs = about_order(DiscrepancyKind.AMOUNT_DIFFERS, order, now=now, bill_day=now.date())
    payer.world.discrepancies.freeze(differs)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)


def test_what_has_no_money_and_what_is_settled_is_not_booked(payer: Payer) -> None:
    order = payer.open()
    noticed = told(payer, order)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)
    settle_discrepancy(noticed, an_entry(), ports=payer.ports)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)
    with pytest.raises(NotFoundError):
        book(payer, DiscrepancyId("nothing"))


def test_only_a_refund_is_booked(payer: Payer) -> None:
    mismatch(payer)
    (noticed,) = waiting(payer)
    with pytest.raises(NotRefundableError):
        book(payer, noticed)


def test_a_number_in_our_own_form_is_not_taken(payer: Payer) -> None:
    order = paid(payer)
    for number in (f"{order.id}R01", f"{order.id}R07"):
        with pytest.raises(NotRefundableError):
            book(payer, at_console(payer, order, 100, number))
    give_back(order.id, 1000, an_entry(), ports=payer.ports)


def test_another_authority_books_nothing(payer: Payer) -> None:
    noticed = at_console(payer, paid(payer), 1000)
    entry = replace(an_entry(), clerk=Clerk("wang", AuthorityId("dalian")))
    with pytest.raises(NotFoundError):
        book_refund(noticed, NOTHING_SAID, entry, ports=payer.ports, accounts=payer.world.accounts)


def test_a_booked_refund_is_found_with_its_order(payer: Payer) -> None:
    order = paid(payer)
    made = book(payer, at_console(payer, order, 1000))
    found = find_money(CONSOLE, an_entry().clerk, ports=payer.ports, audit_log=payer.world.audit_log)
    assert found.refunds == (made,)
    assert found.order == payer.order(order)


def test_a_bill_that_tells_of_it_later_confirms_it(payer: Payer) -> None:
    order = paid(payer)
    noticed = at_console(payer, order, 1000)
    day = payer.world.clock.now().date()
    in_the_bill(payer, order, 1000)
    known = payer.world.discrepancies.get(noticed)
    assert known is not None
    assert (known.bill_day, known.amount_fen) == (day, 1000), "what the bill adds is kept"
    assert book(payer, noticed).is_billed


def test_it_says_what_it_refuses(payer: Payer) -> None:
    with pytest.raises(DomainError) as refused:
        book(payer, told(payer, paid(payer)))
    assert "--number" in refused.value.detail
