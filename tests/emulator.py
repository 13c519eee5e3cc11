"""The DynamoDB emulator for tests: in memory, on a port of its own. Tests make the tables they want."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from local.emulator import emulator_command
from local.sockets import LOOPBACK, free_port, wait_until_answering

_TRIES = 5


@contextmanager
def start_emulator() -> Iterator[str]:
    """Yield the address of a fresh, empty emulator that ends with the block.

    Raises FileNotFoundError that names what is missing where the emulator cannot be had.
    """
    port, process = _start()
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _start() -> tuple[int, subprocess.Popen[str]]:
    """Start it on a free port; another program may take that port first, so more than one try."""
    said = ""
    for _ in range(_TRIES):
        port = free_port()
        command = emulator_command(port, database=None)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if _is_listening(process, port):
            return port, process
        process.kill()
        said, _ = process.communicate()
    raise RuntimeError(f"the DynamoDB emulator did not start: {said}")


def _is_listening(process: subprocess.Popen[str], port: int) -> bool:
    """Wait for its own word: an answer on the port alone could come from another program."""
    assert process.stdout is not None
    if "listening" not in process.stdout.readline():
        return False
    return wait_until_answering(port, still_wanted=lambda: process.poll() is None, within_s=10)
