"""Answers about requests for a change."""

from datetime import datetime

from chalicelib.api.views.basics import View
from chalicelib.api.views.registrations import ChoicesView
from chalicelib.domain.change import ChangeState
from chalicelib.domain.exam import ChoiceField


class ChangeRequestView(View, frozen=True):
    """What was asked of the authority, and its answer."""

    change_request_id: str
    state: ChangeState
    label: str
    what: tuple[ChoiceField, ...]
    why: str
    wanted: ChoicesView
    asked_at: datetime
    settled_at: datetime | None
    answer: str | None
    """Why not, where it was refused."""


class ChangeRequestsView(View, frozen=True):
    """All requests of a registration, newest first."""

    change_requests: tuple[ChangeRequestView, ...]
