"""What the stream of the records table starts: effects that follow a committed write, each idempotent."""

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.observability import count, log
from chalicelib.storage.changes import (
    Change,
    CheckBegan,
    DiscrepancyOpened,
    MaterialGone,
    RegistrationGone,
    RegistrationMoved,
    read_change,
)
from chalicelib.usecases.accounts.verify import submit_check
from chalicelib.usecases.messages.notify import notify_of_state

streams = Blueprint(__name__)
# The packaged template puts the real stream here; an ARN cannot be known before its table exists.
RECORDS_STREAM = "records-stream"


@streams.on_dynamodb_record(stream_arn=RECORDS_STREAM, name="verify_stream", batch_size=25)
def verify_stream(event: Any) -> dict[str, list[dict[str, str]]]:
    """Hand new identities and credentials to the verification service."""
    return _until_one_fails(event, _submit)


@streams.on_dynamodb_record(stream_arn=RECORDS_STREAM, name="notify_stream", batch_size=25)
def notify_stream(event: Any) -> dict[str, list[dict[str, str]]]:
    """Tell candidates what became of their registrations, and finance that money waits for a person."""
    return _until_one_fails(event, _notify)


@streams.on_dynamodb_record(stream_arn=RECORDS_STREAM, name="forget_stream", batch_size=25)
def forget_stream(event: Any) -> dict[str, list[dict[str, str]]]:
    """Remove the files of what is no longer recorded, and material of registrations that were given up."""
    return _until_one_fails(event, _forget)


def _until_one_fails(event: Any, act: Callable[[Change], None]) -> dict[str, list[dict[str, str]]]:
    """Act on each change in order; name the first that fails, so that Lambda sends it and the rest again."""
    for record in event:
        try:
            if change := read_change(record.old_image, record.new_image):
                act(change)
        except Exception:  # noqa: BLE001  # whatever it was, the records behind it must not be lost
            log.exception("a stream record failed", sequence_number=record.sequence_number)
            return {"batchItemFailures": [{"itemIdentifier": record.sequence_number}]}
    return {"batchItemFailures": []}


def _submit(change: Change) -> None:
    services = wiring.services()
    if not isinstance(change, CheckBegan):
        return
    check = services.pending_checks.find(change.account_id, change.credential_id)
    if check is not None:
        submit_check(
            check,
            accounts=services.accounts,
            credentials=services.credentials,
            pending=services.pending_checks,
            verification=services.verification,
            poll_after_s=services.verification_poll_s,
            now=services.clock.now(),
        )


def _notify(change: Change) -> None:
    services = wiring.services()
    if isinstance(change, DiscrepancyOpened):
        # Whatever found it: one line and one metric, on which an alarm hangs.
        log.error("money waits for a person", discrepancy=change.discrepancy_id, kind=change.kind)
        count("MoneyWaitsForAPerson")
    if not isinstance(change, RegistrationMoved):
        return
    notify_of_state(
        change.account_id,
        change.registration_id,
        change.state,
        version=change.version,
        is_reinstated=change.is_reinstated,
        accounts=services.accounts,
        registrations=services.registrations,
        exams=services.exams,
        messages=services.messages,
        sms=services.sms,
        now=services.clock.now(),
    )


def _forget(change: Change) -> None:
    services = wiring.services()
    match change:
        case MaterialGone(place=place):
            services.material_files.forget(place)
        case RegistrationGone(account_id=account_id, registration_id=registration_id):
            # Each of its files then comes here by itself.
            services.materials.remove_all(account_id, registration_id)
        case _:
            pass
