"""The command line of the catalogue.

    python -m commands.catalogue import FOLDER --authority liaoning
    python -m commands.catalogue import FOLDER --authority liaoning --again --reason REASON

`make catalogue ARGS="import FOLDER --authority liaoning"` runs it against the product on this machine; with
--data DIR among the words, against the one that runs with the same.

What is stored already is left alone unless --again is given, with the reason; what is stored just so, even
then. Everything that an import changes leaves an audit entry: who, for which authority, when, why, and each
field that differs, before and after. Windows are counted from the day of the import, so another day differs.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib import wiring
from chalicelib.domain.errors import DomainError
from chalicelib.observability import log
from commands.catalogue.files import CatalogueError, read_folder
from commands.catalogue.importing import import_catalogue
from commands.staff.acting import check_authority, entry_for, with_clerk, with_usual_reason

FIRST_TIME = "首次导入考试"
"""Why something new is imported, unless the clerk says more."""


def read_arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m commands.catalogue",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("action", choices=["import"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--authority", required=True, help="whose clerk you are, such as liaoning")
    parser.add_argument("--again", action="store_true", help="change what is stored already, too")
    with_clerk(parser)
    with_usual_reason(parser, FIRST_TIME)
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Import a folder, as the command line says."""
    parser = read_arguments()
    arguments = parser.parse_args(words)
    if arguments.again and arguments.reason == FIRST_TIME:
        parser.error("say with --reason why what is stored is changed: it stands in the audit log")
    try:
        return run(arguments, wiring.services())
    except (CatalogueError, OSError) as error:
        print(error, file=sys.stderr)
    except DomainError as refused:
        print(f"{refused.code}: {refused.detail}", file=sys.stderr)
    return 1


def run(arguments: argparse.Namespace, services: wiring.Services) -> int:
    """Read the folder and store it; the status to end with. Raises CatalogueError, OSError, DomainError."""
    catalogue = read_folder(arguments.folder, known_providers=services.providers, now=services.clock.now())
    if arguments.authority not in catalogue.authority_ids:
        check_authority(arguments, services)
    written = import_catalogue(
        catalogue, services, entry_for(arguments, services, on_whom=""), again=arguments.again
    )
    log.info("catalogue imported", authority=arguments.authority, outcome=str(written))
    print(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
