"""Each flow, broken at each of its calls, in each way: nothing contradicts itself or is lost.

After the break the jobs run, the person tries again, the stream comes twice; then the checkers look at the
whole store. The counts are printed at the end of the run.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.faults import (
    booking,
    changing,
    giving_back,
    giving_way,
    handing_in,
    identity,
    importing,
    letting_go,
    paying,
    registering,
    seeing_to,
    voiding,
)
from tests.faults.bench import Bench
from tests.faults.breaking import Way
from tests.faults.counting import BROKEN
from tests.faults.flow import Flow, Thoroughness, break_everywhere

pytestmark = pytest.mark.emulator
FLOWS: list[Flow[Any]] = [
    *identity.FLOWS,
    *registering.FLOWS,
    *paying.FLOWS,
    *letting_go.FLOWS,
    *giving_back.FLOWS,
    *seeing_to.FLOWS,
    *booking.FLOWS,
    *giving_way.FLOWS,
    *handing_in.FLOWS,
    *changing.FLOWS,
    *importing.FLOWS,
    *voiding.FLOWS,
]
Record = Callable[[str, object], None]
WAYS = (Way.NEVER_SENT, Way.APPLIED_THEN_DEAD, Way.ANSWER_LOST)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_nothing_is_lost(
    bench: Bench, flow: Flow[Any], way: Way, record_property: Record, *, every_read: bool
) -> None:
    broken = break_everywhere(bench, flow, way, Thoroughness(every_read=every_read))
    assert broken > 0
    record_property(BROKEN, (flow.name, broken))
