"""Orders through random histories, with both providers, the network and everybody's timing misbehaving.

The providers are the simulators themselves: the real adapters sign to them and verify them, in this process
and without sockets (`tills.py`, `line.py`), at a few milliseconds a call. Only the stores are the fakes
which the contracts hold to the real ones.

A small number each time, always the same ones; `HYPOTHESIS_PROFILE=long` walks ten thousand new ones, with
`HISTORIES=N` so many, and with `--hypothesis-seed=N` the same again.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from chalicelib.domain.china import china_date
from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.payment import OrderState
from chalicelib.domain.windows import WindowName
from chalicelib.usecases.money.pay import check_order
from chalicelib.usecases.ports import Channel
from tests.builders import AUTHORITY_ID, EXAM_ID, NOW
from tests.model.line import Fault, Trouble
from tests.model.payers import (
    CHANNELS,
    EDGES,
    ELSEWHERE,
    MINUTES,
    PICK,
    WHERE,
    WHO,
    PayersHistory,
    picked,
)
from tests.model.paying import ADDRESS
from tests.model.walking import walking

MISBEHAVIOURS = {
    "alipay": (
        {},
        {"pay_twice": True},
        {"pay_after_expiry": True},
        {"pay_twice": True, "pay_after_expiry": True},
        {"balance_too_low": True},
    ),
    "wechatpay": (
        {},
        {"pay_twice": True},
        {"pay_after_expiry": True},
        {"pay_twice": True, "pay_after_expiry": True},
        {"balance_too_low": True},
        {"refund_delay_s": 90.0},
        {"refund_delay_s": 864000.0},
        {"refund_abnormal": True},
        {"refund_closed": True},
        {"refund_closed": True, "refund_delay_s": 90.0},
        {"foreign_currency": True},
    ),
}
LATE = st.sampled_from((timedelta(minutes=32), timedelta(minutes=40), timedelta(days=9)))
WINDOWS = st.sampled_from((WindowName.PAYMENT, WindowName.REGISTRATION))
WANTS = st.sampled_from(("to stop", "to choose again", "to begin anew"))
SUBJECTS = st.sampled_from(
    (("economy", "law", "project", "practice"), ("law", "practice"), ("economy", "practice"))
)


def there_are_orders(history: "Candidates") -> bool:
    return bool(history.memory.orders)


def there_are_pages(history: "Candidates") -> bool:
    return bool(history.pages)


def money_came(history: "Candidates") -> bool:
    return bool(history.notices())


def money_is_known(history: "Candidates") -> bool:
    return bool(history.memory.trades)


def something_does_not_agree(history: "Candidates") -> bool:
    return bool(history.memory.discrepancies)


class Candidates(PayersHistory):
    """What candidates and payers do."""

    @initialize(provider=WHERE, channel=CHANNELS, pays=st.booleans())
    def somebody_has_begun(self, provider: str, channel: Channel, *, pays: bool) -> None:
        self.step(lambda: self.go_to_pay(0, provider, channel, None))
        if pays:
            self.step(lambda: self.pay(0))

    @rule(who=WHO, provider=WHERE, channel=CHANNELS, key=st.sampled_from((None, None, "one", "two")))
    def goes_to_pay(self, who: int, provider: str, channel: Channel, key: str | None) -> None:
        """For the first time, again by the back button, by a second click, or at the other provider."""
        self.step(lambda: self.go_to_pay(who, provider, channel, key))

    @precondition(there_are_pages)
    @rule(pick=PICK)
    def payer_logs_in(self, pick: int) -> None:
        provider, page = picked(self.pages, pick)
        self.step(lambda: self.tills[provider].log_in(page))

    @precondition(there_are_pages)
    @rule(pick=PICK)
    def payer_pays(self, pick: int) -> None:
        self.step(lambda: self.pay(pick))

    @precondition(there_are_orders)
    @rule(pick=PICK, less_fen=st.sampled_from((1, 1000)))
    def a_door_to_another_amount_is_opened(self, pick: int, less_fen: int) -> None:
        """As a program of ours that went wrong would sign it."""
        order = self.order(pick)
        wrong = replace(order, amount_fen=order.amount_fen - less_fen)
        provider = self.tills[order.provider].provider
        if order.state is not OrderState.CLOSED:
            self.step(
                lambda: self.come_in(order.provider, provider.begin(wrong, Channel.PAGE, address=ADDRESS))
            )

    @rule(who=WHO, first=WHERE, second=WHERE, order=st.permutations((0, 1)), tells=st.booleans())
    def pays_in_two_tabs(self, who: int, first: str, second: str, order: list[int], *, tells: bool) -> None:
        """Two doors to what may be one payment or two; both pages are paid, where they can be."""
        for provider in (first, second):
            self.step(partial(self.go_to_pay, who, provider, Channel.PAGE, None))
        for pick in order:
            self.step(partial(self.pay, pick))
            if tells and self.notices():
                self.step(lambda: self.tell(0))

    @rule(who=WHO, subjects=SUBJECTS, wants=WANTS, begins=st.booleans(), pays=st.booleans())
    def changes_mind(
        self, who: int, wants: str, subjects: tuple[str, ...], *, begins: bool, pays: bool
    ) -> None:
        """The payment under way is cancelled; then the price is another, or the registration. And the page
        that was left open is paid after all, for what nobody wants any more."""
        if begins:
            self.step(lambda: self.go_to_pay(who, "alipay", Channel.PAGE, None))
        self.step(lambda: self.cancel(who))
        found = self.registration(who)
        if found and wants == "to choose again":
            self.step(lambda: self.moves.choose(*found, subjects))
        if wants == "to begin anew":
            if found:
                self.step(lambda: self.moves.give_up(*found))
            self.step(lambda: self.moves.begin_anew(self.accounts[who]))
        if pays:
            self.step(lambda: self.pay(0))

    @rule(who=WHO, provider=WHERE, past=LATE, sweeps=st.integers(0, 2), twice=st.booleans())
    def somebody_pays_after_the_end(
        self, who: int, provider: str, past: timedelta, sweeps: int, *, twice: bool
    ) -> None:
        """The provider takes money for an order that is over, maybe closed here, maybe past the window."""
        self.step(lambda: self.go_to_pay(who, provider, Channel.PAGE, None))
        self.misbehave(provider, {"pay_after_expiry": True, "pay_twice": twice})
        # Providers keep their bills for three months: a history is shorter.
        is_long_ago = self.clock.now() > NOW + timedelta(days=30)
        self.clock.advance(seconds=min(past, timedelta(minutes=40) if is_long_ago else past).total_seconds())
        for _ in range(sweeps):
            self.step(self.sweep)
            self.clock.advance(minutes=5)
        for _ in range(1 + twice):
            self.step(lambda: self.pay(0))

    @precondition(there_are_orders)
    @rule(pick=PICK)
    def presses_check(self, pick: int) -> None:
        order = self.order(pick)
        account = next(each for each in self.accounts if each.id == order.account_id)
        self.step(
            lambda: check_order(
                account,
                order.id,
                ports=self.world.payment_ports,
                limits=self.world.limits,
                now=self.clock.advance(seconds=6),
            )
        )

    @precondition(money_is_known)
    @rule(who=WHO)
    def opts_out(self, who: int) -> None:
        if found := self.registration(who):
            self.step(lambda: self.moves.opt_out(*found), by_people=True)


class Others(Candidates):
    """What finance, clerks, the providers, the network and the clock do."""

    @precondition(money_came)
    @rule(pick=PICK)
    def notice_comes(self, pick: int) -> None:
        self.step(lambda: self.tell(pick))

    @rule()
    def sweep_runs(self) -> None:
        self.step(self.sweep)

    @rule(ago=st.integers(1, 3))
    def bills_are_fetched(self, ago: int) -> None:
        """Of a day that is over; maybe not for the first time, maybe before there is one."""
        day = china_date(self.clock.now()) - timedelta(days=ago)
        self.step(lambda: self.moves.fetch_bills(day))

    @rule(minutes=MINUTES, sweeps=st.booleans())
    def time_goes_on(self, minutes: int, *, sweeps: bool) -> None:
        self.clock.advance(minutes=minutes)
        if sweeps:
            self.step(self.sweep)

    @rule(past=EDGES, pick=PICK)
    def clock_jumps_to_an_edge(self, past: timedelta, pick: int) -> None:
        """Of an order or of the payment window: just before, on, or just after it."""
        window = self.memory.offerings[EXAM_ID, AUTHORITY_ID].windows.payment
        ends = [each.expires_at for each in self.memory.orders.values()]
        edge = window.end if pick % 8 == 0 or not ends else picked(ends, pick)
        if edge + past > self.clock.now():
            self.clock.move_to(edge + past)

    @rule(which=WINDOWS, hours=st.sampled_from((1, 48)))
    def clerk_extends_window(self, which: WindowName, hours: int) -> None:
        offering = self.memory.offerings[EXAM_ID, AUTHORITY_ID]
        self.step(lambda: self.moves.extend(offering, which, hours=hours))

    @rule(provider=WHERE, which=st.integers(0, 10))
    def provider_misbehaves(self, provider: str, which: int) -> None:
        self.misbehave(provider, MISBEHAVIOURS[provider][which % len(MISBEHAVIOURS[provider])])

    @rule(
        provider=WHERE,
        fault=st.sampled_from(Fault),
        elsewhere=ELSEWHERE,
        pick=PICK,
        later=st.integers(0, 2),
        is_early=st.booleans(),
    )
    def call_goes_wrong(
        self, provider: str, fault: Fault, elsewhere: str, pick: int, later: int, *, is_early: bool
    ) -> None:
        """The next call or one after it fails, or something else happens while it is under way."""
        meanwhile = self.elsewhere(elsewhere, pick)
        trouble = Trouble(fault, before=meanwhile) if is_early else Trouble(fault, after=meanwhile)
        self.tills[provider].line.troubles.extend([*[Trouble()] * later, trouble])

    @precondition(money_came)
    @rule(pick=PICK, part=st.booleans(), helps=st.booleans())
    def somebody_is_at_the_console(self, pick: int, *, part: bool, helps: bool) -> None:
        """Money goes back without us, or stuck refunds get on."""
        taken = self.balance.taken()
        if helps:
            self.step(self.tills["wechatpay"].help_out)
        elif taken:
            money = picked(taken, pick)
            amount_fen = 1000 if part else money.amount_fen
            self.step(lambda: self.tills[money.trade.provider].refund_on_console(money, amount_fen))

    @precondition(money_is_known)
    @rule(pick=PICK, amount_fen=st.sampled_from((None, 1000, 5000)))
    def finance_gives_back(self, pick: int, amount_fen: int | None) -> None:
        known = [each for each in self.memory.orders.values() if each.trade is not None]
        wanted = picked(known, pick).id
        self.step(lambda: self.moves.give_back(wanted, amount_fen), by_people=True)

    @precondition(something_does_not_agree)
    @rule(pick=PICK, settles=st.booleans(), reads=st.sampled_from(("", "number", "amount")))
    def finance_sees_to_a_discrepancy(self, pick: int, reads: str, *, settles: bool) -> None:
        """Money goes on its way or is booked as back, or a person says that it is seen to."""
        noticed = picked(self.memory.discrepancies.values(), pick)
        match noticed.kind:
            case DiscrepancyKind.SECOND_TRADE if not settles:
                act = partial(self.moves.give_second_trade_back, noticed.id)
            case DiscrepancyKind.REFUND_FAILED if not settles and noticed.refund_id:
                act = partial(self.moves.resume, noticed.refund_id)
            case DiscrepancyKind.UNKNOWN_REFUND if not settles:
                # An amount counts only when two days' bills do not have it.
                self.clock.advance(days=2 if reads == "amount" else 0)
                act = partial(self.moves.book, noticed, reads)
            case _:
                act = partial(self.moves.settle, noticed.id)
        self.step(act, by_people=True)

    @precondition(money_is_known)
    @rule(who=WHO)
    def finance_lets_somebody_out(self, who: int) -> None:
        if found := self.registration(who):
            self.step(lambda: self.moves.let_out(*found), by_people=True)


TestOrders = pytest.mark.timeout(7200)(Others.TestCase)  # ten thousand take a while
TestOrders.settings = walking(usually=60, steps=40)
