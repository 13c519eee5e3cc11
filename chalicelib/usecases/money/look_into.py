"""What finance looks at before it acts: all that is known of a payment, and what waits for a person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.audit import Act, AuditEntry, Clerk
from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import DiscrepancyId, OrderId, RefundId, TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundState, numbers_of_refunds
from chalicelib.domain.registration import Registration
from chalicelib.usecases.money.ask_provider import ask_provider
from chalicelib.usecases.money.give_back import claim_and_ask
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.whose import concerns, is_for
from chalicelib.usecases.ports import AuditLog

_OF_ORDERS = (DiscrepancyKind.AMOUNT_DIFFERS, DiscrepancyKind.NOT_IN_BILL)
_OF_REFUNDS = (
    DiscrepancyKind.REFUND_FAILED,
    DiscrepancyKind.UNKNOWN_REFUND,
    DiscrepancyKind.REFUND_AMOUNT_DIFFERS,
    DiscrepancyKind.REFUND_NOT_IN_BILL,
)
_OF_TRADES = (
    DiscrepancyKind.MISMATCH,
    DiscrepancyKind.SECOND_TRADE,
    DiscrepancyKind.UNKNOWN_ORDER,
    DiscrepancyKind.ONLY_IN_BILL,
)
_NAMING_AN_ORDER = (
    DiscrepancyKind.SECOND_TRADE,
    DiscrepancyKind.ONLY_IN_BILL,
    DiscrepancyKind.UNKNOWN_REFUND,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFile:
    """All that is known of one payment; without an order where it came for one that is not ours."""

    order: PaymentOrder | None
    registration: Registration | None
    refunds: tuple[Refund, ...]
    discrepancies: tuple[Discrepancy, ...]
    entries: tuple[AuditEntry, ...]


def find_money(number: str, clerk: Clerk, *, ports: PaymentPorts, audit_log: AuditLog) -> MoneyFile:
    """The payment of an order number, a refund number or a trade number of a provider.

    Raises NotFoundError, also where it is another authority's.
    """
    order = _order_named(number, ports)
    if order is None:
        stray = _stray(number, ports)
        if not stray:
            raise NotFoundError
        entries = [entry for each in stray for entry in audit_log.of(each.order_id or each.id)]
        return MoneyFile(
            order=None, registration=None, refunds=(), discrepancies=stray, entries=tuple(entries)
        )
    if not is_for(clerk, order):
        raise NotFoundError
    registration = ports.registrations.get(order.account_id, order.registration_id)
    refunds = tuple(found for each in numbers_of_refunds(order) if (found := ports.refunds.get(each)))
    entries = [*audit_log.of(order.id), *_exits(audit_log.of(order.registration_id))]
    return MoneyFile(
        order=order,
        registration=registration,
        refunds=refunds,
        discrepancies=tuple(_discrepancies(order, refunds, entries, ports)),
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
    )


def waiting_for_finance(
    clerk: Clerk, *, ports: PaymentPorts, after: DiscrepancyId | None = None
) -> Iterator[Discrepancy]:
    """What waits for this clerk's authority, and what is nobody's, longest waiting first; all of it, or what
    comes after one of them, settled or not. Read as it is asked for. Raises NotFoundError (no such one)."""
    last = ports.discrepancies.get(after) if after else None
    if after and (last is None or not concerns(clerk, last)):
        raise NotFoundError
    return ports.discrepancies.waiting(clerk.authority_id, after=last)


def ask_about_money(
    number: str, entry: AuditEntry, *, ports: PaymentPorts, audit_log: AuditLog, now: datetime
) -> MoneyFile:
    """Ask the provider at once about an order and its refunds under way; what it says is acted on as always.

    Raises NotFoundError, ProviderUnavailableError, ProviderRefusedError.
    """
    found = find_money(number, entry.clerk, ports=ports, audit_log=audit_log)
    if found.order is None:
        raise NotFoundError
    # Before the asking, which acts: an act without its entry would be worse than an entry without its act.
    before = found.order.state
    audit_log.record(replace(entry, on_whom=found.order.id, what=Act.ASK_PROVIDER, before=before))
    ask_provider(found.order, ports=ports, now=now)
    for refund in found.refunds:
        if refund.state is RefundState.REQUESTED:
            claim_and_ask(refund, ports=ports, now=now)
    return find_money(found.order.id, entry.clerk, ports=ports, audit_log=audit_log)


def _order_named(number: str, ports: PaymentPorts) -> PaymentOrder | None:
    if order := ports.orders.get(OrderId(number)):
        return order
    if refund := ports.refunds.get(RefundId(number)):
        return ports.orders.get(refund.order_id)
    for provider in ports.providers:
        if order := ports.orders.of_trade(Trade(provider, TradeNo(number))):
            return order
    # A second trade, or a refund that we did not ask for, is not the order's own, but names it.
    named = _kept(_ids(_NAMING_AN_ORDER, number, ports), ports)
    orders = (ports.orders.get(each.order_id) for each in named if each.order_id)
    return next((order for order in orders if order), None)


def _stray(number: str, ports: PaymentPorts) -> tuple[Discrepancy, ...]:
    """Money that no order of ours can be named for."""
    kinds = (DiscrepancyKind.UNKNOWN_ORDER, DiscrepancyKind.UNKNOWN_REFUND)
    return tuple(_kept(_ids(kinds, number, ports), ports))


def _ids(kinds: Iterable[DiscrepancyKind], number: str, ports: PaymentPorts) -> list[DiscrepancyId]:
    return [discrepancy_id(kind, provider, number) for kind in kinds for provider in ports.providers]


def _discrepancies(
    order: PaymentOrder, refunds: tuple[Refund, ...], entries: list[AuditEntry], ports: PaymentPorts
) -> Iterator[Discrepancy]:
    """Those whose id follows from the order, those that still wait, and those that a clerk has settled."""
    ids = [discrepancy_id(kind, order.provider, order.id) for kind in _OF_ORDERS]
    trades = {refund.trade for refund in refunds} | ({order.trade} if order.trade else set())
    for trade in sorted(trades, key=lambda each: each.trade_no):
        ids += [discrepancy_id(kind, trade.provider, trade.trade_no) for kind in _OF_TRADES]
    for refund in refunds:
        ids += [discrepancy_id(kind, refund.trade.provider, refund.id) for kind in _OF_REFUNDS]
    waiting = ports.discrepancies.waiting(order.authority_id)
    ids += [each.id for each in waiting if each.order_id == order.id or _trade_of(each) in trades]
    ids += [DiscrepancyId(entry.before) for entry in entries if entry.what == Act.SETTLE_DISCREPANCY]
    yield from _kept(dict.fromkeys(ids), ports)


def _trade_of(noticed: Discrepancy) -> Trade | None:
    """What was told of for another order may be this one's."""
    return Trade(noticed.provider, noticed.trade_no) if noticed.trade_no else None


def _kept(ids: Iterable[DiscrepancyId], ports: PaymentPorts) -> Iterator[Discrepancy]:
    for each in ids:
        if found := ports.discrepancies.get(each):
            yield found


def _exits(entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
    return (entry for entry in entries if entry.what == Act.OPT_OUT)
