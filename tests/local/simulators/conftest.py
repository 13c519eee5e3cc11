"""What the tests of the simulators share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from tests.local.simulators.merchant import Merchant, NoticeBoard, notice_board
from tests.local.simulators.running import Service, simulator


@pytest.fixture(scope="session")
def simulators_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulators")


@pytest.fixture(scope="session")
def alipay_service(simulators_folder: Path) -> Iterator[Service]:
    options = ("--root-path", "/simulators/alipay", "--notice-scale", "0.0005")
    with simulator("alipay", simulators_folder, *options) as service:
        yield service


@pytest.fixture
def board() -> Iterator[NoticeBoard]:
    with notice_board() as board:
        yield board


@pytest.fixture
def merchant(alipay_service: Service, board: NoticeBoard) -> Merchant:
    return Merchant(f"{alipay_service.url}/gateway.do", alipay_service.folder, board.url)


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
