"""What the tests of booking a refund begin with: what went back without us, and who was told."""

from dataclasses import replace

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.ids import DiscrepancyId, RefundId, TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.usecases.money.book_refund import book_refund
from chalicelib.usecases.money.give_back import refund_told
from chalicelib.usecases.money.what_went_back import SaidByClerk
from chalicelib.usecases.ports import (
    RefundDone,
    RefundNews,
)
from tests.builders import an_entry
from tests.usecases.paying import Payer
from tests.waiting import open_in

SECOND = Trade("alipay", TradeNo("second-trade"))
CONSOLE = RefundId("console-1")
NOTHING_SAID = SaidByClerk()


def told(payer: Payer, order: PaymentOrder, number: str = CONSOLE, **changes: object) -> DiscrepancyId:
    """The provider tells of a refund; what waits for a person then."""
    now = payer.world.clock.now()
    news = RefundNews(order_id=order.id, refund_id=RefundId(number), answer=RefundDone(), **changes)  # type: ignore[arg-type]
    assert not refund_told(news, "alipay", ports=payer.ports, now=now)
    return discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", number or order.id)


def at_console(payer: Payer, order: PaymentOrder, fen: int, number: str = CONSOLE) -> DiscrepancyId:
    """Money went back without us, and the provider tells."""
    payer.world.provider.refund_at_console(order, number, fen)
    return told(payer, order, number)


def in_the_bill(payer: Payer, order: PaymentOrder, fen: int, **changes: object) -> DiscrepancyId:
    """A daily bill has a refund that we do not know."""
    assert order.trade is not None
    noticed = Discrepancy(
        id=discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, "alipay", CONSOLE),
        kind=DiscrepancyKind.UNKNOWN_REFUND,
        provider="alipay",
        noticed_at=payer.world.clock.now(),
        order_id=order.id,
        trade_no=order.trade.trade_no,
        refund_id=CONSOLE,
        amount_fen=fen,
        bill_day=payer.world.clock.now().date(),
    )
    noticed = replace(noticed, **changes)  # type: ignore[arg-type]
    payer.world.discrepancies.note(noticed)
    return noticed.id


def book(payer: Payer, noticed: DiscrepancyId, said: SaidByClerk = NOTHING_SAID) -> Refund:
    entry = replace(an_entry(), at=payer.world.clock.now())
    return book_refund(noticed, said, entry, ports=payer.ports, accounts=payer.world.accounts)


def waiting(payer: Payer) -> list[DiscrepancyId]:
    return [each.id for each in open_in(payer.world.discrepancies)]


def acts(payer: Payer) -> list[tuple[str, str, str, str]]:
    return [(entry.on_whom, entry.what, entry.before, entry.after) for entry in payer.world.memory.audit]
