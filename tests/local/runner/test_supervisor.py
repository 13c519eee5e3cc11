"""The process tree: a program that dies comes again, and nothing outlives the run."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.folder import StartError
from local.sockets import free_port
from local.supervisor import Program, Supervisor


def python(text: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(text)]


def holds_within(seconds: float, condition: Callable[[], bool]) -> bool:
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.02)
    return True


class Run:
    """A supervisor with what it says, watched from a thread of its own where a test wants that."""

    def __init__(self, logs: Path) -> None:
        self.said: list[str] = []
        self.stop = threading.Event()
        self.supervisor = Supervisor(
            environment=os.environ, logs=logs, say=self.said.append, stop=self.stop, grace_s=1
        )


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.supervisor.end_all()


def test_a_program_that_dies_is_said_and_started_again(run: Run, tmp_path: Path) -> None:
    run.supervisor.start(
        Program("short", python(f"open({str(tmp_path / 'runs')!r}, 'a').write('x'); raise SystemExit(3)"))
    )
    threading.Timer(1.2, run.stop.set).start()
    run.supervisor.watch()
    assert len((tmp_path / "runs").read_text()) >= 2
    assert run.said[0].startswith("short ended (exit code 3); started again in 0.5 s")


def test_a_program_that_does_not_start_is_named_with_its_last_words(run: Run) -> None:
    run.supervisor.start(Program("bad", python("raise SystemExit('no such table')"), free_port()))
    with pytest.raises(StartError, match=r"bad did not start; it said:\n    no such table"):
        run.supervisor.wait_until_up(within_s=10, also={})


def test_a_program_that_never_listens_is_named(run: Run) -> None:
    run.supervisor.start(Program("mute", python("import time; time.sleep(60)"), free_port()))
    with pytest.raises(StartError, match="Not up after 0 s: mute"):
        run.supervisor.wait_until_up(within_s=0.2, also={})


def test_work_that_fails_at_the_start_ends_the_start(run: Run) -> None:
    working = run.supervisor.run_once(Program("prepare", python("raise SystemExit('no catalogue')")))
    with pytest.raises(StartError, match="prepare failed; it said:\n    no catalogue"):
        run.supervisor.wait_until_up(within_s=10, also={"prepare": working})


def test_a_program_whose_memory_the_others_need_ends_the_run(run: Run) -> None:
    run.supervisor.start(Program("dynamodb", python("pass"), ends_the_run=True))
    with pytest.raises(StartError, match="what it held is lost"):
        run.supervisor.watch()


def test_a_program_that_will_not_end_is_made_to(run: Run) -> None:
    stubborn = """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("deaf", flush=True)
        time.sleep(60)
        """
    run.supervisor.start(Program("stubborn", python(stubborn)))
    assert holds_within(10, lambda: "deaf" in run.supervisor.last_words("stubborn"))
    began_at = time.monotonic()
    run.supervisor.end_all()
    assert time.monotonic() - began_at < 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_even_a_supervisor_that_is_killed_leaves_no_orphan(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        python(
            f"""
            import os, pathlib, sys, threading
            from local.supervisor import Program, Supervisor
            supervisor = Supervisor(
                environment=os.environ,
                logs=pathlib.Path({str(tmp_path)!r}),
                say=print,
                stop=threading.Event(),
            )
            word = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
            supervisor.start(Program("child", [sys.executable, "-c", word]))
            supervisor.watch()
            """
        )
    )
    log = tmp_path / "child.log"
    assert holds_within(20, lambda: log.exists() and log.read_text().endswith("\n"))
    child = int(log.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert holds_within(5, lambda: not _is_alive(child))


def _is_alive(pid: int) -> bool:
    # A dead child that nobody has waited for still has an entry, with Z for its state.
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
