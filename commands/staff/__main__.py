"""The command line of clerks.

    python -m commands.staff queue --authority liaoning
    python -m commands.staff pass --authority liaoning ACCOUNT REGISTRATION
    python -m commands.staff reject --authority liaoning ACCOUNT REGISTRATION --reason TEXT
    python -m commands.staff extend --authority liaoning --exam EXAM --window registration \\
        --until "2026-12-05 24:00" --reason TEXT
    python -m commands.staff ACTION --help

`make staff ARGS="queue --authority liaoning"` runs it against the product on this machine; with
--data DIR among the words, against the one that runs with the same.
"""

import argparse
import sys

from chalicelib import wiring
from chalicelib.domain.errors import DomainError
from commands.staff import changes, help_desk, identities, integrity, materials, reviews, windows
from commands.staff.acting import action_parser, check_authority

GROUPS = (
    reviews.ACTIONS,
    materials.ACTIONS,
    identities.ACTIONS,
    integrity.ACTIONS,
    help_desk.ACTIONS,
    changes.ACTIONS,
    windows.ACTIONS,
)


def read_arguments() -> argparse.ArgumentParser:
    """The command line."""
    return action_parser("staff", __doc__, GROUPS)


def main() -> None:
    """Run one action; a refusal ends with its sentence and status 1."""
    arguments = read_arguments().parse_args()
    services = wiring.services()
    try:
        check_authority(arguments, services)
        print("\n".join(arguments.run(arguments, services)))
    except DomainError as refused:
        sys.exit(f"{refused.code}: {refused.detail}")


if __name__ == "__main__":
    main()
