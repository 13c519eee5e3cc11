"""Money back: a part or all of a payment, a second trade, a failed refund once more, a paid exam left."""

import argparse

from chalicelib import wiring
from chalicelib.domain.errors import AccountNotFoundError, InvalidInputError
from chalicelib.domain.ids import AccountId, DiscrepancyId, OrderId, RefundId, RegistrationId
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import LABELS, State
from chalicelib.observability import log
from chalicelib.usecases.money.finance import (
    give_back,
    give_second_trade_back,
    replace_refund,
    resume_refund,
)
from chalicelib.usecases.money.opt_out import opt_out_for
from commands.finance.amounts import a_number, fen_of, yuan_of
from commands.staff.acting import Arguments, StaffAction, entry_for, with_reason


def give(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Give a part or all that is left of a payment back. Raises DomainError."""
    if not arguments.whole and arguments.of is None:
        raise InvalidInputError(field="of", detail="退一部分时，请用 --of 写明现在尚未退回的金额。")
    refund = give_back(
        OrderId(arguments.order),
        None if arguments.whole else fen_of(arguments.amount),
        entry_for(arguments, services, on_whom=arguments.order),
        ports=services.payment_ports,
        of_fen=None if arguments.of is None else fen_of(arguments.of),
    )
    return _requested(refund, arguments)


def give_second(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Give a second trade back, whole. Raises DomainError."""
    refund = give_second_trade_back(
        DiscrepancyId(arguments.discrepancy),
        entry_for(arguments, services, on_whom=arguments.discrepancy),
        ports=services.payment_ports,
    )
    return _requested(refund, arguments)


def resume(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Ask for a failed refund again. Raises DomainError."""
    number = RefundId(arguments.refund)
    entry = entry_for(arguments, services, on_whom=arguments.refund)
    resume_refund(number, entry, ports=services.payment_ports)
    log.info("refund resumed", refund=number, authority=arguments.authority)
    return [f"{number}: asked for again with the next sweep, under the same number"]


def replace_dead(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Give the money of a dead refund back under another number. Raises DomainError."""
    number = RefundId(arguments.refund)
    entry = entry_for(arguments, services, on_whom=arguments.refund)
    return _requested(replace_refund(number, entry, ports=services.payment_ports), arguments)


def let_out(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Let a candidate out of a paid exam; the whole fee goes back. Raises DomainError."""
    account = services.accounts.get(AccountId(arguments.account))
    if account is None:
        raise AccountNotFoundError
    registration_id = RegistrationId(arguments.registration)
    entry = entry_for(arguments, services, on_whom=registration_id)
    opt_out_for(account, registration_id, entry, ports=services.payment_ports)
    log.info("let out of a paid exam", registration=registration_id, authority=arguments.authority)
    return [f"{registration_id}: {LABELS[State.OPTED_OUT]}; the fee goes back with the next sweep"]


def _requested(refund: Refund, arguments: Arguments) -> list[str]:
    log.info("given back", refund=refund.id, amount_fen=refund.amount_fen, authority=arguments.authority)
    return [f"{refund.id}: {yuan_of(refund.amount_fen)} go back with the next sweep"]


def _giving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", type=a_number, help="our number of the payment")
    how_much = parser.add_mutually_exclusive_group(required=True)
    how_much.add_argument("--whole", action="store_true", help="all that is left of it")
    how_much.add_argument("--amount", help="in yuan, such as 61.00; with --of")
    parser.add_argument("--of", help="what is left by `find`, so that the command run twice gives back once")
    with_reason(parser)


def _one_discrepancy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("discrepancy", type=a_number, help="first column of `waiting`")
    with_reason(parser)


def _one_refund(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("refund", type=a_number, help="number of the refund, from `find`")
    with_reason(parser)


def _one_registration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", type=a_number, help="account, from `find`")
    parser.add_argument("registration", type=a_number, help="registration, from `find`")
    with_reason(parser)


ACTIONS = (
    StaffAction(
        name="give-back", about="give a part or the rest of a payment back", run=give, arguments=_giving
    ),
    StaffAction(
        name="give-second-back",
        about="give a second trade on a paid order back, whole",
        run=give_second,
        arguments=_one_discrepancy,
    ),
    StaffAction(name="resume", about="ask for a failed refund again", run=resume, arguments=_one_refund),
    StaffAction(
        name="replace",
        about="another number for a failed refund, if its provider calls the old one dead",
        run=replace_dead,
        arguments=_one_refund,
    ),
    StaffAction(
        name="let-out",
        about="let a candidate out of a paid exam; the whole fee goes back",
        run=let_out,
        arguments=_one_registration,
    ),
)
