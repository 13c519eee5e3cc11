"""When a confirmation may be taken back, when a change may be asked for, what some actions lose (FAQ 17)."""

from chalicelib.domain.actions.case import Case, Refusal
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.actions.registering import may_edit
from chalicelib.domain.registration import Registration, State

_CONFIRMED = (State.UNDER_REVIEW, State.PAYABLE)


def may_cancel_confirmation(case: Case) -> Refusal | None:
    """Confirmed and unpaid, where the authority lets candidates, inside the registration window."""
    if refusal := case.ended() or case.review_failed():
        return refusal
    if case.registration.state is State.DRAFT:
        return Refusal(Reason.NOTHING_TO_CANCEL)
    if not case.offering.policy.allows_cancelling_confirmation:
        return Refusal(Reason.CANCELLING_NOT_OFFERED)
    if refusal := case.unfinished_payment():
        return refusal
    return case.outside_registration()


def may_request_change(case: Case) -> Refusal | None:
    """Locked and unpaid, where the authority takes requests, one at a time."""
    if refusal := case.ended():
        return refusal
    if case.registration.state not in _CONFIRMED:
        return may_edit(case) or Refusal(Reason.EDIT_INSTEAD)
    if not case.offering.policy.accepts_change_requests:
        return Refusal(Reason.CHANGES_NOT_TAKEN)
    if case.registration.open_change_id is not None:
        return Refusal(Reason.CHANGE_REQUESTED)
    if refusal := case.unfinished_payment():
        return refusal
    return Refusal(Reason.EDIT_INSTEAD) if may_edit(case) is None else None


CONFIRMATION_LOST = "报名信息需要重新确认（包括告知承诺）后才能缴费。"
PLACE_LOST = "正在等待的核查作废，重新确认后重新排队。"
REVIEW_LOST = "已经通过的核查作废，重新确认后可能需要再次核查。"
REQUEST_LOST = "正在等待办理的修改申请作废。"
REQUEST_LOST_BY_PAYING = "有一份修改申请正在等待办理，缴费后不能再修改。"
EXAM_LOST = "退考后不能参加本次考试；报名时间内可以重新报名并缴费，报名截止后不能恢复。"
ALL_LOST = "已填写的报名信息将被删除；已不采用或撤回的告知承诺不会因此恢复。"


def lost_by_going_back(registration: Registration) -> tuple[str, ...]:
    """What becoming a draft again loses, said before it happens."""
    lost = []
    if registration.state is State.PAYABLE and registration.review_reasons:
        lost.append(REVIEW_LOST)
    if registration.state is State.UNDER_REVIEW:
        lost.append(PLACE_LOST)
    if registration.state in _CONFIRMED:
        lost.append(CONFIRMATION_LOST)
    if registration.open_change_id is not None:
        lost.append(REQUEST_LOST)
    return tuple(lost)


def lost_by_giving_up(registration: Registration) -> tuple[str, ...]:
    """What giving the registration up loses."""
    was_passed = registration.state is State.PAYABLE and registration.review_reasons
    return (ALL_LOST, REVIEW_LOST) if was_passed else (ALL_LOST,)


def lost_by_paying(registration: Registration) -> tuple[str, ...]:
    """What paying loses: after it nobody changes anything."""
    return (REQUEST_LOST_BY_PAYING,) if registration.open_change_id is not None else ()
