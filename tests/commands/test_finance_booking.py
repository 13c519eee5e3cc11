"""Finance books what went back at the provider without us, from a shell."""

import pytest

from chalicelib.domain.errors import InvalidInputError, NotFoundError, NotRefundableError
from chalicelib.domain.ids import RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import State
from chalicelib.usecases.money.give_back import refund_told
from chalicelib.usecases.ports import RefundDone, RefundNews
from tests.commands.test_finance import WHY, entries, paid, payer, run, sweep
from tests.usecases.paying import Payer

__all__ = ["paid", "payer"]
CONSOLE = "console-1"
NOTICED = f"unknown_refund.alipay.{CONSOLE}"


def at_console(payer: Payer, order: PaymentOrder, fen: int) -> None:
    payer.world.provider.refund_at_console(order, CONSOLE, fen)
    news = RefundNews(order_id=order.id, refund_id=RefundId(CONSOLE), answer=RefundDone())
    refund_told(news, "alipay", ports=payer.ports, now=payer.world.clock.now())


def test_a_refund_made_at_the_console_is_booked_and_the_rest_may_go_back(
    payer: Payer, paid: PaymentOrder
) -> None:
    at_console(payer, paid, 6100)
    (waiting,) = run(payer, "waiting")
    assert waiting.startswith(f"{NOTICED},")
    told = "\n".join(run(payer, "book", NOTICED, *WHY))
    assert told.startswith(f"{CONSOLE}: ¥61.00 booked as back\norder {paid.id} part_refunded")
    assert "back ¥61.00, left ¥179.00" in told
    assert f"refund {CONSOLE} done, ¥61.00, for outside" in told
    assert f"given back by {CONSOLE}" in told
    assert run(payer, "waiting") == ["nothing waits for finance"]
    assert entries(payer, paid.id) == [("book_refund", "li", WHY[1])]
    with pytest.raises(NotRefundableError):
        run(payer, "book", NOTICED, *WHY)
    run(payer, "let-out", paid.account_id, paid.registration_id, *WHY)
    sweep(payer)
    assert payer.order(paid).state is OrderState.REFUNDED
    assert payer.world.provider.given_back == {CONSOLE: 6100, f"{paid.id}R01": 17900}


def test_who_books_all_of_it_sees_that_the_exam_is_left(payer: Payer, paid: PaymentOrder) -> None:
    at_console(payer, paid, 24000)
    told = "\n".join(run(payer, "book", NOTICED, "--number", CONSOLE, "--amount", "240", *WHY))
    assert payer.stored().state is State.OPTED_OUT
    assert "已退考" in told
    assert "opt_out by li" in told


def test_what_does_not_agree_with_the_provider_is_refused(payer: Payer, paid: PaymentOrder) -> None:
    at_console(payer, paid, 6100)
    for words in (("--amount", "62"), ("--amount", "6,1"), ("--number", "console-2")):
        with pytest.raises(InvalidInputError):
            run(payer, "book", NOTICED, *words, *WHY)
    with pytest.raises(NotFoundError):
        run(payer, "book", NOTICED, *WHY, authority="dalian")
    with pytest.raises(SystemExit):
        run(payer, "book", NOTICED)
    assert payer.order(paid) == paid
    assert entries(payer, paid.id) == []
