"""What must hold through every history, whoever does what: looked at after each step, against the one before.

It reckons by the handbook and not by the rules it checks: locks, passes and closings are said here again.
"""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.exam import LockAt, Offering, amount_due_fen
from chalicelib.domain.identity import name_key
from chalicelib.domain.ids import AccountId, ExamId, OrderId, RegistrationId
from chalicelib.domain.integrity import is_in_force
from chalicelib.domain.payment import LIVE, OPEN, Money, OrderState, PaymentOrder, Trade
from chalicelib.domain.registration import LEFT, UNPAID, Commitment, Registration, State
from chalicelib.domain.verification import VerificationState
from tests.builders import EXAM_CODE
from tests.fakes import World
from tests.fakes.memory import Memory


class By(StrEnum):
    """Who did the step."""

    CANDIDATE = "candidate"
    CLERK = "clerk"
    MONEY = "money"
    CLOCK = "clock"


S, C, O = State, Commitment, OrderState  # noqa: E741  # short, for the tables below
FOUND_VOID = (S.UNDER_REVIEW, S.REJECTED, S.PAYABLE, S.PAID)
STEPS = {
    By.CANDIDATE: {
        (S.DRAFT, S.UNDER_REVIEW),
        (S.DRAFT, S.PAYABLE),
        (S.PAID, S.OPTED_OUT),
        (S.REJECTED, S.DRAFT),
        (S.REJECTED, S.UNDER_REVIEW),
        (S.REJECTED, S.PAYABLE),
        (S.UNDER_REVIEW, S.DRAFT),
        (S.PAYABLE, S.DRAFT),
        (S.PAYABLE, S.UNDER_REVIEW),
        *((state, S.SUPERSEDED) for state in UNPAID),
    },
    By.CLERK: {
        (S.UNDER_REVIEW, S.PAYABLE),
        (S.UNDER_REVIEW, S.REJECTED),
        *((state, S.VOID) for state in FOUND_VOID),
        *((S.VOID, state) for state in FOUND_VOID),
    },
    By.MONEY: {(S.PAYABLE, S.PAID)},
    By.CLOCK: set(),
}
"""Every change of a state that there is, by who may bring it about."""
MONEY_STEPS = {
    (O.SURPLUS, O.REFUNDING),
    (O.SURPLUS, O.REFUNDED),
    (O.REFUNDING, O.REFUNDED),
    (O.PAID, O.REFUNDING),
    (O.PAID, O.REFUNDED),
}
"""What becomes of an order that has its money: it only ever goes back."""
LOCKS = {
    LockAt.CONFIRMATION: (S.UNDER_REVIEW, S.PAYABLE),
    LockAt.REVIEW: (S.PAYABLE,),
    LockAt.PAYMENT: (),
}
Held = dict[tuple[AccountId, RegistrationId], Registration]


def held_by(memory: Memory) -> dict[str, Any]:
    """Everything that the stores hold, to be compared with what they hold later."""
    not_kept = ("lock", "windows")  # how often somebody asked is counted whatever the answer
    return {f.name: _fixed(getattr(memory, f.name)) for f in fields(memory) if f.name not in not_kept}


def _fixed(kept: Any) -> Any:
    match kept:
        case dict():
            return {key: _fixed(value) for key, value in kept.items()}
        case set():
            return frozenset(kept)
        case list():
            return tuple(kept)
        case _:
            return kept


class Watch:
    """Compares what stands there with what stood there, and remembers what may never come back."""

    def __init__(self, world: World) -> None:
        self._memory = world.memory
        self._clock = world.clock
        self._registrations: Held = {}
        self._orders: dict[OrderId, PaymentOrder] = {}
        self._closed: dict[tuple[ExamId, str], Commitment] = {}
        self.taken: list[Money] = []
        """What the providers took, told or not."""

    def look(self, by: By) -> None:
        """Raise AssertionError where something does not hold after a step."""
        before, after = self._registrations, dict(self._memory.registrations)
        for key in before.keys() - after.keys():
            assert (by, before[key].state in UNPAID) == (By.CANDIDATE, True), f"{before[key]} is gone"
        for key, registration in after.items():
            self._look_at(before.get(key), registration, by)
        self._look_at_live(after)
        self._look_at_orders(before)
        self._registrations, self._orders = after, dict(self._memory.orders)

    def _look_at(self, before: Registration | None, now: Registration, by: By) -> None:
        if before == now:
            return
        if before is None:
            assert (by, now.state) == (By.CANDIDATE, S.DRAFT), f"{now} came from nowhere"
        else:
            self._look_at_step(before, now, by)
        if now.signature and (before is None or before.signature != now.signature):
            self._look_at_signature(now)
        if now.state in (S.UNDER_REVIEW, S.PAYABLE, S.PAID):
            assert now.amount_fen == amount_due_fen(now.choices.subjects, self._offering(now))
        if now.state is S.PAID:
            order = self._memory.orders[now.paid_order_id or OrderId("none")]
            assert (order.state, order.amount_fen) == (O.PAID, now.amount_fen)

    def _look_at_step(self, before: Registration, now: Registration, by: By) -> None:
        assert now.version > before.version, f"{before} changed without a new version"
        if before.state is not now.state:
            step = (before.state, now.state)
            assert step in STEPS[by], f"{by} brought about {step}"
            if now.state is S.PAYABLE and by is By.CANDIDATE:
                self._look_at_pass(now)
            if now.state is S.SUPERSEDED:
                self._look_at_superseded(before)
            if before.state is S.VOID:
                assert (before.finding and before.finding.before) is now.state, f"{before} became {now.state}"
        if before.choices != now.choices:
            self._look_at_lock(before, by)
        if by is By.CANDIDATE and now.state is S.DRAFT and before.state is S.PAYABLE:
            assert before.open_order_id is None, "taken back while it was being paid"

    def _look_at_lock(self, before: Registration, by: By) -> None:
        assert before.state in UNPAID, f"{by} changed what is over: {before}"
        if by is By.CANDIDATE:
            offering = self._offering(before)
            assert before.state not in LOCKS[offering.policy.lock_at], f"{before} was locked"
            assert self._clock.now() in offering.windows.registration, "changed outside the window"
        else:
            assert (by, bool(before.open_change_id)) == (By.CLERK, True), f"{by} changed choices"

    def _look_at_pass(self, now: Registration) -> None:
        """Handbook 4.3: what is payable at once."""
        account, offering = self._account(now), self._offering(now)
        assert now.signature is not None
        assert now.signature.commitment is C.ADOPTED
        assert account.identity_check.state is VerificationState.VERIFIED
        used = (now.choices.education_id, now.choices.degree_id)
        for record_id in filter(None, used):
            record = self._memory.credentials[account.id, record_id]
            verified = record.check.state is VerificationState.VERIFIED
            same = name_key(record.facts.name_on_certificate) == name_key(account.identity.name)
            assert EXAM_CODE in record.review_passes or (verified and same), f"{record} was not passed"
        records = self._memory.integrity.get(account.identity.id_number, {}).values()
        assert not any(is_in_force(record, self._clock.now()) for record in records)
        assert now.choices.level != "exempt" or not offering.policy.reviews_exemption_levels

    def _look_at_superseded(self, before: Registration) -> None:
        loser = self._account(before)
        holder = self._memory.live[before.exam_id, loser.identity.id_key]
        winner = next(r for r in self._memory.registrations.values() if r.id == holder)
        assert self._account(winner).identity_check.state is VerificationState.VERIFIED
        assert loser.identity_check.state is not VerificationState.VERIFIED

    def _look_at_signature(self, now: Registration) -> None:
        assert now.signature is not None
        key, given = (now.exam_id, self._account(now).identity.id_key), now.signature.commitment
        assert given is not C.ADOPTED or key not in self._closed, f"{now} adopted what is closed"
        if given in (C.DECLINED, C.WITHDRAWN):
            self._closed.setdefault(key, given)

    def _look_at_live(self, after: Held) -> None:
        live: dict[tuple[ExamId, str], RegistrationId] = {}
        for registration in after.values():
            if registration.state not in LEFT:
                key = (registration.exam_id, self._account(registration).identity.id_key)
                assert key not in live, f"{registration} is the second under its ID number"
                live[key] = registration.id
        assert live == self._memory.live
        closed = {key: each.commitment for key, each in self._memory.closed_commitments.items()}
        assert {key: closed.get(key) for key in self._closed} == self._closed

    def _look_at_orders(self, before: Held) -> None:
        for order in self._memory.orders.values():
            known = self._orders.get(order.id)
            if known is not None and known.state not in OPEN and known.state is not order.state:
                assert (known.state, order.state) in MONEY_STEPS, f"{known.state} became {order.state}"
            assert (order.trade is not None) == (order.state not in OPEN)
            if known and known.state in OPEN and order.state not in OPEN:
                self._look_at_money(order, before.get((order.account_id, order.registration_id)))
        waiting = [r.open_order_id for r in self._memory.registrations.values() if r.open_order_id]
        assert all(self._memory.orders[order_id].state in LIVE for order_id in waiting)

    def _look_at_money(self, order: PaymentOrder, registration: Registration | None) -> None:
        if order.state is O.MISMATCH or order.paid_at is None:
            return
        payable = registration is not None and registration.state is S.PAYABLE
        in_time = registration and order.paid_at in self._offering(registration).windows.payment
        assert (order.state is O.PAID) == bool(payable and in_time), f"{order} for {registration}"

    def look_at_the_end(self) -> None:
        """Each fen that was taken is paid, on its way back, or in front of a person: once."""
        refunds = {refund.order_id: refund.amount_fen for refund in self._memory.refunds.values()}
        second = {
            Trade(each.provider, each.trade_no)
            for each in self._memory.discrepancies.values()
            if each.kind is DiscrepancyKind.SECOND_TRADE and each.trade_no
        }
        for money in self.taken:
            order = self._memory.orders[money.order_id]
            first = order.trade == money.trade
            assert self._memory.trades.get(money.trade) == order.id, f"{money} is nobody's or another's"
            assert first is not (money.trade in second), f"{money} is booked never or twice"
            if first and order.refunds:
                assert refunds.pop(order.id) == money.amount_fen
        assert not refunds, "more goes back than came"

    def _account(self, registration: Registration) -> Account:
        return self._memory.accounts[registration.account_id]

    def _offering(self, registration: Registration) -> Offering:
        return self._memory.offerings[registration.exam_id, registration.authority_id]
