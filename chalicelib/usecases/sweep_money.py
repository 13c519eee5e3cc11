"""Look again at every unconfirmed order and every refund under way: the schedule's half of "paid, but it says
unpaid" (FAQ 19)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.payment import PaymentOrder, next_due_at
from chalicelib.domain.refund import Refund
from chalicelib.usecases.ask_provider import ask_provider
from chalicelib.usecases.give_back import claim_and_ask
from chalicelib.usecases.payment_ports import PaymentPorts
from chalicelib.usecases.ports import ProviderRefusedError, ProviderUnavailableError

AT_MOST_AT_ONCE = 500
SILENT_IS_DOWN_AFTER = 3
"""So many silences of a provider in one sweep, and all else of it waits for the next: each silence costs
seconds that the other providers' orders would wait as well."""


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
    """Left to the next sweep: no time left, or their provider does not answer."""


@dataclass(frozen=True, slots=True)
class _Due:
    provider: str
    ask: Callable[[], bool]


def sweep_money(*, ports: PaymentPorts, pace: Pace, now: datetime) -> SweepReport:
    """Claim each due order and refund by moving its time on, ask its provider, act on the answer.

    The claim comes first: an order whose provider is silent, or whose sweep dies, comes up again by itself.
    Raises an ExceptionGroup of whatever else went wrong, but only after every other order had its turn.
    """
    report = SweepReport()
    faults: list[Exception] = []
    asked_at: dict[str, float] = {}
    for due in _all_due(ports, now):
        report.due += 1
        if pace.elapsed_s() >= pace.at_most_s or report.silent[due.provider] >= SILENT_IS_DOWN_AFTER:
            report.put_off += 1
            continue
        _keep_pace(asked_at, due.provider, pace)
        try:
            report.asked += due.ask()
        except ProviderUnavailableError:
            report.asked += 1
            report.silent[due.provider] += 1
        except ProviderRefusedError:
            report.asked += 1
            report.refused += 1
        except Exception as fault:  # noqa: BLE001  # one bad order must not keep the others unpaid
            faults.append(fault)
    if faults:
        raise ExceptionGroup("orders could not be swept", faults)
    return report


def _keep_pace(asked_at: dict[str, float], provider: str, pace: Pace) -> None:
    """Wait until this provider may be asked again."""
    if provider in asked_at:
        pause_s = asked_at[provider] + pace.between_calls_s - pace.elapsed_s()
        if pause_s > 0:
            pace.wait(pause_s)
    asked_at[provider] = pace.elapsed_s()


def _all_due(ports: PaymentPorts, now: datetime) -> Iterator[_Due]:
    """Orders first: a candidate waits for them."""
    for order_id in ports.orders.due(now=now, at_most=AT_MOST_AT_ONCE):
        if order := ports.orders.get(order_id):
            yield _due_order(order, ports, now)
    for refund_id in ports.refunds.due(now=now, at_most=AT_MOST_AT_ONCE):
        if refund := ports.refunds.get(refund_id):
            yield _due_refund(refund, ports, now)


def _due_order(order: PaymentOrder, ports: PaymentPorts, now: datetime) -> _Due:
    return _Due(order.provider, lambda: _claim_and_ask(order, ports, now))


def _due_refund(refund: Refund, ports: PaymentPorts, now: datetime) -> _Due:
    return _Due(refund.trade.provider, lambda: claim_and_ask(refund, ports=ports, now=now))


def _claim_and_ask(order: PaymentOrder, ports: PaymentPorts, now: datetime) -> bool:
    """Ask about one order; False where another sweep was faster."""
    # What is planned here follows this very ask, so it counts.
    due_at = next_due_at(replace(order, attempts=order.attempts + 1), now)
    claimed = ports.orders.claim(order, due_at=due_at, now=now)
    if claimed is None:
        return False
    ask_provider(claimed, ports=ports, now=now)
    return True
