"""Alipay behind the ports to payment providers: payment addresses, query, close, notices, refunds and bills,
in domain words.

It knows nothing of registrations; what money means for an order is the domain's to say.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Merchant, Money, PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.integrations.addresses import notice_address, payment_page
from chalicelib.integrations.alipay.bill import AlipayBill, bill_address
from chalicelib.integrations.alipay.forms import (
    fen_from_yuan,
    moment_of,
    subject_text,
    wall_clock,
    yuan_from_fen,
)
from chalicelib.integrations.alipay.gateway import Done, Gateway, NotDone
from chalicelib.integrations.alipay.notices import acknowledged, read_form
from chalicelib.integrations.alipay.refunds import (
    find_refund,
    has_signs_of_a_refund,
    refund_money,
    refund_news,
    tells_of_a_refund,
)
from chalicelib.integrations.alipay.sdk import AlipaySdk
from chalicelib.integrations.bills import downloaded
from chalicelib.integrations.line import Line
from chalicelib.usecases.ports.means import Clock
from chalicelib.usecases.ports.outside import (
    NoticeRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from chalicelib.usecases.ports.providers import (
    Acknowledgement,
    Channel,
    Closed,
    FoundRefund,
    NoBill,
    NotAboutPayment,
    Notice,
    Paid,
    PaymentDoor,
    Receipt,
    RefundAnswer,
    TradeAnswer,
    Unknown,
    Unpaid,
)

_NAME = "alipay"
_PAYMENTS = {
    Channel.PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
    Channel.WAP: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
}
_PAID = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_NOT_EXIST = "ACQ.TRADE_NOT_EXIST"
_NOT_TO_BE_CLOSED = frozenset({"ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipayMerchant:
    """Who we are at Alipay, and where Alipay is. Keys are PEM texts or bare base64."""

    gateway_url: str
    app_id: str
    seller_id: str
    private_key: str = field(repr=False)
    alipay_public_key: str


class AlipayProvider:
    """The `PaymentProvider` port over Alipay's open platform."""

    def __init__(
        self, account: AlipayMerchant, *, public_url: str, clock: Clock, line: Line | None = None
    ) -> None:
        """`public_url` is where browsers and Alipay reach the product, without a slash at its end."""
        self._merchant = Merchant(seller_id=account.seller_id, app_id=account.app_id)
        self._public_url = public_url
        self._sdk = AlipaySdk(
            account.app_id, private_key=account.private_key, alipay_public_key=account.alipay_public_key
        )
        self._clock = clock
        self._line = line or Line()
        self._gateway = Gateway(account.gateway_url, self._sdk, clock=clock, line=self._line)

    @property
    def name(self) -> str:
        """`alipay`."""
        return _NAME

    @property
    def merchant(self) -> Merchant:
        """Who is paid."""
        return self._merchant

    def begin(self, order: PaymentOrder, channel: Channel, *, address: str) -> PaymentDoor:
        """The signed address of the cashier. Alipay knows no trade until the buyer has come that far.

        Raises ProviderRefusedError for an order of another merchant: its money would only be set aside.
        """
        del address  # Alipay sees the payer itself
        if order.merchant != self._merchant:
            raise ProviderRefusedError("the order was opened for another merchant")
        method, product_code = _PAYMENTS[channel]
        return_url = payment_page(self._public_url, order)
        content = {
            "out_trade_no": order.id,
            "total_amount": yuan_from_fen(order.amount_fen),
            "subject": subject_text(order.subject),
            "product_code": product_code,
            # Absolute, so that a page opened late does not live longer than the order.
            "time_expire": wall_clock(order.expires_at),
        }
        if channel is Channel.WAP:
            content["quit_url"] = return_url
        notify_url = notice_address(self._public_url, _NAME)
        addresses = {"notify_url": notify_url, "return_url": return_url}
        return PaymentDoor(url=self._gateway.address(method, content, addresses))

    def query(self, order_id: OrderId) -> TradeAnswer:
        """What Alipay knows. Raises ProviderUnavailableError, ProviderRefusedError."""
        match self._gateway.call("alipay.trade.query", {"out_trade_no": order_id}):
            case Done(content):
                return self._read_trade(order_id, content)
            case NotDone(sub_code):
                return _unknown_or_raise(sub_code)

    def close(self, order_id: OrderId) -> TradeAnswer:
        """Close the trade; Unpaid where that cannot be done, for it may have been paid. Raises as `query`."""
        match self._gateway.call("alipay.trade.close", {"out_trade_no": order_id}):
            case Done(content):
                _check_order(order_id, content)
                return Closed()
            case NotDone(sub_code) if sub_code in _NOT_TO_BE_CLOSED:
                return Unpaid()
            case NotDone(sub_code):
                return _unknown_or_raise(sub_code)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Verify and read a notice. Raises NoticeRefusedError.

        Seller and app go into the money as the notice has them: the domain compares them with the order.
        """
        del headers  # Alipay signs the form alone
        fields = read_form(body)
        if not self._sdk.is_genuine_notice(fields):
            raise NoticeRefusedError("not signed by Alipay with RSA2")
        if fields.get("notify_type") != "trade_status_sync":
            return NotAboutPayment()
        # Refunds come to the payment's own address, with a status that may still say success.
        if has_signs_of_a_refund(fields):
            return refund_news(fields, self._merchant) or NotAboutPayment()
        if fields.get("trade_status") not in _PAID:
            return NotAboutPayment()
        try:
            merchant = Merchant(seller_id=fields["seller_id"], app_id=fields["app_id"])
            return Paid(_money(fields, OrderId(fields["out_trade_no"]), fields["gmt_payment"], merchant))
        except (KeyError, ValueError):
            raise NoticeRefusedError("something that every payment has is missing or malformed") from None

    def acknowledge(self, receipt: Receipt) -> Acknowledgement:
        """`success` once it is durable."""
        return acknowledged(receipt)

    def refund(self, refund: Refund) -> RefundAnswer:
        """Give money of a trade back. Raises ProviderUnavailableError, ProviderRefusedError."""
        return refund_money(self._gateway, refund)

    def find_refund(self, order_id: OrderId, trade: Trade, number: RefundId) -> FoundRefund | None:
        """A refund by its number. Raises ProviderUnavailableError, ProviderRefusedError."""
        return find_refund(self._gateway, order_id, trade, number)

    @contextmanager
    def daily_bill(self, day: date) -> Iterator[AlipayBill | NoBill]:
        """The bill of a day in Shanghai. Raises ProviderUnavailableError, ProviderRefusedError.

        Alipay says "no bill" for a day without payments and for a bill that is not made yet: believed only
        from the hour on when it is made as a rule. Where payments of that day are known, ask again later.
        """
        address = bill_address(self._gateway, day, now=self._clock.now())
        if address is None:
            yield NoBill()
            return
        with downloaded(self._line, address) as file:
            yield AlipayBill(file, self._merchant.seller_id, day)

    def _read_trade(self, order_id: OrderId, content: Mapping[str, object]) -> TradeAnswer:
        _check_order(order_id, content)
        texts = {name: value for name, value in content.items() if isinstance(value, str)}
        status, went_back = texts.get("trade_status"), tells_of_a_refund(texts)
        if status == "WAIT_BUYER_PAY":
            return Unpaid()
        # Closed after the buyer paid: the money came and went back whole.
        came_and_went = status == "TRADE_CLOSED" and (went_back or bool(texts.get("send_pay_date")))
        if status == "TRADE_CLOSED" and not came_and_went:
            return Closed()
        if status not in _PAID and not came_and_went:
            raise ProviderUnavailableError("Alipay's answer has no state that we know")
        try:
            # A query answers only for our own app and seller, and does not repeat them.
            money = _money(texts, order_id, texts["send_pay_date"], self._merchant)
        except (KeyError, ValueError):
            raise ProviderUnavailableError("Alipay's answer lacks what a payment has") from None
        return Paid(replace(money, is_whole=not went_back and not came_and_went))


def _money(fields: Mapping[str, str], order_id: OrderId, paid_at: str, merchant: Merchant) -> Money:
    trade_no = fields["trade_no"]
    if not trade_no or not order_id:
        raise ValueError("a number is empty")
    return Money(
        order_id=order_id,
        trade=Trade(_NAME, TradeNo(trade_no)),
        amount_fen=fen_from_yuan(fields["total_amount"]),
        paid_at=moment_of(paid_at),
        merchant=merchant,
    )


def _check_order(order_id: OrderId, content: Mapping[str, object]) -> None:
    """A signed answer about another order would be a true answer to another question."""
    if content.get("out_trade_no") != order_id:
        raise ProviderUnavailableError("Alipay's answer is about another order")


def _unknown_or_raise(sub_code: str) -> Unknown:
    if sub_code == _NOT_EXIST:
        return Unknown()
    raise ProviderRefusedError(f"Alipay refuses: {sub_code}")
