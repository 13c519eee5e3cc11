"""The daily bill of a provider against our books, both ways: the last net under every fen (payments 4).

A bill is gone through twice: first to see that it adds up, then to act. What a run did not get to, the next
one does; what it did already costs the next one no write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from chalicelib.domain.bill import (
    BillDamagedError,
    BillProblem,
    BillReport,
    BillRow,
    BillTotals,
    day_begins,
    is_overdue,
)
from chalicelib.usecases.money.match_bill import BillPorts, Matching, give_up_waiting
from chalicelib.usecases.money.sweep import Pace
from chalicelib.usecases.ports import (
    DailyBill,
    NoBill,
    PaymentProvider,
    ProviderUnavailableError,
)

_ROWS_AT_ONCE = 100
_AWAITING_AT_MOST = 5000


def reconcile_bill(
    provider: PaymentProvider, day: date, *, ports: BillPorts, pace: Pace, now: datetime
) -> BillReport:
    """Fetch, keep, add up, match; the report is kept for finance and says whether the day is done with.

    Raises ProviderRefusedError, FilesUnavailableError, StoreBusyError.
    """
    report = BillReport(provider=provider.name, day=day, made_at=now)
    try:
        with provider.daily_bill(day) as bill:
            if isinstance(bill, NoBill):
                report = _without_bill(report, ports, now)
            else:
                ports.files.keep(provider.name, day, bill)
                report = _gone_through(bill, provider, report, ports, pace)
    except BillDamagedError:
        report = replace(report, problem=BillProblem.DAMAGED)
    except ProviderUnavailableError:
        report = replace(report, problem=BillProblem.SILENT)
    ports.bills.keep(report)
    if report.is_complete:
        # Only now, for it asks which days are done with.
        report = replace(report, gone=give_up_waiting(report, ports, now))
        ports.bills.keep(report)
    return report


def _without_bill(report: BillReport, ports: BillPorts, now: datetime) -> BillReport:
    """No payments that day, says the provider. Believed on the second day, if we know of none either, instead
    of the alarm that any other trouble would then give."""
    waiting = _waiting(report, ports)
    is_believed = not waiting and is_overdue(report.day, now)
    return replace(report, waiting=waiting, problem=None if is_believed else BillProblem.MISSING)


def _gone_through(
    bill: DailyBill, provider: PaymentProvider, report: BillReport, ports: BillPorts, pace: Pace
) -> BillReport:
    totals = BillTotals()
    for row in bill.rows():
        totals = totals.plus(row)
    matching = Matching(provider, report.day, ports, report.made_at)
    is_finished = _matched(bill, matching, pace)
    report = replace(
        report,
        sha256=bill.sha256,
        totals=totals,
        confirmed=matching.confirmed,
        learnt=matching.learnt,
        differing=matching.differing,
    )
    if not is_finished or matching.put_off:
        return replace(report, problem=BillProblem.UNFINISHED)
    return replace(report, waiting=_waiting(report, ports))


def _matched(bill: DailyBill, matching: Matching, pace: Pace) -> bool:
    """Whether there was time for all of it."""
    for rows in _in_parts(bill.rows()):
        if pace.elapsed_s() >= pace.at_most_s:
            return False
        matching.match(rows)
    return True


def _in_parts(rows: Iterator[BillRow]) -> Iterator[Sequence[BillRow]]:
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        yield part


def _waiting(report: BillReport, ports: BillPorts) -> int:
    """How much money of that day no bill has confirmed."""
    begins, ends = day_begins(report.day), day_begins(report.day + timedelta(days=1))
    # Only that day's: older money that waits for its own bill must not hide it.
    awaiting = ports.bills.awaiting(report.provider, since=begins, before=ends, at_most=_AWAITING_AT_MOST)
    return len(awaiting)
