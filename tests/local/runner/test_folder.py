"""The data folder: what is ours to use or to empty, and damage that is told in one sentence."""

import base64
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from local.folder import DataFolder, StartError, check_folder, open_folder, read_secrets


def opened(path: Path, *, fresh: bool = False) -> DataFolder:
    folder, lock = open_folder(path, fresh=fresh)
    lock.close()
    return folder


def in_use_before(path: Path) -> DataFolder:
    folder = opened(path)
    read_secrets(folder)
    with sqlite3.connect(folder.database) as database:
        database.execute("CREATE TABLE items (pk TEXT)")
    database.close()
    return folder


def test_a_folder_that_was_used_is_found_as_it_was(tmp_path: Path) -> None:
    folder = in_use_before(tmp_path / "deep" / "data")
    kept = read_secrets(folder)
    check_folder(opened(folder.path))
    assert read_secrets(folder) == kept
    assert folder.database.exists()


def test_the_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    read_secrets(folder)
    assert folder.secrets.stat().st_mode & 0o777 == 0o600


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    made = opened(tmp_path / "made").path
    assert made.stat().st_mode & 0o777 == 0o700
    made.chmod(0o755)
    opened(made)
    assert made.stat().st_mode & 0o777 == 0o700


def test_another_folder_is_not_taken_and_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StartError, match="holds other things"):
        open_folder(tmp_path, fresh=True)
    assert (tmp_path / "thesis.txt").exists()


def test_another_folder_stays_as_open_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    tmp_path.chmod(0o755)
    with pytest.raises(StartError):
        open_folder(tmp_path, fresh=False)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_beginning_anew_keeps_nothing(tmp_path: Path) -> None:
    folder = in_use_before(tmp_path)
    kept = read_secrets(folder)
    opened(tmp_path, fresh=True)
    assert not folder.database.exists()
    assert read_secrets(folder) != kept


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    _, lock = open_folder(tmp_path, fresh=False)
    with lock, pytest.raises(StartError, match="in use by another run"):
        open_folder(tmp_path, fresh=True)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StartError, match="cannot be used"):
        open_folder(tmp_path / "data", fresh=False)


def _overwrite_database(folder: DataFolder) -> None:
    folder.database.write_bytes(b"garbage" * 1000)


def _tear_database(folder: DataFolder) -> None:
    whole = folder.database.read_bytes()
    folder.database.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def _put_key(name: str, text: str) -> Callable[[DataFolder], object]:
    def damage(folder: DataFolder) -> None:
        folder.secrets.write_text(json.dumps({**read_secrets(folder), name: text}))

    return damage


_SHORT = base64.b64encode(b"short").decode()


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_overwrite_database, "records.db"),
        (_tear_database, "records.db"),
        (lambda folder: folder.secrets.unlink(), "secrets.json is gone"),
        (lambda folder: folder.secrets.write_text("{"), "secrets.json is not JSON"),
        (lambda folder: folder.secrets.write_text('{"sealing_key": "x"}'), "secrets.json lacks a key"),
        (_put_key("sealing_key", _SHORT), "sealing_key in secrets.json is not 32 bytes"),
        (_put_key("fingerprint_key", _SHORT), "fingerprint_key in secrets.json is not 32 bytes"),
        (_put_key("sealing_key", "密钥"), "sealing_key in secrets.json is not 32 bytes"),
        (lambda folder: folder.faults.write_text("["), "faults.json"),
        (lambda folder: (folder.simulators / "alipay.sqlite").write_text("broken"), "alipay.sqlite"),
        (lambda folder: folder.stream_positions.write_text("[]"), "stream-positions.json"),
        (lambda folder: folder.clock.write_text("{}"), "clock.json"),
    ],
)
def test_damage_is_named(tmp_path: Path, damage: Callable[[DataFolder], object], named: str) -> None:
    folder = in_use_before(tmp_path)
    damage(folder)
    with pytest.raises(StartError) as told:
        check_folder(folder)
    assert named in str(told.value)
    assert "--fresh" in str(told.value)
