"""A payment provider tells of a payment. Answered only after what it means is durable."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.errors import NotFoundError
from chalicelib.usecases.money_received import money_received
from chalicelib.usecases.ports import Exams, Orders, Paid, PaymentProvider, Registrations


class NoticeOutcome(StrEnum):
    """What became of a notice whose signature was right."""

    SETTLED = "settle"
    SURPLUS = "surplus"
    MISMATCH = "mismatch"
    SECOND_TRADE = "secondtrade"
    ALREADY_KNOWN = "alreadyknown"
    NOT_ABOUT_PAYMENT = "not_about_payment"
    UNKNOWN_ORDER = "unknown_order"


def receive_notice(
    body: bytes,
    headers: Mapping[str, str],
    *,
    provider: PaymentProvider,
    orders: Orders,
    registrations: Registrations,
    exams: Exams,
    now: datetime,
) -> NoticeOutcome:
    """Verify, decide, keep the raw notice. Raises NoticeRefusedError for what is not the provider's."""
    notice = provider.read_notice(body, headers)
    if not isinstance(notice, Paid):
        outcome = NoticeOutcome.NOT_ABOUT_PAYMENT
    else:
        try:
            decision = money_received(
                notice.money, orders=orders, registrations=registrations, exams=exams, now=now
            )
            outcome = NoticeOutcome(type(decision).__name__.lower())
        except NotFoundError:
            outcome = NoticeOutcome.UNKNOWN_ORDER
    orders.keep_notice(provider.name, body, outcome, now=now)
    return outcome
