"""The provider's rules: what opens an order, when it can be paid and closed.

Those of refunds are in `refunding.py`.
"""

import secrets
from dataclasses import dataclass, replace
from enum import StrEnum

from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch, WechatPayFaults
from local.simulators.sending import announce
from local.simulators.wechatpay.answers import (
    ApiRefusalError,
    invalid_request,
    order_closed,
    order_not_exist,
    order_paid,
)
from local.simulators.wechatpay.contract import Prepay, instant_of
from local.simulators.wechatpay.ledger import Ledger
from local.simulators.wechatpay.notices import Names, payment_draft
from local.simulators.wechatpay.trades import (
    Order,
    Payment,
    Trade,
    TradeType,
    dated_number,
)

_LONGEST_LIFE_S = 7 * 86400
_SHORTEST_LIFE_S = 60
_DOOR_OPEN_S = {TradeType.NATIVE: 7200, TradeType.MWEB: 300}


class Step(StrEnum):
    """What a cashier page offers the payer."""

    PAY = "pay"
    PAID = "paid"
    EXPIRED = "expired"
    CLOSED = "closed"
    SHUT = "shut"
    """The order can be paid, but this door to it is too old."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a cashier page stands."""

    trade: Trade
    step: Step


class Trading:
    """The rules over the ledger, at the product's present moment and with the faults that are on."""

    def __init__(self, ledger: Ledger, names: Names, *, clock: ShiftedClock, faults: FaultSwitch) -> None:
        self._ledger = ledger
        self._names = names
        self._clock = clock
        self._faults = faults

    def now(self) -> float:
        """The product's present moment, as all times here are kept."""
        return self._clock.now().timestamp()

    def prepay(self, trade_type: TradeType, asked: Prepay, body: str) -> str:
        """Open an order, or open the same one again: the token of a new door. Raises ApiRefusalError."""
        now = self.now()
        order = self._ledger.order(asked.out_trade_no)
        if order is None:
            order = _order(trade_type, asked, body, now)
            self._ledger.save_order(order)
        else:
            self._check_same(order, trade_type, body)
        token = secrets.token_hex(12)
        self._ledger.add_door(token, order.out_trade_no, now + _DOOR_OPEN_S[trade_type])
        return token

    def standing(self, token: str) -> Standing | None:
        """What the cashier page offers now; None where there is no such door."""
        found = self._ledger.door(token)
        if found is None:
            return None
        order, shuts_at = found
        trade = Trade(order, next(reversed(self._ledger.payments_of(order.out_trade_no)), None))
        return Standing(trade, self._step(trade, shuts_at))

    def pay(self, token: str) -> Standing | None:
        """The payer pays, and the merchant is to be told. Where it cannot be paid, nothing changes."""
        standing = self.standing(token)
        if standing is None or standing.step is not Step.PAY:
            return standing
        now, order = self.now(), standing.trade.order
        payment = Payment(dated_number(now, "4200001234"), order.out_trade_no, now)
        trade = Trade(order, payment)
        faults = self._faults_now()
        with self._ledger.together():
            self._ledger.save_payment(payment)
            announce(
                self._ledger,
                payment_draft(trade, self._names, currency=self.currency()),
                faults=faults,
                now=now,
            )
        return Standing(trade, Step.PAID)

    def find(self, out_trade_no: str) -> Trade:
        """The order with its first payment. Raises ApiRefusalError."""
        order = self._ledger.order(out_trade_no)
        if order is None:
            raise order_not_exist()
        return Trade(order, next(iter(self._ledger.payments_of(out_trade_no)), None))

    def find_payment(self, transaction_id: str) -> Trade:
        """One payment with its order. Raises ApiRefusalError."""
        payment = self._ledger.payment(transaction_id)
        order = None if payment is None else self._ledger.order(payment.out_trade_no)
        if order is None:
            raise order_not_exist()
        return Trade(order, payment)

    def close(self, out_trade_no: str) -> None:
        """The merchant closes an order that nobody paid. Raises ApiRefusalError."""
        trade = self.find(out_trade_no)
        if trade.payment is not None:
            raise order_paid()
        if trade.order.closed_at is None:
            self._ledger.save_order(replace(trade.order, closed_at=self.now()))

    def currency(self) -> str:
        """In what currency payments are told of."""
        return "USD" if self._faults_now().foreign_currency else "CNY"

    def _check_same(self, order: Order, trade_type: TradeType, body: str) -> None:
        if self._ledger.payments_of(order.out_trade_no):
            raise order_paid()
        if order.closed_at is not None:
            raise order_closed()
        if order.trade_type is not trade_type:
            raise ApiRefusalError(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        if order.request != body:
            raise invalid_request("请求重入时，参数与首次请求时不一致")
        if order.expires_at <= self.now():
            raise invalid_request("订单已过支付结束时间")

    def _step(self, trade: Trade, shuts_at: float) -> Step:
        faults, now = self._faults_now(), self.now()
        if trade.payment is not None and not faults.pay_twice:
            return Step.PAID
        if trade.order.closed_at is not None:
            return Step.CLOSED
        if faults.pay_after_expiry:
            return Step.PAY
        if trade.order.expires_at <= now:
            return Step.EXPIRED
        return Step.PAY if now < shuts_at else Step.SHUT

    def _faults_now(self) -> WechatPayFaults:
        return self._faults.read().wechatpay


def _order(trade_type: TradeType, asked: Prepay, body: str, now: float) -> Order:
    latest = now + _LONGEST_LIFE_S
    expires_at = latest if asked.time_expire is None else instant_of(asked.time_expire)
    return Order(
        out_trade_no=asked.out_trade_no,
        trade_type=trade_type,
        description=asked.description,
        total_fen=asked.amount.total,
        attach=asked.attach,
        notify_url=asked.notify_url,
        request=body,
        created_at=now,
        # An end that is too near is moved, not refused.
        expires_at=min(max(expires_at, now + _SHORTEST_LIFE_S), latest),
    )
