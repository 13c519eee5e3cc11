"""The whole product in this process: real stores, jobs and stream functions; the outside world is fake.

How its store is laid out before a case and emptied after it is in `bench.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from inspect import signature
from typing import Any, TypeVar

import app
from chalicelib import wiring
from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import Money, PaymentOrder
from chalicelib.domain.refund import Refund
from chalicelib.storage import keys
from chalicelib.storage.connection import Tables
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.money.orders import DynamoOrders
from chalicelib.storage.money.refunds import DynamoRefunds
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.sweep import Pace, sweep_money
from chalicelib.usecases.ports import PaymentProvider
from chalicelib.usecases.registrations.ports import RegistrationPorts
from tests.api.browser import services_of
from tests.contracts.stores import Stores, stores_over
from tests.fakes import World
from tests.fakes.materials import FakeFiles
from tests.fakes.means import FakeClock, FakeRandomness, FakeSealer
from tests.fakes.outside import FakePaymentProvider, FakeSms, FakeVerification
from tests.faults.outside import BreakableFiles, BreakableProvider, BreakableSms, BreakableVerification, Wire
from tests.faults.raw import RawDynamo
from tests.faults.stream import Stream
from tests.whole_store import WholeStore, whole_store

_T = TypeVar("_T")
SEALER = FakeSealer()
ADDRESS = "203.0.113.7"
POLLS_S = (900, 3600)
_TICK: dict[str, Any] = dict.fromkeys(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources"), ""
) | {"detail": {}}
# Schedules that are late miss no order; and two rounds see an unpaid one to its end.
_ROUNDS_APART = timedelta(minutes=40)
_MOST_ROUNDS = 8


class Outside:
    """The world around the product, and what it did: the money that was truly taken and given back."""

    def __init__(self) -> None:
        self.alipay = FakePaymentProvider()
        self.wechatpay = FakePaymentProvider("wechatpay")
        self.sms = FakeSms()
        self.verification = FakeVerification()
        self.files = FakeFiles()
        self.taken: list[Money] = []

    @property
    def provider(self) -> PaymentProvider:
        """Whoever takes the money by Alipay."""
        return self.alipay

    @property
    def given_back(self) -> list[Refund]:
        """What truly went back to payers."""
        return [*self.alipay.moved.values(), *self.wechatpay.moved.values()]

    def follow(self, now: Callable[[], datetime]) -> None:
        """Live by the product's clock."""

    def visit(self, order: PaymentOrder) -> None:
        """The payer comes to the cashier."""
        self._of(order.provider).visit(order)

    def pay(self, order: PaymentOrder, **changes: Any) -> Money:
        """The payer pays."""
        money = self._of(order.provider).pay(order, **changes)
        self.taken.append(money)
        return money

    def notice_of(self, money: Money) -> bytes:
        """The provider's notice of a payment."""
        return self._of(money.trade.provider).notice_of(money)

    def _of(self, provider: str) -> FakePaymentProvider:
        return self.wechatpay if provider == "wechatpay" else self.alipay


@dataclass(frozen=True)
class Ground:
    """What all cases stand on. Numbers and tokens never repeat, whatever is put back."""

    tables: Tables
    raw: RawDynamo
    stream: Stream
    randomness: FakeRandomness = field(default_factory=FakeRandomness)

    def whole_store(self) -> WholeStore:
        """Everything that is stored."""
        return whole_store(self.tables, SEALER, ask=self.raw.ask)


class House:
    """The product as one process runs it; `restart` is what comes after a crash."""

    def __init__(self, ground: Ground, *, outside: Outside, now: datetime) -> None:
        self._ground = ground
        self.stream = ground.stream
        self.outside = outside
        outside.follow(self.now)
        self.wire = Wire()
        self.services, self.stores = self._begin(now)

    @property
    def clock(self) -> FakeClock:
        """The product's clock."""
        return self.stores.clock

    @property
    def registration_ports(self) -> RegistrationPorts:
        """What the use cases of registrations need."""
        return self.services.registration_ports

    @property
    def payment_ports(self) -> PaymentPorts:
        """What the payment use cases need."""
        return self.services.payment_ports

    def now(self) -> datetime:
        """The moment."""
        return self.clock.now()

    def run(self, use_case: Callable[..., _T], *given: object, **more: object) -> _T:
        """Call a use case as the edge does: with the ports that it asks for, by name, and the moment."""
        wanted = signature(use_case).parameters.keys() - more.keys()
        ports = {name: getattr(self.services, name) for name in wanted if hasattr(self.services, name)}
        moment = {"now": self.now()} if "now" in wanted else {}
        return use_case(*given, **ports, **moment, **more)

    def restart(self) -> None:
        """A new process with nothing in its memory."""
        self.services, self.stores = self._begin(self.now())

    def whole_store(self) -> WholeStore:
        """Everything that is stored."""
        return self._ground.whole_store()

    def sweep(self) -> None:
        """What EventBridge starts for the orders."""
        app.app.handler_map["sweep_payments"](_TICK, None)

    def sweep_known(self, due: list[str]) -> None:
        """The same where it is known what is due, without the queries of the index."""
        orders, refunds = (
            _OrdersKnownDue(self._ground.tables, due),
            _RefundsKnownDue(self._ground.tables, due),
        )
        ports = replace(self.payment_ports, orders=orders, refunds=refunds)
        sweep_money(ports=ports, pace=Pace(wait=lambda _: None, elapsed_s=lambda: 0), now=self.now())

    def poll(self) -> None:
        """What EventBridge starts for the verifications."""
        app.app.handler_map["poll_verifications"](_TICK, None)

    def run_jobs(self) -> None:
        """Time passes, and jobs and stream run until nothing is due, or AssertionError is raised."""
        self.stream.deliver()
        for _ in range(_MOST_ROUNDS):
            due = _due_in(self.whole_store())
            if not due:
                return
            self._run_jobs_once(due)
            self.stream.deliver()
            self.clock.advance(seconds=_ROUNDS_APART.total_seconds())
        raise AssertionError(f"still due after {_MOST_ROUNDS} rounds: {_due_in(self.whole_store())}")

    def _run_jobs_once(self, due: dict[str, datetime]) -> None:
        self.clock.move_to(max(self.now(), *due.values()))
        money = [pk for pk in due if pk.startswith(("ORDER#", "REFUND#"))]
        if money:
            self.sweep_known(money)
        if len(money) < len(due):
            self.poll()

    def _begin(self, now: datetime) -> tuple[wiring.Services, Stores]:
        stores = stores_over(self._ground.tables)
        stores.clock.move_to(now)
        both = (self.outside.provider, self.outside.wechatpay)
        providers = [BreakableProvider(provider, self.wire) for provider in both]
        # What a case has no use for stays as in a world in memory.
        services = replace(
            services_of(World()),
            **{name: getattr(stores, name) for name in Stores.__slots__},
            randomness=self._ground.randomness,
            providers={provider.name: provider for provider in providers},
            sms=BreakableSms(self.outside.sms, self.wire),
            verification=BreakableVerification(self.outside.verification, self.wire),
            verification_poll_s=POLLS_S,
            material_files=BreakableFiles(self.outside.files, self.wire),
        )
        wiring.install(services)
        return services, stores


class _OrdersKnownDue(DynamoOrders):
    """Asks no index."""

    def __init__(self, tables: Tables, known: list[str]) -> None:
        super().__init__(tables=tables, sealer=SEALER)
        self._known = [keys.ordered(pk) for pk in known if pk.startswith("ORDER#")]

    def due(self, *, now: datetime, at_most: int) -> list[OrderId]:
        return self._known


class _RefundsKnownDue(DynamoRefunds):
    """Asks no index."""

    def __init__(self, tables: Tables, known: list[str]) -> None:
        super().__init__(tables=tables, sealer=SEALER)
        self._known = [money_keys.refunded(pk) for pk in known if pk.startswith("REFUND#")]

    def due(self, *, now: datetime, at_most: int) -> list[RefundId]:
        return self._known


def _due_in(store: WholeStore) -> dict[str, datetime]:
    due = {
        key.pk: int(item["due_at"]["N"])
        for key, item in store.items.items()
        # What waits for the bill of its day is not asked about.
        if "due_at" in item and not item["due_shard"]["S"].startswith("unmatched:")
    }
    return {pk: datetime.fromtimestamp(second, UTC) for pk, second in due.items()}
