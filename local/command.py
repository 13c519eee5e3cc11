"""Runs an operator's command against the product on this machine: `python -m local.command staff …`.

`--data DIR`, wherever it stands, names the folder of the run, as for `make run`. All other words are the
command's: it is in `commands/` and knows nothing of this machine; here it is given the settings of the run
and the product's clock, which people may have moved.
"""

import argparse
import os
import runpy
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from local.folder import DataFolder


def main() -> int:
    """Run `commands.NAME` with the words behind its name."""
    read, words = read_words(sys.argv[1:])
    # Who asks what a command can do need not have started anything.
    if not {"-h", "--help"}.intersection(words) and not _enter_run(DataFolder(read.data)):
        print(
            f"{read.data} holds no run: start the product first (make run), or name its --data DIR.",
            file=sys.stderr,
        )
        return 1
    sys.argv = [f"python -m commands.{read.name}", *words]
    runpy.run_module(f"commands.{read.name}", run_name="__main__", alter_sys=False)
    return 0


def _enter_run(folder: DataFolder) -> bool:
    """Take over the settings and the clock of the run that keeps its things there, if there is one."""
    if not folder.environment.exists():
        return False
    os.environ.update(environment_of(folder.environment.read_text(encoding="utf-8")))

    from local.product import install_wiring

    install_wiring()
    return True


def read_words(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command's name and the folder of the run, and the words that are the command's own."""
    # Help and abbreviations are the command's, too.
    parser = argparse.ArgumentParser(prog="python -m local.command", add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--data", type=Path, default=Path(".local"), help="folder of the run (default: %(default)s)"
    )
    parser.add_argument("name")
    return parser.parse_known_args(words)


def environment_of(text: str) -> dict[str, str]:
    """Read the settings that a run left for a shell."""
    pairs = (word.partition("=") for word in shlex.split(text) if "=" in word)
    return {name: value for name, _, value in pairs}


if __name__ == "__main__":
    sys.exit(main())
