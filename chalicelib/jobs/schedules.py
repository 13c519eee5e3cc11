"""What time starts: the sweep over unconfirmed orders and refunds, the polls of the verification service."""

import time
from datetime import date
from typing import Any

from chalice.app import Blueprint, Cron, Rate

from chalicelib import wiring
from chalicelib.domain.bill import BillProblem, days_to_reconcile, is_overdue
from chalicelib.domain.china import china_date
from chalicelib.observability import count, log
from chalicelib.usecases.accounts.verify import poll_checks
from chalicelib.usecases.money.reconcile_bill import reconcile_bill
from chalicelib.usecases.money.sweep import Pace, sweep_money
from chalicelib.usecases.ports import (
    FilesUnavailableError,
    PaymentProvider,
    ProviderRefusedError,
    StoreBusyError,
)

schedules = Blueprint(__name__)
# Each well within the time that Lambda gives its function.
_SWEEP_AT_MOST_S = 45.0
_BILLS_AT_MOST_S = 780.0


@schedules.schedule(Rate(1, unit=Rate.MINUTES), name="sweep_payments")
def sweep_payments(event: Any) -> dict[str, int]:
    """Ask the providers about every order and every refund that is due."""
    services = wiring.services()
    pace = _pace(at_most_s=_SWEEP_AT_MOST_S)
    report = sweep_money(ports=services.payment_ports, pace=pace, now=services.clock.now())
    silent = report.silent.total()
    if report.due:
        log.info("money swept", due=report.due, asked=report.asked, silent=silent, put_off=report.put_off)
    if silent:
        count("ProviderUnavailable", silent)
    if report.refused:
        log.error("a provider refused us", times=report.refused)
        count("ProviderRefused", report.refused)
    return {"due": report.due, "asked": report.asked}


@schedules.schedule(Rate(1, unit=Rate.MINUTES), name="poll_verifications")
def poll_verifications(event: Any) -> dict[str, int]:
    """Ask the verification service about every check that is due."""
    services = wiring.services()
    report = poll_checks(
        accounts=services.accounts,
        credentials=services.credentials,
        pending=services.pending_checks,
        verification=services.verification,
        poll_after_s=services.verification_poll_s,
        now=services.clock.now(),
    )
    if report.settled:
        log.info("checks settled", settled=report.settled)
    if report.silent:
        count("ProviderUnavailable", report.silent)
    if report.refused:
        log.error("the verification service refused us", times=report.refused)
        count("ProviderRefused", report.refused)
    return {"due": report.due, "settled": report.settled}


@schedules.schedule(Cron("0/30", "2-9", "*", "*", "?", "*"), name="fetch_bills")
def fetch_bills(event: Any) -> dict[str, int]:
    """Hold yesterday's bills against our books, from 10:00 in China until they are done with.

    Days that were missed are caught up with; a day that is done with costs one read.
    """
    services = wiring.services()
    pace = _pace(at_most_s=_BILLS_AT_MOST_S)
    today = china_date(services.clock.now())
    gone_through = 0
    faults: list[Exception] = []
    for name, provider in services.providers.items():
        for day in days_to_reconcile(today):
            known = services.bills.report(name, day)
            if known is None or not known.is_complete:
                try:
                    _fetch_bill(services, provider, day, pace)
                except Exception as fault:  # noqa: BLE001  # one bad bill must not keep the others from us
                    faults.append(fault)
                _tell_if_overdue(services, name, day)
                gone_through += 1
    if faults:
        raise ExceptionGroup("bills could not be gone through", faults)
    return {"bills": gone_through}


def _tell_if_overdue(services: wiring.Services, provider: str, day: date) -> None:
    """A bill that stays away, whatever the reason, hides what only it could tell: a person has to ask."""
    report = services.bills.report(provider, day)
    if is_overdue(day, services.clock.now()) and not (report and report.is_complete):
        log.error("a bill is overdue", provider=provider, day=day.isoformat())
        count("BillOverdue")


def _fetch_bill(services: wiring.Services, provider: PaymentProvider, day: date, pace: Pace) -> None:
    """One bill; another provider's must not wait for the trouble of this one's."""
    now = services.clock.now()
    try:
        report = reconcile_bill(provider, day, ports=services.bill_ports, pace=pace, now=now)
    except (ProviderRefusedError, FilesUnavailableError, StoreBusyError) as trouble:
        log.error("a bill could not be fetched", provider=provider.name, why=type(trouble).__name__)
        count("ProviderRefused")
        return
    said = log.info if report.is_complete else log.warning
    said("bill", provider=report.provider, day=day.isoformat(), problem=report.problem or "none")
    if report.problem is BillProblem.DAMAGED:
        count("BillDamaged")
    if report.differing or report.gone:
        log.error("a bill does not agree", provider=report.provider, day=day.isoformat())
        count("BillDifference", report.differing + report.gone)


def _pace(*, at_most_s: float) -> Pace:
    began = time.monotonic()
    return Pace(wait=time.sleep, elapsed_s=lambda: time.monotonic() - began, at_most_s=at_most_s)
