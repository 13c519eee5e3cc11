"""The whole product in this process: real stores, jobs and stream functions; the outside world is fake.

How its store is laid out before a case and emptied after it is in `bench.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import app
from chalicelib import wiring
from chalicelib.domain.payment import Money, PaymentOrder
from chalicelib.storage.connection import Tables
from chalicelib.usecases.pay import PaymentPorts
from tests.contracts.stores import Stores, stores_over
from tests.fakes.means import FakeClock, FakePasswords, FakeRandomness, FakeSealer
from tests.fakes.outside import FakePaymentProvider, FakeSms, FakeVerification
from tests.faults.outside import BreakableProvider, BreakableSms, BreakableVerification, Wire
from tests.faults.stream import Stream
from tests.whole_store import WholeStore, whole_store

SEALER = FakeSealer()
ADDRESS = "203.0.113.7"
POLLS_S = (900, 3600)
_TICK: dict[str, Any] = dict.fromkeys(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources"), ""
) | {"detail": {}}
# Schedules that are late miss no order; and three rounds see an unpaid one to its end.
_ROUNDS_APART = timedelta(minutes=20)
_MOST_ROUNDS = 8


@dataclass
class Outside:
    """The world around the product, and what it did: the money that was truly taken."""

    provider: FakePaymentProvider = field(default_factory=FakePaymentProvider)
    sms: FakeSms = field(default_factory=FakeSms)
    verification: FakeVerification = field(default_factory=FakeVerification)
    taken: list[Money] = field(default_factory=list)

    def pay(self, order: PaymentOrder, **changes: Any) -> Money:
        """The payer pays."""
        money = self.provider.pay(order, **changes)
        self.taken.append(money)
        return money


class House:
    """The product as one process runs it; `restart` is what comes after a crash."""

    def __init__(
        self, tables: Tables, stream: Stream, randomness: FakeRandomness, *, outside: Outside, now: datetime
    ) -> None:
        self._tables = tables
        self._randomness = randomness
        self.stream = stream
        self.outside = outside
        self.wire = Wire()
        self.services, self.stores = self._begin(now)

    @property
    def clock(self) -> FakeClock:
        """The product's clock."""
        return self.stores.clock

    @property
    def payment_ports(self) -> PaymentPorts:
        """What the payment use cases need."""
        return self.services.payment_ports

    def now(self) -> datetime:
        """The moment."""
        return self.clock.now()

    def restart(self) -> None:
        """A new process with nothing in its memory."""
        self.services, self.stores = self._begin(self.now())

    def whole_store(self) -> WholeStore:
        """Everything that is stored."""
        return whole_store(self._tables, SEALER)

    def sweep(self) -> None:
        """What EventBridge starts for the orders."""
        app.app.handler_map["sweep_payments"](_TICK, None)

    def poll(self) -> None:
        """What EventBridge starts for the verifications."""
        app.app.handler_map["poll_verifications"](_TICK, None)

    def run_jobs(self) -> None:
        """Time passes and the jobs run until nothing is due any more. Raises AssertionError if that never is."""
        self.stream.deliver()
        for _ in range(_MOST_ROUNDS):
            due = self._due()
            if not due:
                self.stream.deliver()
                self.stream.replay()
                return
            self.clock.move_to(max(self.now(), *(at for _, at in due)))
            if any(pk.startswith("ORDER#") for pk, _ in due):
                self.sweep()
            if any(pk.startswith("ACCOUNT#") for pk, _ in due):
                self.poll()
            self.clock.advance(seconds=_ROUNDS_APART.total_seconds())
        raise AssertionError(f"still due after {_MOST_ROUNDS} rounds: {self._due()}")

    def _due(self) -> list[tuple[str, datetime]]:
        now = self.now()
        items = self.whole_store().items.items()
        seconds = [(key.pk, int(item["due_at"]["N"])) for key, item in items if "due_at" in item]
        return [(pk, datetime.fromtimestamp(second, now.tzinfo)) for pk, second in seconds]

    def _begin(self, now: datetime) -> tuple[wiring.Services, Stores]:
        stores = stores_over(self._tables)
        stores.clock.move_to(now)
        named = {name: getattr(stores, name) for name in Stores.__slots__}
        provider = BreakableProvider(self.outside.provider, self.wire)
        services = wiring.Services(
            **named,
            sealer=SEALER,
            passwords=FakePasswords(),
            randomness=self._randomness,
            providers={provider.name: provider},
            sms=BreakableSms(self.outside.sms, self.wire),
            verification=BreakableVerification(self.outside.verification, self.wire),
            verification_poll_s=POLLS_S,
            cookie_secure=True,
        )
        wiring.install(services)
        return services, stores
