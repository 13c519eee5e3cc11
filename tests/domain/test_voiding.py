"""What may be found void, what becomes of it, and when that may be taken back (handbook section 4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.audit import ReasonMissingError
from chalicelib.domain.ids import ChangeRequestId, OrderId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.registration import Finding, Registration, State
from chalicelib.domain.voiding import NotReinstatableError, reinstated, voided
from tests.builders import NOW, a_payable_registration, an_account, an_order

LATER = NOW + timedelta(hours=1)
WHY = "学历证书系伪造"
CONFIRMED = a_payable_registration(an_account())
ORDER = an_order(CONFIRMED)


def in_state(state: State, **changes: object) -> Registration:
    return replace(CONFIRMED, state=state, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [State.UNDER_REVIEW, State.REJECTED, State.PAYABLE, State.PAID])
def test_what_was_declared_is_found_void_and_may_become_what_it_was(state: State) -> None:
    seen = in_state(state, paid_order_id=ORDER.id if state is State.PAID else None)
    void = voided(seen, reason=f" {WHY} ", now=LATER)
    assert void == replace(
        seen,
        state=State.VOID,
        finding=Finding(reason=WHY, before=state, at=LATER),
        updated_at=LATER,
        version=seen.version + 1,
    )
    again = reinstated(void, replace(ORDER, state=OrderState.PAID), now=LATER)
    assert again == replace(seen, updated_at=LATER, version=seen.version + 2)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.DRAFT, Reason.NOT_CONFIRMED),
        (State.SUPERSEDED, Reason.SUPERSEDED),
        (State.OPTED_OUT, Reason.OPTED_OUT),
        (State.VOID, Reason.VOID),
    ],
)
def test_what_was_not_declared_or_has_ended_is_not(state: State, reason: Reason) -> None:
    with pytest.raises(ActionRefusedError) as refused:
        voided(in_state(state), reason=WHY, now=NOW)
    assert refused.value.reason is reason


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_there_is_a_reason_that_can_be_told(reason: str) -> None:
    with pytest.raises(ReasonMissingError):
        voided(CONFIRMED, reason=reason, now=NOW)


def test_orders_stay_noted_and_a_request_for_a_change_does_not() -> None:
    waiting = replace(CONFIRMED, open_order_id=OrderId("o1"), open_change_id=ChangeRequestId("c1"))
    void = voided(waiting, reason=WHY, now=NOW)
    assert (void.open_order_id, void.open_change_id) == (OrderId("o1"), None)


@pytest.mark.parametrize(
    "order", [None, *(replace(ORDER, state=s) for s in OrderState if s is not OrderState.PAID)]
)
def test_what_was_paid_is_not_reinstated_once_money_has_begun_to_go_back(order: PaymentOrder | None) -> None:
    void = voided(in_state(State.PAID, paid_order_id=ORDER.id), reason=WHY, now=NOW)
    with pytest.raises(NotReinstatableError):
        reinstated(void, order, now=NOW)


@pytest.mark.parametrize("state", [state for state in State if state is not State.LAPSED])
def test_only_what_was_found_void_is_reinstated(state: State) -> None:
    with pytest.raises(NotReinstatableError):
        reinstated(in_state(state), None, now=NOW)
