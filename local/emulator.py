"""Where the DynamoDB emulator is and how it is started. What its tables hold is storage's affair.

The emulator is one program on SQLite that npm brings for Linux on x64. Elsewhere moto's server, which comes
with the development requirements, takes its place; that one keeps nothing when it ends.
"""

import sys
from pathlib import Path

from local.sockets import LOOPBACK

_BINARY = Path(__file__).parent / "node_modules" / "@dynoxide" / "linux-x64" / "dynoxide"


def emulator_binary() -> Path:
    """Return the emulator's program, or raise FileNotFoundError that names what is missing."""
    if not _BINARY.is_file():
        raise FileNotFoundError(
            f"the DynamoDB emulator is missing ({_BINARY}): "
            "run `npm ci` in local/ (its program exists for Linux on x64)"
        )
    return _BINARY


def emulator_command(port: int, *, database: Path | None) -> list[str]:
    """Return the words that start the emulator; without `database` it keeps nothing."""
    command = [str(emulator_binary()), "serve", "--host", LOOPBACK, "--port", str(port)]
    return command if database is None else [*command, "--db-path", str(database)]


def forgetful_command(port: int) -> list[str]:
    """Return the words that start moto's server, for machines without the emulator."""
    return [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)]
