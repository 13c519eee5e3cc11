"""Runs an operator's command against the product on this machine: `python -m local.command staff …`.

The command itself is in `commands/` and knows nothing of this machine; here it is given the settings of the
run and the product's clock, which people may have moved.
"""

import argparse
import os
import runpy
import shlex
import sys
from pathlib import Path

from local.folder import DataFolder


def main() -> int:
    """Run `commands.NAME` with the words behind its name."""
    parser = argparse.ArgumentParser(prog="python -m local.command", description=main.__doc__)
    parser.add_argument(
        "--data", type=Path, default=Path(".local"), help="folder of the run (default: %(default)s)"
    )
    parser.add_argument("name")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    read = parser.parse_args()
    file = DataFolder(read.data).environment
    if not file.exists():
        print(f"{read.data} holds no run: start the product first (make run).", file=sys.stderr)
        return 1
    os.environ.update(environment_of(file.read_text(encoding="utf-8")))

    from local.product import install_wiring

    install_wiring()
    sys.argv = [f"python -m commands.{read.name}", *read.words]
    runpy.run_module(f"commands.{read.name}", run_name="__main__", alter_sys=False)
    return 0


def environment_of(text: str) -> dict[str, str]:
    """Read the settings that a run left for a shell."""
    pairs = (word.partition("=") for word in shlex.split(text) if "=" in word)
    return {name: value for name, _, value in pairs}


if __name__ == "__main__":
    sys.exit(main())
