"""A history to be walked: the world, its people, and which of them a step is about."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from chalicelib.domain.account import Account
from chalicelib.domain.credential import CredentialKind
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Choices, Registration
from chalicelib.domain.verification import VerificationState
from tests.fakes.outside import FakePaymentProvider
from tests.model.holding import By, Watch
from tests.model.moves import Moves
from tests.model.promises import Promises
from tests.model.scene import PEOPLE, a_world, settle_in

T = TypeVar("T")
V = VerificationState
PICK = st.integers(0, 59)
"""Which of those that are there, modulo how many there are."""
WHO = st.integers(0, len(PEOPLE) - 1)
IDENTITIES = st.sampled_from((*[V.VERIFIED] * 6, V.NOT_FOUND, V.NOT_FOUND, V.VERIFYING, V.MISMATCHED))
EDUCATIONS = st.sampled_from((*[V.VERIFIED] * 6, V.NOT_FOUND, V.VERIFYING))
BEGINNINGS = st.sampled_from((*[timedelta(0)] * 8, timedelta(days=-5, seconds=-1), timedelta(days=4)))


class History(RuleBasedStateMachine):
    """What every step needs; the steps themselves are rules in the classes below this one."""

    def __init__(self) -> None:
        super().__init__()
        self.world = a_world()
        self.memory = self.world.memory
        self.moves = Moves(self.world)
        self.promises = Promises(self.moves)
        self.watch = Watch(self.world)
        self.accounts = settle_in(self.world, (), ())

    def teardown(self) -> None:
        """All money that was taken becomes known at last."""
        for money in self.watch.taken:
            provider = self.provider(money.trade.provider)
            self.moves.notice(provider.notice_of(money), provider.name)
            self.watch.look(By.MONEY)
        self.watch.look_at_the_end()

    def account(self, who: int) -> Account:
        """One of the accounts, freshly read."""
        return self.memory.accounts[self.accounts[who]]

    def registration(self, pick: int) -> tuple[Account, Registration]:
        """One of the registrations that are there, with its account; the newest ones are picked first."""
        found = picked(list(reversed(self.memory.registrations.values())), pick)
        return self.memory.accounts[found.account_id], found

    def order(self, pick: int) -> PaymentOrder:
        """One of the orders that are there."""
        return picked(list(reversed(self.memory.orders.values())), pick)

    def provider(self, name: str) -> FakePaymentProvider:
        """Who takes the money."""
        return self.world.provider if name == "alipay" else self.world.wechatpay

    def watched(self, by: By, step: Callable[[], T]) -> T:
        """Do a step and look whether everything holds."""
        done = step()
        self.watch.look(by)
        return done

    def whole_choices(
        self, account: Account, registration: Registration, level: str = "all", major: str = "building"
    ) -> Choices:
        """Choices without a gap, of the subjects that are still to be taken."""
        records = self.memory.credentials.values()
        education = next(
            c.id for c in records if c.account_id == account.id and c.facts.kind is CredentialKind.EDUCATION
        )
        wanted = replace(registration.choices, level=level, major=major, subjects=())
        left = self.moves.preview(account, registration, wanted).standing.subjects_left
        return replace(wanted, subjects=left or (), site="sy-1", education_id=education)


def picked(there: Collection[T], pick: int) -> T:
    """The one of that number, counted round."""
    return list(there)[pick % len(there)]
