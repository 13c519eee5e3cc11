"""Hand identities and credentials to the verification service, ask for the results, write them down.

The service is asynchronous and may take days. A request's number is a hash of its facts, so that handing
it in twice is harmless: whatever dies between two steps below is done again by the next poll.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.verification import (
    GIVE_UP_AFTER,
    AskAgain,
    Outcome,
    Settled,
    decide_on_outcome,
    next_poll_at,
)
from chalicelib.usecases.ports import (
    Accounts,
    CheckRequest,
    CheckResult,
    Credentials,
    PendingCheck,
    PendingChecks,
    ProviderRefusedError,
    ProviderUnavailableError,
    VerificationService,
)

AT_MOST_AT_ONCE = 100
_SUBMIT_AGAIN_AFTER = timedelta(minutes=1)
ServiceFailure = ProviderUnavailableError | ProviderRefusedError


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
    """Hand one check in and plan its first poll.

    Raises ProviderUnavailableError, ProviderRefusedError: then it is due again in a minute.
    """
    if check.submitted or not pending.claim(check, until=now + _SUBMIT_AGAIN_AFTER, submitted=False):
        return
    if request := request_of(check, accounts=accounts, credentials=credentials):
        verification.submit([request])
        moved = replace(check, due_at=now + _SUBMIT_AGAIN_AFTER)
        pending.claim(moved, until=next_poll_at(check.asked_since, now, poll_after_s), submitted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """How a poll went, for its log line and metrics."""

    due: int
    settled: int
    silent: int
    """How often the service gave no answer."""
    refused: int
    """How often it refused us: our keys or settings are wrong."""


def poll_checks(
    *,
    accounts: Accounts,
    credentials: Credentials,
    pending: PendingChecks,
    verification: VerificationService,
    poll_after_s: tuple[int, ...],
    now: datetime,
) -> PollReport:
    """Hand in again what never was; ask for the results of everything else that is due.

    Neither silence nor a refusal settles anything by itself, but the 48 hours run on, handed in or not: a
    service that is down for days must not keep anybody from being looked at by a person.
    """
    due = pending.due(now=now, at_most=AT_MOST_AT_ONCE)
    unknown = [check for check in due if not check.submitted and not _is_given_up(check, now)]

    def hand_in(check: PendingCheck) -> None:
        submit_check(
            check,
            accounts=accounts,
            credentials=credentials,
            pending=pending,
            verification=verification,
            poll_after_s=poll_after_s,
            now=now,
        )

    failures = _hand_in_all(unknown, hand_in)
    rest = [check for check in due if check not in unknown]
    asked = [check for check in rest if _claim_poll(check, pending, poll_after_s, now)]
    settled = _ask(asked, accounts, credentials, verification, failures, poll_after_s=poll_after_s, now=now)
    refused = sum(isinstance(failure, ProviderRefusedError) for failure in failures)
    return PollReport(due=len(due), settled=settled, silent=len(failures) - refused, refused=refused)


def _hand_in_all(
    checks: Sequence[PendingCheck], hand_in: Callable[[PendingCheck], None]
) -> list[ServiceFailure]:
    failures: list[ServiceFailure] = []
    for check in checks:
        try:
            hand_in(check)
        except ProviderRefusedError as failure:
            failures.append(failure)
        except ProviderUnavailableError as failure:
            # Each silence costs a time-out: what is left stays due.
            return [*failures, failure]
    return failures


def _is_given_up(check: PendingCheck, now: datetime) -> bool:
    return now - check.asked_since >= GIVE_UP_AFTER


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
    next_at = next_poll_at(check.asked_since, now, poll_after_s)
    return pending.claim(check, until=next_at, submitted=check.submitted)


def _ask(
    checks: Sequence[PendingCheck],
    accounts: Accounts,
    credentials: Credentials,
    verification: VerificationService,
    failures: list[ServiceFailure],
    *,
    poll_after_s: tuple[int, ...],
    now: datetime,
) -> int:
    pairs = [(c, request_of(c, accounts=accounts, credentials=credentials)) for c in checks]
    known = [(check, request) for check, request in pairs if request is not None]
    if not known:
        return 0
    results = _results([request for _, request in known], verification, failures)
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


def _results(
    requests: Sequence[CheckRequest], verification: VerificationService, failures: list[ServiceFailure]
) -> Sequence[CheckResult]:
    try:
        return verification.results(requests)
    except (ProviderUnavailableError, ProviderRefusedError) as failure:
        failures.append(failure)
        return [CheckResult(Outcome.PENDING)] * len(requests)


def _settle(check: PendingCheck, decision: Settled, accounts: Accounts, credentials: Credentials) -> None:
    if check.credential_id is None:
        accounts.settle_identity(check.account_id, decision.verification)
    else:
        credentials.settle(check.account_id, check.credential_id, decision.verification)
