"""An operator's command is given the settings of the run whose folder it names."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from local.command import environment_of, read_words

QUEUE = ["queue", "--authority", "liaoning"]


@pytest.mark.parametrize(
    ("words", "folder", "own"),
    [
        (["staff", *QUEUE], ".local", QUEUE),
        (["--data", "there", "staff", *QUEUE], "there", QUEUE),
        (["staff", "--data", "there", *QUEUE], "there", QUEUE),
        (["staff", *QUEUE, "--data=there"], "there", QUEUE),
        (["finance", "--help"], ".local", ["--help"]),
        (["archive", "import", "--da", "x"], ".local", ["import", "--da", "x"]),
        (
            ["staff", "void", "a1", "--data", "there", "r1", "--reason", "学历 证书系伪造"],
            "there",
            ["void", "a1", "r1", "--reason", "学历 证书系伪造"],
        ),
    ],
)
def test_the_folder_may_stand_anywhere_and_all_else_is_the_commands(
    words: Sequence[str], folder: str, own: Sequence[str]
) -> None:
    read, others = read_words(words)
    assert (read.data, read.name, others) == (Path(folder), words[0 if words[0][0] != "-" else 2], own)


def test_a_folder_that_holds_no_run_is_named(tmp_path: Path) -> None:
    done = run("staff", *QUEUE, "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{tmp_path} holds no run")


@pytest.mark.parametrize("name", ["archive", "catalogue", "finance", "staff"])
def test_what_a_command_can_do_is_told_without_a_run(tmp_path: Path, name: str) -> None:
    done = run(name, "--help", "--data", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"usage: python -m commands.{name}" in done.stdout


def test_the_settings_of_a_run_are_read_as_a_shell_would() -> None:
    assert environment_of("export PUBLIC_URL='http://localhost:1/a b'\n") == {
        "PUBLIC_URL": "http://localhost:1/a b"
    }


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.command", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
