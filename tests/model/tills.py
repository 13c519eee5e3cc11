"""What both payment providers in this process have in common, and how a history sees what they took.

Nothing of them is replaced but the way to them (`line.py`), the clock, and the switch of the faults.
The payer stands at a door that the product showed. Notices lie in the outbox until a history sends one:
any of them, in any order, again, or never.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import Trade
from chalicelib.usecases.ports import PaymentDoor, PaymentProvider
from local.clock import ShiftedClock
from local.simulators.faults import Faults, FaultSwitch
from local.simulators.outbox import Notice, Outbox
from local.simulators.sending import Letter
from tests.fakes.means import FakeClock
from tests.model.line import InProcess

PUBLIC_URL = "https://bm.example"
NOWHERE = Path("nowhere")


class SameClock(ShiftedClock):
    """The clock of the history that is being walked."""

    def __init__(self) -> None:
        super().__init__(NOWHERE)
        self.shown = FakeClock()

    def now(self) -> datetime:
        return self.shown.now()


class HandSwitch(FaultSwitch):
    """Faults that a history switches."""

    def __init__(self) -> None:
        super().__init__(NOWHERE)
        self.on = Faults()

    def read(self) -> Faults:
        return self.on

    def turn(self, provider: str, changes: Mapping[str, Any]) -> None:
        """These faults of a provider, and none of its others."""
        usual = {"refund_delay_s": 0.0} if provider == "wechatpay" else {}
        made = msgspec.convert(usual | dict(changes), type(getattr(self.on, provider)))
        self.on = msgspec.structs.replace(self.on, **{provider: made})


@dataclass(frozen=True)
class Taken:
    """Money that a provider took, by its own books."""

    order_id: OrderId
    trade: Trade
    amount_fen: int
    paid_at: datetime
    given_back: Mapping[str, int] = field(default_factory=dict)
    """What went back, by refund number: ours, or one of the console."""
    stuck: Mapping[str, int] = field(default_factory=dict)
    """What they hold for the payer, who cannot take it, or what is still under way."""


class Till(Protocol):
    """One provider, with its payers and its console."""

    @property
    def provider(self) -> PaymentProvider:
        """The adapter."""

    @property
    def line(self) -> InProcess:
        """Its way to the provider."""

    @property
    def outbox(self) -> Outbox:
        """What the provider has to tell."""

    def come_in(self, door: PaymentDoor) -> str | None:
        """A payer goes through a door; None where nobody is let in. The token is the payer's page."""

    def log_in(self, page: str) -> None:
        """From now on they know the order."""

    def pay(self, page: str) -> None:
        """Log in and press 支付; where it cannot be paid any more, nothing happens."""

    def taken(self) -> Sequence[Taken]:
        """All money that came."""

    def letters(self, notice: Notice) -> Sequence[Letter]:
        """A notice as it goes out now."""

    def refund_on_console(self, taken: Taken, amount_fen: int) -> None:
        """A person gives money back there, and the product is told."""

    def help_out(self) -> None:
        """A person there ends what is stuck."""

    def go_on(self) -> None:
        """What the provider does by itself."""


def moment(at: float) -> datetime:
    """As the provider's books keep it."""
    return datetime.fromtimestamp(at, UTC)


def empty(outbox: Outbox) -> None:
    """Take everything out of a provider's books: its own tables, by their names."""
    tables = outbox._all("SELECT name FROM sqlite_master WHERE type = 'table'", [])
    for (name,) in tables:
        outbox._write(f"DELETE FROM {name}", [])
