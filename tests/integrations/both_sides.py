"""What the tests of both payment providers say in the same words. No tests here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.ids import AccountId, AuthorityId, OrderId, RegistrationId
from chalicelib.domain.payment import Merchant, OrderState, PaymentOrder
from chalicelib.integrations.protection import SystemRandomness

ORDER_ID = OrderId("t24u0wx9zk3m5p7q8r1s2v4y")
NOW = datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=UTC)


class StandingClock:
    """A clock that shows one moment."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """That moment."""
        return self.moment


def order_at(provider: str, merchant: Merchant) -> PaymentOrder:
    """An order opened now."""
    return PaymentOrder(
        id=ORDER_ID,
        account_id=AccountId("a1"),
        registration_id=RegistrationId("r1"),
        authority_id=AuthorityId("liaoning"),
        provider=provider,
        merchant=merchant,
        amount_fen=19205,
        subject="2026年一级建造师报名费",
        state=OrderState.CREATED,
        created_at=NOW,
        expires_at=datetime(2026, 3, 1, 1, 32, 3, 999999, tzinfo=UTC),
    )


def fresh(order: PaymentOrder, *, now: datetime | None = None, **changes: Any) -> PaymentOrder:
    """Its like under a number that no order has, open for half an hour from now."""
    expires_at = (now or datetime.now(UTC)) + timedelta(minutes=30)
    return replace(order, id=OrderId(SystemRandomness().new_id()), expires_at=expires_at, **changes)
