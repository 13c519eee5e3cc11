"""Hand identities and credentials to the verification service, ask for the results, write them down.

The service is asynchronous and may take days. A request's number is a hash of its facts, so that handing
it in twice is harmless: whatever dies between two steps below is done again by the next poll.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.verification import AskAgain, Outcome, Settled, decide_on_outcome, next_poll_at
from chalicelib.usecases.ports import (
    Accounts,
    CheckRequest,
    CheckResult,
    Credentials,
    PendingCheck,
    PendingChecks,
    ProviderUnavailableError,
    VerificationService,
)

AT_MOST_AT_ONCE = 100
_SUBMIT_AGAIN_AFTER = timedelta(minutes=1)


def submit_check(
    check: PendingCheck,
    *,
    accounts: Accounts,
    credentials: Credentials,
    pending: PendingChecks,
    verification: VerificationService,
    poll_after_s: tuple[int, ...],
    now: datetime,
) -> None:
    """Hand one check in and plan its first poll. Raises ProviderUnavailableError: then it stays due."""
    if check.submitted or not pending.claim(check, until=now + _SUBMIT_AGAIN_AFTER, submitted=False):
        return
    if request := request_of(check, accounts=accounts, credentials=credentials):
        verification.submit([request])
        moved = replace(check, due_at=now + _SUBMIT_AGAIN_AFTER)
        pending.claim(moved, until=next_poll_at(check.asked_since, now, poll_after_s), submitted=True)


def poll_checks(
    *,
    accounts: Accounts,
    credentials: Credentials,
    pending: PendingChecks,
    verification: VerificationService,
    poll_after_s: tuple[int, ...],
    now: datetime,
) -> int:
    """Ask for the results of everything due; hand in again what never was. Returns how many were settled."""
    due = pending.due(now=now, at_most=AT_MOST_AT_ONCE)
    for check in due:
        if not check.submitted:
            submit_check(
                check,
                accounts=accounts,
                credentials=credentials,
                pending=pending,
                verification=verification,
                poll_after_s=poll_after_s,
                now=now,
            )
    asked = [check for check in due if check.submitted and _claim_poll(check, pending, poll_after_s, now)]
    return _ask(asked, accounts, credentials, verification, poll_after_s=poll_after_s, now=now)


def request_of(check: PendingCheck, *, accounts: Accounts, credentials: Credentials) -> CheckRequest | None:
    """The facts of a pending check; None when the account or record is gone."""
    account = accounts.get(check.account_id)
    if account is None:
        return None
    if check.credential_id is None:
        return CheckRequest(account.identity)
    found = (c for c in credentials.of(check.account_id) if c.id == check.credential_id)
    record = next(found, None)
    return CheckRequest(account.identity, record.facts) if record else None


def _claim_poll(
    check: PendingCheck, pending: PendingChecks, poll_after_s: tuple[int, ...], now: datetime
) -> bool:
    return pending.claim(check, until=next_poll_at(check.asked_since, now, poll_after_s), submitted=True)


def _ask(
    checks: Sequence[PendingCheck],
    accounts: Accounts,
    credentials: Credentials,
    verification: VerificationService,
    *,
    poll_after_s: tuple[int, ...],
    now: datetime,
) -> int:
    pairs = [(c, request_of(c, accounts=accounts, credentials=credentials)) for c in checks]
    known = [(check, request) for check, request in pairs if request is not None]
    if not known:
        return 0
    results = _results([request for _, request in known], verification)
    decided = 0
    for (check, _), result in zip(known, results, strict=True):
        decision = decide_on_outcome(
            result.outcome,
            result.mismatched_fields,
            asked_since=check.asked_since,
            now=now,
            poll_after_s=poll_after_s,
        )
        match decision:
            case Settled():
                _settle(check, decision, accounts, credentials)
                decided += 1
            case AskAgain():
                pass  # the claim has moved `due_at` to that very moment already
    return decided


def _results(requests: Sequence[CheckRequest], verification: VerificationService) -> Sequence[CheckResult]:
    try:
        return verification.results(requests)
    except ProviderUnavailableError:
        # Silence settles nothing by itself, but the 48 hours run on: a service that is down for days must
        # not keep anybody from being looked at by a person.
        return [CheckResult(Outcome.PENDING)] * len(requests)


def _settle(check: PendingCheck, decision: Settled, accounts: Accounts, credentials: Credentials) -> None:
    if check.credential_id is None:
        accounts.settle_identity(check.account_id, decision.verification)
    else:
        credentials.settle(check.account_id, check.credential_id, decision.verification)
