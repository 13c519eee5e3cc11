"""What time starts: the sweep over unconfirmed orders and refunds, the polls of the verification service."""

import time
from typing import Any

from chalice.app import Blueprint, Rate

from chalicelib import wiring
from chalicelib.observability import count, log
from chalicelib.usecases.sweep_money import Pace, sweep_money
from chalicelib.usecases.verify import poll_checks

schedules = Blueprint(__name__)


@schedules.schedule(Rate(1, unit=Rate.MINUTES), name="sweep_payments")
def sweep_payments(event: Any) -> dict[str, int]:
    """Ask the providers about every order and every refund that is due."""
    services = wiring.services()
    began = time.monotonic()
    pace = Pace(wait=time.sleep, elapsed_s=lambda: time.monotonic() - began)
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
