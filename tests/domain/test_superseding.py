"""Who gives way when two accounts stand under one ID number (FAQ 5)."""

from datetime import timedelta

import pytest

from chalicelib.domain.registration import State
from chalicelib.domain.superseding import Holder, pushed_out_by_newcomer, refusal_to_supersede
from chalicelib.domain.verification import Verification, VerificationState
from tests.builders import NOW, a_payable_registration, an_account

V = VerificationState
UNVERIFIED = [state for state in V if state is not V.VERIFIED]

# the holder's registration, the holder's identity, our identity | we take its place
SUPERSEDING = [
    (State.DRAFT, V.NOT_FOUND, V.VERIFIED, "yes"),
    (State.DRAFT, V.MISMATCHED, V.VERIFIED, "yes"),
    (State.DRAFT, V.VERIFYING, V.VERIFIED, "yes"),
    (State.UNDER_REVIEW, V.UNCHECKABLE, V.VERIFIED, "yes"),
    (State.REJECTED, V.TIMED_OUT, V.VERIFIED, "yes"),
    (State.PAYABLE, V.TIMED_OUT, V.VERIFIED, "yes"),
    (State.PAID, V.NOT_FOUND, V.VERIFIED, "held_by_paid_registration"),  # the authority mends
    (State.PAID, V.NOT_FOUND, V.NOT_FOUND, "held_by_paid_registration"),
    (State.VOID, V.NOT_FOUND, V.VERIFIED, "held_by_paid_registration"),
    (State.PAYABLE, V.VERIFIED, V.VERIFIED, "held_by_verified_account"),
    (State.DRAFT, V.VERIFIED, V.NOT_FOUND, "held_by_verified_account"),
    (State.DRAFT, V.NOT_FOUND, V.NOT_FOUND, "gives_way_once_verified"),
    (State.PAYABLE, V.UNCHECKABLE, V.VERIFYING, "gives_way_once_verified"),
]


@pytest.mark.parametrize(("state", "theirs", "ours", "expected"), SUPERSEDING)
def test_who_gives_way_to_whom(
    state: State, theirs: VerificationState, ours: VerificationState, expected: str
) -> None:
    holder = Holder(a_payable_registration(an_account(), state=state), Verification(theirs, NOW))
    reason = refusal_to_supersede(holder, Verification(ours, NOW))
    assert (reason or "yes") == expected


# identities of the accounts under one ID number, oldest first | which one leaves
LEAVING = [
    ([V.NOT_FOUND, V.NOT_FOUND], 0),
    ([V.VERIFIED, V.NOT_FOUND], 1),
    ([V.VERIFYING, V.NOT_FOUND], 1),  # it may be the true holder's
    ([V.VERIFYING, V.VERIFYING], 0),
    ([V.VERIFIED, V.VERIFIED], None),
    ([], None),
]


@pytest.mark.parametrize(("states", "leaving"), LEAVING)
def test_who_leaves_a_crowded_id_number(states: list[VerificationState], leaving: int | None) -> None:
    accounts = [
        an_account(
            number,
            identity_check=Verification(state, NOW),
            created_at=NOW + timedelta(minutes=number),
        )
        for number, state in enumerate(states)
    ]
    expected = None if leaving is None else accounts[leaving]
    assert pushed_out_by_newcomer(accounts) == expected
