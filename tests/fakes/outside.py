"""The outside world as tests want it: a payment provider, an SMS operator and a verification service."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import Merchant, Money, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, refund_made_outside
from chalicelib.domain.sms import SendOutcome
from chalicelib.domain.verification import Outcome
from chalicelib.integrations.alipay.notices import acknowledged as alipay
from chalicelib.integrations.wechatpay.acknowledging import acknowledged as wechatpay
from chalicelib.usecases.ports import (
    Acknowledgement,
    Channel,
    CheckRequest,
    CheckResult,
    Closed,
    DailyBill,
    DoorShutError,
    FoundRefund,
    NoBill,
    NotAboutPayment,
    Notice,
    NoticeRefusedError,
    Paid,
    PaymentDoor,
    ProviderUnavailableError,
    Receipt,
    RefundAnswer,
    RefundDone,
    RefundNews,
    RefundRefused,
    Sending,
    TradeAnswer,
    Unknown,
    Unpaid,
)
from tests.builders import MERCHANT, money_for


class FakePaymentProvider:
    """`PaymentProvider`: knows an order once its payer came, and takes money when `pay` says so.

    `answers` may be set by hand; `silent` or `failure` make every call raise.
    """

    def __init__(self, name: str = "alipay", merchant: Merchant = MERCHANT) -> None:
        self._name = name
        self._merchant = merchant
        self.answers: dict[OrderId, TradeAnswer] = {}
        self.failure: Exception | None = None
        self.queried: list[OrderId] = []
        self.closed: list[OrderId] = []
        self.begun: list[tuple[OrderId, Channel]] = []
        self.shut: set[OrderId] = set()
        self.keeps_open: set[OrderId] = set()
        self.silent_about: set[OrderId] = set()
        self.refund_answer: RefundAnswer = RefundDone()
        self.refund_answers: dict[RefundId, RefundAnswer] = {}
        self.found_answers: dict[RefundId, RefundAnswer] = {}
        self.refund_asks: list[RefundId] = []
        self.moved: dict[RefundId, Refund] = {}
        self.bills: dict[date, DailyBill] = {}
        self._notices: dict[bytes, Notice] = {}

    @property
    def name(self) -> str:
        return self._name

    @property
    def merchant(self) -> Merchant:
        return self._merchant

    def begin(self, order: PaymentOrder, channel: Channel, *, address: str) -> PaymentDoor:
        self._fail()
        self.begun.append((order.id, channel))
        if order.id in self.shut:
            raise DoorShutError("begun in another way")
        return PaymentDoor(url=f"https://pay.example/{self._name}/{order.id}?channel={channel}")

    def query(self, order_id: OrderId) -> TradeAnswer:
        self.queried.append(order_id)
        self._fail()
        if order_id in self.silent_about:
            raise ProviderUnavailableError("timed out")
        return self.answers.get(order_id, Unknown())

    def close(self, order_id: OrderId) -> TradeAnswer:
        self.closed.append(order_id)
        self._fail()
        if order_id in self.keeps_open:
            return Unpaid()
        match self.answers.get(order_id, Unknown()):
            case Paid():
                return Unpaid()
            case Unknown():
                return Unknown()
            case _:
                self.answers[order_id] = Closed()
                return Closed()

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        try:
            return self._notices[body]
        except KeyError:
            raise NoticeRefusedError("bad signature") from None

    def acknowledge(self, receipt: Receipt) -> Acknowledgement:
        """As the provider of that name is answered."""
        return (wechatpay if self._name == "wechatpay" else alipay)(receipt)

    def refund(self, refund: Refund) -> RefundAnswer:
        self.refund_asks.append(refund.id)
        self._fail()
        answer = self.refund_answers.get(refund.id, self.refund_answer)
        return self.give_back(refund) if isinstance(answer, RefundDone) else answer

    def give_back(self, refund: Refund) -> RefundAnswer:
        """Move the money: once for each number, and never more of a trade than it brought."""
        earlier = self.moved.get(refund.id)
        if earlier is not None:
            is_the_same = (earlier.trade, earlier.amount_fen) == (refund.trade, refund.amount_fen)
            return RefundDone() if is_the_same else RefundRefused("NUMBER_TAKEN", is_final=True)
        of_trade = sum(each.amount_fen for each in self.moved.values() if each.trade == refund.trade)
        if of_trade + refund.amount_fen > refund.total_fen:
            return RefundRefused("MORE_THAN_CAME", is_final=True)
        self.moved[refund.id] = refund
        return RefundDone()

    def refund_at_console(
        self, order: PaymentOrder, number: str, amount_fen: int, *, trade: Trade | None = None
    ) -> Refund:
        """Somebody gives money back without us."""
        of_trade = trade or order.trade
        assert of_trade is not None
        made = refund_made_outside(
            order,
            of_trade,
            RefundId(number),
            amount_fen,
            total_fen=order.received_fen or 0,
            is_billed=False,
            now=order.created_at,
        )
        assert isinstance(self.give_back(made), RefundDone)
        return made

    def find_refund(self, order_id: OrderId, trade: Trade, number: RefundId) -> FoundRefund | None:
        self._fail()
        number = number or RefundId(order_id)
        moved = self.moved.get(number)
        if moved is not None and (moved.trade, moved.order_id) == (trade, order_id):
            return FoundRefund(number, moved.amount_fen, self.found_answers.get(number, RefundDone()))
        answer = self.found_answers.get(number)
        return FoundRefund(number, 0, answer) if answer else None

    @property
    def given_back(self) -> dict[RefundId, int]:
        """What moved back to payers, by refund number."""
        return {number: refund.amount_fen for number, refund in self.moved.items()}

    @contextmanager
    def daily_bill(self, day: date) -> Iterator[DailyBill | NoBill]:
        self._fail()
        yield self.bills.get(day, NoBill())

    def be_silent(self) -> None:
        """Answer nothing from now on."""
        self.failure = ProviderUnavailableError("timed out")

    def visit(self, order: PaymentOrder) -> None:
        """The payer opens the cashier: from now on the provider knows the order."""
        self.answers[order.id] = Unpaid()

    def pay(self, order: PaymentOrder, **changes: Any) -> Money:
        """The payer pays; the changes are those of `money_for`."""
        money = money_for(order, **changes)
        self.answers[order.id] = Paid(money)
        return money

    def notice_of(self, money: Money) -> bytes:
        """The body of a true notice of this money."""
        return self._notice({"order": money.order_id, "trade": money.trade.trade_no}, Paid(money))

    def notice_of_refund(
        self, order_id: OrderId, refund_id: RefundId, answer: RefundAnswer, *, mark: str = ""
    ) -> bytes:
        """The body of a true notice of a refund."""
        news = RefundNews(order_id=order_id, refund_id=refund_id, answer=answer, mark=mark)
        return self._notice({"order": order_id, "refund": refund_id, "is": repr(news)}, news)

    def notice_of_something_else(self, order_id: OrderId) -> bytes:
        """The body of a true notice that tells of no new payment."""
        return self._notice({"order": order_id, "refund": True}, NotAboutPayment())

    def _notice(self, content: dict[str, Any], notice: Notice) -> bytes:
        body = json.dumps(content, sort_keys=True).encode()
        self._notices[body] = notice
        return body

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass(frozen=True, slots=True)
class SentText:
    """What a phone received, or would have: a code or a notice."""

    phone: str
    code: str | None = None
    notice: str | None = None


class FakeSms:
    """`Sms` that remembers; `answer` is what it says to each message."""

    def __init__(self) -> None:
        self.sent: list[SentText] = []
        self.answer = Sending(SendOutcome.ACCEPTED)

    def send_code(self, phone: str, code: str, *, minutes: int) -> Sending:
        self.sent.append(SentText(phone, code=code))
        return self._numbered()

    def send_notice(self, phone: str, text: str) -> Sending:
        self.sent.append(SentText(phone, notice=text))
        return self._numbered()

    def _numbered(self) -> Sending:
        is_taken = self.answer.outcome is SendOutcome.ACCEPTED
        return replace(self.answer, serial=f"serial-{len(self.sent)}") if is_taken else self.answer

    @property
    def latest_serial(self) -> str:
        """The operator's number of the message that was sent last."""
        return f"serial-{len(self.sent)}"

    def code_to(self, phone: str) -> str:
        """The latest code that went to this phone."""
        return next(text.code for text in reversed(self.sent) if text.phone == phone and text.code)


class FakeVerification:
    """`VerificationService`: everything is pending until `answer` says otherwise."""

    def __init__(self) -> None:
        self.submitted: list[CheckRequest] = []
        self.failure: Exception | None = None
        self._answers: dict[CheckRequest, CheckResult] = {}

    def submit(self, requests: Sequence[CheckRequest]) -> None:
        self._fail()
        self.submitted.extend(requests)

    def results(self, requests: Sequence[CheckRequest]) -> Sequence[CheckResult]:
        self._fail()
        return [self._answers.get(request, CheckResult(Outcome.PENDING)) for request in requests]

    def answer(self, request: CheckRequest, outcome: Outcome, *mismatched_fields: str) -> None:
        """What will be said to this request from now on."""
        self._answers[request] = replace(CheckResult(outcome), mismatched_fields=mismatched_fields)

    def be_silent(self) -> None:
        """Answer nothing from now on."""
        self.failure = ProviderUnavailableError("timed out")

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
