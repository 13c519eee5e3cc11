"""The count of the calls that were broken, printed at the end of a run, and how many are to be.

`tests/conftest.py` hands the hooks on: with workers, only what lies there is read where the run ends.
"""

from typing import Any

import pytest

BROKEN = "calls broken"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/faults --every-read`."""
    parser.addoption("--every-read", action="store_true", help="break reads in every way")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many calls were broken, in which flows; the reports of all workers arrive here."""
    counted: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == BROKEN:
                flow, broken = value
                counted[flow] = counted.get(flow, 0) + broken
    if counted:
        terminalreporter.section("faults")
        for flow, broken in sorted(counted.items()):
            terminalreporter.write_line(f"{broken:5}  {flow}")
        terminalreporter.write_line(f"{sum(counted.values()):5}  calls broken, no violation")
