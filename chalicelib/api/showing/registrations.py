"""From registrations to answers: where one stands, and what can be done with it."""

from datetime import datetime

from chalicelib.api import views, words
from chalicelib.api.showing.choices import choices_view
from chalicelib.api.showing.exams import window_view
from chalicelib.api.showing.permissions import permission_view
from chalicelib.api.showing.returning import standing_view
from chalicelib.api.showing.review import needed_views, review_place_view
from chalicelib.domain.actions import (
    Reason,
    allowed_actions,
    commitment_options,
    losses_of,
    outside_registration,
)
from chalicelib.domain.exam import Offering
from chalicelib.domain.registration import LABELS, Commitment, Registration, State, state_at
from chalicelib.domain.review import ReviewReason
from chalicelib.usecases.materials.see import needed_in
from chalicelib.usecases.registrations.situation import Situation


def registration_view(situation: Situation, now: datetime) -> views.RegistrationView:
    """A registration with everything that a page shows of it."""
    registration, exam, offering = situation.registration, situation.exam, situation.offering
    state = state_at(registration, offering, now)
    actions = allowed_actions(registration, offering, situation.facts, now)
    return views.RegistrationView(
        registration_id=registration.id,
        exam_id=exam.id,
        exam_name=exam.name,
        year=exam.year,
        authority_id=offering.authority_id,
        authority_name=offering.authority_name,
        state=state,
        state_label=LABELS[state],
        state_sentence=_state_sentence(registration, state, offering, now),
        choices=choices_view(registration.choices),
        commitment=registration.signature.commitment if registration.signature else None,
        amount_fen=registration.amount_fen,
        commitment_options=_options_view(situation, now),
        review_channel=review_place_view(registration, state, offering),
        review_reasons=tuple(
            views.ReviewReasonView(code=reason, sentence=words.REVIEW_SENTENCES[ReviewReason(reason)])
            for reason in registration.review_reasons
        ),
        materials_needed=needed_views(needed_in(situation)),
        rejection=registration.rejection,
        void_reason=registration.finding.reason if registration.finding and state is State.VOID else None,
        version=registration.version,
        created_at=registration.created_at,
        updated_at=registration.updated_at,
        confirmed_at=registration.confirmed_at,
        paid_at=registration.paid_at,
        open_order_id=registration.open_order_id,
        payment_window=window_view(offering.windows.payment),
        flow=flow_of(registration, state),
        standing=standing_view(situation.facts.returning, exam) if situation.facts.returning else None,
        open_change_request_id=registration.open_change_id,
        allowed_actions={
            action: permission_view(refusal, losses_of(action, registration))
            for action, refusal in actions.items()
        },
    )


def _state_sentence(registration: Registration, state: State, offering: Offering, now: datetime) -> str:
    if registration.moved_to:
        return words.MOVED_SENTENCE
    outside = outside_registration(offering, now)
    is_over = outside is not None and outside.reason is Reason.REGISTRATION_OVER
    return (words.TOO_LATE_SENTENCES if is_over else {}).get(state) or words.STATE_SENTENCES[state]


def _options_view(situation: Situation, now: datetime) -> views.CommitmentOptions:
    options = commitment_options(situation.registration, situation.offering, situation.facts, now)
    return {
        "adopted": permission_view(options[Commitment.ADOPTED]),
        "declined": permission_view(options[Commitment.DECLINED]),
    }


_DONE = "done"
_FLOWS: dict[State, tuple[str, str, str, str, str]] = {
    State.DRAFT: ("current", "todo", "todo", "todo", "todo"),
    State.UNDER_REVIEW: (_DONE, _DONE, "current", "todo", "todo"),
    State.REJECTED: (_DONE, _DONE, "failed", "todo", "todo"),
    State.PAYABLE: (_DONE, _DONE, _DONE, "current", "todo"),
    State.PAID: (_DONE, _DONE, _DONE, _DONE, _DONE),
    State.SUPERSEDED: ("failed", "failed", "failed", "failed", "failed"),
    State.VOID: (_DONE, _DONE, "failed", "failed", "failed"),
    State.OPTED_OUT: (_DONE, _DONE, _DONE, _DONE, "failed"),
}
_STEPS = (
    ("fill_in", "填写信息"),
    ("confirm", "信息确认"),
    ("review", "核查"),
    ("pay", "缴费"),
    ("done", "报名完成"),
)


def flow_of(registration: Registration, state: State) -> tuple[views.StepView, ...]:
    """The status flow chart (报考状态流程图): the five boxes, each with where it stands."""
    reached = _FLOWS[registration.state]
    marks = [_flow_mark(mark, lapsed=state is State.LAPSED) for mark in reached]
    if reached[2] == _DONE and not registration.review_reasons:
        marks[2] = "skipped"
    return tuple(
        views.StepView(step=step, label=label, status=mark)  # type: ignore[arg-type]
        for (step, label), mark in zip(_STEPS, marks, strict=True)
    )


def _flow_mark(mark: str, *, lapsed: bool) -> str:
    return "failed" if lapsed and mark != _DONE else mark
