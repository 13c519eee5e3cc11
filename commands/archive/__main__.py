"""The command line of the archive.

    python -m commands.archive import FILE --authority liaoning [--report REPORT] [--rows-per-s 500]
    python -m commands.archive check FILE [--report REPORT]

`make archive ARGS="import FILE --authority liaoning"` runs it against the product on this machine; with
--data DIR among the words, against the one that runs with the same.

An import leaves audit entries: who, for which authority, when, the file's hash, and what came of it. The
report on refused rows goes to FILE with `.refused.csv` behind it unless said otherwise. Ends with status 0
when every row was taken, 2 when rows were refused, 1 when it did not come to its end.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib import wiring
from chalicelib.domain.errors import DomainError
from chalicelib.observability import log
from chalicelib.usecases.ports import StoreBusyError
from commands.archive.importing import ROWS_PER_S, Keeping, Pace, import_archive
from commands.archive.lines import ArchiveFileError
from commands.archive.noting import ARCHIVE, NotedArchive, hash_of
from commands.staff.acting import check_authority, entry_for, with_clerk, with_usual_reason

SOME_REFUSED = 2


def read_arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m commands.archive", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("action", choices=["import", "check"], help="check says all but keeps nothing")
    parser.add_argument("file", type=Path, help="CSV in UTF-8 or GBK, see docs/archive-format.md")
    parser.add_argument("--report", type=Path, help="where refused rows are listed")
    parser.add_argument("--rows-per-s", type=float, default=ROWS_PER_S, help="at most (default: %(default)s)")
    parser.add_argument("--authority", help="to import: whose clerk you are, such as liaoning")
    with_clerk(parser)
    with_usual_reason(parser, "导入历年档案")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Import or check one file, as the command line says."""
    parser = read_arguments()
    arguments = parser.parse_args(words)
    if arguments.action == "import" and arguments.authority is None:
        parser.error("say with --authority whose clerk imports: it stands in the audit log")
    try:
        return run(arguments, wiring.services())
    except (OSError, ArchiveFileError) as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
    except DomainError as refused:
        print(f"{refused.code}: {refused.detail}", file=sys.stderr)
    except StoreBusyError:
        print("The store is too busy. What was kept stays: say the same again later.", file=sys.stderr)
    return 1


def run(arguments: argparse.Namespace, services: wiring.Services) -> int:
    """Go through the file; the status to end with.

    Raises OSError, ArchiveFileError, DomainError, StoreBusyError.
    """
    report = arguments.report or arguments.file.with_name(f"{arguments.file.name}.refused.csv")
    noted = _noted(arguments, services) if arguments.action == "import" else None
    keeping = Keeping(archive=noted, pace=Pace(rows_per_s=arguments.rows_per_s))
    said = "not to its end"
    try:
        outcome = import_archive(
            arguments.file, report, keeping=keeping, exams=services.exams, clock=services.clock
        )
        said = str(outcome)
    finally:
        if noted is not None:
            noted.ended(said, now=services.clock.now())
    log.info("archive read", action=arguments.action, outcome=said)
    print(outcome)
    if not outcome.refused:
        return 0
    print(f"The refused rows are in {report}.")
    return SOME_REFUSED


def _noted(arguments: argparse.Namespace, services: wiring.Services) -> NotedArchive:
    check_authority(arguments, services)
    entry = entry_for(arguments, services, on_whom=ARCHIVE)
    return NotedArchive(services.archive, services.audit_log, entry, file_hash=hash_of(arguments.file))


if __name__ == "__main__":
    sys.exit(main())
