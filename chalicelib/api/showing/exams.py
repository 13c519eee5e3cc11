"""From the catalogue to answers."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.api import views
from chalicelib.api.showing.permissions import permission_view
from chalicelib.api.showing.policy import lock_sentence, review_sentences
from chalicelib.domain.actions import outside_registration
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.exam import Exam, Offering, Window, Windows


def window_view(window: Window) -> views.WindowView:
    """From when until when."""
    return views.WindowView(start=window.start, end=window.end)


def _windows_view(windows: Windows) -> views.WindowsView:
    return views.WindowsView(
        registration=window_view(windows.registration),
        review=window_view(windows.review),
        payment=window_view(windows.payment),
        ticket=window_view(windows.ticket),
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
