"""Where the DynamoDB emulator is and how it is started. What its tables hold is storage's affair.

The emulator is one program on SQLite that npm brings for Linux on x64. Elsewhere moto's server, which comes
with the development requirements, takes its place; that one keeps nothing when it ends.
"""

import sqlite3
import sys
from contextlib import closing, suppress
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


def hasten_stream(database: Path) -> None:
    """Let a running emulator find its place in the stream at once, however much lies in it.

    It numbers each write, and reads the stream on, by looking through all that was ever written, so that it
    slows down as it fills. An index is all that it lacks. Without one it works, too: what hinders is let be.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(database, timeout=10)) as opened:
        opened.execute(
            "CREATE INDEX IF NOT EXISTS stream_numbers"
            " ON _stream_records (table_name, CAST(sequence_number AS INTEGER))"
        )
        opened.commit()


def forgetful_command(port: int) -> list[str]:
    """Return the words that start moto's server, for machines without the emulator."""
    return [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)]
