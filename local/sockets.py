"""Ports of this machine: which are free, which answer. No protocol is spoken here."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"
_KNOCK_S = 0.02


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on at this moment."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return as many different ports that nobody listens on at this moment."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [probe.getsockname()[1] for probe in probes]


def can_listen(host: str, port: int) -> bool:
    """Say whether a server could open `port` now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still fading away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Say whether somebody listens on `port` of the loopback address."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until_answering(port: int, *, still_wanted: Callable[[], bool], within_s: float) -> bool:
    """Knock until somebody listens on `port`; False when nobody will, or `within_s` is over."""
    ends_at = time.monotonic() + within_s
    while not answers(port):
        if not still_wanted() or time.monotonic() > ends_at:
            return False
        time.sleep(_KNOCK_S)
    return True
