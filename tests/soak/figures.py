"""What happened during a soak, counted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Counts, and what candidates were told; filled by everybody, printed at the end."""

    requests: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    """By status."""
    errors: Counter[str] = field(default_factory=Counter)
    """By the code of the refusal or the kind of the silence."""
    candidates: Counter[str] = field(default_factory=Counter)
    """How far they came."""
    ways: Counter[str] = field(default_factory=Counter)
    """What those with a registration to pay for did."""
    kills: Counter[str] = field(default_factory=Counter)
    """By program."""
    faults: Counter[str] = field(default_factory=Counter)
    """How often each was switched on."""
    jumps: int = 0
    """Of the clock."""
    told_paid: set[str] = field(default_factory=set)
    """Registrations that a candidate saw paid."""
    left: set[str] = field(default_factory=set)
    """Registrations that a candidate asked to leave."""
    surprises: list[str] = field(default_factory=list)
    """What the load itself did not expect; a bug, here or there."""

    def lines(self) -> Iterator[str]:
        """As they are printed."""
        yield f"candidates: {_said(self.candidates)}"
        yield f"ways to pay: {_said(self.ways)}"
        yield f"requests: {self.requests}, answers: {_said(self.answers)}"
        yield f"errors by code: {_said(self.errors)}"
        yield f"kills: {self.kills.total()} ({_said(self.kills)}), jumps of the clock: {self.jumps}"
        yield f"faults switched on: {_said(self.faults)}"


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "none"
