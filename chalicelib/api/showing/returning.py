"""What a candidate has passed in earlier years, in words. No rule is decided here."""

from chalicelib.api import views
from chalicelib.domain.actions import ActionRefusedError
from chalicelib.domain.errors import DomainError
from chalicelib.domain.exam import Exam
from chalicelib.domain.returning import Loss, Standing, WhyNot
from chalicelib.usecases.registrations.preview import Preview

WHY_NOT = {
    WhyNot.LAPSED: "已过有效期，不再计算。",
    WhyNot.OTHER_LEVEL: "属于其他报考级别，改报级别后按新考生处理，不计算。",
    WhyNot.OTHER_MAJOR: "属于其他报考专业，变更专业后不计算。",
    WhyNot.ONE_YEAR_LEVEL: "该级别须在一个考试年度内通过全部科目，以前通过的科目不计算。",
    WhyNot.SUBJECT_GONE: "该级别已不设此科目，不计算。",
    WhyNot.CERTIFICATE_GAINED: "已取得证书，此前通过的科目不再计算。",
}
_FAQ_OF = {WhyNot.OTHER_MAJOR: 16, WhyNot.OTHER_LEVEL: 15}


def standing_view(standing: Standing, exam: Exam) -> views.StandingView:
    """Returning or new, with every pass and what became of it (FAQ 14)."""
    names = _names_of(exam)
    return views.StandingView(
        kind="returning" if standing.is_returning else "new",
        label="老考生" if standing.is_returning else "新考生",
        sentence=_sentence_on(standing),
        level=standing.level,
        major=standing.major,
        passes=tuple(
            views.PassView(
                subject=each.subject,
                name=names.get(each.subject, each.subject),
                year=each.year,
                counts_until=each.counts_until,
            )
            for each in standing.passes
        ),
        not_counting=tuple(
            views.DroppedPassView(
                subject=each.subject,
                name=names.get(each.subject, each.subject),
                year=each.year,
                code=each.why,
                reason=WHY_NOT[each.why],
            )
            for each in standing.dropped
        ),
        subjects_left=standing.subjects_left,
        major_change_refused=standing.refuses_major,
        certificate_year=standing.certificate_year,
        name_differs=standing.name_differs,
    )


def _sentence_on(standing: Standing) -> str:
    if standing.name_differs:
        return "历年档案中的姓名与您现在的姓名不一致，其中通过的科目暂不计算，确认后由工作人员核查。"
    if standing.passes:
        return "您是老考生，已通过的科目已自动带入，无需再报，也不重复收费。"
    if standing.is_returning:
        return "您是老考生，没有仍在有效期内的已通过科目。"
    if standing.certificate_year is not None:
        return f"您已于 {standing.certificate_year} 年取得证书，本次按新考生报考。"
    if any(each.why is WhyNot.OTHER_LEVEL for each in standing.dropped):
        return "您以前报考的是其他级别，按新考生处理，以前通过的科目不计算。"
    return "您是新考生。"


def preview_view(preview: Preview) -> views.ChoicesPreviewView:
    """What saving would mean, with a sentence for each thing it would lose (FAQ 15, 16)."""
    return views.ChoicesPreviewView(
        standing=standing_view(preview.standing, preview.exam),
        lost=tuple(_loss_view(loss, preview.exam) for loss in preview.lost),
        refusal=_refusal_view(preview.refusal) if preview.refusal else None,
        amount_fen=preview.amount_fen,
    )


def _loss_view(loss: Loss, exam: Exam) -> views.LossView:
    if loss.subject is None:
        sentence, name = "保存后您将不再是老考生，按新考生报考。", None
    else:
        name = _names_of(exam).get(loss.subject, loss.subject)
        sentence = f"{loss.year} 年通过的“{name}”将不再计算，需要重新报考和缴费。"
    faq = _FAQ_OF.get(loss.why, 14) if loss.why else 15
    return views.LossView(sentence=sentence, faq=faq, subject=loss.subject, name=name, year=loss.year)


def _refusal_view(refused: DomainError) -> views.RefusalView:
    code, faq = refused.code, refused.faq
    if isinstance(refused, ActionRefusedError):
        code, faq = refused.reason.value, refused.explanation.faq
    return views.RefusalView(
        code=code, reason=refused.detail, field=refused.field, faq=faq, changes_at=refused.changes_at
    )


def _names_of(exam: Exam) -> dict[str, str]:
    return {subject.code: subject.name for subject in exam.subjects}
