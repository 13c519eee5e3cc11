"""The product under soak: started as `make run` starts it, its single programs by name, and what it holds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from chalicelib import wiring
from chalicelib.domain.exam import Offering
from chalicelib.domain.ids import AuthorityId
from chalicelib.storage.connection import Tables
from local.clock import ShiftedClock
from local.command import environment_of
from local.emulator import emulator_binary
from local.folder import DataFolder
from local.product import install_wiring
from local.simulators.faults import FaultSwitch
from local.sockets import LOOPBACK, free_port
from tests.contracts.given import put_exam
from tests.soak.candidate import WantedExam
from tests.whole_store import WholeStore, whole_store

PROCESSES = 3
MINUTE_S = 1.0
"""Schedules hurry: what the cloud does each minute is done each second."""
_UP_WITHIN_S = 120
_ENDS_WITHIN_S = 40
_PROVIDERS = ("alipay", "wechatpay")


@dataclass(frozen=True)
class Product:
    """A product that runs; `services` are those of one more process of it, this one."""

    address: str
    folder: DataFolder
    process: subprocess.Popen[bytes]
    services: wiring.Services

    @property
    def clock(self) -> ShiftedClock:
        """The clock of the product and of all simulators."""
        return ShiftedClock(self.folder.clock)

    @property
    def faults(self) -> FaultSwitch:
        """How the simulators misbehave."""
        return FaultSwitch(self.folder.faults)

    def programs(self) -> Mapping[str, int]:
        """The programs that run now, with their process ids. Only our supervisor's own children."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and _parent_of(entry) == self.process.pid and (name := _name_of(entry)):
                found[name] = int(entry.name)
        return found

    def kill(self, name: str) -> bool:
        """`kill -9` one program; False where it is dead already."""
        pid = self.programs().get(name)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def whole_store(self) -> WholeStore:
        """Everything that is stored."""
        tables = Tables(records=os.environ["RECORDS_TABLE"], ephemera=os.environ["EPHEMERA_TABLE"])
        return whole_store(tables, self.services.sealer)

    def open_exam(self) -> WantedExam:
        """An exam with both providers, which may be left after paying: the sample one, made so."""
        for exam, offerings in self.services.exams.all():
            if exam.code == "social-worker":
                changed = [_for_the_soak(offering) for offering in offerings]
                put_exam(self.services.exams, exam, changed)
                liaoning = next(each for each in changed if each.authority_id == AuthorityId("liaoning"))
                break
        answer = httpx.get(f"{self.address}/api/exams/{exam.id}", timeout=30, trust_env=False).json()
        (shown,) = [each for each in answer["offerings"] if each["authority_id"] == liaoning.authority_id]
        assert shown["providers"] == list(_PROVIDERS), shown
        return WantedExam(
            exam.id, liaoning.authority_id, liaoning.sites[0].code, shown["commitment_text_hash"]
        )

    def wait_until_answering(self) -> None:
        """After the last kill: until all programs are there again and the product answers."""
        ends_at_s = time.monotonic() + _UP_WITHIN_S
        while time.monotonic() < ends_at_s:
            if len(self.programs()) == _how_many() and self._answers():
                return
            time.sleep(0.5)
        raise TimeoutError(f"not up again: only {sorted(self.programs())}")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/api/exams", timeout=10, trust_env=False).is_success
        except httpx.TransportError:
            return False


@contextmanager
def running(folder: Path) -> Iterator[Product]:
    """The product in a folder of its own and on a port of its own, until the end of the block."""
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    log = (folder.parent / f"{folder.name}-run.log").open("wb")
    options = ["--port", str(port), "--data", str(folder), "--public-url", address, "--fresh"]
    pace = ["--processes", str(PROCESSES), "--minute-s", str(MINUTE_S)]
    command = [sys.executable, "-m", "local", *options, *pace]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_until_up(process, Path(log.name))
        data = DataFolder(folder)
        os.environ.update(environment_of(data.environment.read_text(encoding="utf-8")))
        yield Product(address, data, process, install_wiring())
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def can_kill_the_database() -> bool:
    """Only the emulator keeps what it was given; what takes its place elsewhere does not."""
    try:
        emulator_binary()
    except FileNotFoundError:
        return False
    return True


def _wait_until_up(process: subprocess.Popen[bytes], log: Path) -> None:
    ends_at_s = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < ends_at_s and process.poll() is None:
        if "is up" in log.read_text(encoding="utf-8"):
            return
        time.sleep(0.2)
    raise RuntimeError(f"the product did not start:\n{log.read_text(encoding='utf-8')}")


def _for_the_soak(offering: Offering) -> Offering:
    leaving = replace(offering.policy, opt_out_refund=offering.windows.payment)
    return replace(offering, providers=_PROVIDERS, policy=leaving)


def _how_many() -> int:
    # Workers, the pump, six simulators, the front and the database.
    return PROCESSES + 1 + 6 + 1 + 1


def _parent_of(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text()
    except OSError:
        return None
    state, parent = stat.rpartition(")")[2].split()[:2]
    return None if state == "Z" else int(parent)


def _name_of(entry: Path) -> str | None:
    """How `make run` calls it."""
    try:
        words = (entry / "cmdline").read_bytes().decode().split("\0")
    except OSError:
        return None
    if any(word.endswith("dynoxide") for word in words[:1]) or "moto.server" in words:
        return "dynamodb"
    module = words[words.index("-m") + 1] if "-m" in words else ""
    if module == "local.gateway":
        return f"api {words[words.index('--port') + 1]}"
    return module.rpartition(".")[2] if module.startswith("local.") else None
