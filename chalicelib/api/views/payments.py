"""Answers about payment orders."""

from datetime import datetime

from chalicelib.api.views.basics import View
from chalicelib.domain.payment import OrderState


class PaymentOrderView(View, frozen=True):
    """A payment order in words; one of `pay_url` and `qr_code` when it is opened to be paid."""

    order_id: str
    registration_id: str
    provider: str
    state: OrderState
    label: str
    sentence: str
    amount_fen: int
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    trade_no: str | None
    received_fen: int | None
    """What came; differs from the amount where the money does not agree with the order."""
    refunding_fen: int
    refunded_fen: int
    has_receipt: bool
    """It paid the registration, whole or by what is left of it."""
    pay_url: str | None
    """For the browser to open."""
    qr_code: str | None
    """The text of a QR code, for the payment app on a phone to scan."""


class PaymentOrdersView(View, frozen=True):
    """All orders of a registration, newest first."""

    payment_orders: tuple[PaymentOrderView, ...]
