"""`python -m local.simulators.control`: the control page on a port of its own."""

from pathlib import Path

from local.simulators.control.app import build
from local.simulators.service import command_line, serve
from local.simulators.verification.people import PEOPLE_FILE, read_people


def main() -> None:
    """Read the command line and serve."""
    parser = command_line("control", "The control page of the simulators.")
    parser.add_argument("--people", type=Path, default=PEOPLE_FILE, help="file of known people")
    options = parser.parse_args()
    serve(options, lambda surroundings: build(surroundings, read_people(options.people)))


if __name__ == "__main__":
    main()
