"""Stores in which somebody else writes first, as often as a test says."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.identity import Identity
from chalicelib.domain.payment import Money, PaymentOrder
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports import IdempotencyKey, StaleWriteError
from tests.fakes import World
from tests.fakes.orders import FakeOrders
from tests.fakes.registrations import FakeRegistrations


def nothing() -> None:
    """What the other one did does not matter."""


class Rival:
    """Writes first so many times, and then no more."""

    def __init__(self, times: int, what: Callable[[], object] = nothing) -> None:
        self.left = times
        self.tried = 0
        self._what = what

    def comes_first(self) -> None:
        """Raises StaleWriteError while the rival is faster."""
        self.tried += 1
        if self.left > 0:
            self.left -= 1
            self._what()
            raise StaleWriteError


class ContestedOrders(FakeOrders):
    """Orders for which a rival writes."""

    def __init__(self, world: World, rival: Rival) -> None:
        super().__init__(world.memory)
        self._rival = rival

    def open(self, order: PaymentOrder, registration: Registration, key: IdempotencyKey | None) -> None:
        self._rival.comes_first()
        super().open(order, registration, key)

    def settle(self, order: PaymentOrder, money: Money, *, now: datetime) -> None:
        self._rival.comes_first()
        super().settle(order, money, now=now)

    def record_surplus(self, order: PaymentOrder, money: Money, refund: Refund, *, now: datetime) -> None:
        self._rival.comes_first()
        super().record_surplus(order, money, refund, now=now)

    def begin_closing(self, order: PaymentOrder) -> None:
        self._rival.comes_first()
        super().begin_closing(order)

    def close(self, order: PaymentOrder) -> None:
        self._rival.comes_first()
        super().close(order)


class ContestedRegistrations(FakeRegistrations):
    """Registrations for which a rival writes."""

    def __init__(self, world: World, rival: Rival) -> None:
        super().__init__(world.memory)
        self._rival = rival

    def replace(self, seen: Registration, changed: Registration) -> None:
        self._rival.comes_first()
        super().replace(seen, changed)

    def give_up(self, seen: Registration, identity: Identity) -> None:
        self._rival.comes_first()
        super().give_up(seen, identity)
