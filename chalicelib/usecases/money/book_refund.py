"""A refund that somebody made at the provider without us enters our books.

Until then the order says that more is left than there is, and the next refund asks for too much. A person
says that it is to be booked; how much went back is the provider's to say, by its bill or its answer.
"""

from dataclasses import replace

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.errors import (
    AccountNotFoundError,
    ChangedElsewhereError,
    NotFoundError,
    NotRefundableError,
)
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import DiscrepancyId
from chalicelib.domain.payment import OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import (
    Refund,
    RefundState,
    is_number_of_ours,
    is_perhaps_booked,
    numbers_of_refunds,
    refund_made_outside,
    refund_of,
    with_outside_refund,
)
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.money.finance import SOMEBODY_WAS_FASTER
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.what_went_back import SaidByClerk, what_went_back
from chalicelib.usecases.money.whose import order_for
from chalicelib.usecases.ports import (
    Accounts,
    OutsideRefund,
    RefundRefused,
    StaleWriteError,
)


def book_refund(
    noticed: DiscrepancyId, said: SaidByClerk, entry: AuditEntry, *, ports: PaymentPorts, accounts: Accounts
) -> Refund:
    """Book a refund that was made without us, once; that settles it. Returns the refund as it is booked.

    A registration whose money is back whole is left, as when finance lets its candidate out.
    Raises NotFoundError, NotRefundableError, InvalidInputError, ChangedElsewhereError,
    ProviderUnavailableError, ProviderRefusedError.
    """
    found = ports.discrepancies.get(noticed)
    if found is None or found.order_id is None:
        raise NotFoundError
    order = order_for(entry.clerk, found.order_id, ports=ports)
    if found.kind is not DiscrepancyKind.UNKNOWN_REFUND or found.settled_at is not None:
        raise NotRefundableError(detail="只有尚待核对的、不是由本系统发起的退款才能入账。")
    if order.trade is None or order.is_frozen or order.state is OrderState.SURPLUS:
        raise NotRefundableError(detail="这笔款项还没有入账、正在自动退回或与对账单不符，请先查询或处理。")
    trade, back = what_went_back(found, said, order, ports=ports, now=entry.at)
    made = refund_made_outside(
        order,
        trade,
        back.number,
        back.amount_fen,
        total_fen=_came_fen(order, trade, ports),
        is_billed=back.is_billed,
        now=entry.at,
    )
    _require_new(made, order, ports)
    booking = _booking(order, made, found, ports, accounts)
    booked = replace(
        entry,
        on_whom=order.id,
        what=Act.BOOK_REFUND,
        before=found.id,
        after=f"{made.id} {made.amount_fen} by {back.said_by}",
    )
    try:
        ports.refunds.book(replace(booking, entries=(booked, *_exit(booking, entry))))
    except StaleWriteError as stale:
        raise ChangedElsewhereError(detail=SOMEBODY_WAS_FASTER) from stale
    return made


def _came_fen(order: PaymentOrder, trade: Trade, ports: PaymentPorts) -> int:
    if trade == order.trade:
        return order.received_fen or 0
    second = ports.discrepancies.get(
        discrepancy_id(DiscrepancyKind.SECOND_TRADE, trade.provider, trade.trade_no)
    )
    if second is None or second.order_id != order.id or second.amount_fen is None:
        raise NotRefundableError(detail="这笔退款所属的交易不在账上，请先核对那笔交易。")
    return second.amount_fen


def _require_new(made: Refund, order: PaymentOrder, ports: PaymentPorts) -> None:
    if ports.refunds.get(made.id) is not None:
        raise NotRefundableError(detail="这个退款单号已经在账上：若说的是同一笔，请用 settle 了结。")
    if is_number_of_ours(made.id, made.order_id):
        raise NotRefundableError(detail="这个退款单号是本系统的编号，却不在账上：请技术人员核对。")
    if is_perhaps_booked(made, order):
        raise NotRefundableError(
            detail="这笔款项已有一笔没有单号的退款入账：若说的是同一笔，请用 settle 了结；"
            "若是另一笔，请用 --number 填写其退款单号。"
        )


def _booking(
    order: PaymentOrder, made: Refund, found: Discrepancy, ports: PaymentPorts, accounts: Accounts
) -> OutsideRefund:
    giving_way = _in_the_way(order, made, ports)
    rest = _rest(order, made, giving_way)
    booking = OutsideRefund(
        order=order,
        made=made,
        settling=_settling(made, found, ports),
        giving_way=giving_way,
        rest=rest,
        leaving=None,
        entries=(),
    )
    moved = with_outside_refund(order, made, giving_way=giving_way, rest=rest)
    return booking if moved.left_fen else replace(booking, leaving=_left_by_it(order, made, ports, accounts))


def _in_the_way(order: PaymentOrder, made: Refund, ports: PaymentPorts) -> Refund | None:
    """A failed refund of ours that wanted the same money, where there is not enough for both.

    Only if the provider itself says that it moved none under that number and will not.
    """
    of_trade = [
        refund
        for number in numbers_of_refunds(order)
        if (refund := ports.refunds.get(number)) is not None
        and refund.trade == made.trade
        and refund.state is not RefundState.DEAD
    ]
    free_fen = made.total_fen - sum(refund.amount_fen for refund in of_trade)
    if 0 < made.amount_fen <= free_fen:
        return None
    failed = next((refund for refund in of_trade if refund.state is RefundState.FAILED), None)
    if failed is None or not 0 < made.amount_fen <= free_fen + failed.amount_fen:
        raise NotRefundableError(detail="这笔退款多于账上尚未退回的金额：有退款在途时请等它结束，再核对。")
    answer = ports.providers[failed.trade.provider].find_refund(order.id, failed.trade, failed.id)
    is_dead = answer is None or (isinstance(answer.answer, RefundRefused) and answer.answer.is_dead)
    if not is_dead:
        raise NotRefundableError(detail="本系统发起的那笔退款在支付平台还没有作废，不能以这笔代替。")
    return failed


def _rest(order: PaymentOrder, made: Refund, giving_way: Refund | None) -> Refund | None:
    """What the one that gives way wanted beyond this goes back under the next number."""
    if giving_way is None or giving_way.amount_fen <= made.amount_fen:
        return None
    return refund_of(
        order,
        giving_way.trade,
        giving_way.amount_fen - made.amount_fen,
        total_fen=giving_way.total_fen,
        cause=giving_way.cause,
        now=made.requested_at,
    )


def _settling(made: Refund, found: Discrepancy, ports: PaymentPorts) -> tuple[Discrepancy, ...]:
    """What told of it, in whichever way, and the doubt about the money that is back with it."""
    provider, trade_no = made.trade.provider, made.trade.trade_no
    numbers = (
        found.id,
        discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, provider, made.id),
        discrepancy_id(DiscrepancyKind.MISMATCH, provider, trade_no),
    )
    # Providers number refunds trade by trade: what was told of under this number may be another order's.
    known = [
        each
        for number in dict.fromkeys(numbers)
        if (each := ports.discrepancies.get(number)) and each.order_id == made.order_id
    ]
    second = ports.discrepancies.get(discrepancy_id(DiscrepancyKind.SECOND_TRADE, provider, trade_no))
    if second is not None:
        if second.settled_at is None and second.amount_fen != made.amount_fen:
            raise NotRefundableError(detail="重复支付只能全额退回：请先核对其余金额，再用 settle 了结。")
        known.append(second)
    return tuple(each for each in known if each.settled_at is None)


def _left_by_it(
    order: PaymentOrder, made: Refund, ports: PaymentPorts, accounts: Accounts
) -> tuple[Registration, Identity] | None:
    """The registration that this order pays and now pays no more."""
    registration = ports.registrations.get(order.account_id, order.registration_id)
    pays = registration is not None and registration.paid_order_id == order.id
    if registration is None or not pays or registration.state is not State.PAID or made.trade != order.trade:
        return None
    account = accounts.get(order.account_id)
    if account is None:
        raise AccountNotFoundError
    return registration, account.identity


def _exit(booking: OutsideRefund, entry: AuditEntry) -> tuple[AuditEntry, ...]:
    if booking.leaving is None:
        return ()
    seen, _ = booking.leaving
    left = replace(entry, on_whom=seen.id, what=Act.OPT_OUT, before=seen.state, after=State.OPTED_OUT)
    return (left,)
