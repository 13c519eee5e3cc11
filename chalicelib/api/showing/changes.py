"""From requests for a change to answers."""

from chalicelib.api import views
from chalicelib.api.showing.choices import choices_view
from chalicelib.domain.change import CHANGE_LABELS, ChangeRequest, ChangeState


def change_request_view(request: ChangeRequest, state: ChangeState) -> views.ChangeRequestView:
    """One request with what became of it."""
    return views.ChangeRequestView(
        change_request_id=request.id,
        state=state,
        label=CHANGE_LABELS[state],
        what=request.what,
        why=request.why,
        wanted=choices_view(request.wanted),
        asked_at=request.asked_at,
        settled_at=request.settled_at,
        answer=request.answer,
    )
