"""What finance does from a shell about the daily bills of the providers."""

from datetime import timedelta

import pytest

from chalicelib.domain.bill import BilledPayment
from chalicelib.domain.china import china_date
from chalicelib.domain.errors import InvalidInputError, NotFoundError
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import Trade
from tests.builders import NOW, money_for
from tests.commands.test_finance import WHY, entries, payer, receive, run
from tests.fakes.bills import FakeBill
from tests.usecases.paying import Payer

__all__ = ["payer"]
DAY = china_date(NOW)
BILL = ("--provider", "alipay", "--day", DAY.isoformat())


def billed(payer: Payer) -> str:
    """A day with a payment that agrees and a second trade, which nobody has told of; the number of that."""
    order = payer.open()
    money = money_for(order)
    receive(payer, money)
    trades = (money.trade, Trade("alipay", TradeNo("20260901220014000099")))
    rows = [
        BilledPayment(order_id=order.id, trade=trade, amount_fen=24000, paid_at=money.paid_at)
        for trade in trades
    ]
    payer.world.provider.bills[DAY] = FakeBill([*rows])
    payer.world.clock.advance(days=1)
    return trades[1].trade_no


def test_a_bill_is_run_again_with_a_reason_and_its_differences_are_shown(payer: Payer) -> None:
    second = billed(payer)
    with pytest.raises(NotFoundError):
        run(payer, "bill", *BILL)
    told = run(payer, "run-bill", *BILL, *WHY)
    assert told[1] == "    2 payments ¥480.00, 0 refunds ¥0.00"
    assert told[2] == "    1 rows agree, 0 of them not known before; 1 do not agree"
    assert entries(payer, f"bill-alipay-{DAY}") == [("run_bill", "li", WHY[1])]
    shown = run(payer, "bill", *BILL)
    assert shown[: len(told)] == told
    assert f"second_trade.alipay.{second}" in shown[-1]
    assert run(payer, "run-bill", *BILL, *WHY)[2] == told[2]  # again, and nothing is noticed twice
    assert len(run(payer, "waiting")) == 1


def test_differences_of_another_authority_are_not_shown(payer: Payer) -> None:
    second = billed(payer)
    run(payer, "run-bill", *BILL, *WHY, authority="dalian")
    assert second not in "\n".join(run(payer, "bill", *BILL, authority="dalian"))


@pytest.mark.parametrize(
    "words",
    [
        ("--provider", "unionpay", "--day", DAY.isoformat()),
        ("--provider", "alipay", "--day", "yesterday"),
        ("--provider", "alipay", "--day", (DAY + timedelta(days=1)).isoformat()),
        ("--provider", "alipay", "--day", (DAY - timedelta(days=93)).isoformat()),
        ("--provider", "alipay", "--day", "0001-01-01"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_and_leaves_no_entry(payer: Payer, words: tuple[str, ...]) -> None:
    payer.world.clock.advance(days=1)
    with pytest.raises(InvalidInputError):
        run(payer, "run-bill", *words, *WHY)
    assert payer.world.memory.audit == []
