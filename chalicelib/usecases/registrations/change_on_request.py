"""Ask the authority to change what is locked, and carry it out or refuse it (FAQ 17)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.actions import Action, ActionRefusedError, Case, require_fit
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.change import (
    ChangeRequest,
    ChangeState,
    changed_on_request,
    check_change_material,
    check_wish,
    in_codes,
    settled,
    state_of_request,
    unchanged,
    wanted_choices,
    wishing,
)
from chalicelib.domain.errors import ChangedElsewhereError, InvalidInputError, NotFoundError
from chalicelib.domain.exam import ChoiceField, amount_due_fen
from chalicelib.domain.ids import AccountId, ChangeRequestId, RegistrationId
from chalicelib.domain.registration import (
    Choices,
    Registration,
    check_complete,
    check_draft,
    reasons_for_review,
)
from chalicelib.domain.returning import Standing
from chalicelib.domain.review import ReviewReason
from chalicelib.usecases.ports import (
    Accounts,
    Archive,
    ChangeRequests,
    Materials,
    Randomness,
    StaleWriteError,
)
from chalicelib.usecases.registrations.passes import standing_for
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePorts:
    """What every use case of requests needs; too many to name one by one at each call."""

    registering: RegistrationPorts
    accounts: Accounts
    materials: Materials
    change_requests: ChangeRequests


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a candidate wants changed, and why."""

    what: tuple[ChoiceField, ...]
    why: str
    wanted: Choices


def request_change(
    account: Account,
    registration_id: RegistrationId,
    wish: Wish,
    *,
    ports: ChangePorts,
    randomness: Randomness,
    now: datetime,
) -> ChangeRequest:
    """Hand a request in, once the photo of the ID and the form are there.

    Raises NotFoundError, ActionRefusedError, InvalidInputError, ChangeMaterialMissingError,
    ChangedElsewhereError.
    """
    seen = ports.registering.situation(account, registration_id)
    seen.require(Action.REQUEST_CHANGE, now)
    check_wish(seen.registration.choices, wish.wanted, wish.what, wish.why, seen.offering.policy)
    _check_possible(seen, account, wish.wanted, ports.registering.archive)
    check_change_material(ports.materials.of(account.id, registration_id))
    request = ChangeRequest(
        id=ChangeRequestId(randomness.new_id()),
        account_id=account.id,
        registration_id=registration_id,
        authority_id=seen.registration.authority_id,
        what=wish.what,
        why=wish.why.strip(),
        wanted=wish.wanted,
        asked_at=now,
    )
    try:
        ports.change_requests.ask(seen.registration, wishing(seen.registration, request, now=now), request)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return request


def requests_of(
    account: Account,
    registration_id: RegistrationId,
    *,
    ports: ChangePorts,
) -> Sequence[tuple[ChangeRequest, ChangeState]]:
    """The requests of a registration, newest first, with what became of each. Raises NotFoundError."""
    registration = ports.registering.registrations.get(account.id, registration_id)
    if registration is None:
        raise NotFoundError
    requests = ports.change_requests.of(account.id, registration_id)
    return [(request, state_of_request(request, registration)) for request in requests]


def carry_out_change(
    account_id: AccountId,
    registration_id: RegistrationId,
    request_id: ChangeRequestId,
    entry: AuditEntry,
    *,
    ports: ChangePorts,
    now: datetime,
) -> Registration:
    """Change what was asked for, and its fee; the state stays, for the clerk has looked.

    Raises NotFoundError, ActionRefusedError (paid, being paid, over), InvalidInputError,
    ChangedElsewhereError.
    """
    request, seen, account = _open_request(account_id, registration_id, request_id, entry, ports)
    _require_changeable(seen, now)
    wanted = wanted_choices(seen.registration.choices, request)
    standing = _check_possible(seen, account, wanted, ports.registering.archive)
    changed = changed_on_request(
        seen.registration,
        request,
        reasons=_reasons(seen, account, wanted, standing),
        amount_fen=amount_due_fen(wanted.subjects, seen.offering),
        now=now,
    )
    whole = replace(
        entry,
        on_whom=registration_id,
        what="carry_out_change",
        before=in_codes(seen.registration.choices, request.what),
        after=in_codes(wanted, request.what),
    )
    answered = settled(request, ChangeState.CARRIED_OUT, now=now)
    _settle(seen.registration, changed, answered, whole, ports.change_requests)
    return changed


def refuse_change(
    account_id: AccountId,
    registration_id: RegistrationId,
    request_id: ChangeRequestId,
    entry: AuditEntry,
    *,
    answer: str,
    ports: ChangePorts,
    now: datetime,
) -> ChangeRequest:
    """Tell the candidate why not. Raises NotFoundError, InvalidInputError, ChangedElsewhereError."""
    if not answer.strip():
        raise InvalidInputError(field="answer", detail="请填写不予办理的原因。")
    request, seen, _ = _open_request(account_id, registration_id, request_id, entry, ports)
    whole = replace(entry, on_whom=registration_id, what="refuse_change", before=ChangeState.OPEN)
    answered = settled(request, ChangeState.REFUSED, answer=answer.strip(), now=now)
    _settle(seen.registration, unchanged(seen.registration, now=now), answered, whole, ports.change_requests)
    return answered


def _open_request(
    account_id: AccountId,
    registration_id: RegistrationId,
    request_id: ChangeRequestId,
    entry: AuditEntry,
    ports: ChangePorts,
) -> tuple[ChangeRequest, Situation, Account]:
    request = ports.change_requests.get(account_id, registration_id, request_id)
    account = ports.accounts.get(account_id)
    if request is None or account is None or request.authority_id != entry.clerk.authority_id:
        raise NotFoundError
    seen = ports.registering.situation(account, registration_id)
    if request.state is not ChangeState.OPEN or seen.registration.open_change_id != request.id:
        raise ChangedElsewhereError
    return request, seen, account


def _require_changeable(seen: Situation, now: datetime) -> None:
    case = Case(seen.registration, seen.offering, seen.facts, now)
    if refusal := case.ended() or case.unfinished_payment():
        raise ActionRefusedError(refusal)


def _reasons(
    seen: Situation, account: Account, wanted: Choices, standing: Standing
) -> tuple[ReviewReason, ...]:
    signature = seen.registration.signature
    if signature is None:
        return ()
    return reasons_for_review(
        wanted,
        signature.commitment,
        identity=account.identity,
        identity_check=account.identity_check,
        credentials=seen.facts.credentials,
        exam=seen.exam,
        offering=seen.offering,
        returning=standing,
    )


def _check_possible(seen: Situation, account: Account, wanted: Choices, archive: Archive) -> Standing:
    check_draft(wanted, seen.exam, seen.offering, seen.facts.credentials)
    check_complete(wanted, seen.exam)
    records = archive.of(account.identity, seen.exam.code)
    standing = standing_for(wanted, seen.exam, account, records)
    require_fit(wanted, standing)
    return standing


def _settle(
    seen: Registration,
    changed: Registration,
    request: ChangeRequest,
    entry: AuditEntry,
    change_requests: ChangeRequests,
) -> None:
    try:
        change_requests.settle(seen, changed, request, entry)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
