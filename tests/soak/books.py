"""Our books against those of the simulated providers, once all is quiet."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind
from chalicelib.domain.ids import OrderId, RefundId, RegistrationId, TradeNo
from chalicelib.domain.payment import LIVE, OPEN, Merchant, Money, OrderState, Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState
from chalicelib.domain.registration import State
from local.simulators.alipay.ledger import Ledger as AlipayLedger
from local.simulators.outbox import NoticeState, Outbox
from local.simulators.wechatpay.ledger import Ledger as WechatPayLedger
from local.simulators.wechatpay.trades import RefundStatus
from tests.invariants import unbalanced, violations
from tests.invariants.money import extra_money
from tests.soak.figures import Figures
from tests.whole_store import WholeStore

_EVER = 1e11
_ALL = 1_000_000
_NEVER = (
    DiscrepancyKind.UNKNOWN_ORDER,
    DiscrepancyKind.UNKNOWN_REFUND,
    DiscrepancyKind.AMOUNT_DIFFERS,
    DiscrepancyKind.NOT_IN_BILL,
    DiscrepancyKind.REFUND_AMOUNT_DIFFERS,
    DiscrepancyKind.REFUND_NOT_IN_BILL,
)


@dataclass(frozen=True)
class ProvidersBooks:
    """What the providers took and gave back, and what became of their notices."""

    taken: tuple[Money, ...]
    given_back: tuple[Refund, ...]
    notices: Counter[NoticeState]
    sendings: int

    @property
    def kept_fen(self) -> int:
        """What the merchant has."""
        took, gave = (sum(each.amount_fen for each in moved) for moved in (self.taken, self.given_back))
        return took - gave


def providers_books(folder: Path) -> ProvidersBooks:
    """Read both ledgers in a folder of simulators."""
    alipay, wechatpay = AlipayLedger(folder), WechatPayLedger(folder)
    taken = [
        _money("alipay", trade.out_trade_no, trade.trade_no, trade.total_fen)
        for trade in alipay.trades_paid(0, _EVER)
    ]
    taken += [
        _money("wechatpay", order.out_trade_no, payment.transaction_id, order.total_fen)
        for order, payment in ((t.order, t.payment) for t in wechatpay.payments_between(0, _EVER))
        if payment is not None
    ]
    given = [
        _refund("alipay", refund.out_request_no, refund.trade_no, refund.amount_fen)
        for _, refund in alipay.refunds_made(0, _EVER)
    ]
    given += [
        _refund("wechatpay", refund.out_refund_no, refund.transaction_id, refund.amount_fen)
        for _, refund in wechatpay.refunds_between(0, _EVER)
        if refund.status is RefundStatus.SUCCESS
    ]
    outboxes: tuple[Outbox, ...] = (alipay, wechatpay)
    notices = [notice for outbox in outboxes for notice in outbox.latest_notices(_ALL)]
    states = Counter(notice.state for notice in notices)
    return ProvidersBooks(tuple(taken), tuple(given), states, sum(notice.sends for notice in notices))


def _money(provider: str, order: str, trade: str, fen: int) -> Money:
    nobody = Merchant(seller_id="", app_id="")
    named = Trade(provider, TradeNo(trade))
    return Money(
        order_id=OrderId(order), trade=named, amount_fen=fen, paid_at=datetime.now(UTC), merchant=nobody
    )


def _refund(provider: str, number: str, trade: str, fen: int) -> Refund:
    return Refund(
        id=RefundId(number),
        order_id=OrderId(""),
        trade=Trade(provider, TradeNo(trade)),
        total_fen=fen,
        amount_fen=fen,
        cause=RefundCause.FINANCE,
        state=RefundState.DONE,
        requested_at=datetime.now(UTC),
    )


def faults_found(store: WholeStore, books: ProvidersBooks, figures: Figures) -> list[str]:
    """Everything that is not as it must be; nothing, if the books balance."""
    found = [f"{each.checker}: {each.message}" for each in violations(store)]
    found += [f"{each.checker}: {each.message}" for each in unbalanced(store, books.taken, books.given_back)]
    return [
        *found,
        *_refunds_differ(store, books),
        *_unfinished(store),
        *_differs_without_reason(store),
        *_promises_broken(store, figures),
        *_sheet_differs(store, books),
        *figures.surprises,
    ]


def _refunds_differ(store: WholeStore, books: ProvidersBooks) -> Iterator[str]:
    """What they gave back is what we asked for and booked, refund by refund, and nothing else."""
    ours = Counter(_moved(refund) for refund in store.refunds.values() if refund.state is RefundState.DONE)
    theirs = Counter(_moved(refund) for refund in books.given_back)
    for trade, number, fen in sorted((ours - theirs).elements()):
        yield f"refund {number} of trade {trade}: {fen} fen are booked as back and did not go back"
    for trade, number, fen in sorted((theirs - ours).elements()):
        yield f"refund {number} of trade {trade}: {fen} fen went back and are not booked"


def _moved(refund: Refund) -> tuple[str, str, int]:
    return refund.trade.trade_no, refund.id, refund.amount_fen


def _unfinished(store: WholeStore) -> Iterator[str]:
    for order in store.orders.values():
        if order.state in (*LIVE, OrderState.SURPLUS, OrderState.REFUNDING):
            yield f"order {order.id} is still {order.state}"


def _differs_without_reason(store: WholeStore) -> Iterator[str]:
    """Bills were whole at the end, and nobody but us moves money: they cannot differ in anything."""
    yield from (
        f"{each.id} waits for a person" for each in store.discrepancies.values() if each.kind in _NEVER
    )
    for key, item in store.items.items():
        if item.get("due_shard", {}).get("S", "").startswith("unmatched:"):
            yield f"{key.pk} is in no bill"


def _promises_broken(store: WholeStore, figures: Figures) -> Iterator[str]:
    """Who was told 报名完成 is in, unless they left."""
    for registration_id in sorted(figures.told_paid):
        registration = store.registrations.get(RegistrationId(registration_id))
        state = registration.state if registration else None
        has_left = registration_id in figures.left and state is State.OPTED_OUT
        if state is not State.PAID and not has_left:
            yield f"registration {registration_id} was shown as paid and is {state}"


def _sheet_differs(store: WholeStore, books: ProvidersBooks) -> Iterator[str]:
    sheet = balance_sheet(store)
    if sum(sheet.values()) != books.kept_fen:
        yield f"providers hold {books.kept_fen} fen for us, we account for {sum(sheet.values())}: {sheet}"
    if sheet["pays nothing and nobody looks"]:
        yield f"{sheet['pays nothing and nobody looks']} fen pay nothing and nobody looks"


def balance_sheet(store: WholeStore) -> Counter[str]:
    """Where each fen is that the providers still hold for us."""
    paying = {each.paid_order_id for each in store.registrations.values() if each.state is State.PAID}
    sheet: Counter[str] = Counter()
    for order in store.orders.values():
        kept = (order.received_fen or 0) - order.refunded_fen
        if order.state in OPEN or not kept:
            continue
        if order.id in paying:
            sheet["pays a registration"] += kept
        elif order.state in (OrderState.MISMATCH, OrderState.REFUND_FAILED):
            sheet["waits for a person"] += kept
        else:
            sheet["pays nothing and nobody looks"] += kept
    for extra in extra_money(store):
        sheet["waits for a person"] += (extra.amount_fen or 0) - _back_of(extra, store)
    return sheet


def _back_of(extra: Discrepancy, store: WholeStore) -> int:
    refund = store.refunds.get(extra.given_back_by) if extra.given_back_by else None
    return refund.amount_fen if refund is not None and refund.state is RefundState.DONE else 0


def lines_of(store: WholeStore, books: ProvidersBooks) -> Iterator[str]:
    """The figures of the books."""
    took = sum(money.amount_fen for money in books.taken)
    gave = sum(refund.amount_fen for refund in books.given_back)
    yield f"orders: {_by_state(order.state for order in store.orders.values())}"
    yield f"registrations: {_by_state(each.state for each in store.registrations.values())}"
    yield f"refunds: {_by_state(refund.state for refund in store.refunds.values())}"
    yield f"put before a person: {_by_state(each.kind for each in store.discrepancies.values())}"
    yield f"providers took {_yuan(took)} in {len(books.taken)} trades, gave back {_yuan(gave)}"
    held = ", ".join(f"{_yuan(fen)} {what}" for what, fen in sorted(balance_sheet(store).items()))
    yield f"of the {_yuan(books.kept_fen)} that they hold: {held}"
    lost = books.notices[NoticeState.WITHHELD]
    yield f"notices: {books.notices.total()}, lost: {lost}, sent in all: {books.sendings}"


def _by_state(states: Iterator[str]) -> str:
    counted = Counter(str(state) for state in states)
    return f"{counted.total()} (" + ", ".join(f"{n} {state}" for state, n in sorted(counted.items())) + ")"


def _yuan(fen: int) -> str:
    return f"¥{fen / 100:,.2f}"
