"""Find a payment by our number or the provider's, ask the provider now, see what waits for a person."""

import argparse
from itertools import islice

from chalicelib import wiring
from chalicelib.domain.ids import DiscrepancyId
from chalicelib.observability import log
from chalicelib.usecases.money.look_into import ask_about_money, find_money, waiting_for_finance
from commands.finance.amounts import a_number
from commands.finance.shown import discrepancy_line, lines_of
from commands.staff.acting import Arguments, StaffAction, clerk_of, entry_for, with_usual_reason

MOST_ROWS = 50


def find(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Everything known of one payment. Raises DomainError."""
    found = find_money(
        arguments.number,
        clerk_of(arguments),
        ports=services.payment_ports,
        audit_log=services.audit_log,
    )
    return lines_of(found)


def ask(arguments: Arguments, services: wiring.Services) -> list[str]:
    """The payment as it stands once the provider has answered. Raises DomainError."""
    found = ask_about_money(
        arguments.number,
        entry_for(arguments, services, on_whom=arguments.number),
        ports=services.payment_ports,
        audit_log=services.audit_log,
        now=services.clock.now(),
    )
    log.info("finance asked", order=found.order.id if found.order else None, authority=arguments.authority)
    return lines_of(found)


def show_waiting(arguments: Arguments, services: wiring.Services) -> list[str]:
    """One line for each thing that does not agree, longest waiting first, so many at once.

    Raises DomainError.
    """
    after = DiscrepancyId(arguments.after) if arguments.after else None
    waiting = waiting_for_finance(clerk_of(arguments), ports=services.payment_ports, after=after)
    shown = list(islice(waiting, MOST_ROWS))
    lines = [discrepancy_line(each) for each in shown]
    if next(waiting, None) is not None:
        lines.append(f"more: waiting --after {shown[-1].id}")
    return lines or ["nothing waits for finance" if after is None else "nothing more waits for finance"]


def _listing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--after", type=a_number, help="the last one shown: what comes after it")


def _one_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=a_number, help="of our order or refund, or of the provider's trade")


def _asking(parser: argparse.ArgumentParser) -> None:
    _one_number(parser)
    with_usual_reason(parser, "核对支付结果")


ACTIONS = (
    StaffAction(name="find", about="everything known of one payment", run=find, arguments=_one_number),
    StaffAction(name="ask", about="ask the provider about a payment now", run=ask, arguments=_asking),
    StaffAction(
        name="waiting",
        about="what does not agree and waits for a person",
        run=show_waiting,
        arguments=_listing,
    ),
)
