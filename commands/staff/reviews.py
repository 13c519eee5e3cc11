"""Reviewing: what waits for a person, pass one, reject one, find one void."""

import argparse

from chalicelib import wiring
from chalicelib.domain.ids import AccountId, AuthorityId, RegistrationId
from chalicelib.domain.registration import LABELS, Registration, State
from chalicelib.observability import log
from chalicelib.usecases.desk.help_desk import look_up_registrations
from chalicelib.usecases.desk.review import review_queue, review_registration
from chalicelib.usecases.desk.void import reinstate_registration, void_registration
from commands.staff.acting import Arguments, StaffAction, entry_for, with_reason, with_usual_reason

MOST_ROWS = 50


def show_queue(arguments: Arguments, services: wiring.Services) -> list[str]:
    """One line for each registration that waits for a person, longest waiting first."""
    waiting = review_queue(
        AuthorityId(arguments.authority),
        at_most=MOST_ROWS,
        registrations=services.registrations,
        exams=services.exams,
        now=services.clock.now(),
    )
    return [_line(registration) for registration in waiting] or ["nothing waits for review"]


def _line(registration: Registration) -> str:
    reasons = ",".join(registration.review_reasons)
    return f"{registration.account_id} {registration.id} {registration.exam_id} {reasons}"


def show_registrations(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Those of one account at this authority, in whatever state."""
    account_id = AccountId(arguments.account)
    found = look_up_registrations(
        account_id,
        entry_for(arguments, services, on_whom=account_id),
        registrations=services.registrations,
        audit_log=services.audit_log,
    )
    return [f"{each.account_id} {each.id} {each.exam_id} {LABELS[each.state]}" for each in found] or [
        "no registrations here"
    ]


def decide(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Pass or reject one registration. Raises DomainError."""
    changed = review_registration(
        entry_for(arguments, services, on_whom=RegistrationId(arguments.registration)),
        AccountId(arguments.account),
        RegistrationId(arguments.registration),
        rejection=arguments.reason if arguments.action == "reject" else None,
        registrations=services.registrations,
        credentials=services.credentials,
        exams=services.exams,
        materials=services.materials,
        now=services.clock.now(),
    )
    log.info("reviewed", registration=changed.id, state=changed.state, authority=arguments.authority)
    return [f"{changed.id}: {LABELS[changed.state]}"]


def find_void(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Find one not eligible, or take that back. Raises DomainError."""
    decide_on_it = void_registration if arguments.action == "void" else reinstate_registration
    changed = decide_on_it(
        entry_for(arguments, services, on_whom=RegistrationId(arguments.registration)),
        AccountId(arguments.account),
        RegistrationId(arguments.registration),
        registrations=services.registrations,
        orders=services.orders,
        now=services.clock.now(),
    )
    log.info(arguments.action, registration=changed.id, state=changed.state, authority=arguments.authority)
    is_kept = changed.state is State.VOID and changed.paid_order_id is not None
    money = (
        [f"order {changed.paid_order_id} keeps what was paid, until finance gives it back"] if is_kept else []
    )
    return [f"{changed.id}: {LABELS[changed.state]}", *money]


def one_registration(parser: argparse.ArgumentParser) -> None:
    """Take the two columns of the queue that name a registration."""
    parser.add_argument("account", help="first column of the queue or of `registrations`")
    parser.add_argument("registration", help="second column of it")


def _looking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", help="first column of `find-account` or of `accounts`")
    with_usual_reason(parser, "查看报名")


def _passing(parser: argparse.ArgumentParser) -> None:
    one_registration(parser)
    with_usual_reason(parser, "核查通过")


def _rejecting(parser: argparse.ArgumentParser) -> None:
    one_registration(parser)
    parser.add_argument("--reason", required=True, help="what the candidate is told, in Chinese")


def _reinstating(parser: argparse.ArgumentParser) -> None:
    one_registration(parser)
    with_reason(parser)


ACTIONS = (
    StaffAction(name="queue", about="what waits for a person", run=show_queue),
    StaffAction(name="pass", about="pass one", run=decide, arguments=_passing),
    StaffAction(name="reject", about="reject one, with a reason", run=decide, arguments=_rejecting),
    StaffAction(
        name="registrations",
        about="of one account, at this authority, in whatever state",
        run=show_registrations,
        arguments=_looking,
    ),
    StaffAction(
        name="void",
        about="find one not eligible, paid or not, with a reason; no money moves by it",
        run=find_void,
        arguments=_rejecting,
    ),
    StaffAction(name="reinstate", about="take `void` back", run=find_void, arguments=_reinstating),
)
