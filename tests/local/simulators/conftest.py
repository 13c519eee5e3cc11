"""What the tests of the simulators share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from tests.local.simulators.merchant import Merchant, NoticeBoard, notice_board
from tests.local.simulators.running import Service, simulator
from tests.local.simulators.wechatpay_merchant import WechatPayCustomer, sealed_notices


@pytest.fixture(scope="module")
def simulators_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulators")


@pytest.fixture(scope="module")
def alipay_service(simulators_folder: Path) -> Iterator[Service]:
    options = ("--root-path", "/simulators/alipay", "--notice-scale", "0.0005")
    with simulator("alipay", simulators_folder, *options) as service:
        yield service


@pytest.fixture(scope="module")
def wechatpay_service(simulators_folder: Path) -> Iterator[Service]:
    options = ("--root-path", "/simulators/wechatpay", "--notice-scale", "0.001")
    with simulator("wechatpay", simulators_folder, *options) as service:
        yield service


@pytest.fixture
def board() -> Iterator[NoticeBoard]:
    with notice_board() as board:
        yield board


@pytest.fixture
def merchant(alipay_service: Service, board: NoticeBoard) -> Merchant:
    return Merchant(f"{alipay_service.url}/gateway.do", alipay_service.folder, board.url)


@pytest.fixture
def customer(wechatpay_service: Service) -> Iterator[WechatPayCustomer]:
    with sealed_notices() as board:
        yield WechatPayCustomer(wechatpay_service.url, wechatpay_service.folder, board)


@pytest.fixture
def faults(simulators_folder: Path) -> Iterator[FaultSwitch]:
    """The switches, off before and after."""
    switch = FaultSwitch(simulators_folder / "faults.json")
    yield switch
    switch.clear()


@pytest.fixture
def clock(simulators_folder: Path) -> Iterator[ShiftedClock]:
    """The clock of all simulators, right before and after."""
    clock = ShiftedClock(simulators_folder / "clock.json")
    yield clock
    clock.shift(0)
