"""The provider's rules: when a trade comes into being, when it can be paid, closed and refunded.

A trade exists only from the moment the buyer logs in at the cashier; until then the merchant has a signed URL
and nothing else, and query and close answer that there is no such trade.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from local.clock import ShiftedClock
from local.simulators.alipay.answers import BusinessRefusalError, trade_not_exist
from local.simulators.alipay.contract import fen_of, text_of
from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.notices import Merchant, draft_about
from local.simulators.alipay.trades import (
    CONSOLE,
    PayRequest,
    Refund,
    Trade,
    TradeStatus,
    dated_number,
)
from local.simulators.faults import AlipayFaults, FaultSwitch
from local.simulators.sending import announce

_BY_EXPIRY = "expiry"
_BY_MERCHANT = "merchant"
_BY_REFUND = "refund"


class Step(StrEnum):
    """What a cashier page offers the buyer."""

    LOG_IN = "log_in"
    PAY = "pay"
    PAID = "paid"
    EXPIRED = "expired"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a cashier stands: what it is for, what the buyer can do, and the trade where there is one."""

    request: PayRequest
    step: Step
    trade: Trade | None


class Trading:
    """The rules over the ledger, at the product's present moment and with the faults that are on."""

    def __init__(
        self, ledger: Ledger, merchant: Merchant, *, clock: ShiftedClock, faults: FaultSwitch
    ) -> None:
        self._ledger = ledger
        self._merchant = merchant
        self._clock = clock
        self._faults = faults

    def now(self) -> float:
        """The product's present moment, as all times here are kept."""
        return self._clock.now().timestamp()

    def open_cashier(self, request: PayRequest) -> str:
        """Make a cashier page for a payment; its token is the page's address. Raises BusinessRefusalError."""
        if any(
            (trade.total_fen, trade.subject) != (request.total_fen, request.subject)
            for trade in self._ledger.trades_of(request.out_trade_no)
        ):
            raise BusinessRefusalError(
                "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改：同一订单号的金额或标题与先前不一致"
            )
        token = secrets.token_urlsafe(24)
        self._ledger.add_cashier(token, request)
        return token

    def standing(self, token: str) -> Standing | None:
        """What the cashier page offers now; None where there is no such page."""
        self.close_expired()
        request = self._ledger.cashier(token)
        if request is None:
            return None
        trade = next(reversed(self._ledger.trades_of(request.out_trade_no)), None)
        return Standing(request, self._step(request, trade), trade)

    def log_in(self, token: str) -> Standing | None:
        """The buyer logs in: from now on there is a trade. Done again, or too late, it changes nothing."""
        standing = self.standing(token)
        if standing is None or standing.step is not Step.LOG_IN:
            return standing
        now = self.now()
        request = standing.request
        trade = Trade(
            trade_no=dated_number(now, "220014"),
            out_trade_no=request.out_trade_no,
            status=TradeStatus.WAIT_BUYER_PAY,
            subject=request.subject,
            total_fen=request.total_fen,
            refunded_fen=0,
            created_at=now,
            expires_at=request.expires_at,
            paid_at=None,
            closed_at=None,
            closed_by="",
            notify_url=request.notify_url,
            passback_params=request.passback_params,
        )
        self._ledger.save_trade(trade)
        return Standing(request, Step.PAY, trade)

    def pay(self, token: str) -> Standing | None:
        """The buyer pays, and the merchant is to be told. Where it cannot be paid, nothing changes."""
        standing = self.standing(token)
        if standing is None or standing.step is not Step.PAY or standing.trade is None:
            return standing
        paid = replace(
            standing.trade, status=TradeStatus.TRADE_SUCCESS, paid_at=self.now(), closed_at=None, closed_by=""
        )
        self._save_and_announce(paid)
        return Standing(standing.request, Step.PAID, paid)

    def close_expired(self) -> None:
        """Close what nobody paid in time; not while the cashier takes late money."""
        if self._faults_now().pay_after_expiry:
            return
        now = self.now()
        for trade in self._ledger.trades_to_expire(now):
            self._save_and_announce(
                replace(
                    trade, status=TradeStatus.TRADE_CLOSED, closed_at=trade.expires_at, closed_by=_BY_EXPIRY
                )
            )

    def find(self, biz: Mapping[str, object]) -> Trade:
        """The trade a call names by either number. Raises BusinessRefusalError."""
        self.close_expired()
        trade_no = text_of(biz, "trade_no", longest=64, required=False)
        out_trade_no = text_of(biz, "out_trade_no", longest=64, required=not trade_no)
        if trade_no:
            trade = self._ledger.trade(trade_no)
        else:
            trade = next(iter(self._ledger.trades_of(out_trade_no)), None)
        if trade is None:
            raise trade_not_exist()
        return trade

    def close(self, biz: Mapping[str, object]) -> Trade:
        """The merchant closes a trade that waits for its buyer. Raises BusinessRefusalError."""
        trade = self.find(biz)
        if trade.status is not TradeStatus.WAIT_BUYER_PAY:
            raise BusinessRefusalError("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        closed = replace(trade, status=TradeStatus.TRADE_CLOSED, closed_at=self.now(), closed_by=_BY_MERCHANT)
        self._save_and_announce(closed)
        return closed

    def refund(self, biz: Mapping[str, object]) -> tuple[Trade, Refund, bool]:
        """Give money back, once for each `out_request_no`: the flag says whether it moved this time."""
        trade = self.find(biz)
        amount_fen = fen_of(biz, "refund_amount")
        # The documents ask for a number for part refunds only; a whole one may be known by the order's.
        is_whole = amount_fen == trade.total_fen
        request_no = text_of(biz, "out_request_no", longest=64, required=not is_whole) or trade.out_trade_no
        earlier = self._ledger.refund(trade.trade_no, request_no)
        if earlier is not None:
            if earlier.amount_fen != amount_fen:
                raise BusinessRefusalError("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")
            return trade, earlier, False
        _check_refund(trade, amount_fen)
        if self._faults_now().balance_too_low:
            raise BusinessRefusalError("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
        return *self._give_back(trade, request_no, amount_fen), True

    def refund_from_console(self, trade_no: str, amount_fen: int) -> Trade:
        """A person at the provider gives money back, unknown to the merchant's system. Raises
        BusinessRefusalError."""
        trade = self._ledger.trade(trade_no)
        if trade is None:
            raise trade_not_exist()
        _check_refund(trade, amount_fen)
        after, _ = self._give_back(trade, f"{CONSOLE}{dated_number(self.now(), '00')}", amount_fen)
        return after

    def find_refund(self, biz: Mapping[str, object]) -> tuple[Trade, Refund | None]:
        """The refund with this number, None where nothing went back under it. Raises BusinessRefusalError."""
        trade = self.find(biz)
        return trade, self._ledger.refund(trade.trade_no, text_of(biz, "out_request_no", longest=64))

    def _give_back(self, trade: Trade, request_no: str, amount_fen: int) -> tuple[Trade, Refund]:
        refund = Refund(trade.trade_no, request_no, amount_fen, self.now())
        after = _less(trade, refund)
        with self._ledger.together():
            self._ledger.add_refund(refund)
            self._ledger.save_trade(after)
            self._announce(after, refund)
        return after, refund

    def _step(self, request: PayRequest, trade: Trade | None) -> Step:
        faults = self._faults_now()
        if trade is None or (trade.is_paid and faults.pay_twice):
            is_late = request.expires_at <= self.now() and not faults.pay_after_expiry
            return Step.EXPIRED if is_late else Step.LOG_IN
        if trade.is_paid:
            return Step.PAID
        if trade.status is TradeStatus.WAIT_BUYER_PAY:
            return Step.PAY
        if trade.closed_by == _BY_EXPIRY:
            return Step.PAY if faults.pay_after_expiry else Step.EXPIRED
        return Step.CLOSED

    def _save_and_announce(self, trade: Trade) -> None:
        with self._ledger.together():
            self._ledger.save_trade(trade)
            self._announce(trade, None)

    def _announce(self, trade: Trade, refund: Refund | None) -> None:
        now = self.now()
        draft = draft_about(trade, self._merchant, refund, now=now)
        announce(self._ledger, draft, faults=self._faults_now(), now=now)

    def _faults_now(self) -> AlipayFaults:
        return self._faults.read().alipay


def _check_refund(trade: Trade, amount_fen: int) -> None:
    """Whether so much can go back. Raises BusinessRefusalError."""
    if trade.status is TradeStatus.TRADE_FINISHED:
        raise BusinessRefusalError("ACQ.TRADE_HAS_FINISHED", "交易已完结")
    if not trade.is_paid:
        raise BusinessRefusalError("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
    if not 0 < amount_fen <= trade.total_fen - trade.refunded_fen:
        raise BusinessRefusalError("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")


def _less(trade: Trade, refund: Refund) -> Trade:
    refunded_fen = trade.refunded_fen + refund.amount_fen
    if refunded_fen < trade.total_fen:
        return replace(trade, refunded_fen=refunded_fen)
    return replace(
        trade,
        refunded_fen=refunded_fen,
        status=TradeStatus.TRADE_CLOSED,
        closed_at=refund.refunded_at,
        closed_by=_BY_REFUND,
    )
