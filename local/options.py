"""What a person may ask of `python -m local`, and the text that explains it."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from local.sockets import LOOPBACK

_ABOUT = """\
Runs the whole of Baokao on this machine: the API, the web pages, the schedules, a DynamoDB emulator, and a
simulator for each outside party (Alipay, SMS, verification). Ctrl-C ends all of it; what was entered stays.
"""
_MORE = """\
With make:  make run ARGS="--port 9000 --fresh"        The port alone:  PORT=9000 make run
"""
_MOST_PORTS = 65535


@dataclass(frozen=True)
class Options:
    """What was asked."""

    host: str
    port: int
    public_url: str
    folder: Path
    fresh: bool
    processes: int
    minute_s: float


def read_options(words: Sequence[str]) -> Options:
    """Read the command line, or end with an explanation."""
    parser = _Parser(
        prog="python -m local",
        description=_ABOUT,
        epilog=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--port",
        type=_port,
        default=os.environ.get("PORT") or "8000",
        help="the one port for people (default: $PORT, else 8000)",
    )
    add(
        "--host",
        default=LOOPBACK,
        help="address to listen on; 0.0.0.0 lets a phone in (default: %(default)s)",
    )
    add("--public-url", help="how browsers reach this machine (default: http://localhost:PORT)")
    add(
        "--data", type=Path, default=Path(".local"), metavar="DIR", help="what is kept (default: %(default)s)"
    )
    add("--fresh", action="store_true", help="begin anew: all that DIR holds is lost")
    add(
        "--processes",
        type=_count,
        default=2,
        metavar="N",
        help="API workers, each with one request at a time (default: %(default)s)",
    )
    add(
        "--minute-s",
        type=_seconds,
        default=10.0,
        metavar="S",
        help="pace of the schedules: what the cloud does each minute or each few minutes, as the sweep for "
        "payments, is done each S seconds here; rates of hours and days take S seconds for a minute "
        "(default: %(default)g)",
    )
    read = parser.parse_args(words)
    public_url = read.public_url or f"http://localhost:{read.port}"
    return Options(
        host=read.host,
        port=read.port,
        public_url=public_url.rstrip("/"),
        folder=read.data,
        fresh=read.fresh,
        processes=read.processes,
        minute_s=read.minute_s,
    )


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the list of every option in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message[:1].upper()}{message[1:]}. See python -m local --help.\n")


def _port(word: str) -> int:
    number = int(word) if word.isdecimal() else 0
    if not 0 < number <= _MOST_PORTS:
        raise argparse.ArgumentTypeError(
            f"{word!r} is no port: give a number from 1 to {_MOST_PORTS}, with --port or in PORT"
        )
    return number


def _count(word: str) -> int:
    number = int(word) if word.isdecimal() else 0
    if not 0 < number <= 64:
        raise argparse.ArgumentTypeError(f"{word} is no number of processes (1 to 64)")
    return number


def _seconds(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = 0.0
    if not 0 < number <= 86400:
        raise argparse.ArgumentTypeError(f"{word} is no pace (more than 0 seconds)")
    return number
