"""What a person is told by `python -m local` when it cannot start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.folder import open_folder
from local.sockets import free_port


def local(*words: str, port: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", *words]
    environment = {**os.environ, "PORT": port}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = local("--port", str(port), "--data", str(tmp_path / "data"))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} of 127.0.0.1 cannot be had")
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_damaged_folder_is_one_sentence(tmp_path: Path) -> None:
    folder, lock = open_folder(tmp_path / "data", fresh=False)
    lock.close()
    folder.secrets.write_text("{")
    ended = local("--port", str(free_port()), "--data", str(folder.path))
    assert ended.returncode == 1
    assert "secrets.json is not JSON" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_broken_file_of_a_simulator_is_told_before_anything_starts(tmp_path: Path) -> None:
    folder, lock = open_folder(tmp_path / "data", fresh=False)
    lock.close()
    (folder.simulators / "alipay.sqlite").write_text("broken")
    ended = local("--port", str(free_port()), "--data", str(folder.path))
    assert ended.returncode == 1
    assert "alipay.sqlite" in ended.stderr
    assert "--fresh" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_help_explains_the_pace_of_the_schedules() -> None:
    told = local("--help")
    assert told.returncode == 0
    assert "--minute-s" in told.stdout
    assert "--fresh" in told.stdout


@pytest.mark.parametrize(
    "words", [("--port", "0"), ("--port", "no"), ("--processes", "0"), ("--minute-s", "-1")]
)
def test_senseless_options_are_refused(words: tuple[str, str]) -> None:
    ended = local(*words)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(("words", "port"), [(("--port", "80x"), ""), ((), "abc")])
def test_what_is_no_port_is_one_sentence_with_the_way_out(words: tuple[str, ...], port: str) -> None:
    ended = local(*words, port=port)
    assert ended.returncode == 2
    assert f"'{port or words[-1]}' is no port: give a number from 1 to 65535" in ended.stderr
    assert ended.stderr.count("\n") == 1
