"""What every action of a clerk has in common: its name, its arguments, who acts, and its one function."""

import argparse
import getpass
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.audit import AuditEntry, Clerk, Subject, checked_reason
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.ids import AuthorityId

Arguments = argparse.Namespace


def _no_arguments(_: argparse.ArgumentParser) -> None:
    """An action that needs nothing but the authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAction:
    """One action: `run` gives the lines to print, or raises DomainError with the sentence to print."""

    name: str
    about: str
    run: Callable[[Arguments, wiring.Services], Sequence[str]]
    arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments


def action_parser(
    name: str, about: str | None, groups: Iterable[Sequence[StaffAction]]
) -> argparse.ArgumentParser:
    """The command line of `python -m commands.NAME`: one word for each action."""
    parser = argparse.ArgumentParser(
        prog=f"python -m commands.{name}",
        description=about,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parsers = parser.add_subparsers(dest="action", required=True)
    for group in groups:
        for action in group:
            _add_action(parsers, action)
    return parser


def _add_action(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]", action: StaffAction) -> None:
    """Hang an action on the command line, with what all of them take."""
    parser = parsers.add_parser(action.name, help=action.about)
    parser.add_argument("--authority", required=True, help="whose clerk you are, such as liaoning")
    with_clerk(parser)
    action.arguments(parser)
    parser.set_defaults(run=action.run)


def with_clerk(parser: argparse.ArgumentParser) -> None:
    """Take who acts."""
    parser.add_argument(
        "--clerk", default=getpass.getuser(), help="who acts; otherwise the user of this shell"
    )


def with_reason(parser: argparse.ArgumentParser) -> None:
    """Take the reason that goes into the audit log."""
    parser.add_argument("--reason", required=True, help="why, for the audit log")


def with_usual_reason(parser: argparse.ArgumentParser, usual: str) -> None:
    """Take the reason of what is done all day."""
    parser.add_argument("--reason", default=usual, help="for the audit log (default: %(default)s)")


def check_authority(arguments: Arguments, services: wiring.Services) -> None:
    """Refuse one that nobody knows: a slip would stand in the audit log. Raises InvalidInputError."""
    named = AuthorityId(arguments.authority)
    offering = {each.authority_id for _, offerings in services.exams.all() for each in offerings}
    if named not in offering and services.authorities.get(named) is None:
        raise InvalidInputError(field="authority", detail=f"没有 {named} 这个考试机构，请核对 --authority。")


def clerk_of(arguments: Arguments) -> Clerk:
    """Who acts, and for whom."""
    return Clerk(arguments.clerk, AuthorityId(arguments.authority))


def entry_for(
    arguments: Arguments, services: wiring.Services, *, on_whom: Subject, before: str = "", after: str = ""
) -> AuditEntry:
    """The audit entry of an action that has `--reason`. Raises ReasonMissingError."""
    return AuditEntry(
        id=services.randomness.new_id(),
        at=services.clock.now(),
        clerk=clerk_of(arguments),
        on_whom=on_whom,
        what=arguments.action.replace("-", "_"),
        reason=checked_reason(arguments.reason),
        before=before,
        after=after,
    )


def secret_line(what: str) -> str:
    """One line from standard input: for ID numbers and phones, which stay out of argv and the history."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ").strip()
    return sys.stdin.readline().strip()
