"""Look again at every unconfirmed order: the schedule's half of "paid, but it says unpaid" (FAQ 19)."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import next_due_at
from chalicelib.usecases.ask_provider import ask_provider
from chalicelib.usecases.pay import PaymentPorts
from chalicelib.usecases.ports import ProviderRefusedError, ProviderUnavailableError

AT_MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """How a sweep went, for its log line and metrics."""

    due: int
    asked: int
    silent: int
    refused: int


def sweep_orders(*, ports: PaymentPorts, now: datetime) -> SweepReport:
    """Claim each due order by moving its time on, ask its provider, act on the answer.

    The claim comes first: an order whose provider is silent, or whose sweep dies, comes up again by itself.
    Raises an ExceptionGroup of whatever else went wrong, but only after every other order had its turn.
    """
    due = ports.orders.due(now=now, at_most=AT_MOST_AT_ONCE)
    asked = silent = refused = 0
    faults: list[Exception] = []
    for order_id in due:
        try:
            asked += _claim_and_ask(order_id, ports, now)
        except ProviderUnavailableError:
            silent += 1
        except ProviderRefusedError:
            refused += 1
        except Exception as fault:  # noqa: BLE001  # one bad order must not keep the others unpaid
            faults.append(fault)
    if faults:
        raise ExceptionGroup("orders could not be swept", faults)
    return SweepReport(due=len(due), asked=asked + silent + refused, silent=silent, refused=refused)


def _claim_and_ask(order_id: OrderId, ports: PaymentPorts, now: datetime) -> bool:
    """Ask about one order; False where another sweep was faster."""
    order = ports.orders.get(order_id)
    if order is None:
        return False
    # What is planned here follows this very ask, so it counts.
    due_at = next_due_at(replace(order, attempts=order.attempts + 1), now)
    claimed = ports.orders.claim(order, due_at=due_at, now=now)
    if claimed is None:
        return False
    ask_provider(
        claimed,
        provider=ports.providers[claimed.provider],
        orders=ports.orders,
        registrations=ports.registrations,
        exams=ports.exams,
        now=now,
    )
    return True
