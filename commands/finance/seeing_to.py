"""Settle what does not agree: a person has seen to it, and says how, or books a refund made without us."""

import argparse

from chalicelib import wiring
from chalicelib.domain.ids import DiscrepancyId, RefundId
from chalicelib.observability import log
from chalicelib.usecases.money.book_refund import book_refund
from chalicelib.usecases.money.finance import settle_discrepancy
from chalicelib.usecases.money.look_into import find_money
from chalicelib.usecases.money.what_went_back import SaidByClerk
from commands.finance.amounts import a_number, fen_of, yuan_of
from commands.finance.shown import lines_of
from commands.staff.acting import Arguments, StaffAction, clerk_of, entry_for, with_reason


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


def book(arguments: Arguments, services: wiring.Services) -> list[str]:
    """A refund made at the provider without us enters our books. Raises DomainError."""
    said = SaidByClerk(
        number=RefundId(arguments.number) if arguments.number else None,
        amount_fen=None if arguments.amount is None else fen_of(arguments.amount),
    )
    made = book_refund(
        DiscrepancyId(arguments.discrepancy),
        said,
        entry_for(arguments, services, on_whom=arguments.discrepancy),
        ports=services.payment_ports,
        accounts=services.accounts,
    )
    log.info(
        "outside refund booked",
        refund=made.id,
        amount_fen=made.amount_fen,
        order=made.order_id,
        authority=arguments.authority,
    )
    found = find_money(
        made.order_id, clerk_of(arguments), ports=services.payment_ports, audit_log=services.audit_log
    )
    return [f"{made.id}: {yuan_of(made.amount_fen)} booked as back", *lines_of(found)]


def _settling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("discrepancy", type=a_number, help="first column of `waiting`")
    with_reason(parser)


def _booking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("discrepancy", type=a_number, help="first column of `waiting`, an unknown_refund")
    parser.add_argument(
        "--number", type=a_number, help="the provider's number of it, where its notice had none"
    )
    parser.add_argument(
        "--amount", help="in yuan; counts only with a number, where neither provider nor bill can tell"
    )
    with_reason(parser)


ACTIONS = (
    StaffAction(
        name="book",
        about="book a refund that was made at the provider without us; no money moves",
        run=book,
        arguments=_booking,
    ),
    StaffAction(
        name="settle",
        about="say how something that does not agree was seen to; no money moves",
        run=settle,
        arguments=_settling,
    ),
)
