"""How people say where the product's clock is to go."""

from datetime import datetime

import msgspec

from local.clock import ShiftedClock
from local.simulators.page import SHANGHAI, wall_clock


class MoveRefusedError(Exception):
    """The clock cannot go there."""


class ClockMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the four ways to move the clock."""

    offset_s: float | None = None
    shift_s: float | None = None
    set_to: str | None = None
    reset: bool | None = None


def move_clock(clock: ShiftedClock, move: ClockMove) -> None:
    """Move it for the product and all simulators. Raises MoveRefusedError."""
    given = [value for value in (move.offset_s, move.shift_s, move.set_to, move.reset) if value is not None]
    if len(given) != 1 or move.reset is False:
        raise MoveRefusedError("give exactly one of offset_s, shift_s, set_to and reset")
    try:
        clock.shift(_offset_s(clock, move))
    except (ValueError, OverflowError) as error:
        raise MoveRefusedError(str(error)) from error


def clock_as_json(clock: ShiftedClock) -> dict[str, object]:
    """Where the clock stands."""
    now = clock.now()
    return {"offset_s": clock.offset_s(), "now": now.isoformat(), "wall_clock": wall_clock(now)}


def _offset_s(clock: ShiftedClock, move: ClockMove) -> float:
    if move.offset_s is not None:
        return move.offset_s
    if move.shift_s is not None:
        return clock.offset_s() + move.shift_s
    if move.set_to is not None:
        wanted = datetime.fromisoformat(move.set_to)
        wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=SHANGHAI)
        return clock.offset_s() + (wanted - clock.now()).total_seconds()
    return 0.0
