"""Reviewing: what waits for a person, pass one, reject one."""

import argparse

from chalicelib import wiring
from chalicelib.domain.ids import AccountId, AuthorityId, RegistrationId
from chalicelib.domain.registration import LABELS, Registration
from chalicelib.observability import log
from chalicelib.usecases.desk.review import review_queue, review_registration
from commands.staff.acting import Arguments, StaffAction, entry_for, with_usual_reason

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


def one_registration(parser: argparse.ArgumentParser) -> None:
    """Take the two columns of the queue that name a registration."""
    parser.add_argument("account", help="first column of the queue")
    parser.add_argument("registration", help="second column of the queue")


def _passing(parser: argparse.ArgumentParser) -> None:
    one_registration(parser)
    with_usual_reason(parser, "核查通过")


def _rejecting(parser: argparse.ArgumentParser) -> None:
    one_registration(parser)
    parser.add_argument("--reason", required=True, help="what the candidate is told, in Chinese")


ACTIONS = (
    StaffAction(name="queue", about="what waits for a person", run=show_queue),
    StaffAction(name="pass", about="pass one", run=decide, arguments=_passing),
    StaffAction(name="reject", about="reject one, with a reason", run=decide, arguments=_rejecting),
)
