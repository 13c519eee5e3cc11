"""The scene of a history of orders, and what people do there, as calls of the real use cases.

Two candidates may pay an exam whose authority offers both providers, gives fees back to those who leave, and
lets choices be edited until the money comes.
"""

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from chalicelib.domain.account import Account
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.exam import LockAt, Policy, Window
from chalicelib.domain.ids import DiscrepancyId, OrderId, RefundId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Commitment, Registration
from chalicelib.domain.review import ReviewChannel
from chalicelib.usecases.money import finance
from chalicelib.usecases.money.book_refund import book_refund
from chalicelib.usecases.money.let_go import cancel_payment
from chalicelib.usecases.money.opt_out import opt_out, opt_out_for
from chalicelib.usecases.money.pay import WantedPayment, idempotency_key, start_payment
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.receive_notice import receive_notice
from chalicelib.usecases.money.reconcile_bill import reconcile_bill
from chalicelib.usecases.money.sweep import Pace
from chalicelib.usecases.money.what_went_back import SaidByClerk
from chalicelib.usecases.ports import Channel, PaymentDoor
from local.simulators.outbox import Notice
from tests.builders import (
    NOW,
    a_credential,
    a_payable_registration,
    an_account,
    an_exam,
    an_offering,
)
from tests.fakes import World
from tests.fakes.means import FakeClock
from tests.model.alipay_till import AlipayTill
from tests.model.moves import Moves
from tests.model.tills import HandSwitch, SameClock, Till, empty
from tests.model.wechatpay_till import WechatPayTill

PROVIDERS = ("alipay", "wechatpay")
ADDRESS = "203.0.113.7"
POLICY = Policy(
    lock_at=LockAt.PAYMENT,
    review_channel=ReviewChannel.ONLINE,
    reviews_exemption_levels=False,
    opt_out_refund=Window(NOW - timedelta(days=1), NOW + timedelta(days=12)),
)


class Market:
    """Both providers; made once, for reading keys takes longer than a history."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="baokao-tills-")
        self._clock, self.faults = SameClock(), HandSwitch()
        folder = Path(self._folder.name)
        self.tills: dict[str, Till] = {
            "alipay": AlipayTill(folder, self._clock, self.faults),
            "wechatpay": WechatPayTill(folder, self._clock, self.faults),
        }

    def begin(self, clock: FakeClock) -> None:
        """Nothing has happened yet, nobody misbehaves, and this is the time."""
        self._clock.shown = clock
        for name, till in self.tills.items():
            empty(till.outbox)
            till.line.troubles.clear()
            self.faults.turn(name, {})


@cache
def market() -> Market:
    """The one of this process."""
    return Market()


class WorldOfPayers(World):
    """With the market in the place of the fake providers."""

    @property
    def payment_ports(self) -> PaymentPorts:
        providers = {name: till.provider for name, till in market().tills.items()}
        return replace(super().payment_ports, providers=providers)


class PayingMoves(Moves):
    """Those of the other histories, and what is done about money."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.market = market()
        self.market.begin(world.clock)

    def go_to_pay(
        self, account: Account, seen: Registration, provider: str, *, channel: Channel, key: str | None
    ) -> tuple[PaymentOrder, PaymentDoor | None]:
        """Click on 去缴费."""
        wanted = WantedPayment(registration_id=seen.id, provider=provider, channel=channel, address=ADDRESS)
        return start_payment(
            account,
            wanted,
            key=idempotency_key(account.id, key, seen.id, provider, channel),
            ports=self.world.payment_ports,
            randomness=self.world.randomness,
            now=self.world.clock.now(),
        )

    def cancel(self, account: Account, seen: Registration) -> None:
        cancel_payment(account, seen.id, ports=self.world.payment_ports, now=self.world.clock.now())

    def choose(self, account: Account, seen: Registration, subjects: tuple[str, ...]) -> None:
        """Other subjects cost another price; confirmed again, they are payable at once."""
        choices = replace(seen.choices, subjects=subjects)
        saved = self.save(account, seen, choices)
        self.confirm(account, saved.registration, Commitment.ADOPTED, saved.offering)

    def begin_anew(self, account: Account) -> Registration:
        """A registration of the same kind, after an earlier one was given up or left."""
        started = self.start(account, an_offering().authority_id).registration
        choices = a_payable_registration(account).choices
        saved = self.save(account, started, choices)
        return self.confirm(account, saved.registration, Commitment.ADOPTED, saved.offering).registration

    def opt_out(self, account: Account, seen: Registration) -> None:
        opt_out(account, seen.id, ports=self.world.payment_ports, now=self.world.clock.now())

    def let_out(self, account: Account, seen: Registration) -> None:
        opt_out_for(account, seen.id, self.entry(), ports=self.world.payment_ports)

    def give_back(self, order_id: OrderId, amount_fen: int | None) -> None:
        finance.give_back(order_id, amount_fen, self.entry(), ports=self.world.payment_ports)

    def give_second_trade_back(self, noticed: DiscrepancyId) -> None:
        finance.give_second_trade_back(noticed, self.entry(), ports=self.world.payment_ports)

    def resume(self, refund_id: RefundId) -> None:
        finance.resume_refund(refund_id, self.entry(), ports=self.world.payment_ports)

    def book(self, noticed: Discrepancy, reads: str) -> None:
        """The clerk may say what the provider's console shows of it, or of another refund of that order."""
        ports, accounts = self.world.payment_ports, self.world.accounts
        shown = [
            SaidByClerk(number=RefundId(number) if reads == "number" else None, amount_fen=fen)
            for till in self.market.tills.values()
            for taken in till.taken()
            for number, fen in taken.given_back.items()
            if reads and taken.order_id == noticed.order_id
        ]
        said = shown[-1] if shown else SaidByClerk()
        book_refund(noticed.id, said, self.entry(), ports=ports, accounts=accounts)

    def settle(self, noticed: DiscrepancyId) -> None:
        finance.settle_discrepancy(noticed, self.entry(), ports=self.world.payment_ports)

    def fetch_bills(self, day: date) -> None:
        """Both providers' bills of a day are held against our books."""
        pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0)
        for till in self.market.tills.values():
            reconcile_bill(
                till.provider, day, ports=self.world.bill_ports, pace=pace, now=self.world.clock.now()
            )

    def tell(self, provider: str, notice: Notice) -> None:
        """One notice arrives, signed as it is sent now."""
        till = self.market.tills[provider]
        for letter in till.letters(notice):
            receive_notice(
                letter.body,
                letter.headers,
                provider=till.provider,
                ports=self.world.payment_ports,
                now=self.world.clock.now(),
            )


def a_world_of_payers() -> tuple[World, tuple[Account, ...]]:
    """Two candidates, each with a registration that is payable."""
    world = WorldOfPayers()
    offering = replace(an_offering(), policy=POLICY, providers=PROVIDERS)
    world.exams.put(an_exam(), [offering])
    accounts = tuple(world.given_account(an_account(number)) for number in (1, 2))
    for number, account in enumerate(accounts, 1):
        world.given_credential(a_credential(account))
        world.given_registration(a_payable_registration(account, number), account)
    return world, accounts
