"""Starts the simulators as people do, each as a process of its own on a free port. No tests here."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.sockets import free_port

PROJECT = Path(__file__).parents[3]
_LONGEST_START_S = 15


@dataclass(frozen=True)
class Service:
    """A simulator that is up."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]


@contextmanager
def simulator(
    name: str, folder: Path, *options: str, environ: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """One simulator, up and answering; ended on leaving."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        f"local.simulators.{name}",
        "--port",
        str(port),
        "--data",
        str(folder),
        *options,
    ]
    process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **(environ or {})})
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process)
        yield Service(url, folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + _LONGEST_START_S
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            raise RuntimeError(f"the simulator ended with {process.returncode} before it was up")
        try:
            if httpx.get(f"{url}/healthz", trust_env=False, verify=False).text == "ok":
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(f"{url} did not come up")
