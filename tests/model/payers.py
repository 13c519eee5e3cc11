"""A history of orders to be walked: candidates, the payers' open pages, notices, and what goes wrong."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from chalicelib.domain.account import Account
from chalicelib.domain.bill import day_begins
from chalicelib.domain.china import china_date
from chalicelib.domain.errors import DomainError
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Registration
from chalicelib.usecases.ports import (
    Channel,
    DoorShutError,
    PaymentDoor,
    ProviderUnavailableError,
    StaleWriteError,
)
from local.simulators.outbox import Notice
from tests.builders import NOW
from tests.model.balance import Balance
from tests.model.paying import PROVIDERS, PayingMoves, a_world_of_payers

T = TypeVar("T")
PICK = st.integers(0, 59)
"""Which of those that are there, modulo how many there are."""
WHO = st.integers(0, 1)
WHERE = st.sampled_from(PROVIDERS)
CHANNELS = st.sampled_from(Channel)
REFUSED = (DomainError, DoorShutError, ProviderUnavailableError, StaleWriteError)
"""What a person is told, or a webhook answers, and nothing is wrong; all else is a fault of ours."""


def picked(there: Collection[T], pick: int) -> T:
    """The one of that number, counted round; the newest are picked first."""
    return list(reversed(list(there)))[pick % len(there)]


class PayersHistory(RuleBasedStateMachine):
    """What every step needs; the steps themselves are rules in the classes below this one."""

    def __init__(self) -> None:
        super().__init__()
        self.world, self.accounts = a_world_of_payers()
        self.memory = self.world.memory
        self.clock = self.world.clock
        self.clock.move_to(NOW)
        self.moves = PayingMoves(self.world)
        self.tills = self.moves.market.tills
        self.balance = Balance(self.world, self.tills)
        self.pages: list[tuple[str, str]] = []
        """Where payers stand: a page stays open in its tab whatever becomes of the order."""

    def teardown(self) -> None:
        """Everybody behaves at last. Without a single notice more, sweeps and daily bills find all that came;
        then all notices come."""
        for name, till in self.tills.items():
            till.line.troubles.clear()
            self.moves.market.faults.turn(name, {})
        self._run_out()
        is_slow = any(each.stuck for each in self.balance.taken())
        # So long may a refund be under way; and all bills are there by then.
        later = china_date(self.clock.now()) + timedelta(days=11 if is_slow else 1)
        self.clock.move_to(day_begins(later) + timedelta(hours=13))
        for till in self.tills.values():
            till.go_on()
        for tell in (self._all_bills_are_fetched, self._everything_is_told):
            tell()
            self._run_out()
            self.balance.look_at_the_end()

    def _all_bills_are_fetched(self) -> None:
        today = china_date(self.clock.now())
        for ago in range((today - china_date(NOW)).days, 0, -1):
            self.moves.fetch_bills(today - timedelta(days=ago))
            self.balance.look()

    def _everything_is_told(self) -> None:
        for name, till in self.tills.items():
            for notice in till.outbox.latest_notices(1000):
                self.moves.tell(name, notice)
                self.balance.look_at_told(name, notice)
                self.balance.look()

    def _run_out(self) -> None:
        for _ in range(1000):
            orders, refunds = self.memory.orders.values(), self.memory.refunds.values()
            due = [at for at in (*(o.due_at for o in orders), *(r.due_at for r in refunds)) if at is not None]
            if not due:
                break
            self.clock.move_to(max(min(due), self.clock.now()))
            self.step(self.sweep)
        self.balance.look_at_the_rest()

    def step(self, act: Callable[[], object], *, by_people: bool = False) -> bool:
        """Do something and look whether everything holds. Whether it was done."""
        try:
            act()
        except REFUSED:
            done = False
        else:
            done = True
        self.balance.look(by_people=by_people)
        return done

    def sweep(self) -> None:
        """What the schedule does each minute. Somebody faster is no fault."""
        for till in self.tills.values():
            till.go_on()
        try:
            self.moves.sweep()
        except* StaleWriteError:
            pass

    def misbehave(self, provider: str, faults: Mapping[str, bool | float]) -> None:
        """These faults of a provider from now on, and none of its others."""
        self.moves.market.faults.turn(provider, faults)
        self.balance.takes_late_money |= "pay_after_expiry" in faults

    def registration(self, who: int) -> tuple[Account, Registration] | None:
        """The newest registration of a candidate."""
        account = self.accounts[who]
        own = [r for r in self.memory.registrations.values() if r.account_id == account.id]
        return (account, own[-1]) if own else None

    def order(self, pick: int) -> PaymentOrder:
        """One of the orders that are there."""
        return picked(self.memory.orders.values(), pick)

    def notices(self) -> list[tuple[str, Notice]]:
        """All that the providers ever had to tell, whether or not they did."""
        return [(name, each) for name, till in self.tills.items() for each in till.outbox.latest_notices(100)]

    def go_to_pay(self, who: int, provider: str, channel: Channel, key: str | None) -> None:
        """Click on 去缴费 and go where it leads."""
        if found := self.registration(who):
            _, door = self.moves.go_to_pay(*found, provider, channel=channel, key=key)
            self.come_in(provider, door)

    def come_in(self, provider: str, door: PaymentDoor | None) -> None:
        """A payer goes through a door."""
        page = self.tills[provider].come_in(door) if door else None
        if page is not None:
            self.pages.append((provider, page))

    def pay(self, pick: int) -> None:
        """The payer at one of the open pages pays."""
        if self.pages:
            provider, page = picked(self.pages, pick)
            self.tills[provider].pay(page)

    def tell(self, pick: int) -> None:
        """One of the notices arrives: the newest, an old one, one that came before."""
        if notices := self.notices():
            provider, notice = picked(notices, pick)
            self.moves.tell(provider, notice)
            self.balance.look_at_told(provider, notice)

    def cancel(self, who: int) -> None:
        """Click on 取消支付."""
        if found := self.registration(who):
            self.moves.cancel(*found)

    def elsewhere(self, what: str, pick: int) -> Callable[[], None] | None:
        """What happens while a call is under way."""
        who, other = pick % 2, PROVIDERS[pick // 2 % 2]
        acts: dict[str, Callable[[], object]] = {
            "somebody pays": lambda: self.pay(pick),
            "a notice comes": lambda: self.tell(pick),
            "a sweep runs": self.sweep,
            "the payment is cancelled": lambda: self.cancel(who),
            "another tab goes to pay": lambda: self.go_to_pay(who, other, Channel.PAGE, None),
            "time goes by": lambda: self.clock.advance(seconds=(5, 20, 50)[pick % 3]),
        }
        act = acts.get(what)
        return (lambda: void(self.step(act))) if act else None


def void(_: object) -> None:
    """Nothing."""


MINUTES = st.sampled_from((1, 1, 5, 31, 40, 120, 600))
EDGES = st.sampled_from((timedelta(seconds=-30), timedelta(0), timedelta(seconds=1)))
ELSEWHERE = st.sampled_from(
    (
        "nothing",
        "somebody pays",
        "somebody pays",
        "a notice comes",
        "a sweep runs",
        "the payment is cancelled",
        "another tab goes to pay",
        "time goes by",
    )
)
