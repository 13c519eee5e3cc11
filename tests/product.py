"""The whole product as `make run` starts it, for tests that go in by the front door."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.sockets import free_port

# Schedules hurry in tests: what the cloud does each minute is done each second.
_PACE = ("--minute-s", "1")


@contextmanager
def start_product(folder: Path, *options: str) -> Iterator[str]:
    """Yield the address of a product that keeps what it holds in `folder`, and ends with the block.

    Raises AssertionError with what it said where it does not start or does not end well.
    """
    port = free_port()
    command = [sys.executable, "-m", "local", "--port", str(port), "--data", str(folder), *_PACE, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = _greeting(process)
        assert "is up" in said, said
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said


def _greeting(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "is up" in line:
            break
    return "".join(lines)
