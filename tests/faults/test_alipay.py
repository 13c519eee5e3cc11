"""Flows of money over the real Alipay adapter and the simulated Alipay, broken at each call, in each way."""

from collections.abc import Iterator

import pytest

from local.simulators.faults import FaultSwitch
from tests.faults import paying
from tests.faults.bench import Bench
from tests.faults.breaking import Way
from tests.faults.counting import BROKEN
from tests.faults.flow import Thoroughness, break_everywhere
from tests.faults.real_alipay import RealAlipay
from tests.faults.test_every_fault import WAYS, Record
from tests.integrations.stub import Said, party
from tests.local.simulators.running import simulator

pytestmark = pytest.mark.emulator
FLOWS = {flow.name: flow for flow in paying.FLOWS}


@pytest.fixture(scope="module")
def alipay_bench(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("alipay")
    with party() as product, simulator("alipay", folder) as service:
        product.answer = lambda _: Said(b"success")
        # Otherwise the simulator closes what has expired by itself, and nobody ever has to close it.
        FaultSwitch(folder / "faults.json").change({"alipay": {"pay_after_expiry": True}})
        yield Bench(bench.ground, lambda: RealAlipay(f"{service.url}/gateway.do", folder, product))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("flow", "anew"),
    [
        ("be told of a payment", False),
        ("ask about a paid order", False),
        ("sweep an expired order", True),
    ],
)
def test_nothing_is_lost_with_the_real_alipay(
    alipay_bench: Bench, flow: str, way: Way, record_property: Record, *, anew: bool, every_read: bool
) -> None:
    broken = break_everywhere(alipay_bench, FLOWS[flow], way, Thoroughness(anew=anew, every_read=every_read))
    assert broken > 0
    record_property(BROKEN, (f"with the real Alipay: {flow}", broken))
