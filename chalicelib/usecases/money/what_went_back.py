"""What is known of a refund that was made at the provider without us: its number, and how much went back.

That is the provider's to say, by its bill or its answer; a clerk only helps to ask.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.bill import is_overdue
from chalicelib.domain.china import china_date
from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.errors import InvalidInputError, NotRefundableError
from chalicelib.domain.ids import RefundId
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.ports import FoundRefund, RefundDone, RefundRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidByClerk:
    """What a clerk read on the provider's own pages; it only helps to ask, while anybody else can tell."""

    number: RefundId | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class WentBack:
    """A refund, and who says so."""

    number: RefundId
    amount_fen: int
    said_by: str
    is_billed: bool = False


def what_went_back(
    found: Discrepancy, said: SaidByClerk, order: PaymentOrder, *, ports: PaymentPorts, now: datetime
) -> tuple[Trade, WentBack]:
    """The refund that was told of, and the trade it is of, which has come already.

    Raises InvalidInputError, NotRefundableError, ProviderUnavailableError, ProviderRefusedError.
    """
    number = _number(found, said)
    trade = Trade(found.provider, found.trade_no) if found.trade_no else order.trade
    if trade is None:
        raise NotRefundableError
    back = _by_bill(found, number, trade, ports)
    if back is None:
        answer = ports.providers[trade.provider].find_refund(order.id, trade, number)
        back = _by_answer(answer) if answer else _by_clerk(said, found, number, now)
    if said.amount_fen not in (None, back.amount_fen):
        raise InvalidInputError(field="amount", detail="所填金额与支付平台所说的不同，请核对。")
    return trade, back


def _number(found: Discrepancy, said: SaidByClerk) -> RefundId:
    if found.refund_id and said.number and found.refund_id != said.number:
        raise InvalidInputError(field="number", detail="所填退款单号与支付平台通知的不同，请核对。")
    return found.refund_id or said.number or RefundId("")


def _by_bill(found: Discrepancy, number: RefundId, trade: Trade, ports: PaymentPorts) -> WentBack | None:
    """By the bill that told of it, also where a notice without its number had told of it before."""
    by_number = discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, found.provider, number)
    for told in (found, ports.discrepancies.get(by_number) if number else None):
        if told is None or told.bill_day is None or told.amount_fen is None:
            continue
        if told.trade_no in (None, trade.trade_no):
            return WentBack(number or _number_by_what_told(found), told.amount_fen, "bill", is_billed=True)
    return None


def _number_by_what_told(found: Discrepancy) -> RefundId:
    """One that has none is known by what told of it."""
    return RefundId(found.id.removeprefix(discrepancy_id(found.kind, found.provider, "")))


def _by_clerk(said: SaidByClerk, found: Discrepancy, number: RefundId, now: datetime) -> WentBack:
    """Only where neither the provider nor any bill can say how much went back.

    Without its number nobody can tell whether that is so, nor whether it is booked already.
    """
    if said.amount_fen is None or not number or not is_overdue(china_date(found.noticed_at), now):
        raise NotRefundableError(
            detail="支付平台查不到这笔退款：请用 --number 填写其平台上的退款单号，或等次日对账单。"
            "两天后对账单上仍没有，才可凭平台页面用 --number 和 --amount 填写单号和金额入账。"
        )
    return WentBack(number, said.amount_fen, "clerk")


def _by_answer(answer: FoundRefund) -> WentBack:
    match answer.answer:
        case RefundDone():
            return WentBack(answer.number, answer.amount_fen, "provider")
        case RefundRefused():
            raise NotRefundableError(detail="支付平台说这笔退款没有退成：无须入账，请用 settle 了结。")
        case _:
            raise NotRefundableError(detail="支付平台说这笔退款还在途中，请在完成后入账。")
