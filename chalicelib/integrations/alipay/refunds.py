"""Money on its way back through Alipay: asking for it, asking what became of it, and being told of it."""

from collections.abc import Mapping

from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Merchant, Trade
from chalicelib.domain.refund import Refund
from chalicelib.integrations.alipay.forms import fen_from_yuan, yuan_from_fen
from chalicelib.integrations.alipay.gateway import Done, Gateway, NotDone
from chalicelib.usecases.ports.outside import NoticeRefusedError, ProviderUnavailableError
from chalicelib.usecases.ports.providers import (
    FoundRefund,
    RefundAnswer,
    RefundDone,
    RefundNews,
    RefundPending,
    RefundRefused,
)

# Filling the account up, unfreezing the trade or waiting mends these; all else needs a person.
_MAY_SUCCEED_LATER = frozenset(
    {"ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.REASON_TRADE_BEEN_FREEZEN", "ACQ.REFUND_CHARGE_ERROR"}
)
_NO_SUCH_TRADE = "ACQ.TRADE_NOT_EXIST"
_ANOTHER_AMOUNT = "ACQ.DISCORDANT_REPEAT_REQUEST"
# `refund_fee` may be what went back in all so far; these fields are never in the notice of a new payment.
_SIGNS_OF_A_REFUND = frozenset({"refund_fee", "gmt_refund", "out_biz_no"})
_AFTER_A_REFUND = frozenset({"TRADE_SUCCESS", "TRADE_CLOSED"})


def has_signs_of_a_refund(fields: Mapping[str, str]) -> bool:
    """True where a notice cannot be that of a new payment."""
    return not _SIGNS_OF_A_REFUND.isdisjoint(fields)


def tells_of_a_refund(answer: Mapping[str, str]) -> bool:
    """True where the answer to a query says that money went back. Not every such answer does."""
    return bool(answer.get("gmt_refund") or answer.get("refund_fee", "").strip("0."))


def refund_money(gateway: Gateway, refund: Refund) -> RefundAnswer:
    """Ask for the refund; what Alipay does not call done now is asked after by its number.

    Nor is a final no believed before that: the money may have gone with an earlier try whose answer was lost.
    """
    content = {**_named(refund), "refund_amount": yuan_from_fen(refund.amount_fen)}
    match gateway.call("alipay.trade.refund", content):
        case Done(said):
            _check_trade(refund, said)
            return RefundDone() if said.get("fund_change") == "Y" else _became_of(gateway, refund)
        case NotDone(sub_code) if sub_code in _MAY_SUCCEED_LATER:
            return RefundRefused(sub_code, is_final=False)
        case NotDone(sub_code):
            became = _became_of(gateway, refund)
            return became if isinstance(became, RefundDone) else RefundRefused(sub_code, is_final=True)


def _became_of(gateway: Gateway, refund: Refund) -> RefundAnswer:
    """For a number that Alipay does not know it answers Success and nothing else."""
    match gateway.call("alipay.trade.fastpay.refund.query", _named(refund)):
        case Done(said) if said.get("refund_status") == "REFUND_SUCCESS":
            _check_trade(refund, said)
            if said.get("out_request_no") != refund.id:
                raise ProviderUnavailableError("Alipay's answer is about another refund")
            if _fen(said.get("refund_amount")) != refund.amount_fen:
                return RefundRefused(_ANOTHER_AMOUNT, is_final=True)
            return RefundDone()
        case _:
            return RefundPending()


def find_refund(gateway: Gateway, order_id: OrderId, trade: Trade, number: RefundId) -> FoundRefund | None:
    """A refund by its number. One that was made without a number has, at Alipay, that of the order."""
    asked_for = number or RefundId(order_id)
    asked = {"trade_no": trade.trade_no, "out_request_no": asked_for}
    match gateway.call("alipay.trade.fastpay.refund.query", asked):
        case Done(said) if said.get("refund_status") == "REFUND_SUCCESS":
            numbers = (said.get("trade_no"), said.get("out_trade_no"), said.get("out_request_no"))
            if numbers != (trade.trade_no, order_id, asked_for):
                raise ProviderUnavailableError("Alipay's answer is about another refund")
            return FoundRefund(asked_for, _fen(said.get("refund_amount")), RefundDone())
        case Done(said) if not said.get("refund_status"):
            return None
        case NotDone(sub_code) if sub_code == _NO_SUCH_TRADE:
            return None
        case _:
            raise ProviderUnavailableError("Alipay cannot say what became of a refund")


def refund_news(fields: Mapping[str, str], merchant: Merchant) -> RefundNews | None:
    """What a genuine notice with signs of a refund tells, if anything. Raises NoticeRefusedError."""
    if fields.get("trade_status") not in _AFTER_A_REFUND or "refund_fee" not in fields:
        return None
    try:
        if (fields["seller_id"], fields["app_id"]) != (merchant.seller_id, merchant.app_id):
            raise NoticeRefusedError("a refund of another merchant")
        if not fields["out_trade_no"] or not fields["trade_no"] or not fen_from_yuan(fields["refund_fee"]):
            raise ValueError("a number is empty")
    except (KeyError, ValueError):
        raise NoticeRefusedError("something that every refund has is missing or malformed") from None
    # A refund that somebody made in Alipay's console has a number of theirs or none.
    refund_id = RefundId(fields.get("out_biz_no", ""))
    return RefundNews(
        order_id=OrderId(fields["out_trade_no"]),
        refund_id=refund_id,
        answer=RefundDone(),
        trade_no=TradeNo(fields["trade_no"]),
        mark="" if refund_id else f"refund_fee {fields['refund_fee']} {fields.get('gmt_refund', '')}".strip(),
    )


def _named(refund: Refund) -> dict[str, str]:
    return {"trade_no": refund.trade.trade_no, "out_request_no": refund.id}


def _check_trade(refund: Refund, said: Mapping[str, object]) -> None:
    """A signed answer about another trade would be a true answer to another question."""
    if (said.get("trade_no"), said.get("out_trade_no")) != (refund.trade.trade_no, refund.order_id):
        raise ProviderUnavailableError("Alipay's answer is about another trade")


def _fen(yuan: object) -> int:
    try:
        return fen_from_yuan(str(yuan))
    except ValueError:
        raise ProviderUnavailableError("Alipay's answer lacks what a refund has") from None
