"""The status flow chart (报考状态流程图): five boxes, each with where it stands."""

import pytest

from chalicelib.api.showing.registrations import flow_of
from chalicelib.domain.registration import State
from tests.builders import a_payable_registration, an_account

ACCOUNT = an_account()
LOOKED_AT = ("identity_unverified",)
CASES = [
    # state, as the clock has it, why a person looks | 填写 确认 核查 缴费 完成
    (State.DRAFT, State.DRAFT, (), "current todo todo todo todo"),
    (State.UNDER_REVIEW, State.UNDER_REVIEW, LOOKED_AT, "done done current todo todo"),
    (State.REJECTED, State.REJECTED, LOOKED_AT, "done done failed todo todo"),
    (State.PAYABLE, State.PAYABLE, (), "done done skipped current todo"),
    (State.PAYABLE, State.PAYABLE, LOOKED_AT, "done done done current todo"),
    (State.PAID, State.PAID, (), "done done skipped done done"),
    (State.PAID, State.PAID, LOOKED_AT, "done done done done done"),
    (State.DRAFT, State.LAPSED, (), "failed failed failed failed failed"),
    (State.UNDER_REVIEW, State.LAPSED, LOOKED_AT, "done done failed failed failed"),
    (State.REJECTED, State.LAPSED, LOOKED_AT, "done done failed failed failed"),
    (State.PAYABLE, State.LAPSED, (), "done done skipped failed failed"),
    (State.SUPERSEDED, State.SUPERSEDED, (), "failed failed failed failed failed"),
    (State.VOID, State.VOID, LOOKED_AT, "done done failed failed failed"),
    (State.OPTED_OUT, State.OPTED_OUT, (), "done done skipped done failed"),
]


@pytest.mark.parametrize(("stored", "shown", "reasons", "boxes"), CASES)
def test_where_a_registration_stands(
    stored: State, shown: State, reasons: tuple[str, ...], boxes: str
) -> None:
    registration = a_payable_registration(ACCOUNT, state=stored, review_reasons=reasons)
    steps = flow_of(registration, shown)
    assert [step.status for step in steps] == boxes.split()
    assert [step.step for step in steps] == ["fill_in", "confirm", "review", "pay", "done"]


def test_every_stored_state_is_drawn() -> None:
    assert {case[0] for case in CASES} == set(State) - {State.LAPSED}
