"""From domain values to answers: labels, masks and sentences. No rule is decided here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.api import views, words
from chalicelib.api.showing_choices import choices_view
from chalicelib.api.showing_policy import lock_sentence, review_sentences
from chalicelib.api.showing_returning import standing_view
from chalicelib.api.showing_review import needed_views, passed_views, review_place_view
from chalicelib.domain.account import Account
from chalicelib.domain.actions import (
    EXPLANATIONS,
    Refusal,
    allowed_actions,
    commitment_options,
    losses_of,
    outside_registration,
)
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.credential import Credential, name_differs
from chalicelib.domain.errors import DomainError
from chalicelib.domain.exam import Exam, Offering, Window, Windows
from chalicelib.domain.identity import Identity, masked_id_number, masked_phone
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import LABELS, Commitment, Registration, State, state_at
from chalicelib.domain.review import ReviewReason
from chalicelib.domain.verification import Verification
from chalicelib.usecases.ports import PaymentDoor
from chalicelib.usecases.see_material import needed_in
from chalicelib.usecases.situation import Situation


def account_view(account: Account) -> views.AccountView:
    """My account, masked."""
    return views.AccountView(
        username=account.username,
        name=account.identity.name,
        id_type=account.identity.id_type,
        id_number_hint=masked_id_number(account.identity.id_number),
        phone_hint=masked_phone(account.phone),
        identity=_check_view(account.identity_check, words.IDENTITY_STEPS[account.identity_check.state]),
    )


def _check_view(check: Verification, next_step: str) -> views.CheckView:
    return views.CheckView(
        state=check.state,
        label=words.CHECK_LABELS[check.state],
        since=check.since,
        next_step=next_step,
        mismatched_fields=check.mismatched_fields,
    )


def credential_view(
    credential: Credential, identity: Identity, exam_names: Mapping[str, str]
) -> views.CredentialView:
    """One record with its check (FAQ 7), and the exams it was passed for; their names are by code."""
    facts = credential.facts
    return views.CredentialView(
        credential_id=credential.id,
        kind=facts.kind,
        level=facts.level,
        school=facts.school,
        major=facts.major,
        certificate_no=facts.certificate_no,
        obtained_on=facts.obtained_on,
        name_on_certificate=facts.name_on_certificate,
        name_differs=name_differs(credential, identity),
        foreign=facts.foreign,
        check=_check_view(credential.check, words.credential_step(credential, identity)),
        added_at=credential.added_at,
        passed_for=passed_views(credential, exam_names),
    )


def _window_view(window: Window) -> views.WindowView:
    return views.WindowView(start=window.start, end=window.end)


def _windows_view(windows: Windows) -> views.WindowsView:
    return views.WindowsView(
        registration=_window_view(windows.registration),
        review=_window_view(windows.review),
        payment=_window_view(windows.payment),
        ticket=_window_view(windows.ticket),
    )


def exam_summary_view(exam: Exam, offerings: Sequence[Offering]) -> views.ExamSummaryView:
    """An exam for the list."""
    return views.ExamSummaryView(
        exam_id=exam.id,
        name=exam.name,
        year=exam.year,
        platform=exam.platform,
        link=exam.link,
        offerings=tuple(
            views.OfferingSummaryView(
                authority_id=offering.authority_id,
                authority_name=offering.authority_name,
                windows=_windows_view(offering.windows),
            )
            for offering in offerings
        ),
    )


def exam_view(exam: Exam, offerings: Sequence[Offering], now: datetime) -> views.ExamView:
    """An exam, whole."""
    return views.ExamView(
        exam_id=exam.id,
        name=exam.name,
        year=exam.year,
        platform=exam.platform,
        link=exam.link,
        levels=tuple(
            views.LevelView(
                code=level.code,
                name=level.name,
                subjects=level.subjects,
                validity_years=level.validity_years,
                is_exemption=level.is_exemption,
                takes_all_subjects=level.takes_all_subjects,
            )
            for level in exam.levels
        ),
        majors=tuple(views.MajorView(code=major.code, name=major.name) for major in exam.majors),
        subjects=tuple(views.SubjectView(code=s.code, name=s.name, kind=s.kind) for s in exam.subjects),
        offerings=tuple(_offering_view(offering, exam, now) for offering in offerings),
    )


def _offering_view(offering: Offering, exam: Exam, now: datetime) -> views.OfferingView:
    return views.OfferingView(
        authority_id=offering.authority_id,
        authority_name=offering.authority_name,
        windows=_windows_view(offering.windows),
        start=permission_view(outside_registration(offering, now)),
        subject_fees_fen=dict(offering.subject_fees_fen),
        fee_items=tuple(
            views.FeeItemView(code=item.code, name=item.name, amount_fen=item.amount_fen)
            for item in offering.fee_items
        ),
        sites=tuple(views.SiteView(code=s.code, name=s.name, address=s.address) for s in offering.sites),
        providers=offering.providers,
        lock_at=offering.policy.lock_at,
        review_channel=offering.policy.review_channel,
        allows_cancelling_confirmation=offering.policy.allows_cancelling_confirmation,
        changeable_on_request=offering.policy.changeable_on_request,
        lock_sentence=lock_sentence(offering.policy),
        review_sentences=review_sentences(offering.policy, exam),
        commitment_text=offering.commitment_text,
        commitment_text_hash=hash_of_text(offering.commitment_text),
    )


def permission_view(refusal: Refusal | None, loses: tuple[str, ...] = ()) -> views.PermissionView:
    """Possible, with what it would lose; or the reason beside the button."""
    if refusal is None:
        return views.PermissionView(allowed=True, loses=loses)
    explanation = EXPLANATIONS[refusal.reason]
    return views.PermissionView(
        allowed=False,
        code=refusal.reason,
        reason=explanation.sentence,
        faq=explanation.faq,
        changes_at=refusal.changes_at,
    )


def limit_view(error: type[DomainError]) -> views.PermissionView:
    """There is no room for another: the same words as the refusal of one more."""
    return views.PermissionView(allowed=False, code=error.code, reason=error.message, faq=error.faq)


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
        state_sentence=words.MOVED_SENTENCE if registration.moved_to else words.STATE_SENTENCES[state],
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
        version=registration.version,
        created_at=registration.created_at,
        updated_at=registration.updated_at,
        confirmed_at=registration.confirmed_at,
        paid_at=registration.paid_at,
        open_order_id=registration.open_order_id,
        payment_window=_window_view(offering.windows.payment),
        flow=flow_of(registration, state),
        standing=standing_view(situation.facts.returning, exam) if situation.facts.returning else None,
        open_change_request_id=registration.open_change_id,
        allowed_actions={
            action: permission_view(refusal, losses_of(action, registration))
            for action, refusal in actions.items()
        },
    )


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


def order_view(order: PaymentOrder, door: PaymentDoor | None = None) -> views.PaymentOrderView:
    """A payment order in words."""
    label, sentence = words.ORDER_WORDS[order.state]
    return views.PaymentOrderView(
        order_id=order.id,
        registration_id=order.registration_id,
        provider=order.provider,
        state=order.state,
        label=label,
        sentence=sentence,
        amount_fen=order.amount_fen,
        created_at=order.created_at,
        expires_at=order.expires_at,
        paid_at=order.paid_at,
        trade_no=order.trade.trade_no if order.trade else None,
        received_fen=order.received_fen,
        refunding_fen=order.refunding_fen,
        refunded_fen=order.refunded_fen,
        pay_url=door.url if door else None,
        qr_code=door.qr_code if door else None,
    )
