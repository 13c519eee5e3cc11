"""The data folder of the product on one machine: what lies where in it, and whether it is whole.

It is looked through before anything is started, so that damage is told in one sentence and not by the
traceback of some program.
"""

import base64
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.clock import ClockFileDamagedError, ShiftedClock
from local.simulators.faults import FaultsFileDamagedError, FaultSwitch

_FORMAT = 1
# Above this a look through every page of the database would be felt at each start.
_READ_WHOLE_BYTES = 32 * 1024 * 1024
_KEY_BYTES = 32
_KEY_NAMES = ("fingerprint_key", "sealing_key")
"""Handed to the ciphers as they are, so they must have the ciphers' length."""
_SECRET_NAMES = ("fingerprint_key", "sealing_key", "sms_secret_key", "verification_key")
_REPORT_TOKEN = "sms_report_token"
"""Stands in an address, and came later than the others: a folder that lacks it is given one."""


class StartError(Exception):
    """The product cannot start; the text is one sentence for the person who started it."""


@dataclass(frozen=True)
class DataFolder:
    """Where the product on one machine keeps what must outlive it."""

    path: Path

    @property
    def marker(self) -> Path:
        """Says that the folder is ours, so that `--fresh` never empties another's."""
        return self.path / "baokao-local.json"

    @property
    def lock(self) -> Path:
        """Held by the one run that uses the folder."""
        return self.path / "lock"

    @property
    def database(self) -> Path:
        """The emulator's tables."""
        return self.path / "records.db"

    @property
    def secrets(self) -> Path:
        """Keys made once; without them what the tables hold cannot be read."""
        return self.path / "secrets.json"

    @property
    def environment(self) -> Path:
        """The settings of the present run, for a shell: `. DIR/env`."""
        return self.path / "env"

    @property
    def stream_positions(self) -> Path:
        """How far each stream handler has read."""
        return self.path / "stream-positions.json"

    @property
    def dead_letters(self) -> Path:
        """Stream records that their handler refused each time."""
        return self.path / "dead-letters.jsonl"

    @property
    def logs(self) -> Path:
        """One file for each program."""
        return self.path / "logs"

    @property
    def simulators(self) -> Path:
        """Everything that the outside parties hold, and the product's clock with them."""
        return self.path / "simulators"

    @property
    def clock(self) -> Path:
        """How far the product's clock is off."""
        return self.simulators / "clock.json"

    @property
    def faults(self) -> Path:
        """How the simulators have been told to misbehave."""
        return self.simulators / "faults.json"


def open_folder(path: Path, *, fresh: bool) -> tuple[DataFolder, IO[str]]:
    """Return the folder, made or emptied where asked, with its lock, to be kept open while it is used."""
    folder = DataFolder(path)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(path.iterdir()) and not folder.marker.exists():
            raise StartError(f"The folder {path} holds other things; choose an empty one with --data.")
        lock = _locked(folder)
        _keep_to_the_owner(path)
        if fresh:
            _empty(folder)
        write_whole(folder.marker, json.dumps({"format": _FORMAT}))
        folder.logs.mkdir(exist_ok=True)
        folder.simulators.mkdir(exist_ok=True)
    except OSError as error:
        raise StartError(f"The data folder {path} cannot be used: {error.strerror}.") from error
    return folder, lock


def check_folder(folder: DataFolder) -> None:
    """Raise StartError that names what in the folder is damaged."""
    try:
        for database in (folder.database, *sorted(folder.simulators.glob("*.sqlite"))):
            _check_database(database)
        ShiftedClock(folder.clock).now()
        FaultSwitch(folder.faults).read()
        _read_object(folder.stream_positions)
        if folder.database.exists() and not folder.secrets.exists():
            raise ValueError(f"{folder.secrets.name} is gone, and what {folder.database.name} holds needs it")
        if folder.secrets.exists():
            read_secrets(folder)
    except (ValueError, OSError, sqlite3.Error, ClockFileDamagedError, FaultsFileDamagedError) as error:
        raise StartError(
            f"The data folder {folder.path} is damaged: {error}. "
            "Put it right, choose another with --data, or begin anew with --fresh (what it holds is lost)."
        ) from error


def read_secrets(folder: DataFolder) -> Mapping[str, str]:
    """Return the keys of this folder, made at the first call."""
    if not folder.secrets.exists():
        made = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in _SECRET_NAMES}
        write_whole(folder.secrets, json.dumps(made, indent=2))
    kept = _read_object(folder.secrets)
    if not all(isinstance(kept.get(name), str) for name in _SECRET_NAMES):
        raise ValueError(f"{folder.secrets.name} lacks a key")
    for name in _KEY_NAMES:
        _check_key(folder.secrets, name, str(kept[name]))
    if not isinstance(kept.get(_REPORT_TOKEN), str):
        kept = {**kept, _REPORT_TOKEN: secrets.token_urlsafe(32)}
        write_whole(folder.secrets, json.dumps(kept, indent=2))
    return {name: str(kept[name]) for name in (*_SECRET_NAMES, _REPORT_TOKEN)}


def write_whole(path: Path, text: str) -> None:
    """Write a file that readers see as it was or as it is, never half; only its owner may read it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)


def _locked(folder: DataFolder) -> IO[str]:
    lock = folder.lock.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StartError(
            f"The data folder {folder.path} is in use by another run; "
            "end that one or choose another folder with --data."
        ) from None
    return lock


def _keep_to_the_owner(path: Path) -> None:
    # Where the folder is another's, as a mounted one may be, the files with secrets are still closed.
    with contextlib.suppress(PermissionError):
        path.chmod(0o700)


def _empty(folder: DataFolder) -> None:
    for child in folder.path.iterdir():
        # The marker and the lock stay, so that a broken-off emptying leaves a folder that is still ours.
        if child in (folder.lock, folder.marker):
            continue
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def _check_database(path: Path) -> None:
    if not path.exists():
        return
    connection = sqlite3.connect(path)
    try:
        question = "quick_check" if path.stat().st_size <= _READ_WHOLE_BYTES else "schema_version"
        (answer,) = connection.execute(f"PRAGMA {question}").fetchone()
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{path.name}: {error}") from error
    finally:
        connection.close()
    if isinstance(answer, str) and answer != "ok":
        raise ValueError(f"{path.name}: {answer}")


def _check_key(file: Path, name: str, text: str) -> None:
    try:
        is_whole = len(base64.b64decode(text, validate=True)) == _KEY_BYTES
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ValueError(f"{name} in {file.name} is not {_KEY_BYTES} bytes in base64")


def _read_object(path: Path) -> Mapping[str, object]:
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is not an object")
    return content
