"""Look again at every unconfirmed order: the schedule's half of "paid, but it says unpaid" (FAQ 19)."""

from dataclasses import dataclass
from datetime import datetime

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
    """
    due = ports.orders.due(now=now, at_most=AT_MOST_AT_ONCE)
    asked = silent = refused = 0
    for order_id in due:
        order = ports.orders.get(order_id)
        claimed = order and ports.orders.claim(order, due_at=next_due_at(order, now), now=now)
        if not claimed:
            continue
        asked += 1
        try:
            ask_provider(
                claimed,
                provider=ports.providers[claimed.provider],
                orders=ports.orders,
                registrations=ports.registrations,
                exams=ports.exams,
                now=now,
            )
        except ProviderUnavailableError:
            silent += 1
        except ProviderRefusedError:
            refused += 1
    return SweepReport(due=len(due), asked=asked, silent=silent, refused=refused)
