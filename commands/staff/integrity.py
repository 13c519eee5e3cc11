"""Integrity records: enter, list and end them. The ID number is read from standard input."""

import argparse
from datetime import date

from chalicelib import wiring
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.identity import IdType
from chalicelib.domain.integrity import IntegrityKind, IntegrityRecord, is_in_force, over_on_day
from chalicelib.usecases.desk import clerks
from commands.staff.acting import Arguments, StaffAction, entry_for, secret_line
from commands.staff.identities import with_id_type

_USUAL_REASON_TO_LOOK = "查询诚信记录"


def integrity(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Add, list or end. Raises DomainError."""
    steps = {"add": _add, "list": _list, "end": _end}
    return steps[arguments.step](arguments, services)


def _add(arguments: Arguments, services: wiring.Services) -> list[str]:
    if arguments.kind is None or arguments.decided_on is None:
        raise InvalidInputError(detail="请用 --kind 和 --decided-on 说明认定结果和日期。")
    record = clerks.add_integrity_record(
        IdType(arguments.id_type),
        secret_line("ID number"),
        IntegrityKind(arguments.kind),
        arguments.decided_on,
        entry_for(arguments, services, on_whom=""),
        integrity=services.integrity,
    )
    return [_line(record, services)]


def _list(arguments: Arguments, services: wiring.Services) -> list[str]:
    arguments.reason = arguments.reason or _USUAL_REASON_TO_LOOK
    found = clerks.look_up_integrity_records(
        IdType(arguments.id_type),
        secret_line("ID number"),
        entry_for(arguments, services, on_whom=""),
        integrity=services.integrity,
        audit_log=services.audit_log,
    )
    return [_line(record, services) for record in found] or ["no records"]


def _end(arguments: Arguments, services: wiring.Services) -> list[str]:
    if arguments.record is None:
        raise InvalidInputError(detail="请用 --record 指明是哪一条。")
    clerks.end_integrity_record(
        IdType(arguments.id_type),
        secret_line("ID number"),
        arguments.record,
        entry_for(arguments, services, on_whom=""),
        integrity=services.integrity,
    )
    return [f"{arguments.record}: ended"]


def _line(record: IntegrityRecord, services: wiring.Services) -> str:
    in_force = "in force" if is_in_force(record, services.clock.now()) else "over"
    until = over_on_day(record) or "no end"
    return f"{record.id} {record.kind} decided {record.decided_on}, until {until}, {in_force}"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", choices=["add", "list", "end"])
    with_id_type(parser)
    parser.add_argument("--kind", choices=[each.value for each in IntegrityKind], help="to add")
    parser.add_argument("--decided-on", type=date.fromisoformat, help="to add: such as 2026-03-01")
    parser.add_argument("--record", help="to end: first column of the list")
    parser.add_argument("--reason", default="", help="why, for the audit log; needed to add or end")


ACTIONS = (
    StaffAction(
        name="integrity", about="records that exclude the commitment", run=integrity, arguments=_arguments
    ),
)
