"""What finance sees of a day's bill, and how it has the bill gone through once more."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.domain.audit import Act, AuditEntry, Clerk
from chalicelib.domain.bill import BillReport
from chalicelib.domain.china import china_date
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.errors import InvalidInputError, NotFoundError
from chalicelib.usecases.money.look_into import waiting_for_finance
from chalicelib.usecases.money.match_bill import BillPorts
from chalicelib.usecases.money.reconcile_bill import reconcile_bill
from chalicelib.usecases.money.sweep import Pace
from chalicelib.usecases.ports import AuditLog, PaymentProvider

LONGEST_AGO = timedelta(days=92)
"""Providers keep their bills for three months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfBill:
    """The report of a provider's day, and which of its differences still wait for this clerk's authority."""

    report: BillReport
    waiting: tuple[Discrepancy, ...]


def day_of_bill(provider: str, day: date, clerk: Clerk, *, ports: BillPorts) -> DayOfBill:
    """Raises InvalidInputError (no such provider), NotFoundError (no bill of that day was run)."""
    _provider(provider, ports)
    report = ports.bills.report(provider, day)
    if report is None:
        raise NotFoundError
    waiting = waiting_for_finance(clerk, ports=ports.money)
    of_day = (each for each in waiting if each.provider == provider and each.bill_day == day)
    return DayOfBill(report=report, waiting=tuple(of_day))


def run_bill(
    provider: str, day: date, entry: AuditEntry, *, ports: BillPorts, audit_log: AuditLog, pace: Pace
) -> BillReport:
    """Go through a day's bill again: what was done already is found done.

    Raises InvalidInputError, ProviderRefusedError, FilesUnavailableError, StoreBusyError.
    """
    asked = _provider(provider, ports)
    today = china_date(entry.at)
    if not today - LONGEST_AGO <= day < today:
        raise InvalidInputError(field="day", detail="对账单按日出具，请填写今天以前、三个月以内的日期。")
    # Before it is gone through, which acts: an act without its entry would be worse than the other way round.
    audit_log.record(replace(entry, on_whom=bill_name(provider, day), what=Act.RUN_BILL))
    return reconcile_bill(asked, day, ports=ports, pace=pace, now=entry.at)


def bill_name(provider: str, day: date) -> str:
    """What audit entries call a bill."""
    return f"bill-{provider}-{day.isoformat()}"


def _provider(name: str, ports: BillPorts) -> PaymentProvider:
    provider = ports.money.providers.get(name)
    if provider is None:
        raise InvalidInputError(field="provider", detail=f"没有 {name} 这个支付机构，请核对 --provider。")
    return provider
