"""The process tree: starts programs, notices when one dies and starts it again, ends them all.

Which programs there are is `programs`; when the run is over is `__main__`'s word.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.folder import StartError
from local.sockets import answers

_LOOK_EVERY_S = 0.05
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
# A program that ran this long has recovered: its next death is a first one again.
_RECOVERED_AFTER_S = 60.0
_GRACE_S = 5.0
_LARGEST_LOG_BYTES = 8 * 1024 * 1024
_LINES_OF_LOG = 12
_SET_PARENT_DEATH_SIGNAL = 1


@dataclass(frozen=True)
class Program:
    """One program of the run; `port` is where it listens once it is up.

    A program that `ends_the_run` keeps in memory what the others need: started again it would be empty.
    """

    name: str
    command: list[str]
    port: int | None = None
    ends_the_run: bool = False


@dataclass
class Child:
    """A program that runs, or waits to be started again."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at_s: float = field(default_factory=time.monotonic)
    deaths: int = 0
    start_again_at_s: float | None = None


class Supervisor:
    """Holds the children of this run. One thread uses it; signals only set `stop`."""

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        logs: Path,
        say: Callable[[str], None],
        stop: threading.Event,
        grace_s: float = _GRACE_S,
    ) -> None:
        self._environment = dict(environment)
        self._logs = logs
        self._say = say
        self._stop = stop
        self._grace_s = grace_s
        self._children: list[Child] = []

    def start(self, program: Program) -> None:
        """Start a program and keep it running from now on."""
        self._children.append(Child(program, self._launch(program)))

    def run_once(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a program that does its work and ends; the caller waits for it."""
        return self._launch(program)

    def wait_until_up(self, *, within_s: float, also: Mapping[str, subprocess.Popen[bytes]]) -> None:
        """Return when all listen and those in `also` have ended well; raise StartError for who did not."""
        ends_at_s = time.monotonic() + within_s
        while not self._stop.is_set():
            missing = [child for child in self._children if not self._is_up(child)]
            working = [name for name, process in also.items() if self._is_working(name, process)]
            if not missing and not working:
                return
            if time.monotonic() > ends_at_s:
                names = ", ".join([child.program.name for child in missing] + working)
                raise StartError(f"Not up after {within_s:.0f} s: {names}; see {self._logs}.")
            self._stop.wait(_LOOK_EVERY_S)

    def watch(self) -> None:
        """Keep all running until `stop` is set."""
        while not self._stop.wait(_LOOK_EVERY_S):
            for child in self._children:
                self._look_after(child)

    def end_all(self) -> None:
        """Ask every child to end, and after a grace make it; those started last go first."""
        for child in reversed(self._children):
            if child.process.poll() is None:
                child.process.terminate()
        ends_at_s = time.monotonic() + self._grace_s
        for child in reversed(self._children):
            try:
                child.process.wait(timeout=max(0.0, ends_at_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

    def last_words(self, name: str) -> str:
        """Return the end of a program's log."""
        try:
            lines = self.log_of(name).read_text(errors="replace").rstrip().splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(f"    {line}" for line in lines[-_LINES_OF_LOG:])

    def log_of(self, name: str) -> Path:
        """Return where a program's words are kept."""
        return self._logs / f"{name}.log"

    def _launch(self, program: Program) -> subprocess.Popen[bytes]:
        log = self.log_of(program.name)
        if log.exists() and log.stat().st_size > _LARGEST_LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
        with log.open("ab") as written:
            return subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                env=self._environment,
                # Ctrl-C is for the supervisor alone, which then ends the others in good order.
                start_new_session=True,
                preexec_fn=_dies_with(os.getpid()),  # noqa: PLW1509 - this process has one thread
            )

    def _is_up(self, child: Child) -> bool:
        if child.process.poll() is not None:
            name = child.program.name
            raise StartError(f"{name} did not start; it said:\n{self.last_words(name)}")
        return child.program.port is None or answers(child.program.port)

    def _is_working(self, name: str, process: subprocess.Popen[bytes]) -> bool:
        if process.poll() is None:
            return True
        if process.returncode != 0:
            raise StartError(f"{name} failed; it said:\n{self.last_words(name)}")
        return False

    def _look_after(self, child: Child) -> None:
        now_s = time.monotonic()
        if child.start_again_at_s is not None:
            if now_s >= child.start_again_at_s:
                child.process = self._launch(child.program)
                child.started_at_s, child.start_again_at_s = now_s, None
            return
        if child.process.poll() is None:
            return
        name, ending = child.program.name, _ending(child.process.returncode)
        if child.program.ends_the_run:
            raise StartError(f"{name} ended ({ending}), and what it held is lost with it; start again.")
        child.deaths = 1 if now_s - child.started_at_s > _RECOVERED_AFTER_S else child.deaths + 1
        pause_s = min(_FIRST_PAUSE_S * 2 ** (child.deaths - 1), _LONGEST_PAUSE_S)
        child.start_again_at_s = now_s + pause_s
        self._say(f"{name} ended ({ending}); started again in {pause_s:.1f} s. Its log: {self.log_of(name)}")


def stop_on_signals(stop: threading.Event) -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal set `stop`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _dies_with(parent: int) -> Callable[[], None]:
    """Return what a child does before it becomes its program, so that even kill -9 of us leaves no orphan."""
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask_for_death() -> None:
        libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return ask_for_death
