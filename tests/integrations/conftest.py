"""What the tests of the adapters share. The simulator that `faults`, `alipay` and `wechatpay` are at is the
`service` of each file, for each wants another.
"""

from collections.abc import Iterator

import pytest

from chalicelib.integrations.alipay import AlipayProvider
from chalicelib.integrations.wechatpay import WechatPayProvider
from local.simulators.faults import FaultSwitch
from tests.integrations import alipay_buyer, wechatpay_pair
from tests.integrations.stub import Asked, Party, Said, party
from tests.local.simulators.running import Service


@pytest.fixture(scope="module")
def stub() -> Iterator[Party]:
    """Whoever an adapter talks to, for odd answers."""
    with party() as stub:
        yield stub


@pytest.fixture(scope="module")
def taker() -> Iterator[Party]:
    """Where notices arrive, and are answered as their sender wants; also those that come late."""
    with party() as taker:
        taker.answer = _taken
        yield taker


@pytest.fixture
def product(taker: Party) -> Party:
    """The same, at the beginning of a test."""
    taker.asked.clear()
    return taker


def _taken(notice: Asked) -> Said:
    if "wechatpay-signature" not in notice.headers:
        return Said(b"success")
    return Said(status=401 if wechatpay_pair.is_probe(notice) else 204)


@pytest.fixture
def faults(service: Service) -> Iterator[FaultSwitch]:
    """The switches, off before and after."""
    switch = FaultSwitch(service.folder / "faults.json")
    yield switch
    switch.clear()


@pytest.fixture
def alipay(service: Service, product: Party) -> AlipayProvider:
    """The adapter at the simulator."""
    return alipay_buyer.provider_at(f"{service.url}/gateway.do", service.folder, product.url)


@pytest.fixture
def hasty(service: Service, product: Party) -> AlipayProvider:
    """One that does not wait long for an answer."""
    return alipay_buyer.provider_at(f"{service.url}/gateway.do", service.folder, product.url, read_s=0.5)


@pytest.fixture
def wechatpay(service: Service, product: Party) -> WechatPayProvider:
    """The adapter at the simulator."""
    return wechatpay_pair.provider_at(service.url, service.folder, product.url)
