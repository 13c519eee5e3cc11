"""What makes an application one of the simulators: command line, health page, place behind a proxy.

What a simulator answers is in its own folder.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local.clock import ClockFileDamagedError, ShiftedClock
from local.simulators.faults import FaultsFileDamagedError, FaultSwitch

LONGEST_SILENCE_S = 60.0
_SILENCE_STEP_S = 0.1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every simulator is given: its folder, the product's clock, the faults that are switched on."""

    folder: Path
    clock: ShiftedClock
    faults: FaultSwitch


def surroundings_in(folder: Path, clock_file: Path | None = None) -> Surroundings:
    """The surroundings kept in one folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    return Surroundings(
        folder, ShiftedClock(clock_file or folder / "clock.json"), FaultSwitch(folder / "faults.json")
    )


def command_line(name: str, purpose: str) -> argparse.ArgumentParser:
    """The options that all simulators share; each may add its own."""
    parser = argparse.ArgumentParser(prog=f"python -m local.simulators.{name}", description=purpose)
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that keeps the state of all simulators"
    )
    parser.add_argument(
        "--root-path", default="", help="prefix of the paths where a proxy passes them on whole"
    )
    parser.add_argument(
        "--clock", type=Path, help="file of the product's clock (default: clock.json in --data)"
    )
    return parser


def serve(options: argparse.Namespace, build: Callable[[Surroundings], Starlette]) -> None:
    """Run one simulator until it is told to stop; a damaged folder ends it with one sentence."""
    try:
        surroundings = surroundings_in(options.data, options.clock)
        surroundings.clock.now()
        surroundings.faults.read()
        app = build(surroundings)
    except (OSError, sqlite3.Error, ClockFileDamagedError, FaultsFileDamagedError) as error:
        sys.exit(f"The data folder {options.data} cannot be used: {error}")
    uvicorn.run(
        BehindProxy(app, options.root_path),
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
        proxy_headers=False,
    )


class BehindProxy:
    """Takes a path with the proxy's prefix and one without; links are then made the way the request came."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the prefix as the root path where the request carries it."""
        if self._prefix and scope["type"] == "http" and f"{scope['path']}/".startswith(f"{self._prefix}/"):
            scope = {**scope, "root_path": self._prefix}
        await self._app(scope, receive, send)


def health_route() -> Route:
    """`GET /healthz`: the service is up."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Route("/healthz", healthz)


async def keep_silent(request: Request, is_silent: Callable[[], bool]) -> Response:
    """Answer nothing until the caller gives up, the fault is switched off or the longest silence is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_SILENCE_S):
            # The fault is a file and the caller a socket: neither can wake us, so both are looked at.
            while is_silent() and not await request.is_disconnected():  # noqa: ASYNC110
                await asyncio.sleep(_SILENCE_STEP_S)
    return PlainTextResponse("The simulator was told to be silent.", status_code=504)


def secret_of_the_product(name: str, *, otherwise: str) -> str:
    """A secret that both sides of a protocol hold, as the product is given it."""
    secrets = json.loads(os.environ.get("BAOKAO_SECRETS") or "{}")
    return str(secrets.get(name) or otherwise)
