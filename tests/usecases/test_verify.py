"""Identities and credentials are checked by a service that may take days (FAQ 6 to 8)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.credential import Credential
from chalicelib.domain.verification import Outcome, VerificationState
from chalicelib.usecases.accounts.verify import PollReport, poll_checks, submit_check
from chalicelib.usecases.ports import (
    CheckRequest,
    PendingCheck,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from tests.builders import VERIFYING, a_credential, an_account
from tests.fakes import World
from tests.fakes.accounts import FakePendingChecks

PLAN_S = (900, 3600, 14400, 43200, 86400, 129600, 172800)
NOTHING = PollReport(due=0, settled=0, silent=0, refused=0)


def poll(world: World) -> PollReport:
    return poll_checks(
        accounts=world.accounts,
        credentials=world.credentials,
        pending=world.pending_checks,
        verification=world.verification,
        poll_after_s=PLAN_S,
        now=world.clock.now(),
    )


def submit(world: World, check: PendingCheck, pending: FakePendingChecks | None = None) -> None:
    submit_check(
        check,
        accounts=world.accounts,
        credentials=world.credentials,
        pending=pending or world.pending_checks,
        verification=world.verification,
        poll_after_s=PLAN_S,
        now=world.clock.now(),
    )


def identity_of(world: World, account: Account) -> VerificationState:
    return world.memory.accounts[account.id].identity_check.state


def state_of(world: World, record: Credential) -> VerificationState:
    return world.memory.credentials[record.account_id, record.id].check.state


@pytest.fixture
def account(world: World) -> Account:
    return world.given_account(an_account(identity_check=VERIFYING))


@pytest.fixture
def record(world: World, account: Account) -> Credential:
    return world.given_credential(a_credential(account, check=VERIFYING))


@pytest.fixture
def identity_check(world: World, account: Account) -> PendingCheck:
    check = world.pending_checks.find(account.id, None)
    assert check is not None
    return check


def test_the_first_poll_follows_the_handing_in_by_a_quarter_of_an_hour(
    world: World, account: Account, identity_check: PendingCheck
) -> None:
    submit(world, identity_check)
    assert world.verification.submitted == [CheckRequest(account.identity)]
    moved = world.pending_checks.find(account.id, None)
    assert moved is not None
    assert moved.submitted
    assert moved.due_at == identity_check.asked_since + timedelta(minutes=15)


def test_a_credential_is_handed_in_with_the_identity(
    world: World, account: Account, record: Credential
) -> None:
    check = world.pending_checks.find(account.id, record.id)
    assert check is not None
    submit(world, check)
    assert world.verification.submitted == [CheckRequest(account.identity, record.facts)]


def test_told_of_twice_it_is_handed_in_once(world: World, identity_check: PendingCheck) -> None:
    submit(world, identity_check)
    submit(world, identity_check)
    assert len(world.verification.submitted) == 1
    moved = world.pending_checks.find(identity_check.account_id, None)
    assert moved is not None
    submit(world, moved)
    assert len(world.verification.submitted) == 1


OUTCOMES = [
    (Outcome.MATCHED, VerificationState.VERIFIED),
    (Outcome.MISMATCHED, VerificationState.MISMATCHED),
    (Outcome.NOT_FOUND, VerificationState.NOT_FOUND),
    (Outcome.UNCHECKABLE, VerificationState.UNCHECKABLE),
]


@pytest.mark.parametrize(("outcome", "state"), OUTCOMES)
def test_each_outcome_is_written_down_and_asked_for_no_more(
    world: World, account: Account, record: Credential, outcome: Outcome, state: VerificationState
) -> None:
    assert poll(world).settled == 0
    for request in world.verification.submitted:
        world.verification.answer(request, outcome)
    world.clock.advance(minutes=15)
    assert poll(world) == PollReport(due=2, settled=2, silent=0, refused=0)
    assert identity_of(world, account) is state_of(world, record) is state
    world.clock.advance(hours=100)
    assert poll(world) == NOTHING


def test_the_fields_that_disagree_are_kept(world: World, account: Account, record: Credential) -> None:
    poll(world)
    request = CheckRequest(account.identity, record.facts)
    world.verification.answer(request, Outcome.MISMATCHED, "major", "obtained_on")
    world.clock.advance(minutes=15)
    poll(world)
    check = world.memory.credentials[account.id, record.id].check
    assert check.mismatched_fields == ("major", "obtained_on")
    assert check.since == world.clock.now()


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.ERROR])
def test_without_an_outcome_it_is_asked_on_by_the_plan_and_given_up_after_48_hours(
    world: World, account: Account, outcome: Outcome
) -> None:
    poll(world)
    world.verification.answer(CheckRequest(account.identity), outcome)
    began, asked_at_s = world.clock.now(), []
    while identity_of(world, account) is VerificationState.VERIFYING:
        check = world.pending_checks.find(account.id, None)
        assert check is not None
        world.clock.move_to(check.due_at)
        asked_at_s.append(int((check.due_at - began).total_seconds()))
        poll(world)
    assert tuple(asked_at_s) == PLAN_S
    assert identity_of(world, account) is VerificationState.TIMED_OUT


def test_a_result_that_comes_after_giving_up_changes_nothing(world: World, account: Account) -> None:
    poll(world)
    world.clock.advance(hours=49)
    poll(world)
    world.verification.answer(CheckRequest(account.identity), Outcome.MATCHED)
    world.clock.advance(hours=1)
    assert poll(world) == NOTHING
    assert identity_of(world, account) is VerificationState.TIMED_OUT


def silent(world: World) -> None:
    world.verification.be_silent()


def refusing(world: World) -> None:
    world.verification.failure = ProviderRefusedError("wrong key")


@pytest.mark.parametrize("failing", [silent, refusing])
@pytest.mark.parametrize("handed_in", [True, False], ids=["handed in before", "never handed in"])
def test_a_service_that_fails_for_two_days_keeps_nobody_from_being_looked_at(
    world: World, account: Account, record: Credential, failing: Callable[[World], None], handed_in: bool
) -> None:
    if handed_in:
        poll(world)
    failing(world)
    world.clock.advance(hours=47, minutes=59)
    poll(world)
    assert identity_of(world, account) is VerificationState.VERIFYING
    world.clock.advance(minutes=2)
    poll(world)
    assert identity_of(world, account) is state_of(world, record) is VerificationState.TIMED_OUT


def test_silence_is_counted_and_the_rest_is_not_tried(
    world: World, account: Account, record: Credential
) -> None:
    silent(world)
    assert poll(world) == PollReport(due=2, settled=0, silent=1, refused=0)


def test_a_refusal_is_counted_for_each_and_does_not_hold_up_the_others(
    world: World, account: Account, record: Credential
) -> None:
    refusing(world)
    assert poll(world) == PollReport(due=2, settled=0, silent=0, refused=2)


def test_silence_to_one_that_is_new_does_not_hold_up_what_was_handed_in_before(
    world: World, account: Account
) -> None:
    poll(world)
    world.clock.advance(hours=49)
    world.given_credential(a_credential(account, check=VERIFYING))
    silent(world)
    assert poll(world).settled >= 1
    assert identity_of(world, account) is VerificationState.TIMED_OUT


def test_after_silence_it_is_handed_in_again_a_minute_later(
    world: World, account: Account, identity_check: PendingCheck
) -> None:
    silent(world)
    with pytest.raises(ProviderUnavailableError):
        submit(world, identity_check)
    world.verification.failure = None
    assert poll(world) == NOTHING
    world.clock.advance(minutes=1)
    poll(world)
    assert world.verification.submitted == [CheckRequest(account.identity)]


class DyingChecks(FakePendingChecks):
    """The process dies instead of the claim of this number."""

    def __init__(self, world: World, dies_at: int) -> None:
        super().__init__(world.memory)
        self._left = dies_at

    def claim(self, check: PendingCheck, *, until: datetime, submitted: bool) -> bool:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return super().claim(check, until=until, submitted=submitted)


@pytest.mark.parametrize(
    ("dies_at", "handed_in"), [(0, 1), (1, 2)], ids=["before anything", "between handing in and noting it"]
)
def test_whatever_dies_halfway_is_done_again(
    world: World, account: Account, identity_check: PendingCheck, dies_at: int, handed_in: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        submit(world, identity_check, DyingChecks(world, dies_at))
    world.clock.advance(minutes=1)
    poll(world)
    assert world.verification.submitted == [CheckRequest(account.identity)] * handed_in
    moved = world.pending_checks.find(account.id, None)
    assert moved is not None
    assert moved.submitted


def test_an_account_that_is_gone_is_not_asked_about(world: World, identity_check: PendingCheck) -> None:
    del world.memory.accounts[identity_check.account_id]
    assert poll(world).settled == 0
    world.clock.advance(hours=1)
    assert poll(world).settled == 0
    assert world.verification.submitted == []
