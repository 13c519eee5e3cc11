"""The catalogue of exams, open to everyone, and whether I can start one."""

from chalicelib.api import views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.exams import exam_summary_view, exam_view
from chalicelib.api.showing.permissions import permission_view
from chalicelib.domain.ids import ExamId
from chalicelib.usecases.registrations.choose_exam import exam_with_offerings, start_permissions

resource = Resource(__name__, tag="考试")


@resource.serves("GET", "/exams", audience=Audience.ANYONE, answer=views.ExamsView)
def list_exams(call: Call[None]) -> views.ExamsView:
    """All exams with their authorities and windows; those held elsewhere with their link (FAQ 20)."""
    return views.ExamsView(
        exams=tuple(exam_summary_view(exam, offerings) for exam, offerings in call.services.exams.all())
    )


@resource.serves("GET", "/exams/{exam_id}", audience=Audience.ANYONE, answer=views.ExamView)
def get_exam(call: Call[None], exam_id: str) -> views.ExamView:
    """One exam, whole."""
    exam, offerings = exam_with_offerings(ExamId(exam_id), exams=call.services.exams)
    return exam_view(exam, offerings, call.services.clock.now())


@resource.serves(
    "GET", "/exams/{exam_id}/start", audience=Audience.CANDIDATE, answer=views.StartPermissionsView
)
def get_start_permissions(call: Call[None], exam_id: str) -> views.StartPermissionsView:
    """For each authority, whether I can start a registration now and, where not, why."""
    permissions = start_permissions(
        call.account,
        ExamId(exam_id),
        ports=call.services.registration_ports,
        now=call.services.clock.now(),
    )
    return views.StartPermissionsView(
        exam_id=exam_id,
        offerings=tuple(
            views.StartPermissionView(
                authority_id=permission.authority_id,
                start=permission_view(permission.refusal),
                registration_id=permission.registration_id,
            )
            for permission in permissions
        ),
    )
