"""Settle what does not agree: a person has seen to it, and says how."""

import argparse

from chalicelib import wiring
from chalicelib.domain.ids import DiscrepancyId
from chalicelib.observability import log
from chalicelib.usecases.money.finance import settle_discrepancy
from commands.finance.amounts import a_number
from commands.staff.acting import Arguments, StaffAction, entry_for, with_reason


def settle(arguments: Arguments, services: wiring.Services) -> list[str]:
    """It waits no more. Raises DomainError."""
    noticed = DiscrepancyId(arguments.discrepancy)
    settle_discrepancy(
        noticed,
        entry_for(arguments, services, on_whom=arguments.discrepancy),
        ports=services.payment_ports,
    )
    log.info("discrepancy settled", discrepancy=noticed, authority=arguments.authority)
    return [f"{noticed}: settled"]


def _settling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("discrepancy", type=a_number, help="first column of `waiting`")
    with_reason(parser)


ACTIONS = (
    StaffAction(
        name="settle",
        about="say how something that does not agree was seen to; no money moves",
        run=settle,
        arguments=_settling,
    ),
)
