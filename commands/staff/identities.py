"""Identities: who stands under an ID number, confirm one, give one back to its true holder.

Also the passes that reviewers give to credentials on site. ID numbers are read from standard input, so that
they stay out of the shell's history and the list of processes.
"""

import argparse

from chalicelib import wiring
from chalicelib.domain.account import Account
from chalicelib.domain.china import china_date
from chalicelib.domain.identity import IdType, normal_id_number
from chalicelib.domain.ids import AccountId, CredentialId, RegistrationId
from chalicelib.domain.registration import LABELS, State
from chalicelib.observability import log
from chalicelib.usecases.desk import clerks
from chalicelib.usecases.desk.help_desk import look_up_credentials, look_up_holders
from chalicelib.usecases.desk.move_paid import move_paid
from chalicelib.usecases.desk.release_identity import release_identity
from commands.staff.acting import (
    Arguments,
    StaffAction,
    entry_for,
    secret_line,
    with_reason,
    with_usual_reason,
)


def show_accounts(arguments: Arguments, services: wiring.Services) -> list[str]:
    """The accounts under one ID number, oldest first. Raises IdNumberInvalidError."""
    found = look_up_holders(
        read_id_number(arguments, services),
        entry_for(arguments, services, on_whom="nobody yet"),
        accounts=services.accounts,
        audit_log=services.audit_log,
    )
    return [_line(account) for account in found] or ["no account stands under this ID number"]


def _line(account: Account) -> str:
    name = account.identity.name
    state = "released" if account.released_at else account.identity_check.state.value
    return f"{account.id} {account.username} {name[0]}{'*' * (len(name) - 1)} {state}"


def confirm(arguments: Arguments, services: wiring.Services) -> list[str]:
    """The clerk has seen the ID: verified. Raises DomainError."""
    account_id = AccountId(arguments.account)
    entry = entry_for(arguments, services, on_whom=account_id)
    clerks.confirm_identity(account_id, entry, accounts=services.accounts)
    log.info("identity confirmed", account=account_id, authority=arguments.authority)
    return [f"{account_id}: identity verified"]


def release(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Give name and ID number back to who has shown the ID. Raises DomainError."""
    account_id = AccountId(arguments.account)
    staying = release_identity(
        account_id,
        read_id_number(arguments, services),
        entry_for(arguments, services, on_whom=account_id),
        accounts=services.accounts,
        registrations=services.registrations,
        exams=services.exams,
        now=services.clock.now(),
    )
    log.info("identity released", account=account_id, authority=arguments.authority, paid=len(staying))
    # `move-paid` gives them to the true holder, once verified.
    kept = [f"stays, for it is {r.state}: {r.id} {r.exam_id} {r.authority_id}" for r in staying]
    return [f"{account_id}: closed, name and ID number are free", *kept, *_money_left(account_id, services)]


def _money_left(account_id: AccountId, services: wiring.Services) -> list[str]:
    """What was paid for registrations that were void and gave way: no money moves by either."""
    gone = [r for r in services.registrations.of(account_id) if r.state is State.SUPERSEDED]
    orders = [services.orders.get(r.paid_order_id) for r in gone if r.paid_order_id]
    return [
        f"order {order.id} keeps what was paid, until finance gives it back"
        for order in orders
        if order is not None and order.left_fen > 0
    ]


def move(arguments: Arguments, services: wiring.Services) -> list[str]:
    """A paid registration under the right identity, who has shown the ID. Raises DomainError."""
    moved = move_paid(
        AccountId(arguments.account),
        RegistrationId(arguments.registration),
        AccountId(arguments.to),
        entry_for(arguments, services, on_whom=arguments.registration),
        id_number=read_id_number(arguments, services),
        accounts=services.accounts,
        registrations=services.registrations,
        credentials=services.credentials,
        randomness=services.randomness,
        now=services.clock.now(),
    )
    log.info("paid registration moved", registration=moved.id, authority=arguments.authority)
    return [f"{moved.account_id} {moved.id}: {LABELS[moved.state]}; no money has moved"]


def enter_pass(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Remember that a credential was passed on site. Raises DomainError."""
    account_id = AccountId(arguments.account)
    clerks.enter_pass(
        account_id,
        CredentialId(arguments.credential),
        arguments.exam,
        entry_for(arguments, services, on_whom=account_id),
        credentials=services.credentials,
        exams=services.exams,
    )
    return [f"{arguments.credential}: passed for {arguments.exam}"]


def show_credentials(arguments: Arguments, services: wiring.Services) -> list[str]:
    """The credentials of an account, by what a clerk needs to tell them apart."""
    account_id = AccountId(arguments.account)
    found = look_up_credentials(
        account_id,
        entry_for(arguments, services, on_whom=account_id),
        credentials=services.credentials,
        audit_log=services.audit_log,
    )
    return [
        f"{each.id} {each.facts.kind} {each.facts.level} {each.facts.school} {each.check.state} "
        f"{','.join(sorted(each.review_passes)) or '-'}"
        for each in found
    ] or ["no credentials"]


def read_id_number(arguments: Arguments, services: wiring.Services) -> str:
    """An ID number in normal form from standard input. Raises IdNumberInvalidError."""
    today = china_date(services.clock.now())
    return normal_id_number(IdType(arguments.id_type), secret_line("ID number"), today=today)


def with_id_type(parser: argparse.ArgumentParser) -> None:
    """Take the type of the ID whose number comes on standard input."""
    parser.add_argument(
        "--id-type",
        choices=[each.value for each in IdType],
        default=IdType.RESIDENT_ID.value,
        help="default: %(default)s; the number is read from standard input",
    )


def _of_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", required=True, help="first column of `accounts` or of the queue")


def _looking_up(parser: argparse.ArgumentParser) -> None:
    with_id_type(parser)
    with_usual_reason(parser, "查询证件号码下的账号")


def _looking_at(parser: argparse.ArgumentParser) -> None:
    _of_account(parser)
    with_usual_reason(parser, "查看学历学位信息")


def _confirming(parser: argparse.ArgumentParser) -> None:
    _of_account(parser)
    with_reason(parser)


def _releasing(parser: argparse.ArgumentParser) -> None:
    _of_account(parser)
    with_id_type(parser)
    with_reason(parser)


def _moving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", help="where it is paid: first column of `accounts`")
    parser.add_argument("registration", help="the paid registration, as `release-identity` names it")
    parser.add_argument("--to", required=True, help="the verified account of who has shown the ID")
    with_id_type(parser)
    with_reason(parser)


def _passing(parser: argparse.ArgumentParser) -> None:
    _of_account(parser)
    parser.add_argument("--credential", required=True, help="first column of `credentials`")
    parser.add_argument("--exam", required=True, help="code of the exam without its year")
    with_reason(parser)


ACTIONS = (
    StaffAction(
        name="accounts", about="who stands under an ID number", run=show_accounts, arguments=_looking_up
    ),
    StaffAction(
        name="confirm-identity", about="an identity, seen with the ID", run=confirm, arguments=_confirming
    ),
    StaffAction(
        name="release-identity",
        about="close a stranger's account; the ID number shown is read from stdin",
        run=release,
        arguments=_releasing,
    ),
    StaffAction(
        name="move-paid",
        about="a paid registration to the account of the right identity; its ID number is read from stdin",
        run=move,
        arguments=_moving,
    ),
    StaffAction(name="credentials", about="of one account", run=show_credentials, arguments=_looking_at),
    StaffAction(name="enter-pass", about="a credential passed on site", run=enter_pass, arguments=_passing),
)
