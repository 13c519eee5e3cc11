"""A candidate who has to pay, and what the payment use cases need of a world."""

from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Registration
from chalicelib.usecases.money.pay import begin_payment, open_payment_order
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.ports import Channel, IdempotencyKey, Orders
from tests.builders import a_credential, a_payable_registration, an_account
from tests.fakes import World


@dataclass
class Payer:
    """A candidate with a payable registration."""

    world: World
    account: Account
    registration: Registration
    orders: Orders

    @property
    def ports(self) -> PaymentPorts:
        """The ports, with the orders of this test."""
        return replace(self.world.payment_ports, orders=self.orders)

    def open(self, provider: str = "alipay", key: IdempotencyKey | None = None) -> PaymentOrder:
        """Click on 缴费."""
        return open_payment_order(
            self.account,
            self.registration.id,
            provider,
            key=key,
            ports=self.ports,
            randomness=self.world.randomness,
            now=self.world.clock.now(),
        )

    def order(self, order: PaymentOrder) -> PaymentOrder:
        """The order as it now stands."""
        return self.world.memory.orders[order.id]

    def stored(self) -> Registration:
        """The registration as it now stands."""
        return self.world.memory.registrations[self.account.id, self.registration.id]

    def change(self, **changes: Any) -> None:
        """Somebody changes the registration."""
        self.world.memory.registrations[self.account.id, self.registration.id] = replace(
            self.stored(), **changes
        )


def a_payer(world: World) -> Payer:
    """Ready to pay at once."""
    account = world.given_account(an_account())
    world.given_credential(a_credential(account))
    registration = world.given_registration(a_payable_registration(account), account)
    return Payer(world, account, registration, world.orders)


def begin(payer: Payer, order: PaymentOrder) -> Any:
    """Go through the door to pay, from a desk."""
    return begin_payment(
        order,
        Channel.PAGE,
        address="203.0.113.7",
        ports=payer.ports,
        now=payer.world.clock.now(),
    )
