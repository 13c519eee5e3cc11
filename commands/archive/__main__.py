"""The command line of the archive.

    python -m commands.archive import FILE [--report REPORT] [--rows-per-s 500]
    python -m commands.archive check FILE [--report REPORT]

The report on refused rows goes to FILE with `.refused.csv` behind it unless said otherwise. Ends with
status 0 when every row was taken, 2 when rows were refused, 1 when it did not come to its end.
"""

import argparse
import sys
from pathlib import Path

from chalicelib import wiring
from chalicelib.observability import log
from chalicelib.usecases.ports import StoreBusyError
from commands.archive.importing import ROWS_PER_S, Keeping, Pace, import_archive
from commands.archive.lines import ArchiveFileError

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
    return parser


def main() -> int:
    """Import or check one file."""
    arguments = read_arguments().parse_args()
    report = arguments.report or arguments.file.with_name(f"{arguments.file.name}.refused.csv")
    services = wiring.services()
    keeping = Keeping(
        archive=services.archive if arguments.action == "import" else None,
        pace=Pace(rows_per_s=arguments.rows_per_s),
    )
    try:
        outcome = import_archive(
            arguments.file, report, keeping=keeping, exams=services.exams, clock=services.clock
        )
    except (OSError, ArchiveFileError) as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return 1
    except StoreBusyError:
        print("The store is too busy. What was kept stays: say the same again later.", file=sys.stderr)
        return 1
    log.info("archive read", action=arguments.action, outcome=str(outcome))
    print(outcome)
    if not outcome.refused:
        return 0
    print(f"The refused rows are in {report}.")
    return SOME_REFUSED


if __name__ == "__main__":
    sys.exit(main())
