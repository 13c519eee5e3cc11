"""The ports that what moves money needs; too many to name one by one at each call."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.usecases.ports import (
    Credentials,
    Discrepancies,
    Exams,
    Orders,
    PaymentProvider,
    Refunds,
    Registrations,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPorts:
    """What paying, asking, giving back and reconciling share."""

    registrations: Registrations
    credentials: Credentials
    exams: Exams
    orders: Orders
    refunds: Refunds
    discrepancies: Discrepancies
    providers: Mapping[str, PaymentProvider]
