"""What finance does: give money back, ask again for a stuck refund, settle what does not agree.

Each with a reason and an audit entry, for money of the clerk's own authority; the money itself only ever
moves under a fixed number.
"""

from dataclasses import replace

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    InvalidInputError,
    NotFoundError,
    NotRefundableError,
)
from chalicelib.domain.ids import DiscrepancyId, OrderId, RefundId
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState, refund_of
from chalicelib.domain.registration import State
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.whose import concerns, order_for
from chalicelib.usecases.ports import RefundRefused, StaleWriteError

SOMEBODY_WAS_FASTER = "这一项已由他人处理，或刚刚有了变化，请重新查看。"
NOT_DEAD = "支付平台没有说这个退款单号已经作废：请用 resume 以原单号继续，以免退两次。"
_MAY_GO_BACK = (OrderState.PAID, OrderState.PART_REFUNDED, OrderState.MISMATCH)


def give_back(
    order_id: OrderId,
    amount_fen: int | None,
    entry: AuditEntry,
    *,
    ports: PaymentPorts,
    of_fen: int | None = None,
) -> Refund:
    """Give money of an order back, whole where no amount is given; a registration stays paid by what is left.

    `of_fen` is what the clerk saw as left: a part that is asked for again, because nobody saw what became of
    the first command, is not given back twice.

    Raises NotFoundError, NotRefundableError, InvalidInputError, ChangedElsewhereError.
    """
    order = order_for(entry.clerk, order_id, ports=ports)
    if order.trade is None or order.is_frozen or order.state not in _MAY_GO_BACK:
        raise NotRefundableError
    if of_fen is not None and of_fen != order.left_fen:
        raise NotRefundableError(detail="尚未退回的金额与所填的不同，可能已经退过：请先查询这笔款项。")
    wanted = order.left_fen if amount_fen is None else amount_fen
    if not 0 < wanted <= order.left_fen:
        raise InvalidInputError(field="amount", detail="退款金额应大于零，且不超过尚未退回的金额。")
    if wanted == order.left_fen and _pays_a_registration(order, ports):
        raise NotRefundableError(
            detail="这笔款项正支付着一份报名：全额退款须由考生退考，或在退考窗口外由考试机构处理。"
        )
    refund = refund_of(
        order,
        order.trade,
        wanted,
        total_fen=order.received_fen or 0,
        cause=RefundCause.FINANCE,
        now=entry.at,
    )
    settling = _open(DiscrepancyKind.MISMATCH, order.trade, ports)
    return _requested(order, refund, entry, settling, ports)


def give_second_trade_back(noticed: DiscrepancyId, entry: AuditEntry, *, ports: PaymentPorts) -> Refund:
    """Give the money of a second trade back, whole; that settles it.

    Raises NotFoundError, NotRefundableError, ChangedElsewhereError.
    """
    found = ports.discrepancies.get(noticed)
    if found is None:
        raise NotFoundError
    is_open = found.kind is DiscrepancyKind.SECOND_TRADE and found.settled_at is None
    if not is_open or found.order_id is None or found.trade_no is None or found.amount_fen is None:
        raise NotRefundableError
    order = order_for(entry.clerk, found.order_id, ports=ports)
    refund = refund_of(
        order,
        Trade(found.provider, found.trade_no),
        found.amount_fen,
        total_fen=found.amount_fen,
        cause=RefundCause.FINANCE,
        now=entry.at,
    )
    return _requested(order, refund, entry, found, ports)


def resume_refund(refund_id: RefundId, entry: AuditEntry, *, ports: PaymentPorts) -> None:
    """Ask for a failed refund again, under the same number.

    Raises NotFoundError, NotRefundableError (not failed), ChangedElsewhereError.
    """
    refund = ports.refunds.get(refund_id)
    if refund is None:
        raise NotFoundError
    order_for(entry.clerk, refund.order_id, ports=ports)
    if refund.state is not RefundState.FAILED:
        raise NotRefundableError
    whole = replace(
        entry, on_whom=refund.order_id, what=Act.RESUME_REFUND, before=refund.state, after=refund.id
    )
    try:
        ports.refunds.resume(refund, whole, now=entry.at)
    except StaleWriteError as stale:
        raise ChangedElsewhereError(detail=SOMEBODY_WAS_FASTER) from stale


def replace_refund(refund_id: RefundId, entry: AuditEntry, *, ports: PaymentPorts) -> Refund:
    """Give the money of a failed refund back under another number, which only the provider's own word allows:
    that the old one will never move money. Returns the refund as it is from now on.

    Raises NotFoundError, NotRefundableError (not failed, or not dead there), ChangedElsewhereError,
    ProviderUnavailableError, ProviderRefusedError.
    """
    refund = ports.refunds.get(refund_id)
    if refund is None:
        raise NotFoundError
    order = order_for(entry.clerk, refund.order_id, ports=ports)
    if refund.state is not RefundState.FAILED:
        raise NotRefundableError
    answer = ports.providers[refund.trade.provider].refund(refund)
    if not isinstance(answer, RefundRefused) or not answer.is_dead:
        raise NotRefundableError(detail=NOT_DEAD)
    successor = refund_of(
        order,
        refund.trade,
        refund.amount_fen,
        total_fen=refund.total_fen,
        cause=refund.cause,
        now=entry.at,
    )
    whole = replace(
        entry, on_whom=refund.order_id, what=Act.REPLACE_REFUND, before=refund.id, after=successor.id
    )
    try:
        ports.refunds.replace_dead(refund, successor, whole, now=entry.at)
    except StaleWriteError as stale:
        raise ChangedElsewhereError(detail=SOMEBODY_WAS_FASTER) from stale
    return successor


def settle_discrepancy(noticed: DiscrepancyId, entry: AuditEntry, *, ports: PaymentPorts) -> None:
    """A person has seen to it: it waits no more. Raises NotFoundError, ChangedElsewhereError."""
    found = ports.discrepancies.get(noticed)
    if found is None or not concerns(entry.clerk, found):
        raise NotFoundError
    whole = replace(entry, on_whom=found.order_id or found.id, what=Act.SETTLE_DISCREPANCY, before=found.id)
    try:
        ports.discrepancies.settle(found, whole)
    except StaleWriteError as stale:
        raise ChangedElsewhereError(detail=SOMEBODY_WAS_FASTER) from stale


def _requested(
    order: PaymentOrder,
    refund: Refund,
    entry: AuditEntry,
    settling: Discrepancy | None,
    ports: PaymentPorts,
) -> Refund:
    whole = replace(
        entry,
        on_whom=order.id,
        what=Act.GIVE_BACK,
        before=f"{order.state} {order.left_fen}",
        after=f"{refund.id} {refund.amount_fen}",
    )
    try:
        ports.refunds.request(order, refund, whole, settling=settling, now=entry.at)
    except StaleWriteError as stale:
        raise ChangedElsewhereError(detail=SOMEBODY_WAS_FASTER) from stale
    return refund


def _pays_a_registration(order: PaymentOrder, ports: PaymentPorts) -> bool:
    registration = ports.registrations.get(order.account_id, order.registration_id)
    if registration is None or registration.state is not State.PAID:
        return False
    return registration.paid_order_id == order.id


def _open(kind: DiscrepancyKind, trade: Trade, ports: PaymentPorts) -> Discrepancy | None:
    found = ports.discrepancies.get(discrepancy_id(kind, trade.provider, trade.trade_no))
    return found if found is not None and found.settled_at is None else None
