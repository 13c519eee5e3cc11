"""What must hold of money through every history, whatever the providers, the network and people do.

It reckons by the providers' own books and the states of the handbook, not by the rules that it checks: after
each step, against the step before, and at the end, when everything that was to come has come.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import LIVE, OPEN, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import Refund, RefundCause, RefundState
from chalicelib.domain.registration import Registration, State
from local.simulators.outbox import Notice
from tests.fakes import World
from tests.model.tills import Taken, Till

O, K, R = OrderState, DiscrepancyKind, RefundState  # noqa: E741  # short, for what follows
KEEPING = (O.PAID, O.PART_REFUNDED, O.REFUNDING, O.REFUND_FAILED)
"""States of an order that pays a registration."""
LONGEST_UNASKED = timedelta(minutes=15)
LONGEST_UNASKED_REFUND = timedelta(hours=12)


class Balance:
    """Compares the product's books with the providers', and with how they were."""

    def __init__(self, world: World, tills: dict[str, Till]) -> None:
        self._memory = world.memory
        self._clock = world.clock
        self._tills = tills
        self._orders: dict[OrderId, PaymentOrder] = {}
        self._refunds: dict[RefundId, Refund] = {}
        self.takes_late_money = False
        """Whether a provider ever took money after an order's end: then closed ones may have some."""

    def taken(self) -> list[Taken]:
        """All that both providers took."""
        return [each for till in self._tills.values() for each in till.taken()]

    def look(self, *, by_people: bool = False) -> None:
        """Raise AssertionError where something does not hold.

        `by_people` says that somebody wanted money back in this step.
        """
        taken = self.taken()
        for order in self._memory.orders.values():
            self._look_at_order(self._orders.get(order.id), order, taken)
        for refund in self._memory.refunds.values():
            self._look_at_refund(self._refunds.get(refund.id), refund, by_people=by_people)
        for registration in self._memory.registrations.values():
            self._look_at_registration(registration)
        self._look_at_what_moved(taken)
        self._orders, self._refunds = dict(self._memory.orders), dict(self._memory.refunds)

    def _look_at_order(self, before: PaymentOrder | None, now: PaymentOrder, taken: Sequence[Taken]) -> None:
        if before and before.state not in OPEN:
            assert now.state not in OPEN, f"{before.state} became {now.state}: the money is forgotten"
            assert (now.trade, now.received_fen) == (before.trade, before.received_fen)
        assert (now.trade is None) == (now.state in OPEN)
        if now.state in LIVE:
            assert now.due_at, f"{now} is live and nobody will ask"
            assert now.due_at <= self._clock.now() + LONGEST_UNASKED, f"{now} is asked about too late"
        else:
            assert now.due_at is None, f"{now} has ended and is still due"
        if now.state is O.CLOSED and not self.takes_late_money:
            assert all(each.order_id != now.id for each in taken), f"{now} is closed, and its money came"
        if before and before.state in OPEN and now.state not in OPEN:
            self._look_at_money(now, taken)

    def _look_at_money(self, order: PaymentOrder, taken: Sequence[Taken]) -> None:
        """Evidence has come: it must be true, and used for what it is."""
        money = next(each for each in taken if each.trade == order.trade)
        assert (money.order_id, money.amount_fen) == (order.id, order.received_fen)
        registration = self._registration_of(order)
        if order.state is O.SURPLUS and registration and registration.state is State.PAYABLE:
            fits = registration.amount_fen == order.amount_fen
            assert not (fits and self._is_in_time(registration, money)), f"{order} goes back, and could pay"
        if order.state is O.PAID:
            assert registration is not None
            assert money.amount_fen == registration.amount_fen
            assert self._is_in_time(registration, money)

    def _is_in_time(self, registration: Registration, money: Taken) -> bool:
        offering = self._memory.offerings[registration.exam_id, registration.authority_id]
        return money.paid_at.replace(microsecond=0) in offering.windows.payment

    def _look_at_refund(self, before: Refund | None, now: Refund, *, by_people: bool) -> None:
        order = self._memory.orders[now.order_id]
        if before is None and not by_people:
            assert now.cause is RefundCause.SURPLUS, f"{now}, and nobody wanted it"
        if now.cause is RefundCause.SURPLUS:
            assert now.trade == order.trade
            assert not self._is_paid_by(order), f"{now} gives back what pays a registration"
        if before is not None:
            fixed = (before.id, before.trade, before.amount_fen, before.cause)
            assert fixed == (now.id, now.trade, now.amount_fen, now.cause)
            assert before.state is not R.DONE or now.state is R.DONE, "what is back came again"
        assert (now.due_at is not None) == (now.state is R.REQUESTED)
        if now.due_at is not None:
            assert now.due_at <= self._clock.now() + LONGEST_UNASKED_REFUND
        if now.state is R.FAILED:
            assert self._is_noticed(K.REFUND_FAILED, now.id), f"{now} is stuck and nobody looks"

    def _look_at_registration(self, registration: Registration) -> None:
        paying = self._memory.orders[registration.paid_order_id] if registration.paid_order_id else None
        if registration.state is State.PAID:
            assert paying is not None
            assert paying.state in KEEPING, f"{registration} is paid by {paying}"
        for order in self._memory.orders.values():
            if order.registration_id == registration.id and order.state is O.PAID:
                assert paying == order, f"{order} is paid and does not pay {registration}"
        if registration.open_order_id is not None:
            assert self._memory.orders[registration.open_order_id].state in LIVE
        if registration.held_order_id is not None:
            held = self._memory.orders[registration.held_order_id]
            assert held.state is O.MISMATCH
            assert held.trade
            assert self._waits(K.MISMATCH, held.trade.trade_no), f"{registration} is held and nobody looks"

    def _look_at_what_moved(self, taken: Iterable[Taken]) -> None:
        """Their books against ours: a number moves its money once, and what we call done is done."""
        moved = {(each.trade, number): fen for each in taken for number, fen in each.given_back.items()}
        moving = {(each.trade, number): fen for each in taken for number, fen in each.stuck.items()}
        for each in taken:
            back_fen = sum(each.given_back.values()) + sum(each.stuck.values())
            assert back_fen <= each.amount_fen, f"more went back than came: {each}"
        for (trade, number), fen in (moved | moving).items():
            refund = self._memory.refunds.get(RefundId(number))
            if refund is not None:
                assert (refund.trade, refund.amount_fen) == (trade, fen), f"{refund} moved {fen}"
        for refund in self._memory.refunds.values():
            if refund.state is R.DONE:
                assert (refund.trade, refund.id) in moved, f"{refund} is called done, and is not"

    def look_at_told(self, provider: str, notice: Notice) -> None:
        """What a notice of a payment told and we took is in the books from that moment on."""
        said = notice.fields
        is_payment = said.get("trade_status") == "TRADE_SUCCESS" and "refund_fee" not in said
        if is_payment or said.get("event_type") == "TRANSACTION.SUCCESS":
            trade = Trade(provider, TradeNo(notice.trade_no))
            noticed = self._is_noticed(K.SECOND_TRADE, notice.trade_no)
            assert trade in self._memory.trades or noticed, f"{trade} was told of and forgotten"

    def look_at_the_rest(self) -> None:
        """The clock has run out, whether or not any notice ever came: nothing hangs."""
        for order in self._memory.orders.values():
            assert order.state not in LIVE, f"{order} hangs"
        for refund in self._memory.refunds.values():
            assert refund.state is not R.REQUESTED, f"{refund} hangs"
        for registration in self._memory.registrations.values():
            assert registration.open_order_id is None, f"{registration} waits for nothing"

    def look_at_the_end(self) -> None:
        """Everything was told at last: each fen that came is paid, back, or in front of a person."""
        taken = self.taken()
        counted = Counter(each.trade for each in taken)
        assert all(times == 1 for times in counted.values())
        for each in taken:
            order = self._memory.orders[each.order_id]
            if order.trade == each.trade:
                self._look_at_first(order, each)
            else:
                assert order.trade is not None, f"{each} came, and {order} does not know"
                noticed = self._is_noticed(K.SECOND_TRADE, each.trade.trade_no)
                assert noticed, f"{each} came beside {order}, and nobody looks"
            self._look_at_console(order, each)

    def _look_at_first(self, order: PaymentOrder, money: Taken) -> None:
        """Held + stuck + back = came; and what is held pays something or was put before a person."""
        ours = [r for r in self._memory.refunds.values() if r.trade == money.trade]
        done = sum(r.amount_fen for r in ours if r.state is R.DONE)
        stuck = sum(r.amount_fen for r in ours if r.state is R.FAILED)
        assert (order.refunded_fen, order.refunding_fen) == (done, stuck), f"{order} with {ours}"
        assert order.received_fen == money.amount_fen == order.left_fen + done + stuck
        if order.left_fen and not self._is_paid_by(order):
            # Finance decided about a part of it; the rest is theirs as well.
            decided = any(r.cause is RefundCause.FINANCE for r in ours)
            noticed = self._is_noticed(K.MISMATCH, money.trade.trade_no)
            assert noticed or decided, f"{order.left_fen} fen of {order} go nowhere"

    def _look_at_console(self, order: PaymentOrder, money: Taken) -> None:
        """What went back without us is put before a person."""
        for number in {**money.given_back, **money.stuck}:
            if RefundId(number) not in self._memory.refunds:
                known = self._is_noticed(K.UNKNOWN_REFUND, number) or any(
                    each.kind is K.UNKNOWN_REFUND and each.order_id == order.id
                    for each in self._memory.discrepancies.values()
                )
                assert known, f"{number} gave money of {order} back, and nobody looks"

    def _is_noticed(self, kind: DiscrepancyKind, number: str) -> bool:
        """Put before a person, who may have settled it."""
        return any(
            each.kind is kind and each.id.endswith(f".{number}")
            for each in self._memory.discrepancies.values()
        )

    def _waits(self, kind: DiscrepancyKind, number: str) -> bool:
        return any(
            each.kind is kind and each.id.endswith(f".{number}") and each.settled_at is None
            for each in self._memory.discrepancies.values()
        )

    def _is_paid_by(self, order: PaymentOrder) -> bool:
        registration = self._registration_of(order)
        if registration is None or registration.paid_order_id != order.id:
            return False
        return registration.state is State.PAID

    def _registration_of(self, order: PaymentOrder) -> Registration | None:
        return self._memory.registrations.get((order.account_id, order.registration_id))
