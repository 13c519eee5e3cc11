"""WeChat Pay behind the ports to payment providers: doors, queries, refunds, bills, notices, in domain words.

It knows nothing of registrations; what money means for an order is the domain's to say.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date
from typing import Any
from urllib.parse import quote

from chalicelib.domain.china import CHINA
from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Merchant, Money, PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.integrations.addresses import notice_address, payment_page
from chalicelib.integrations.line import Line
from chalicelib.integrations.wechatpay import contents
from chalicelib.integrations.wechatpay.acknowledging import acknowledged
from chalicelib.integrations.wechatpay.bills import daily_bill
from chalicelib.integrations.wechatpay.contents import Done, NotDone, decoded, sorted_out
from chalicelib.integrations.wechatpay.refunds import EVENTS, find_refund, give_back, read_refund_news
from chalicelib.integrations.wechatpay.sdk import Reply, WechatPayMerchant, WechatPaySdk
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
    DailyBill,
    DoorShutError,
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

_NAME = "wechatpay"
_LONGEST_DESCRIPTION = 127
_LONGEST_NOTICE_BYTES = 1 << 15
# The documents spell most codes in two ways, older and newer.
_PAID = frozenset({"ORDERPAID", "ORDER_PAID"})
_CLOSED = frozenset({"ORDERCLOSED", "ORDER_CLOSED"})
_NOT_EXIST = frozenset({"ORDERNOTEXIST", "ORDER_NOT_EXIST"})
_PAYING = frozenset({"USERPAYING", "USER_PAYING"})
_SHUT = _PAID | _CLOSED | {"OUT_TRADE_NO_USED"}
_WAITING = frozenset({"NOTPAY", "USERPAYING", "ACCEPT", "PAYERROR"})
_OVER = frozenset({"CLOSED", "REVOKED"})
_MONEY_CAME = frozenset({"SUCCESS", "REFUND"})


class WechatPayProvider:
    """The `PaymentProvider` port over WeChat Pay's API v3."""

    def __init__(
        self, account: WechatPayMerchant, *, public_url: str, clock: Clock, line: Line | None = None
    ) -> None:
        """`public_url` is where browsers and WeChat Pay reach the product, without a slash at its end."""
        self._merchant = Merchant(seller_id=account.mchid, app_id=account.app_id)
        self._public_url = public_url
        self._sdk = WechatPaySdk(account, clock=clock, line=line or Line())

    @property
    def name(self) -> str:
        """`wechatpay`."""
        return _NAME

    @property
    def merchant(self) -> Merchant:
        """Who is paid."""
        return self._merchant

    def begin(self, order: PaymentOrder, channel: Channel, *, address: str) -> PaymentDoor:
        """A code to scan at a desk, a page on a phone. Raises as the port says.

        All but the payer's address follows from the order, for asking again must be asking the same.
        """
        if order.merchant != self._merchant:
            raise ProviderRefusedError("the order was opened for another merchant")
        asked = self._asked(order)
        if channel is Channel.PAGE:
            code = self._opened(order, self._sdk.native(asked)).code_url
            return PaymentDoor(qr_code=_checked(code, ("weixin://",)))
        scene = {"payer_client_ip": address, "h5_info": {"type": "Wap"}}
        url = self._opened(order, self._sdk.h5(asked | {"scene_info": scene})).h5_url
        back = quote(payment_page(self._public_url, order), safe="")
        return PaymentDoor(url=f"{_checked(url, ('https://', 'http://'))}&redirect_url={back}")

    def query(self, order_id: OrderId) -> TradeAnswer:
        """What WeChat Pay knows. Raises ProviderUnavailableError, ProviderRefusedError."""
        match sorted_out(self._sdk.query(order_id)):
            case Done(text):
                return _read_answer(order_id, text)
            case NotDone(code):
                return _unknown_or_raise(code)

    def close(self, order_id: OrderId) -> TradeAnswer:
        """Close the order; Unpaid where that cannot be done, for it may have been paid. Raises as `query`."""
        match sorted_out(self._sdk.close(order_id)):
            case Done():
                return Closed()
            case NotDone(code) if code in _CLOSED:
                return Closed()
            case NotDone(code) if code in _PAID | _PAYING:
                return Unpaid()
            case NotDone(code):
                return _unknown_or_raise(code)

    def refund(self, refund: Refund) -> RefundAnswer:
        """Give money of a trade back, or tell what became of it. Raises as the port says."""
        if refund.trade.provider != _NAME:
            raise ProviderRefusedError("the trade is another provider's")
        return give_back(self._sdk, refund, notify_url=notice_address(self._public_url, _NAME))

    def find_refund(self, order_id: OrderId, trade: Trade, number: RefundId) -> FoundRefund | None:
        """A refund by its number. Raises as the port says."""
        return find_refund(self._sdk, order_id, trade, number)

    def daily_bill(self, day: date) -> AbstractContextManager[DailyBill | NoBill]:
        """What was paid and given back on a day in China. Raises as the port says."""
        return daily_bill(self._sdk, day, mchid=self._merchant.seller_id)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Verify, open and read a notice. Raises NoticeRefusedError, ProbeRefusedError.

        Merchant, app and currency go into the money as the notice has them: the domain compares them. News of
        a refund has no room for a merchant, so another's is refused here.
        """
        if len(body) > _LONGEST_NOTICE_BYTES:
            raise NoticeRefusedError("too long")
        text = self._sdk.verified({name.lower(): value for name, value in headers.items()}, body)
        try:
            notice = decoded(text, contents.Notice)
            if notice.event_type in EVENTS:
                return read_refund_news(notice.event_type, self._unsealed(notice, "refund"), self._merchant)
            if notice.event_type != "TRANSACTION.SUCCESS":
                return NotAboutPayment()
            said = self._unsealed(notice, "transaction")
            if decoded(said, contents.Standing).trade_state != "SUCCESS":
                return NotAboutPayment()
            return Paid(_money(decoded(said, contents.Transaction), is_whole=True))
        except ValueError:
            raise NoticeRefusedError("something that every such notice has is missing or malformed") from None

    def acknowledge(self, receipt: Receipt) -> Acknowledgement:
        """200 once it is durable, 401 for a wrong signature, 5xx to get it again."""
        return acknowledged(receipt)

    def _asked(self, order: PaymentOrder) -> dict[str, Any]:
        return {
            "description": order.subject[:_LONGEST_DESCRIPTION],
            "out_trade_no": order.id,
            "amount": {"total": order.amount_fen, "currency": "CNY"},
            # What is left of a second is cut off, so it is never later than the order.
            "time_expire": order.expires_at.astimezone(CHINA).isoformat(timespec="seconds"),
            "notify_url": notice_address(self._public_url, _NAME),
        }

    def _opened(self, order: PaymentOrder, reply: Reply) -> contents.Doors:
        match sorted_out(reply):
            case Done(text):
                try:
                    return decoded(text, contents.Doors)
                except ValueError:
                    raise ProviderUnavailableError("WeChat Pay's answer cannot be read") from None
            case NotDone(code):
                if code in _SHUT or (code == "INVALID_REQUEST" and self._is_known(order.id)):
                    raise DoorShutError(f"WeChat Pay opens the order no more: {code}")
                raise ProviderRefusedError(f"WeChat Pay refuses: {code}")

    def _is_known(self, order_id: OrderId) -> bool:
        """Asking again with another address is refused in the same words as asking wrongly."""
        return not isinstance(self.query(order_id), Unknown)

    def _unsealed(self, notice: contents.Notice, kind: str) -> str:
        sealed = notice.resource
        if notice.resource_type != "encrypt-resource" or sealed.algorithm != "AEAD_AES_256_GCM":
            raise ValueError("sealed in another way")
        if sealed.original_type != kind:
            raise ValueError("about something else than it says")
        return self._sdk.opened(
            nonce=sealed.nonce, ciphertext=sealed.ciphertext, associated_data=sealed.associated_data
        )


def _read_answer(order_id: OrderId, text: str) -> TradeAnswer:
    try:
        standing = decoded(text, contents.Standing)
        if standing.out_trade_no != order_id:
            # A signed answer about another order would be a true answer to another question.
            raise ProviderUnavailableError("WeChat Pay's answer is about another order")
        match standing.trade_state:
            case state if state in _WAITING:
                return Unpaid()
            case state if state in _OVER:
                return Closed()
            case state if state in _MONEY_CAME:
                transaction = decoded(text, contents.Transaction)
                return Paid(_money(transaction, is_whole=state == "SUCCESS"))
            case _:
                raise ValueError("a state that we do not know")
    except ValueError:
        raise ProviderUnavailableError("WeChat Pay's answer lacks what an order has") from None


def _money(said: contents.Transaction, *, is_whole: bool) -> Money:
    return Money(
        order_id=OrderId(said.out_trade_no),
        trade=Trade(_NAME, TradeNo(said.transaction_id)),
        amount_fen=said.amount.total,
        paid_at=said.success_time.astimezone(UTC),
        merchant=Merchant(seller_id=said.mchid, app_id=said.appid),
        currency=said.amount.currency,
        is_whole=is_whole,
    )


def _unknown_or_raise(code: str) -> Unknown:
    if code in _NOT_EXIST:
        return Unknown()
    raise ProviderRefusedError(f"WeChat Pay refuses: {code}")


def _checked(address: str, beginnings: tuple[str, ...]) -> str:
    if not address.startswith(beginnings):
        raise ProviderUnavailableError("WeChat Pay's answer has no door")
    return address
