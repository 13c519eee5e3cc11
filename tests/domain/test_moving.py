"""Which paid registration a clerk may move, to whom, and what it is then (FAQ 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.commitment import ClosedCommitment, CommitmentStanding
from chalicelib.domain.ids import ChangeRequestId, CredentialId, OrderId, RegistrationId
from chalicelib.domain.moving import MoveRefusedError, PaidMove, paid_move
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import Commitment, Registration, State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.domain.voiding import reinstated, voided
from tests.builders import NOW, a_credential, a_payable_registration, an_account, an_identity, an_order

V = VerificationState
WRONG = an_account(1, identity=an_identity(1, name="王小明"))
RIGHT = an_account(2, identity=an_identity(1))
NEW_ID, LATER = RegistrationId("moved"), NOW + timedelta(days=1)
PAID = a_payable_registration(
    WRONG,
    state=State.PAID,
    order_ids=(OrderId("closed"), OrderId("paid")),
    paid_order_id=OrderId("paid"),
    paid_at=NOW,
    open_change_id=ChangeRequestId("waits"),
)


def checked(account: Account, state: VerificationState, *, released: bool = False) -> Account:
    check = Verification(state, NOW)
    return replace(account, identity_check=check, released_at=NOW if released else None)


def move(
    seen: Registration = PAID,
    wrong: Account | None = None,
    right: Account = RIGHT,
    *,
    credential_ids: frozenset[CredentialId] = frozenset(),
    standing: CommitmentStanding | None = None,
) -> PaidMove:
    return paid_move(
        seen,
        wrong or checked(WRONG, V.NOT_FOUND),
        right,
        credential_ids=credential_ids,
        standing=standing or CommitmentStanding(),
        registration_id=NEW_ID,
        now=LATER,
    )


# the wrong identity and whether a clerk has closed its account, the right identity and the same | moved
MOVES = [
    (V.NOT_FOUND, False, V.VERIFIED, False, True),
    (V.MISMATCHED, False, V.VERIFIED, False, True),
    (V.UNCHECKABLE, False, V.VERIFIED, False, True),
    (V.VERIFIED, False, V.VERIFIED, False, False),  # or exam places could be passed on
    (V.VERIFIED, True, V.VERIFIED, False, True),  # a stranger under the very name and number
    (V.NOT_FOUND, False, V.NOT_FOUND, False, False),
    (V.NOT_FOUND, False, V.VERIFYING, False, False),
    (V.NOT_FOUND, False, V.VERIFIED, True, False),
]


@pytest.mark.parametrize(("theirs", "closed", "ours", "ours_closed", "moved"), MOVES)
def test_it_goes_from_who_is_not_verified_to_who_is(
    theirs: VerificationState, closed: bool, ours: VerificationState, ours_closed: bool, moved: bool
) -> None:
    wrong, right = checked(WRONG, theirs, released=closed), checked(RIGHT, ours, released=ours_closed)
    if moved:
        assert move(wrong=wrong, right=right).arriving.account_id == RIGHT.id
        return
    with pytest.raises(MoveRefusedError):
        move(wrong=wrong, right=right)


@pytest.mark.parametrize("state", sorted(set(State) - {State.PAID}))
def test_only_what_is_paid_is_moved(state: State) -> None:
    with pytest.raises(MoveRefusedError) as refused:
        move(replace(PAID, state=state, paid_order_id=None))
    assert "只有已缴费的报名" in refused.value.detail


def test_what_was_paid_and_is_void_has_to_be_reinstated_first() -> None:
    found = voided(PAID, reason="学历不符合报考条件", now=NOW)
    with pytest.raises(MoveRefusedError) as refused:
        move(found)
    assert "认定无效" in refused.value.detail
    assert "请先恢复" in refused.value.detail
    order = an_order(PAID, id=OrderId("paid"), state=OrderState.PAID)
    assert move(reinstated(found, order, now=NOW)).arriving.state is State.PAID


def test_the_order_that_paid_goes_along_and_the_others_stay() -> None:
    done = move()
    assert (done.left.state, done.left.moved_to) == (State.SUPERSEDED, NEW_ID)
    assert (done.left.order_ids, done.left.paid_order_id) == (("closed",), None)
    arriving = done.arriving
    assert (arriving.id, arriving.state, arriving.paid_at) == (NEW_ID, State.PAID, NOW)
    assert (arriving.order_ids, arriving.paid_order_id) == (("paid",), "paid")
    assert (arriving.amount_fen, arriving.choices.subjects) == (PAID.amount_fen, PAID.choices.subjects)
    assert arriving.open_change_id is None


def test_money_that_waits_for_a_person_stays_with_the_order_that_it_came_for() -> None:
    done = move(replace(PAID, held_order_id=OrderId("closed")))
    assert (done.left.held_order_id, done.arriving.held_order_id) == ("closed", None)


def test_records_stay_with_the_account_that_they_were_entered_on() -> None:
    assert move().arriving.choices.education_id is None
    own = frozenset({a_credential(WRONG).id})
    assert move(credential_ids=own).arriving.choices.education_id == a_credential(WRONG).id


def test_what_the_right_id_number_has_declined_stays_declined() -> None:
    closed = ClosedCommitment(
        commitment=Commitment.DECLINED, at=NOW, account_id=RIGHT.id, registration_id=RegistrationId("r")
    )
    signature = move(standing=CommitmentStanding(closed=closed)).arriving.signature
    assert signature is not None
    assert signature.commitment is Commitment.DECLINED
