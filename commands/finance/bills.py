"""The daily bill of a provider: its report and what it does not agree with, and going through it again.

Providers bill all authorities together: the report is everybody's, what waits is shown to its own authority.
"""

import argparse
import time
from datetime import date

from chalicelib import wiring
from chalicelib.domain.bill import BillReport
from chalicelib.domain.errors import InvalidInputError
from chalicelib.observability import log
from chalicelib.usecases.money.run_bill import bill_name, day_of_bill, run_bill
from chalicelib.usecases.money.sweep import Pace
from commands.finance.amounts import yuan_of
from commands.finance.shown import discrepancy_line, shown
from commands.staff.acting import Arguments, StaffAction, clerk_of, entry_for, with_reason

_AT_MOST_S = 3600.0
"""A person waits for it, or ends it."""


def show(arguments: Arguments, services: wiring.Services) -> list[str]:
    """The report of a day and its differences that wait. Raises DomainError."""
    day = _day(arguments.day)
    found = day_of_bill(arguments.provider, day, clerk_of(arguments), ports=services.bill_ports)
    return [*_report_lines(found.report), *(f"    {discrepancy_line(each)}" for each in found.waiting)]


def run_again(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Go through the bill of a day again. Raises DomainError."""
    day = _day(arguments.day)
    began_s = time.monotonic()
    pace = Pace(wait=time.sleep, elapsed_s=lambda: time.monotonic() - began_s, at_most_s=_AT_MOST_S)
    report = run_bill(
        arguments.provider,
        day,
        entry_for(arguments, services, on_whom=bill_name(arguments.provider, day)),
        ports=services.bill_ports,
        audit_log=services.audit_log,
        pace=pace,
    )
    log.info("bill run by finance", provider=report.provider, day=day.isoformat())
    return _report_lines(report)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InvalidInputError(field="day", detail="日期请写成 2026-11-24 的样子。") from error


def _report_lines(report: BillReport) -> list[str]:
    payments = f"{report.totals.payments} payments {yuan_of(report.totals.payments_fen)}"
    refunds = f"{report.totals.refunds} refunds {yuan_of(report.totals.refunds_fen)}"
    agree = f"{report.confirmed} rows agree, {report.learnt} of them not known before"
    ended = "done with" if report.problem is None else f"to be run again: {report.problem}"
    lines = [
        f"bill of {report.provider}, {report.day.isoformat()}: {ended}, run {shown(report.made_at)}",
        f"    {payments}, {refunds}",
        f"    {agree}; {report.differing} do not agree",
        f"    {report.waiting} of our bookings not in it yet, {report.gone} of earlier days in no bill",
    ]
    return [*lines, f"    sha256 {report.sha256}"] if report.sha256 else lines


def _one_day(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--provider", required=True, help="such as alipay")
    parser.add_argument("--day", required=True, help="by the provider's clock, such as 2026-11-24")


def _running(parser: argparse.ArgumentParser) -> None:
    _one_day(parser)
    with_reason(parser)


ACTIONS = (
    StaffAction(
        name="bill", about="what came of a day's bill, and what of it waits", run=show, arguments=_one_day
    ),
    StaffAction(name="run-bill", about="go through a day's bill again", run=run_again, arguments=_running),
)
