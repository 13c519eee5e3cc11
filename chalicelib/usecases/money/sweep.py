"""Look again at every unconfirmed order and every refund under way: the schedule's half of "paid, but it says
unpaid" (FAQ 19)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.payment import PaymentOrder, next_due_at
from chalicelib.usecases.money.ask_provider import ask_provider
from chalicelib.usecases.money.give_back import claim as claim_refund
from chalicelib.usecases.money.give_back import claim_and_ask
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.ports import ProviderRefusedError, ProviderUnavailableError

AT_MOST_AT_ONCE = 2000
"""More than one sweep can ask about: what waits for a silent provider must not hide what the others know."""
SILENT_IS_DOWN_AFTER = 3
"""So many silences of a provider in one sweep, and all else of it is put off as if it had been asked: each
silence costs seconds that the other providers' orders would wait as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast one sweep may go, and how long."""

    wait: Callable[[float], None]
    elapsed_s: Callable[[], float]
    """Seconds since the sweep began."""
    between_calls_s: float = 0.2
    """To one provider. WeChat Pay bears six failing refund calls a second."""
    at_most_s: float = 45.0


@dataclass(slots=True)
class SweepReport:
    """How a sweep went, for its log line and metrics."""

    due: int = 0
    asked: int = 0
    refused: int = 0
    silent: Counter[str] = field(default_factory=Counter)
    """By provider."""
    put_off: int = 0
    """Left to a later sweep: no time left, or their provider does not answer."""


@dataclass(frozen=True, slots=True)
class _Due:
    provider: str
    ask: Callable[[], bool]
    put_off: Callable[[], object]


class _Sweep:
    """One sweep: its report, what went wrong, and when each provider was last asked."""

    def __init__(self, pace: Pace) -> None:
        self.report = SweepReport()
        self.faults: list[Exception] = []
        self._pace = pace
        self._asked_at: dict[str, float] = {}

    def see_to(self, find: Callable[[], _Due | None]) -> None:
        """Ask about one order or refund, if there is time and its provider answers at all."""
        self.report.due += 1
        if self._pace.elapsed_s() >= self._pace.at_most_s:
            self.report.put_off += 1
            return
        try:
            if due := find():
                self._ask_or_put_off(due)
        except Exception as fault:  # noqa: BLE001  # one bad order must not keep the others unpaid
            self.faults.append(fault)

    def _ask_or_put_off(self, due: _Due) -> None:
        if self.report.silent[due.provider] >= SILENT_IS_DOWN_AFTER:
            # Moved on as well: left due, it would come before all that is younger, whoever can tell of that.
            due.put_off()
            self.report.put_off += 1
            return
        _keep_pace(self._asked_at, due.provider, self._pace)
        try:
            self.report.asked += due.ask()
        except ProviderUnavailableError:
            self.report.asked += 1
            self.report.silent[due.provider] += 1
        except ProviderRefusedError:
            self.report.asked += 1
            self.report.refused += 1


def sweep_money(*, ports: PaymentPorts, pace: Pace, now: datetime) -> SweepReport:
    """Claim each due order and refund by moving its time on, ask its provider, act on the answer.

    The claim comes first: an order whose provider is silent, or whose sweep dies, comes up again by itself.
    Raises an ExceptionGroup of whatever else went wrong, but only after every other order had its turn.
    """
    sweep = _Sweep(pace)
    for find in _all_due(ports, now):
        sweep.see_to(find)
    if sweep.faults:
        raise ExceptionGroup("orders could not be swept", sweep.faults)
    return sweep.report


def _keep_pace(asked_at: dict[str, float], provider: str, pace: Pace) -> None:
    """Wait until this provider may be asked again."""
    if provider in asked_at:
        pause_s = asked_at[provider] + pace.between_calls_s - pace.elapsed_s()
        if pause_s > 0:
            pace.wait(pause_s)
    asked_at[provider] = pace.elapsed_s()


def _all_due(ports: PaymentPorts, now: datetime) -> Iterator[Callable[[], _Due | None]]:
    """Orders first: a candidate waits for them."""
    for order_id in ports.orders.due(now=now, at_most=AT_MOST_AT_ONCE):
        yield partial(_due_order, order_id, ports, now)
    for refund_id in ports.refunds.due(now=now, at_most=AT_MOST_AT_ONCE):
        yield partial(_due_refund, refund_id, ports, now)


def _due_order(order_id: OrderId, ports: PaymentPorts, now: datetime) -> _Due | None:
    order = ports.orders.get(order_id)
    if order is None:
        return None
    return _Due(
        order.provider,
        ask=lambda: _claim_and_ask(order, ports, now),
        put_off=lambda: _claim(order, ports, now),
    )


def _due_refund(refund_id: RefundId, ports: PaymentPorts, now: datetime) -> _Due | None:
    refund = ports.refunds.get(refund_id)
    if refund is None:
        return None
    return _Due(
        refund.trade.provider,
        ask=lambda: claim_and_ask(refund, ports=ports, now=now),
        put_off=lambda: claim_refund(refund, ports=ports, now=now),
    )


def _claim_and_ask(order: PaymentOrder, ports: PaymentPorts, now: datetime) -> bool:
    """Ask about one order; False where another sweep was faster."""
    claimed = _claim(order, ports, now)
    if claimed is None:
        return False
    ask_provider(claimed, ports=ports, now=now)
    return True


def _claim(order: PaymentOrder, ports: PaymentPorts, now: datetime) -> PaymentOrder | None:
    # What is planned here follows this very ask, so it counts.
    due_at = next_due_at(replace(order, attempts=order.attempts + 1), now)
    return ports.orders.claim(order, due_at=due_at, now=now)
