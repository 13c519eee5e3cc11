"""What comes over registrations from outside: clerks, money, verification outcomes and the clock."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from chalicelib.domain.account import Account
from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.change import ChangeRequest, ChangeState
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.exam import Offering
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.integrity import IntegrityKind
from chalicelib.domain.material import MaterialMissingError, materials_needed
from chalicelib.domain.payment import Trade
from chalicelib.domain.registration import Registration, State, state_at
from chalicelib.domain.verification import Outcome, VerificationState
from chalicelib.domain.windows import ExtensionRefusedError, WindowName
from chalicelib.usecases.ports import CheckRequest, Closed, Paid, Unknown
from tests.model.histories import PICK, WHO, History, picked
from tests.model.holding import FOUND_VOID, By, held_by
from tests.model.promises import refusal_of

ANSWERS = st.sampled_from((Outcome.MATCHED, Outcome.MATCHED, Outcome.NOT_FOUND, Outcome.MISMATCHED))
MINUTES = st.sampled_from((1, 1, 5, 31, 40, 120, 480))
BESIDE_AN_EDGE = st.sampled_from((timedelta(seconds=-30), timedelta(0), timedelta(seconds=1)))
FINDINGS = st.sampled_from(IntegrityKind)
ENDING = st.sampled_from((*[WindowName.REGISTRATION] * 4, WindowName.REVIEW, WindowName.PAYMENT))


def there_are_registrations(history: "Outside") -> bool:
    return bool(history.memory.registrations)


def there_are_orders(history: "Outside") -> bool:
    return bool(history.memory.orders)


def there_are_requests(history: "Outside") -> bool:
    return bool(history.memory.change_requests)


class Outside(History):
    """Rules of everybody but the candidates."""

    @precondition(there_are_registrations)
    @rule(pick=PICK, rejects=st.booleans(), has_material=st.booleans())
    def reviewer_decides(self, pick: int, *, rejects: bool, has_material: bool) -> None:
        account, seen = self.registration(pick)
        needed = materials_needed(seen, self.world.credentials.of(account.id), self._offering_of(pick).policy)
        if has_material and seen.state is State.UNDER_REVIEW:
            self.moves.lay_in(seen, [each.kind for each in needed])
        before = held_by(self.memory)
        refused = refusal_of(lambda: self.moves.review(seen, "材料不清楚" if rejects else None))
        match refused:
            case None:
                assert seen.state is State.UNDER_REVIEW
            case ActionRefusedError(reason=Reason.LAPSED):
                assert state_at(seen, self._offering_of(pick), self.world.clock.now()) is State.LAPSED
            case MaterialMissingError():
                assert (seen.state, has_material, rejects) == (State.UNDER_REVIEW, False, False)
            case _:
                assert isinstance(refused, ChangedElsewhereError)
                assert seen.state is not State.UNDER_REVIEW
        assert refused is None or held_by(self.memory) == before
        self.watch.look(By.CLERK)

    def lay_in_what_is_needed(self, account: Account, seen: Registration) -> None:
        """What a review asks for is there."""
        policy = self.memory.offerings[seen.exam_id, seen.authority_id].policy
        needed = materials_needed(seen, self.world.credentials.of(account.id), policy)
        self.moves.lay_in(seen, [each.kind for each in needed])

    @precondition(there_are_requests)
    @rule(pick=PICK, refuses=st.booleans())
    def clerk_answers_request(self, pick: int, *, refuses: bool) -> None:
        request = picked(list(reversed(self.memory.change_requests.values())), pick)
        before = held_by(self.memory)
        reason = self._why_not_changed(request)
        answer = self.moves.refuse_change if refuses else self.moves.carry_out
        refused = refusal_of(lambda: answer(request))
        is_there = (request.account_id, request.registration_id) in self.memory.registrations
        match refused:
            case None:
                assert request.state is ChangeState.OPEN
                assert refuses or reason is None, f"changed against {reason}"
            case ActionRefusedError():
                assert (refuses, refused.reason) == (False, reason)
            case NotFoundError():
                assert not is_there
            case _:
                assert isinstance(refused, ChangedElsewhereError)
                assert request.state is not ChangeState.OPEN
        assert refused is None or held_by(self.memory) == before
        self.watch.look(By.CLERK)

    def _why_not_changed(self, request: ChangeRequest) -> Reason | None:
        registration = self.memory.registrations.get((request.account_id, request.registration_id))
        if registration is None:
            return None
        offering = self.memory.offerings[registration.exam_id, registration.authority_id]
        ended = {
            State.PAID: Reason.ALREADY_PAID,
            State.LAPSED: Reason.LAPSED,
            State.SUPERSEDED: Reason.SUPERSEDED,
            State.VOID: Reason.VOID,
        }
        state = state_at(registration, offering, self.world.clock.now())
        return ended.get(state) or (Reason.PAYMENT_UNDER_WAY if registration.open_order_id else None)

    @precondition(there_are_registrations)
    @rule(pick=PICK, often=st.sampled_from((False, False, True)))
    def clerk_finds_void_or_takes_it_back(self, pick: int, *, often: bool) -> None:
        _, seen = self.registration(pick)
        if seen.state is not State.VOID and not often:
            return
        before = held_by(self.memory)
        act = self.moves.reinstate if seen.state is State.VOID else self.moves.void
        refused = refusal_of(lambda: act(seen))
        assert (refused is None) == (seen.state in (State.VOID, *FOUND_VOID))
        assert refused is None or held_by(self.memory) == before
        self.watch.look(By.CLERK)

    @precondition(there_are_registrations)
    @rule(who=WHO)
    def clerk_confirms_identity(self, who: int) -> None:
        account = self.account(who)
        decided = (VerificationState.VERIFYING, VerificationState.VERIFIED)
        refused = refusal_of(lambda: self.moves.confirm_identity(account))
        assert (refused is not None) == (account.identity_check.state in decided)
        self.watch.look(By.CLERK)

    @precondition(there_are_registrations)
    @rule(who=WHO, kind=FINDINGS, ends=st.booleans())
    def integrity_records_change(self, who: int, kind: IntegrityKind, *, ends: bool) -> None:
        if ends:
            self.moves.end_findings(self.account(who))
        else:
            self.moves.find_against(self.account(who), kind)
        self.watch.look(By.CLERK)

    @precondition(there_are_registrations)
    @rule(who=WHO)
    def reviewer_enters_pass(self, who: int) -> None:
        self.watched(By.CLERK, lambda: self.moves.enter_pass(self.account(who)))

    @rule(who=WHO, outcome=ANSWERS)
    def outcomes_arrive(self, who: int, outcome: Outcome) -> None:
        account = self.account(who)
        self.world.verification.answer(CheckRequest(account.identity), outcome)
        for record in self.world.credentials.of(account.id):
            self.world.verification.answer(CheckRequest(account.identity, record.facts), outcome)
        self.moves.poll()
        self.world.clock.advance(minutes=20)
        self.watched(By.CLOCK, self.moves.poll)

    @precondition(there_are_orders)
    @rule(pick=PICK, wrong=st.sampled_from((0, 0, 0, 0, -1)))
    def payer_pays(self, pick: int, wrong: int) -> None:
        """At the provider; we do not know of it yet. What is closed there cannot be paid any more."""
        order = self.order(pick)
        provider, now = self.provider(order.provider), self.world.clock.now()
        known = provider.answers.get(order.id, Unknown())
        if isinstance(known, Closed) or (isinstance(known, Paid) and order.trade is None):
            return
        changes = {"amount_fen": order.amount_fen + wrong, "paid_at": now}
        if isinstance(known, Paid):
            trade_no = TradeNo(f"second{len(self.watch.taken)}")
            changes["trade"] = Trade(order.provider, trade_no)
        self.watch.taken.append(provider.pay(order, **changes))

    @precondition(there_are_orders)
    @rule(pick=PICK)
    def payer_pays_when_the_window_is_over(self, pick: int) -> None:
        order = self.order(pick)
        registration = self.memory.registrations.get((order.account_id, order.registration_id))
        if registration is None or pick % 3:
            return
        offering = self.memory.offerings[registration.exam_id, registration.authority_id]
        over = offering.windows.payment.end + timedelta(seconds=1)
        self.world.clock.move_to(max(over, self.world.clock.now()))
        self.payer_pays(pick, 0)

    @precondition(lambda self: bool(self.watch.taken))
    @rule(pick=PICK)
    def notice_comes(self, pick: int) -> None:
        """Of any money, however late, and maybe not for the first time."""
        money = picked(list(reversed(self.watch.taken)), pick)
        provider = self.provider(money.trade.provider)
        notice = provider.notice_of(money)
        self.watched(By.MONEY, lambda: self.moves.notice(notice, provider.name))

    @precondition(there_are_orders)
    @rule()
    def orders_are_swept(self) -> None:
        self.watched(By.MONEY, self.moves.sweep)

    @rule(minutes=MINUTES)
    def time_goes_on(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)
        self.watched(By.MONEY, self.moves.sweep)

    @precondition(there_are_registrations)
    @rule(pick=PICK, which=ENDING, past=BESIDE_AN_EDGE)
    def clock_jumps_to_an_edge(self, pick: int, which: WindowName, past: timedelta) -> None:
        """Of a window of somebody's authority: just before, on, or just after it."""
        window = getattr(self._offering_of(pick).windows, which)
        edge = window.start if self.world.clock.now() < window.start else window.end
        if pick % 2 and edge + past > self.world.clock.now():
            self.world.clock.move_to(edge + past)
        self.watch.look(By.CLOCK)

    @precondition(there_are_registrations)
    @rule(pick=PICK, which=st.sampled_from(WindowName), hours=st.sampled_from((1, 24, 24 * 7, 24 * 30)))
    def clerk_extends_window(self, pick: int, which: WindowName, hours: int) -> None:
        before = self._offering_of(pick)
        refused = refusal_of(lambda: self.moves.extend(before, which, hours=hours))
        after = self._offering_of(pick)
        if refused is not None:
            assert isinstance(refused, ExtensionRefusedError)
            assert after == before
        for name in (WindowName.REGISTRATION, WindowName.REVIEW, WindowName.PAYMENT):
            assert getattr(after.windows, name).end >= getattr(before.windows, name).end
        ends = (after.windows.registration.end, after.windows.review.end, after.windows.payment.end)
        assert list(ends) == sorted(ends)
        self.watch.look(By.CLERK)

    def _offering_of(self, pick: int) -> Offering:
        _, seen = self.registration(pick)
        return self.memory.offerings[seen.exam_id, seen.authority_id]
