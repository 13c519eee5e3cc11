"""Registrations through random histories: edits, reviews, payments, second accounts, clock jumps.

A small number each time, always the same ones; `HYPOTHESIS_PROFILE=long` walks ten thousand new ones, and
with `--hypothesis-seed=N` the same ten thousand again.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.material import FOR_A_CHANGE, MOST_MATERIALS, MaterialKind
from chalicelib.domain.registration import Choices, Commitment, State
from chalicelib.domain.verification import VerificationState
from tests.builders import NOW
from tests.model.histories import BEGINNINGS, EDUCATIONS, IDENTITIES, PICK, WHO
from tests.model.holding import By
from tests.model.outside import Outside, there_are_orders, there_are_registrations
from tests.model.scene import AUTHORITIES, PEOPLE, settle_in
from tests.model.walking import walking

WHERE = st.sampled_from(AUTHORITIES)
LEVELS = st.sampled_from(("all", "all", "exempt", None))
MAJORS = st.sampled_from(("building", "building", "highway", None))
SUBJECTS = st.lists(st.sampled_from(("economy", "law", "project", "practice")), max_size=4, unique=True)
SITES = st.sampled_from(("sy-1", "sy-2", None))
WANTED = st.sampled_from((Commitment.ADOPTED, Commitment.ADOPTED, Commitment.DECLINED))
PROVIDERS = st.sampled_from(("alipay", "alipay", "wechatpay"))
STEPS = st.integers(1, 4)
NEWEST = 0


class Registrations(Outside):
    """Rules of the candidates: each does what the page shows, and looks what comes of it."""

    @rule(who=WHO, where=WHERE)
    def start(self, who: int, where: AuthorityId) -> None:
        self.watched(By.CANDIDATE, lambda: self.promises.start(self.account(who), where))

    @initialize(
        identities=st.lists(IDENTITIES, min_size=len(PEOPLE), max_size=len(PEOPLE)),
        educations=st.lists(EDUCATIONS, min_size=len(PEOPLE), max_size=len(PEOPLE)),
        beginning=BEGINNINGS,
        ways=st.lists(st.tuples(WHO, WHERE, WANTED, STEPS), min_size=1, max_size=4),
    )
    def people_settle_in(
        self,
        identities: list[VerificationState],
        educations: list[VerificationState],
        beginning: timedelta,
        ways: list[tuple[int, AuthorityId, Commitment, int]],
    ) -> None:
        """Some have come far already, so that histories are not spent on beginnings."""
        self.world.clock.move_to(NOW + beginning)
        self.accounts = settle_in(self.world, identities, educations)
        for who, where, wanted, steps in ways:
            self.go_the_usual_way(who, where, "all", wanted, steps)

    @rule(who=WHO, where=WHERE, level=st.sampled_from(("all", "exempt")), wanted=WANTED, steps=STEPS)
    def go_the_usual_way(
        self, who: int, where: AuthorityId, level: str, wanted: Commitment, steps: int
    ) -> None:
        """Start, fill in, confirm, be reviewed, open an order and pay it: so many steps of these."""
        account = self.account(who)
        started = self.watched(By.CANDIDATE, lambda: self.promises.start(account, where))
        if started is None:
            return
        choices = self.whole_choices(account, started, level)
        self.watched(By.CANDIDATE, lambda: self.promises.edit(account, started, choices))
        seen = self.memory.registrations[account.id, started.id]
        self.watched(By.CANDIDATE, lambda: self.promises.confirm(account, seen, wanted))
        if steps >= 2 and self.memory.registrations[account.id, started.id].state is State.UNDER_REVIEW:
            self.reviewer_decides(NEWEST, rejects=False, has_material=True)
        if steps >= 3:
            self.pay(NEWEST, "alipay", visits=True)
        if steps >= 4 and self.memory.orders:
            self.payer_pays(NEWEST, 0)

    @precondition(there_are_registrations)
    @rule(pick=PICK, level=LEVELS, major=MAJORS, subjects=SUBJECTS, site=SITES, record=st.integers(0, 4))
    def edit(
        self,
        pick: int,
        level: str | None,
        major: str | None,
        subjects: list[str],
        site: str | None,
        record: int,
    ) -> None:
        """With gaps, with subjects of another level, with a degree where an education should be."""
        account, seen = self.registration(pick)
        records = [*(each.id for each in self.world.credentials.of(account.id)), None]
        chosen = Choices(
            level=level,
            major=major,
            subjects=tuple(subjects),
            site=site,
            education_id=records[record % len(records)],
            degree_id=records[-2] if record == 3 else None,
        )
        self.watched(By.CANDIDATE, lambda: self.promises.edit(account, seen, chosen))

    @precondition(there_are_registrations)
    @rule(pick=PICK, level=st.sampled_from(("all", "exempt")), major=MAJORS)
    def fill_in(self, pick: int, level: str, major: str | None) -> None:
        account, seen = self.registration(pick)
        choices = self.whole_choices(account, seen, level, major or "building")
        self.watched(By.CANDIDATE, lambda: self.promises.edit(account, seen, choices))

    @precondition(there_are_registrations)
    @rule(pick=PICK, wanted=WANTED)
    def confirm(self, pick: int, wanted: Commitment) -> None:
        account, seen = self.registration(pick)
        self.watched(By.CANDIDATE, lambda: self.promises.confirm(account, seen, wanted))

    @precondition(there_are_registrations)
    @rule(pick=PICK)
    def withdraw_commitment(self, pick: int) -> None:
        account, seen = self.registration(pick)
        self.promises.attempt(
            Action.WITHDRAW_COMMITMENT, account, seen, lambda: self.moves.withdraw(account, seen)
        )
        self.watch.look(By.CANDIDATE)

    @precondition(there_are_registrations)
    @rule(pick=PICK)
    def cancel_confirmation(self, pick: int) -> None:
        account, seen = self.registration(pick)
        self.promises.attempt(
            Action.CANCEL_CONFIRMATION, account, seen, lambda: self.moves.take_back(account, seen)
        )
        self.watch.look(By.CANDIDATE)

    @precondition(there_are_registrations)
    @rule(pick=PICK)
    def give_up(self, pick: int) -> None:
        account, seen = self.registration(pick)
        self.promises.attempt(Action.GIVE_UP, account, seen, lambda: self.moves.give_up(account, seen))
        self.watch.look(By.CANDIDATE)

    @precondition(there_are_registrations)
    @rule(pick=PICK)
    def upload(self, pick: int) -> None:
        account, seen = self.registration(pick)
        if len(self.world.materials.of(account.id, seen.id)) < MOST_MATERIALS - len(MaterialKind):
            self.promises.attempt(
                Action.UPLOAD_MATERIAL,
                account,
                seen,
                lambda: self.moves.upload(account, seen, MaterialKind.EDUCATION_CERTIFICATE),
            )
        self.watch.look(By.CANDIDATE)

    @precondition(there_are_registrations)
    @rule(pick=PICK, wanted=WANTED, changes_account=st.booleans(), steps=STEPS)
    def start_over(self, pick: int, wanted: Commitment, steps: int, *, changes_account: bool) -> None:
        """Give up and begin anew, maybe under the other name: nothing that was closed may open by it."""
        account, _ = self.registration(pick)
        self.give_up(pick)
        same = [who for who in range(len(PEOPLE)) if self._is_under_one_number(account, who)]
        others = [who for who in same if self.account(who).id != account.id]
        who = (others if changes_account and others else [self.accounts.index(account.id)])[0]
        self.go_the_usual_way(who, AUTHORITIES[pick % 3], "all", wanted, steps)

    def _is_under_one_number(self, account: Account, who: int) -> bool:
        return self.account(who).identity.id_key == account.identity.id_key

    @precondition(there_are_registrations)
    @rule(pick=PICK, refuses=st.sampled_from((None, None, False, True)))
    def ask_for_change(self, pick: int, *, refuses: bool | None) -> None:
        account, seen = self.registration(pick)
        self.moves.lay_in(seen, FOR_A_CHANGE)
        other = "sy-2" if seen.choices.site == "sy-1" else "sy-1"
        wanted = replace(seen.choices, site=other)
        self.promises.attempt(
            Action.REQUEST_CHANGE,
            account,
            seen,
            lambda: self.moves.ask_for_change(account, seen, wanted),
        )
        self.watch.look(By.CANDIDATE)
        if refuses is not None and self.memory.change_requests:
            self.clerk_answers_request(NEWEST, refuses=refuses)

    @precondition(there_are_registrations)
    @rule(pick=PICK, name=PROVIDERS, visits=st.booleans())
    def pay(self, pick: int, name: str, *, visits: bool) -> None:
        """Click on 缴费, and maybe go to the cashier."""
        account, seen = self.registration(pick)
        offering = self.memory.offerings[seen.exam_id, seen.authority_id]
        provider = name if name in offering.providers else "alipay"
        self.promises.attempt(
            Action.PAY, account, seen, lambda: self.moves.open_order(account, seen, provider)
        )
        open_order_id = self.memory.registrations[account.id, seen.id].open_order_id
        if visits and open_order_id and open_order_id not in self.provider(provider).answers:
            self.provider(provider).visit(self.memory.orders[open_order_id])
        self.watch.look(By.MONEY)

    @precondition(there_are_registrations)
    @rule(pick=PICK)
    def cancel_payment(self, pick: int) -> None:
        """取消支付; what was paid already is found, whatever was wanted."""
        account, seen = self.registration(pick)
        self.promises.attempt(
            Action.CANCEL_PAYMENT, account, seen, lambda: self.moves.cancel_payment(account, seen)
        )
        self.watch.look(By.MONEY)

    @precondition(there_are_registrations)
    @rule(pick=PICK)
    def opt_out(self, pick: int) -> None:
        """退考; the money then goes back by itself."""
        account, seen = self.registration(pick)
        self.promises.attempt(Action.OPT_OUT, account, seen, lambda: self.moves.leave(account, seen))
        self.watch.look(By.CANDIDATE)

    @precondition(there_are_orders)
    @rule(pick=PICK)
    def check_payment(self, pick: int) -> None:
        """The button 查询 asks at once, and never about another's order."""
        order = self.order(pick)
        account = self.memory.accounts[order.account_id]
        self.watched(By.MONEY, lambda: self.moves.check(account, order))


TestRegistrations = pytest.mark.timeout(3600)(Registrations.TestCase)  # ten thousand take a while
TestRegistrations.settings = walking(usually=60, steps=30)
