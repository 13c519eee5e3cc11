"""A payment provider tells of a payment or a refund. Answered only after what it means is durable."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.payment import Money
from chalicelib.usecases.money.give_back import refund_told
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.ports import NotAboutPayment, Notice, Paid, PaymentProvider, RefundNews


class NoticeOutcome(StrEnum):
    """What became of a notice whose signature was right."""

    SETTLED = "settle"
    SURPLUS = "surplus"
    MISMATCH = "mismatch"
    SECOND_TRADE = "secondtrade"
    TRADE_OF_ANOTHER = "tradeofanother"
    ALREADY_KNOWN = "alreadyknown"
    REFUND = "refund"
    UNKNOWN_REFUND = "unknown_refund"
    NOT_ABOUT_PAYMENT = "not_about_payment"
    UNKNOWN_ORDER = "unknown_order"


def receive_notice(
    body: bytes, headers: Mapping[str, str], *, provider: PaymentProvider, ports: PaymentPorts, now: datetime
) -> NoticeOutcome:
    """Verify, decide, keep the raw notice. Raises NoticeRefusedError for what is not the provider's."""
    notice = provider.read_notice(body, headers)
    outcome = _outcome(notice, provider.name, ports, now)
    ports.orders.keep_notice(provider.name, body, outcome, now=now)
    return outcome


def _outcome(notice: Notice, provider: str, ports: PaymentPorts, now: datetime) -> NoticeOutcome:
    match notice:
        case Paid(money=money):
            return _of_money(money, ports, now)
        case RefundNews():
            known = refund_told(notice, provider, ports=ports, now=now)
            return NoticeOutcome.REFUND if known else NoticeOutcome.UNKNOWN_REFUND
        case NotAboutPayment():
            return NoticeOutcome.NOT_ABOUT_PAYMENT
        case _:
            assert_never(notice)


def _of_money(money: Money, ports: PaymentPorts, now: datetime) -> NoticeOutcome:
    try:
        decision = money_received(money, ports=ports, now=now)
    except NotFoundError:
        return NoticeOutcome.UNKNOWN_ORDER
    return NoticeOutcome(type(decision).__name__.lower())
