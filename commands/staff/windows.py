"""Extending a window of an exam, for the clerks who may."""

import argparse

from chalicelib import wiring
from chalicelib.domain.china import ZONES, MomentUnreadableError, moment_on_clock
from chalicelib.domain.errors import InvalidInputError, NotFoundError
from chalicelib.domain.exam import Window
from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.domain.windows import WindowName
from chalicelib.observability import log
from chalicelib.usecases.desk.extend_window import extend_window
from commands.staff.acting import Arguments, StaffAction, entry_for, with_reason


def extend(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Extend a window and what follows it; the windows as they are from now on. Raises DomainError."""
    exam_id, authority_id = ExamId(arguments.exam), AuthorityId(arguments.authority)
    seen = services.exams.fresh_offering(exam_id, authority_id)
    if seen is None:
        raise NotFoundError
    try:
        until = moment_on_clock(arguments.until, seen.time_zone)
    except MomentUnreadableError as error:
        raise InvalidInputError(field="until", detail=str(error)) from error
    changed = extend_window(
        exam_id,
        WindowName(arguments.window),
        until,
        entry_for(arguments, services, on_whom=""),
        exams=services.exams,
        now=services.clock.now(),
    )
    log.info("window extended", exam=exam_id, authority=authority_id, window=arguments.window)
    lines = [f"{name}: {_shown(getattr(changed.windows, name), changed.time_zone)}" for name in WindowName]
    return [*lines, "in force everywhere within 30 seconds"]


def _shown(window: Window, time_zone: str) -> str:
    zone = ZONES[time_zone]
    return f"{window.start.astimezone(zone):%Y-%m-%d %H:%M} – {window.end.astimezone(zone):%Y-%m-%d %H:%M}"


def _extending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--exam", required=True, help="such as social-worker-2026")
    parser.add_argument("--window", required=True, choices=[name.value for name in WindowName])
    parser.add_argument(
        "--until", required=True, help='on the authority\'s clock, such as "2026-12-05 24:00"'
    )
    with_reason(parser)


ACTIONS = (
    StaffAction(
        name="extend",
        about="a later end of a window; review and payment follow registration",
        run=extend,
        arguments=_extending,
    ),
)
