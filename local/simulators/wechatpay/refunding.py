"""The provider's rules of refunds: how much may go back, when a refund ends and how, who is told."""

from dataclasses import replace

from local.simulators.faults import FaultSwitch, WechatPayFaults
from local.simulators.sending import announce
from local.simulators.wechatpay.answers import (
    ApiRefusalError,
    invalid_request,
    not_enough,
    refund_not_exist,
)
from local.simulators.wechatpay.contract import RefundRequest
from local.simulators.wechatpay.ledger import Ledger
from local.simulators.wechatpay.notices import Names, refund_draft
from local.simulators.wechatpay.trades import Payment, Refund, RefundStatus, Trade, dated_number
from local.simulators.wechatpay.trading import Trading


class Refunding:
    """Refunds over the ledger, asked for by the merchant's program or on the merchant's console."""

    def __init__(self, ledger: Ledger, names: Names, *, trading: Trading, faults: FaultSwitch) -> None:
        self._ledger = ledger
        self._names = names
        self._trading = trading
        self._faults = faults

    def refund(self, asked: RefundRequest) -> Refund:
        """Give money back, once for each `out_refund_no`. Raises ApiRefusalError."""
        self.finish_refunds()
        trade = self._paid_trade(asked)
        earlier = self._ledger.refund(asked.out_refund_no)
        if earlier is not None:
            same = (earlier.out_trade_no, earlier.amount_fen, earlier.total_fen)
            if same != (trade.order.out_trade_no, asked.amount.refund, asked.amount.total):
                raise invalid_request("退款请求参数与首次请求不一致")
            return earlier
        payment = trade.payment
        if payment is None:
            raise ApiRefusalError(403, "TRADE_STATE_ERROR", "订单未支付，不能退款")
        if asked.amount.total != trade.order.total_fen:
            raise invalid_request("订单金额或退款金额与之前请求不一致")
        return self._begin(
            trade.order.total_fen,
            payment,
            asked.amount.refund,
            out_refund_no=asked.out_refund_no,
            notify_url=asked.notify_url or "",
        )

    def refund_on_console(self, transaction_id: str, amount_fen: int | None, *, is_told: bool) -> Refund:
        """A person at the merchant gives money back, all that is left unless told how much.

        The product is told where the console knows an address for that. Raises ApiRefusalError.
        """
        self.finish_refunds()
        trade = self._trading.find_payment(transaction_id)
        payment = trade.payment
        if payment is None:
            raise refund_not_exist()
        left_fen = trade.order.total_fen - payment.refunded_fen
        return self._begin(
            trade.order.total_fen,
            payment,
            left_fen if amount_fen is None else amount_fen,
            out_refund_no=dated_number(self._trading.now(), "1019000001"),
            notify_url=trade.order.notify_url if is_told else "",
        )

    def help_abnormal(self, out_refund_no: str) -> Refund:
        """A person at the merchant names another account for what the payer's could not take."""
        refund = self.find_refund(out_refund_no)
        if refund.status is not RefundStatus.ABNORMAL:
            raise invalid_request("退款单状态不是退款异常")
        return self._end(refund, RefundStatus.SUCCESS, at=self._trading.now())

    def find_refund(self, out_refund_no: str) -> Refund:
        """The refund with this number. Raises ApiRefusalError."""
        self.finish_refunds()
        refund = self._ledger.refund(out_refund_no)
        if refund is None:
            raise refund_not_exist()
        return refund

    def finish_refunds(self) -> None:
        """End the refunds whose time has come, and have the merchant told."""
        faults = self._faults_now()
        for refund in self._ledger.refunds_ready(self._trading.now()):
            status = RefundStatus.SUCCESS
            if faults.refund_abnormal:
                status = RefundStatus.ABNORMAL
            elif faults.refund_closed:
                status = RefundStatus.CLOSED
            self._end(refund, status, at=refund.ready_at)

    def _begin(
        self, total_fen: int, payment: Payment, amount_fen: int, *, out_refund_no: str, notify_url: str
    ) -> Refund:
        if amount_fen <= 0 or payment.refunded_fen + amount_fen > total_fen:
            raise invalid_request("累计退款金额大于支付金额")
        faults, now = self._faults_now(), self._trading.now()
        if faults.balance_too_low:
            raise not_enough()
        refund = Refund(
            out_refund_no=out_refund_no,
            refund_id=dated_number(now, "5030001234"),
            transaction_id=payment.transaction_id,
            out_trade_no=payment.out_trade_no,
            amount_fen=amount_fen,
            total_fen=total_fen,
            notify_url=notify_url,
            status=RefundStatus.PROCESSING,
            created_at=now,
            ready_at=now + faults.refund_delay_s,
        )
        with self._ledger.together():
            self._ledger.save_refund(refund)
            self._ledger.save_payment(replace(payment, refunded_fen=payment.refunded_fen + amount_fen))
        return refund if faults.refund_delay_s else self.find_refund(out_refund_no)

    def _end(self, refund: Refund, status: RefundStatus, *, at: float) -> Refund:
        ended = replace(refund, status=status, done_at=at)
        payment = self._ledger.payment(refund.transaction_id)
        with self._ledger.together():
            self._ledger.save_refund(ended)
            if status is RefundStatus.CLOSED and payment is not None:
                left_fen = payment.refunded_fen - refund.amount_fen
                self._ledger.save_payment(replace(payment, refunded_fen=left_fen))
            draft = refund_draft(ended, self._names)
            announce(self._ledger, draft, faults=self._faults_now(), now=self._trading.now())
        return ended

    def _paid_trade(self, asked: RefundRequest) -> Trade:
        if bool(asked.transaction_id) == bool(asked.out_trade_no):
            raise invalid_request("transaction_id与out_trade_no二选一")
        try:
            return (
                self._trading.find_payment(asked.transaction_id)
                if asked.transaction_id
                else self._trading.find(asked.out_trade_no)
            )
        except ApiRefusalError as refusal:
            raise refund_not_exist() from refusal

    def _faults_now(self) -> WechatPayFaults:
        return self._faults.read().wechatpay
