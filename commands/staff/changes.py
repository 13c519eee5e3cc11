"""Requests for a change of what is locked (FAQ 17): which wait, carry one out, refuse one."""

import argparse

from chalicelib import wiring
from chalicelib.domain.change import FIELD_LABELS, ChangeRequest, in_codes, state_of_request
from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, RegistrationId
from chalicelib.observability import log
from chalicelib.usecases.registrations.change_on_request import carry_out_change, refuse_change
from commands.staff.acting import Arguments, StaffAction, entry_for, with_reason

MOST_ROWS = 50


def show_requests(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Two lines for each request that waits, longest waiting first."""
    waiting = services.change_requests.open_at(AuthorityId(arguments.authority), at_most=MOST_ROWS)
    lines = [line for request in waiting for line in _lines(request, services)]
    return lines or ["no request waits"]


def _lines(request: ChangeRequest, services: wiring.Services) -> list[str]:
    registration = services.registrations.get(request.account_id, request.registration_id)
    if registration is None:
        return []
    what = "、".join(FIELD_LABELS[each] for each in request.what)
    state = state_of_request(request, registration)
    now, wanted = in_codes(registration.choices, request.what), in_codes(request.wanted, request.what)
    return [
        f"{request.account_id} {request.registration_id} {request.id} {state} {what}",
        f"    {now} -> {wanted}: {request.why}",
    ]


def carry_out(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Change what was asked for. Raises DomainError."""
    changed = carry_out_change(
        *_named(arguments),
        entry_for(arguments, services, on_whom=arguments.registration),
        ports=services.change_ports,
        now=services.clock.now(),
    )
    log.info("change carried out", registration=changed.id, authority=arguments.authority)
    return [f"{changed.id}: changed, {(changed.amount_fen or 0) / 100:.2f} yuan, {changed.state}"]


def refuse(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Tell the candidate why not. Raises DomainError."""
    request = refuse_change(
        *_named(arguments),
        entry_for(arguments, services, on_whom=arguments.registration),
        answer=arguments.reason,
        ports=services.change_ports,
        now=services.clock.now(),
    )
    log.info("change refused", registration=request.registration_id, authority=arguments.authority)
    return [f"{request.id}: refused"]


def _named(arguments: Arguments) -> tuple[AccountId, RegistrationId, ChangeRequestId]:
    return (
        AccountId(arguments.account),
        RegistrationId(arguments.registration),
        ChangeRequestId(arguments.request),
    )


def _one_request(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", help="first column of `change-requests`")
    parser.add_argument("registration", help="second column")
    parser.add_argument("request", help="third column")
    with_reason(parser)


ACTIONS = (
    StaffAction(name="change-requests", about="requests for a change that wait", run=show_requests),
    StaffAction(
        name="carry-out", about="change what a request asks for", run=carry_out, arguments=_one_request
    ),
    StaffAction(
        name="refuse", about="refuse a request; the reason is told", run=refuse, arguments=_one_request
    ),
)
