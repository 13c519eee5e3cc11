"""Review registrations from a shell, until the pages for staff exist.

    python -m commands.staff queue --authority liaoning
    python -m commands.staff pass --authority liaoning ACCOUNT REGISTRATION
    python -m commands.staff reject --authority liaoning ACCOUNT REGISTRATION --reason TEXT

`make staff ARGS="queue --authority liaoning"` runs it against the product on this machine.
"""

import argparse

from chalicelib import wiring
from chalicelib.domain.errors import DomainError
from chalicelib.domain.ids import AccountId, AuthorityId, RegistrationId
from chalicelib.domain.registration import LABELS, Registration
from chalicelib.observability import log
from chalicelib.usecases.review import review_registration

MOST_ROWS = 50


def show_queue(authority_id: AuthorityId, services: wiring.Services) -> list[str]:
    """One line for each registration that waits for a person, longest waiting first."""
    waiting = services.registrations.under_review(authority_id, at_most=MOST_ROWS)
    return [_line(registration) for registration in waiting] or ["nothing waits for review"]


def _line(registration: Registration) -> str:
    reasons = ",".join(registration.review_reasons)
    return f"{registration.account_id} {registration.id} {registration.exam_id} {reasons}"


def decide(arguments: argparse.Namespace, services: wiring.Services) -> str:
    """Pass or reject one registration. Raises DomainError."""
    changed = review_registration(
        AuthorityId(arguments.authority),
        AccountId(arguments.account),
        RegistrationId(arguments.registration),
        rejection=arguments.reason if arguments.action == "reject" else None,
        registrations=services.registrations,
        now=services.clock.now(),
    )
    log.info("reviewed", registration=changed.id, state=changed.state, authority=arguments.authority)
    return f"{changed.id}: {LABELS[changed.state]}"


def read_arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m commands.staff", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    for name, about in (
        ("queue", "what waits for a person"),
        ("pass", "pass one"),
        ("reject", "reject one, with a reason"),
    ):
        action = actions.add_parser(name, help=about)
        action.add_argument("--authority", required=True, help="whose reviewer you are, such as liaoning")
        if name != "queue":
            action.add_argument("account", help="first column of the queue")
            action.add_argument("registration", help="second column of the queue")
        if name == "reject":
            action.add_argument("--reason", required=True, help="what the candidate is told, in Chinese")
    return parser


def main() -> None:
    """Run one action; a refusal ends with its sentence and status 1."""
    parser = read_arguments()
    arguments = parser.parse_args()
    services = wiring.services()
    try:
        if arguments.action == "queue":
            print("\n".join(show_queue(AuthorityId(arguments.authority), services)))
        else:
            print(decide(arguments, services))
    except DomainError as refused:
        parser.exit(1, f"{refused.code}: {refused.detail}\n")


if __name__ == "__main__":
    main()
