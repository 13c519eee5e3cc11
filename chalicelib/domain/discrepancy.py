"""Money that a person has to look at: what does not agree, with everything known about it.

What the rules cannot put right by themselves ends here, and stays until finance settles it with a reason.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.ids import AuthorityId, DiscrepancyId, OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Money, PaymentOrder
from chalicelib.domain.refund import Refund, numbers_of_refunds

LONGEST_NUMBER = 128


class DiscrepancyKind(StrEnum):
    """What does not agree."""

    MISMATCH = "mismatch"
    """Money came, but amount, currency, seller or app are not those of its order."""
    SECOND_TRADE = "second_trade"
    """An order that has its money got more, by another trade."""
    TRADE_OF_ANOTHER = "trade_of_another"
    """A trade that is another order's was told of for this one, too: it cannot have paid both."""
    UNKNOWN_ORDER = "unknown_order"
    """Money came for an order that is not ours."""
    AMOUNT_DIFFERS = "amount_differs"
    """The daily bill has another amount than we booked; the order is frozen."""
    ONLY_IN_BILL = "only_in_bill"
    """The daily bill has money on an order of ours that the provider's own query does not know of."""
    NOT_IN_BILL = "not_in_bill"
    """We booked money that two daily bills do not have."""
    REFUND_FAILED = "refund_failed"
    """The provider does not give the money back."""
    UNKNOWN_REFUND = "unknown_refund"
    """The provider gave money back that we did not ask for."""
    REFUND_AMOUNT_DIFFERS = "refund_amount_differs"
    """The daily bill has another amount than we gave back."""
    REFUND_NOT_IN_BILL = "refund_not_in_bill"
    """We booked a refund that two daily bills do not have."""


FREEZING = frozenset({DiscrepancyKind.AMOUNT_DIFFERS, DiscrepancyKind.REFUND_AMOUNT_DIFFERS})
"""While one of these waits, nothing of its order goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing that does not agree. Its id follows from what it is about: told of again, it is the same."""

    id: DiscrepancyId
    kind: DiscrepancyKind
    provider: str
    noticed_at: datetime
    authority_id: AuthorityId | None = None
    """Whose clerks see to it; anybody's where it is about no order of ours."""
    order_id: OrderId | None = None
    trade_no: TradeNo | None = None
    refund_id: RefundId | None = None
    amount_fen: int | None = None
    """The money in question."""
    bill_day: date | None = None
    code: str = ""
    """What the provider said, in its own code."""
    given_back_by: RefundId | None = None
    """The refund that finance asked for."""
    settled_at: datetime | None = None


def discrepancy_id(kind: DiscrepancyKind, provider: str, number: str) -> DiscrepancyId:
    """The id of what does not agree about one number of ours or of the provider.

    A number of theirs has no bound that holds for sure, and an id must fit into a key.
    """
    return DiscrepancyId(f"{kind}.{provider}.{number[:LONGEST_NUMBER]}")


def freezing(order: PaymentOrder) -> list[DiscrepancyId]:
    """The ids of all that may have frozen an order: of itself, and of each of its refunds."""
    differs, numbers = DiscrepancyKind.REFUND_AMOUNT_DIFFERS, numbers_of_refunds(order)
    return [
        discrepancy_id(DiscrepancyKind.AMOUNT_DIFFERS, order.provider, order.id),
        *(discrepancy_id(differs, order.provider, number) for number in numbers),
    ]


def about_money(kind: DiscrepancyKind, money: Money, *, now: datetime) -> Discrepancy:
    """Money that came and does not agree."""
    return Discrepancy(
        id=discrepancy_id(kind, money.trade.provider, money.trade.trade_no),
        kind=kind,
        provider=money.trade.provider,
        noticed_at=now,
        order_id=money.order_id,
        trade_no=money.trade.trade_no,
        amount_fen=money.amount_fen,
    )


def about_trade_of_another(noticed: Discrepancy) -> Discrepancy:
    """What would be a trade of this order, but is another's: each order that it was told of for is one."""
    kind = DiscrepancyKind.TRADE_OF_ANOTHER
    number = f"{noticed.order_id}.{noticed.trade_no}"
    return replace(noticed, id=discrepancy_id(kind, noticed.provider, number), kind=kind)


def about_order(
    kind: DiscrepancyKind,
    order: PaymentOrder,
    *,
    now: datetime,
    bill_day: date,
    amount_fen: int | None = None,
) -> Discrepancy:
    """Money on an order of ours that a daily bill does not confirm."""
    return Discrepancy(
        id=discrepancy_id(kind, order.provider, order.id),
        kind=kind,
        provider=order.provider,
        noticed_at=now,
        authority_id=order.authority_id,
        order_id=order.id,
        trade_no=order.trade.trade_no if order.trade else None,
        amount_fen=order.received_fen if amount_fen is None else amount_fen,
        bill_day=bill_day,
    )


def about_refund(
    kind: DiscrepancyKind, refund: Refund, *, now: datetime, code: str = "", bill_day: date | None = None
) -> Discrepancy:
    """A refund of ours that did not go as it should."""
    return Discrepancy(
        id=discrepancy_id(kind, refund.trade.provider, refund.id),
        kind=kind,
        provider=refund.trade.provider,
        noticed_at=now,
        order_id=refund.order_id,
        trade_no=refund.trade.trade_no,
        refund_id=refund.id,
        amount_fen=refund.amount_fen,
        bill_day=bill_day,
        code=code,
    )
